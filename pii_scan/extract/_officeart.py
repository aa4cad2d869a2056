"""Stage 3, extract: texts behind the shapes of old Office files ([MS-ODRAW])."""

import re
import struct
from collections.abc import Iterator
from typing import Final

TABLE: Final = re.compile(
    rb"[\x03\x13\x23\x33\x43\x53\x63\x73\x83\x93\xa3\xb3\xc3\xd3\xe3\xf3].\x0b\xf0", re.DOTALL
)
"""Begin of a table of properties: version 3, how many there are, type 0xF00B (2.2.9)."""
TEXTS: Final = {0x00C0: "text", 0x0381: "descr", 0x038D: "tooltip"}
"""Properties of a shape that are words: WordArt (2.3.22.1), alternative text (2.3.4.2), what shows
under the mouse (2.3.4.14)."""
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
