"""Stage 3, extract: bodies that Outlook keeps as RTF: unpacked, and read as what they were."""

import codecs
import re
import struct
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract._reasons import DAMAGED, TOO_DEEP, TOO_LARGE

DICTIONARY: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern "
    rb"\fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    b"{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    rb"\pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What may be referred to before it was written ([MS-OXRTFCP] 2.1.2.1)."""
RING: Final = 4096
MAX_BYTES: Final = 32 << 20
"""Of a body unpacked, which is read letter by letter: 10 s. A body of text takes 1 MB at most."""
MAX_GROUPS: Final = 5_000
"""Groups in one another."""
COMPRESSED: Final = 0x75465A4C
UNCOMPRESSED: Final = 0x414C454D
"""[MS-OXRTFCP] 2.1.3.1.1."""

TOKEN: Final = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)",
    re.DOTALL,
)
SIGNS: Final = {
    **dict.fromkeys((b"par", b"line", b"sect", b"page", b"row"), "\n"),
    **dict.fromkeys((b"tab", b"cell"), "\t"),
    b"lquote": "\u2018",
    b"rquote": "\u2019",
    b"ldblquote": "\u201c",
    b"rdblquote": "\u201d",
    b"bullet": "\u2022",
    b"endash": "\u2013",
    b"emdash": "\u2014",
}
UNSEEN: Final = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"mhtmltag", b"filetbl"}
)


def unpacked(data: bytes) -> bytes:
    """Return the RTF in a property `PidTagRtfCompressed`; of a damaged one what is left.

    Raises:
        ExtractError: it is no such property, or unpacks to too much.
    """
    if len(data) < 16:
        raise ExtractError(DAMAGED)
    _, size, kind, _ = struct.unpack_from("<4I", data)
    if kind not in {COMPRESSED, UNCOMPRESSED}:
        raise ExtractError(DAMAGED)
    if size > MAX_BYTES:
        raise ExtractError(TOO_LARGE)
    if kind == UNCOMPRESSED:
        return data[16 : 16 + size]
    # What lies further back than the ring is long was never there: zeros.
    out = bytearray(RING) + DICTIONARY
    before = len(out)
    place = 16
    # A run of eight tokens: a bit each, lowest first, says letter or reference (2.1.3.1.4).
    while place < len(data) and len(out) - before < size:
        control, place = data[place], place + 1
        for bit in range(8):
            if not control >> bit & 1:
                out += data[place : place + 1]
                place += 1
                continue
            reference = int.from_bytes(data[place : place + 2], "big")
            back = (len(out) - (reference >> 4)) % RING
            place += 2
            if back == 0 or place > len(data):
                return bytes(out[before : before + size])
            # What is referred to may run into what is being written, and then repeats.
            length = (reference & 15) + 2
            piece = out[len(out) - back : len(out) - back + length]
            out += (piece * (length // len(piece) + 1))[:length]
    return bytes(out[before : before + size])


class _Reader:
    """RTF on its way to text: what has been written, and what the open groups say."""

    def __init__(self) -> None:
        self._charset = "cp1252"
        self.is_html = False
        self._out: list[str] = []
        self._bytes = bytearray()
        """Of characters that may take several; decoded when something else comes."""
        self._groups: list[tuple[bool, bool, int]] = []
        self._is_skipped = self._is_for_rtf = False
        self._fallback = 1
        """Characters that follow a `\\u` for readers without Unicode."""
        self._due = 0
        self._starred = False

    def token(self, token: "re.Match[bytes]") -> None:
        """Take in one token."""
        escape, word, number, symbol, brace, text = token.groups()
        if brace:
            self._brace(brace)
        elif word:
            self._word(word, int(number) if number else None)
        elif symbol:
            self._symbol(symbol)
        else:
            self._letters(bytes.fromhex(escape.decode()) if escape else text)

    def text(self) -> str:
        """Return all text so far."""
        self._flush()
        return "".join(self._out)

    def _brace(self, brace: bytes) -> None:
        self._due = 0
        if len(self._groups) > MAX_GROUPS:
            raise ExtractError(TOO_DEEP)
        if brace == b"{":
            self._groups.append((self._is_skipped, self._is_for_rtf, self._fallback))
        elif self._groups:
            self._is_skipped, self._is_for_rtf, self._fallback = self._groups.pop()

    def _word(self, word: bytes, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word == b"htmltag":
            self._is_skipped = not self.is_html
        elif word in UNSEEN or (starred and word != b"fldinst"):
            self._is_skipped = True
        elif word == b"fromhtml":
            self.is_html = True
        elif word == b"htmlrtf":
            self._is_for_rtf = number != 0
        elif word == b"ansicpg" and _is_charset(f"cp{number}"):
            self._charset = f"cp{number}"
        elif word == b"uc":
            self._fallback = min(max(number or 0, 0), 9)
        elif word == b"u" and number is not None:
            self._sign(chr(number % 0x10000))
            self._due = self._fallback
        elif word in SIGNS:
            self._sign(SIGNS[word])

    def _symbol(self, symbol: bytes) -> None:
        self._starred = symbol == b"*"
        if symbol in b"\\{}":
            self._letters(symbol)
        elif symbol in b"~_\r\n":
            self._sign({b"~": " ", b"_": "-"}.get(symbol, "\n"))

    def _letters(self, letters: bytes) -> None:
        self._starred = False
        due, self._due = self._due, max(self._due - len(letters), 0)
        if not self._is_hidden():
            self._bytes += letters[due:]

    def _sign(self, sign: str) -> None:
        if not self._is_hidden():
            self._flush()
            self._out.append(sign)

    def _is_hidden(self) -> bool:
        return self._is_skipped or (self.is_html and self._is_for_rtf)

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(self._bytes.decode(self._charset, "replace"))
            self._bytes.clear()


def body(rtf: bytes) -> tuple[str, bool]:
    r"""Return the text of a body in RTF, and whether that is HTML: RTF may be a dress of it.

    The HTML stands in groups that RTF readers pass over; what is for those readers alone is left
    out ([MS-OXRTFEX] 2.1).

    >>> body(rb"{\rtf1\ansi\fromhtml1{\*\htmltag <b>}\htmlrtf\b\htmlrtf0 Jan{\*\htmltag </b>}}")
    ('<b>Jan</b>', True)
    >>> body(rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Ren\'e9\par \u8364?}")
    ('René\n€', False)
    """
    reader = _Reader()
    for token in TOKEN.finditer(rtf):
        reader.token(token)
    # Characters beyond U+FFFF stand as two halves.
    text = reader.text().encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text, reader.is_html


def _is_charset(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
