"""How a term of a vocabulary is written, and what is sought for it.

A term is a word or a phrase. In it ` ` is any space, `-` a hyphen, a space or nothing, `*` the rest
of a compound, `#` a number, `...` up to four words of the same sentence, `{a|b}` either, `<name>` a
set of words of the same file. Accents do not count. A word with a capital counts only
so written.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pii_scan.errors import ConfigError

_SIGNS = {
    " ": r"[ \r\n]{1,3}",
    "-": r"[ -]?",
    "*": r"[0-9A-Za-z-]{0,30}",
    "#": r"[0-9][0-9.,]{0,7}",
    "…": r"(?: [^\s.;:!?]{1,25}){0,4} ",
}
_WIDTHS = {" ": 3, "*": 30, "#": 8, "…": 105}
_LITERAL = re.compile(r"[^*#… -]+")
_SPACED = re.compile(r"(?<= )|(?= )")
_SET = re.compile(r"<([a-z_]+)>")
_LEAST = 1
_ENOUGH = 8
"""Letters from which on a longer anchor is no rarer."""
_SHORT = 6
"""Letters below which an anchor is sought with its edges; longer ones are plain, and faster."""
_FOLD = bytes.maketrans(
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿ".encode("latin-1"),
    b"AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyy",
)

Node = str | list["Sequence[Node]"]
"""A run of characters, or the options between braces."""


@dataclass(frozen=True)
class Sought:
    """A term made ready; its patterns are for folded text."""

    term: str
    nodes: tuple[Node, ...]

    @cached_property
    def regex(self) -> re.Pattern[bytes]:
        """The exact form, with its edges. Compiled when first needed: there are thousands."""
        body = _regex(self.nodes)
        return re.compile(f"(?<![0-9A-Za-z]){body}(?![0-9A-Za-z])".encode("latin-1"))

    @cached_property
    def width(self) -> int:
        """How many characters it can match at most."""
        return _width(self.nodes)

    def anchors(self, common: frozenset[str]) -> tuple[bytes, ...]:
        """Return expressions of which one ends in every match, in lower case.

        They are no `common` words where there is a choice.

        Raises:
            ConfigError: some match has too few letters that stand together.
        """
        quality, runs = _anchor(self.nodes, common, left=True, right=True)
        if quality < _LEAST:
            raise ConfigError(f"term {self.term!r}: needs {_LEAST} letters that stand together")
        return tuple(sorted(run.lower().encode("latin-1") for run in runs))


def fold(text: str) -> bytes:
    r"""Return `text` without accents, a byte a code point, so that places stay.

    >>> fold("één knie… ła")
    b'een knie\x1a \x1aa'
    """
    if text.isascii():
        return text.encode("ascii")
    return text.encode("latin-1", "pii_scan.substitute").translate(_FOLD)


def sought(term: str, sets: Mapping[str, str]) -> Sought:
    """Read a term.

    Raises:
        ConfigError: it names an unknown set or does not close a brace.
    """
    written = _SET.sub(lambda found: _of_set(found[1], term, sets), term)
    written = re.sub(" ?\\.\\.\\. ?", "\x1a", written)
    written = fold(written).decode("latin-1").replace("\x1a", "…")
    nodes, rest = _parse(written, 0, term)
    if rest != len(written):
        raise ConfigError(f"term {term!r}: its braces do not match")
    return Sought(term, nodes[0])


def _of_set(name: str, term: str, sets: Mapping[str, str]) -> str:
    if name not in sets:
        raise ConfigError(f"term {term!r}: there is no set {name!r} in this file")
    return "{" + sets[name] + "}"


def _parse(text: str, at: int, term: str) -> tuple[list[tuple[Node, ...]], int]:
    """Return the options from `at` on and where they end: at a closing brace or the end."""
    options: list[tuple[Node, ...]] = []
    nodes: list[Node] = []
    run = ""
    depth_start = at
    while True:
        sign = text[at] if at < len(text) else ""
        if sign and sign not in "{|}":
            run += sign
            at += 1
            continue
        if run:
            nodes.append(run)
            run = ""
        if sign == "{":
            inner, at = _parse(text, at + 1, term)
            if at >= len(text):
                raise ConfigError(f"term {term!r}: its braces do not match")
            nodes.append(list(inner))
            at += 1
            continue
        options.append(tuple(nodes))
        nodes = []
        if sign != "|" or depth_start == 0:
            return options, at
        at += 1


def _regex(nodes: Sequence[Node]) -> str:
    return "".join(
        "".join(map(_word, _SPACED.split(node)))
        if isinstance(node, str)
        else f"(?:{'|'.join(map(_regex, node))})"
        for node in nodes
    )


def _word(word: str) -> str:
    body = "".join(_SIGNS.get(sign) or re.escape(sign) for sign in word)
    return f"(?i:{body})" if word == word.lower() else body


def _width(nodes: Sequence[Node]) -> int:
    return sum(
        sum(_WIDTHS.get(sign, 1) for sign in node)
        if isinstance(node, str)
        else max(map(_width, node))
        for node in nodes
    )


_Choice = tuple[int, frozenset[str]]
"""Runs of which each match holds one, and the least of their lengths."""


def _anchor(nodes: Sequence[Node], common: frozenset[str], *, left: bool, right: bool) -> _Choice:
    """Return the rarest choice; `left`, `right`: whether a word ends where the nodes do."""
    best: _Choice = (0, frozenset())
    for index, node in enumerate(nodes):
        starts = left if index == 0 else _parts(nodes[index - 1], -1)
        stops = right if index == len(nodes) - 1 else _parts(nodes[index + 1], 0)
        if isinstance(node, str):
            choices = list(_runs(node, common, starts=starts, stops=stops))
        else:
            options = [_anchor(one, common, left=starts, right=stops) for one in node]
            least = min(length for length, _ in options)
            choices = [(least, frozenset().union(*(runs for _, runs in options)))]
        best = max(best, *choices, key=_worth) if choices else best
    return best


def _worth(choice: _Choice) -> tuple[int, int]:
    return min(choice[0], _ENOUGH), -len(choice[1])


def _parts(node: Node, end: int) -> bool:
    return isinstance(node, str) and node[end] in " …"


def _runs(text: str, common: frozenset[str], *, starts: bool, stops: bool) -> Iterator[_Choice]:
    for match in _LITERAL.finditer(text):
        run, (start, end) = match[0], match.span()
        is_short = len(run) < _SHORT
        left = starts if start == 0 else text[start - 1] in " …"
        right = stops if end == len(text) else text[end] in " …"
        edged = rf"\b{re.escape(run)}" if is_short and left else re.escape(run)
        edged = rf"{edged}\b" if is_short and right else edged
        yield (1 if run in common else len(run)), frozenset({edged})


def _substitute(error: UnicodeError) -> tuple[str, int]:
    """Put a character that no term holds in the place of each that Latin-1 lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "\x1a" * (error.end - error.start), error.end


codecs.register_error("pii_scan.substitute", _substitute)
