"""Stage 3, extract: the words of an SQL dump, of which a window is in memory."""

import re
from collections.abc import Iterator
from typing import Final

from pii_scan.extract._limits import MAX_COLUMNS

LONGEST_TOKEN: Final = 16 << 20
"""Characters of one string or comment; what goes on for longer is taken for two."""
AHEAD: Final = 256 << 10
"""Characters within which the head of a statement has to end."""
HEX: Final = re.compile(r"(?:0x|\\x|[Xx]')((?:[0-9A-Fa-f]{2}){8,})'?")
"""Bytes in hexadecimal, as SQL Server and MySQL, PostgreSQL, and SQLite write them."""
_PLAIN: Final = r"'[^']*+(?:''[^']*+)*+'"
_SLASHED: Final = r"'[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+'"
_PIECES: Final = r"""
    (?P<space>\s++)
    | (?P<comment>--[^\n]*+ | /\*(?:[^*]|\*(?!/))*+(?:\*/)?)
    | (?P<string>%s)
    | (?P<name>"(?:[^"\n]|"")*+" | `(?:[^`\n]|``)*+` | \[[^\]\n]{0,128}+\])
    | (?P<word>[^\W_][\w$.:+-]*+ | [-+.\w@$#:\\]++)
    | (?P<mark>.)
"""
_TOKENS: Final = {
    True: re.compile(_PIECES % rf"(?:[NnXxBb]|_\w{{1,20}}\s?)?{_SLASHED}?", re.VERBOSE | re.DOTALL),
    False: re.compile(_PIECES % rf"[Ee]{_SLASHED}?|[NnXxBb]?{_PLAIN}?", re.VERBOSE | re.DOTALL),
}
"""By whether a backslash escapes in every string (MySQL) or only in those marked so (PostgreSQL,
4.1.2.2 String Constants With C-Style Escapes). A string without an end goes on to the end."""
_ROWS: Final = {
    is_slashed: re.compile(
        rf"\s*+\((?:\s*+{value}\s*+,)*+\s*+{value}\s*+\)", re.VERBOSE | re.DOTALL
    )
    for is_slashed, value in (
        (True, rf"(?:[Nn]?{_SLASHED}|[\w.+-]++)"),
        (False, rf"(?:[Nn]?{_PLAIN}|[\w.+-]++)"),
    )
}
"""Rows of nothing but strings and numbers, as nearly all are: twenty times as fast."""
_VALUE: Final = {
    True: re.compile(rf"[Nn]?({_SLASHED})|([\w.+-]++)", re.DOTALL),
    False: re.compile(rf"[Nn]?({_PLAIN})|([\w.+-]++)", re.DOTALL),
}
_EMPTY: Final = frozenset({"NULL", "DEFAULT"})
_NUMBER: Final = re.compile(r"[+-]?[\d.]{5,}")
"""Not the 7 of "DateTime2(7)"."""
MAX_TOKENS: Final = 10_000
"""Of one value."""
_MYSQL: Final = re.compile(r"MySQL dump|MariaDB dump|phpMyAdmin|ENGINE=|`")
_ESCAPE: Final = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "", "Z": "", "b": ""}


_OPENING: Final = re.compile(r"\s*+\(")


