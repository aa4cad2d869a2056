"""Stage 3, extract: bodies that Outlook keeps as RTF: unpacked, and read as what they were."""

import struct
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract._reasons import DAMAGED, TOO_LARGE
from pii_scan.extract._rtf import Reader
from pii_scan.model import Chunk, Table

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
COMPRESSED: Final = 0x75465A4C
UNCOMPRESSED: Final = 0x414C454D
"""[MS-OXRTFCP] 2.1.3.1.1."""


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


def body(rtf: bytes) -> tuple[str, bool]:
    r"""Return the text of a body in RTF, and whether that is HTML: RTF may be a dress of it.

    >>> body(rb"{\rtf1\ansi\fromhtml1{\*\htmltag <b>}\htmlrtf\b\htmlrtf0 Jan{\*\htmltag </b>}}")
    ('<b>Jan</b>', True)
    >>> body(rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Ren\'e9\par \u8364?}")
    ('René\n€', False)
    """
    reader = Reader(rtf, undress=True)
    found = list(reader.parts())
    if reader.is_html:
        html = (it.text for it in found if isinstance(it, Chunk) and it.where == "paragraph 1")
        return "".join(html), True
    lines: list[str] = []
    for part in found:
        match part:
            case Chunk():
                lines.append(part.text)
            case Table():
                lines += ["\t".join(cells) for cells in (part.columns, *part.rows)]
    return "\n".join(lines), False
