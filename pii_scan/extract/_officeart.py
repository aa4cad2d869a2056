"""Stage 3, extract: pictures, and texts behind the shapes, of old Office files ([MS-ODRAW])."""

import re
import struct
from collections.abc import Iterator
from typing import Final

from pii_scan.extract._embedded import Pictures
from pii_scan.model import Part

TABLE: Final = re.compile(
    rb"[\x03\x13\x23\x33\x43\x53\x63\x73\x83\x93\xa3\xb3\xc3\xd3\xe3\xf3].\x0b\xf0", re.DOTALL
)
"""Begin of a table of properties: version 3, how many there are, type 0xF00B (2.2.9)."""
TEXTS: Final = {0x00C0: "text", 0x0381: "descr", 0x038D: "tooltip"}
"""Properties of a shape that are words: WordArt (2.3.22.1), alternative text (2.3.4.2), what shows
under the mouse (2.3.4.14)."""
BLIP: Final = re.compile(
    rb"[\x00\x10\x20\x30\x40\x50\x60\x70\x80\x90\xa0\xb0\xc0\xd0\xe0\xf0]"
    rb"[\x21\x3d\x46\x54\x6e\x7a][\x1a-\x1f\x29\x2a]\xf0"
)
"""Begin of a picture: version 0, one of the instances that there are, types 0xF01A to 0xF02A
(2.2.23 to 2.2.31)."""
METAFILES: Final = range(0xF01A, 0xF01D)
DIB: Final = 0xF01F
COMPLEX: Final = 0x8000
"""The value of the property is a length, and stands after the table (2.2.7)."""


def texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield what a stream says of its shapes, wherever they stand in it."""
    end = 0
    for found in TABLE.finditer(data):
        place = found.start() + 8
        if found.start() < end or place > len(data):
            continue
        head, size = struct.unpack_from("<H2xI", data, found.start())
        count = head >> 4
        if count * 6 > size or place + size > len(data):
            continue
        end = place + size
        value = place + count * 6
        for number in range(count):
            key, length = struct.unpack_from("<HI", data, place + number * 6)
            if not key & COMPLEX:
                continue
            if key & 0x3FFF in TEXTS:
                text = data[value : min(value + length, end)].decode("utf-16-le", "replace")
                yield TEXTS[key & 0x3FFF], text.rstrip("\0").strip()
            value += length


def pictures(*streams: bytes) -> Iterator[Part]:
    """Yield the pictures that stand in some streams, wherever they do."""
    kept = Pictures("pictures")
    for data in streams:
        for picture in _pictures(data):
            yield from kept.take(picture)


def _pictures(data: bytes) -> Iterator[bytes]:
    end = 0
    for found in BLIP.finditer(data, 0, max(len(data) - 4, 0)):
        if found.start() < end:
            continue
        head, kind, size = struct.unpack_from("<HHI", data, found.start())
        # An odd instance has two identifiers before it; then come a tag, or the measures.
        before = (32 if head >> 4 & 1 else 16) + (34 if kind in METAFILES else 1)
        place = found.start() + 8
        if before < size <= len(data) - place:
            end = place + size
            picture = data[place + before : end]
            yield _bitmap(picture) if kind == DIB else picture


def _bitmap(data: bytes) -> bytes:
    """Return a device-independent bitmap with the head that a file of it has."""
    if len(data) < 40:
        return data
    size, bits, colours = struct.unpack_from("<I10xH16xI", data)
    colours = colours or (1 << bits if bits <= 8 else 0)
    return struct.pack("<2sIII", b"BM", 14 + len(data), 0, 14 + size + 4 * colours) + data