class Dump:
    """The text of a dump, read forward."""

    def __init__(self, blocks: Iterator[str]) -> None:
        """Begin."""
        self._blocks = blocks
        self._is_all = False
        """Whether the window holds all that is left."""
        self._text = ""
        self._at = 0
        self.line = 1
        """Number of the line that comes next."""
        self._more(AHEAD)
        self._is_slashed = _MYSQL.search(self._text) is not None

    def _more(self, size: int) -> None:
        """Have at least `size` characters in the window, if there are."""
        held = [self._text[self._at :]]
        length = len(held[0])
        while length < size and not self._is_all:
            block = next(self._blocks, None)
            self._is_all = block is None
            held.append(block or "")
            length += len(held[-1])
        self._text, self._at = "".join(held), 0

    def _pass(self, found: re.Match[str]) -> re.Match[str]:
        self._at = found.end()
        self.line += found[0].count("\n")
        return found

    def head(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what comes next if it is like this, and go past it."""
        if not self._is_all and len(self._text) - self._at < AHEAD:
            self._more(AHEAD)
        found = pattern.match(self._text, self._at)
        return self._pass(found) if found else None

    def token(self) -> re.Match[str] | None:
        """Return the next word, string or mark, and go past it; `None` at the end."""
        pattern = _TOKENS[self._is_slashed]
        while True:
            found = pattern.match(self._text, self._at)
            held = len(self._text) - self._at
            is_whole = found and found.end() < len(self._text)
            if is_whole or self._is_all or held > LONGEST_TOKEN:
                return self._pass(found) if found else None
            self._more(max(2 * held, AHEAD))

    def row(self) -> list[str] | None:
        """Return the values of a row in brackets, and go past it; `None` if none comes next."""
        found = self.head(_ROWS[self._is_slashed])
        if found:
            values = _VALUE[self._is_slashed].findall(found[0])
            return [
                self._string(string) if string else "" if word.upper() in _EMPTY else word
                for string, word in values
            ]
        return self._slow_row() if self.head(_OPENING) else None

    def _slow_row(self) -> list[str]:
        """Return the values up to the bracket that closes the row."""
        cells: list[str] = []
        held: list[re.Match[str]] = []
        depth = 0
        while (token := self.token()) is not None and len(cells) < MAX_COLUMNS:
            mark = token[0] if token.lastgroup == "mark" else ""
            is_end = not depth and mark in {",", ")"}
            if is_end or len(held) == MAX_TOKENS:
                cells.append(self._cell(held))
                held = []
            if is_end and mark == ")":
                return cells
            if not is_end:
                depth += (mark == "(") - (mark == ")")
                held.append(token)
        return [*cells, self._cell(held)]

    def _cell(self, tokens: list[re.Match[str]]) -> str:
        """Return one value: a string without its quotes, `NULL` as nothing.

        Of a call, what its strings and long numbers say: "CAST(N'2024-03-01' AS DateTime)" is a
        date. What a comment says follows.
        """
        said = [
            self._unquoted(token) if token.lastgroup in {"string", "name"} else token[0]
            for token in tokens
            if token.lastgroup in {"string", "name"} or _NUMBER.fullmatch(token[0])
        ]
        if not any(token.lastgroup in {"string", "name"} for token in tokens):
            text = "".join(token[0] for token in tokens if token.lastgroup != "comment").strip()
            said = [] if text.upper() in _EMPTY else [text]
        said += (token[0].strip("-/* \t\r\n") for token in tokens if token.lastgroup == "comment")
        return " ".join(filter(None, said))

    def _unquoted(self, token: re.Match[str]) -> str:
        text = token[0]
        if HEX.fullmatch(text):
            return text
        if token.lastgroup == "name":
            return plain_name(text)
        return self._string(text[text.index("'") :], is_slashed=text[0] in "Ee")

    def _string(self, text: str, *, is_slashed: bool = False) -> str:
        """Return what stands between quotes, of which the last may be missing."""
        body = text[1 : -1 if text.endswith("'") and len(text) > 1 else None]
        if (is_slashed or self._is_slashed) and "\\" in body:
            return _ESCAPE.sub(_unescaped, body)
        return body.replace("''", "'")


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[1], found[1]) if found[1] else "'"


def plain_name(text: str) -> str:
    """Return the name of a table or column without what quotes it, and without its schema.

    >>> plain_name('"public"."Klant"'), plain_name("[dbo].[Klant]"), plain_name("`a.b`")
    ('Klant', 'Klant', 'a.b')
    """
    last = re.split(r'(?<=[]"`])\s*\.\s*|\.\s*(?=["`[])', text.strip())[-1]
    if last[:1] in {'"', "`", "["}:
        return last[1:-1].replace(last[0] * 2, last[0])
    return last.rpartition(".")[2]
