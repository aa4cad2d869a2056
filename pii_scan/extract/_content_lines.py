"""Stage 3, extract: the lines that calendars and cards are made of (RFC 5545 3.1, RFC 6350 3.3).

Cards of version 2.1 (versit vCard 2.1) and calendars 1.0 are read as well: quoted-printable values,
charsets by line, parameters without a name.
"""

import re
from binascii import a2b_base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from quopri import decodestring
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from pii_scan.extract._decode import BOMS, decode, utf16_without_bom

NAME: Final = re.compile(rb"(?:[\w.-]{0,40}\.)?([A-Za-z][A-Za-z0-9-]{0,60})(?=[;:])")
"""Before it there may be a group, as in "item1.TEL"."""
PARAMETER: Final = re.compile(rb';\s*([A-Za-z0-9-]{1,60})(?:=((?:"[^"]*"|[^";:])*))?')
ESCAPED: Final = re.compile(r"\\([\\;,:nN])")
BARE: Final = frozenset({"base64", "quoted-printable", "b", "8bit", "7bit"})
"""Words that state an encoding, also where version 2.1 leaves out its name."""
DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)")
DATA_URI: Final = re.compile(rb"data:([\w/.+-]*)((?:;[^,]*)?),", re.IGNORECASE)
LONGEST_URI_HEAD: Final = 200
MOST_PARAMETERS: Final = 100
MOST_LINES: Final = 10_000
"""Lines of a card or component that are held before they are read."""
OLD: Final = frozenset({b"2.1", b"1.0"})
"""Versions that break a line where it has a space, instead of putting one in."""


@dataclass(frozen=True, slots=True)
class Line:
    """One property with its parameters."""

    name: str
    """Capitals; "" of a line that is no property."""
    parameters: dict[str, str] = field(repr=False)
    """Name in capitals -> value; values of one name are joined by commas."""
    raw: bytes = field(repr=False)
    """The value as written."""

    def stated(self, name: str) -> str:
        """Return a parameter, "" if there is none."""
        return self.parameters.get(name, "")


def lines(data: bytes) -> Iterator[Line]:
    """Yield the properties of a calendar or card file, each whole."""
    if any(data.startswith(mark) for mark, _ in BOMS) or utf16_without_bom(data[:4096]):
        data = decode(data).lstrip("\ufeff").encode()
    held = bytearray()
    is_quoted = keeps_space = False
    for physical in _physical(data):
        # A line end may stand within a character, so bytes are joined before they are decoded.
        if is_quoted and held.endswith(b"="):
            held[-1:] = physical
        elif held and physical[:1] in {b" ", b"\t"}:
            held += b" " * keeps_space + physical[1:]
        else:
            if held:
                line = _line(bytes(held))
                keeps_space = line.raw in OLD if line.name == "VERSION" else keeps_space
                yield line
            held[:] = physical
            is_quoted = b"quoted-printable" in physical.partition(b":")[0].lower()
    if held:
        yield _line(bytes(held))


def _physical(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        yield data[at:end].rstrip(b"\r")
        at = end + 1


def _line(whole: bytes) -> Line:
    name = NAME.match(whole)
    if not name:
        return Line("", {}, whole)
    parameters: dict[str, str] = {}
    at = name.end()
    for _ in range(MOST_PARAMETERS):
        found = PARAMETER.match(whole, at)
        if not found:
            break
        at = found.end()
        key = found[1].decode("ascii").upper()
        value = _caret(_text((found[2] or b"").replace(b'"', b"")))
        if found[2] is None:
            key, value = ("ENCODING" if key.lower() in BARE else "TYPE"), key
        parameters[key] = f"{parameters[key]},{value}" if key in parameters else value
    return Line(name[1].decode("ascii").upper(), parameters, whole[at:].removeprefix(b":"))


def _text(data: bytes) -> str:
    """Return the text of bytes by the rule, the shorter way where it is UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return decode(data)


def _caret(value: str) -> str:
    """Return a parameter in clear (RFC 6868 3.1)."""
    return value.replace("^n", "\n").replace("^'", '"').replace("^^", "^")


def text(line: Line) -> str:
    r"""Return the value as text.

    >>> [text(line) for line in lines(b"NOTE:a\\nb\\, c\r\n d\nFN;QUOTED-PRINTABLE:Ren=C3=A9")]
    ['a\nb, cd', 'René']
    """
    return unescaped(written(line))


def written(line: Line) -> str:
    """Return the value as text with its escapes, for values that are made of several."""
    raw = line.raw
    if line.stated("ENCODING").lower() == "quoted-printable":
        raw = decodestring(raw)
    charset = line.stated("CHARSET")
    return (decode(raw, charset) if charset else _text(raw)).replace("\r\n", "\n")


def unescaped(value: str) -> str:
    """Return a value without escapes."""
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def pieces(value: str, sign: str = ";") -> list[str]:
    r"""Return the pieces of a value, each in clear.

    >>> pieces(r"Vos\;Wit;;Jan")
    ['Vos;Wit', '', 'Jan']
    """
    found = re.split(rf"(?<!\\){sign}", value)
    return [unescaped(piece).strip() for piece in found]


def is_binary(line: Line) -> bool:
    """Tell whether a value is a file."""
    is_data = DATA_URI.match(line.raw[:LONGEST_URI_HEAD]) is not None
    return is_data or line.stated("ENCODING").lower() in {"b", "base64"}


def binary(line: Line) -> tuple[bytes, str]:
    """Return the file that a value is, and its media type, "" if none is stated.

    Raises:
        ValueError: the value is broken.
    """
    found = DATA_URI.match(line.raw[:LONGEST_URI_HEAD])
    if not found:
        return a2b_base64(line.raw), line.stated("FMTTYPE") or line.stated("MEDIATYPE")
    raw = line.raw[found.end() :]
    content = a2b_base64(raw) if b";base64" in found[2].lower() else unquote_to_bytes(raw)
    return content, found[1].decode("ascii")


def address(value: str) -> str:
    """Return what a URI of a person says: "mailto:" and the like are taken off.

    >>> address("MAILTO:jan%20vos@post.example"), address("tel:+31-6")
    ('jan vos@post.example', '+31-6')
    """
    scheme, colon, rest = value.partition(":")
    return unquote(rest) if colon and scheme.lower() in {"mailto", "tel", "sip", "xmpp"} else value


def day(value: str) -> date | None:
    """Return the day of a date or time, in the basic form or with hyphens.

    >>> day("20210314T233000Z"), day("1985-03-12"), day("--0312")
    (datetime.date(2021, 3, 14), datetime.date(1985, 3, 12), None)
    """
    found = DAY.match(value.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
