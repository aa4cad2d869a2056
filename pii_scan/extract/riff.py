"""Stage 3, extract: WAV and AVI: the chunks that hold text, dates and the duration."""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final, Literal

from pii_scan.extract._decode import decode
from pii_scan.extract._media import MAX_BOXES, Box, Pair, content, days, told
from pii_scan.extract._reasons import DAMAGED
from pii_scan.model import Extractor, Gap, Part

LISTS: Final = frozenset({b"INFO", b"adtl", b"hdrl", b"strl", b"Tdat"})
"""Lists of text and of properties; others hold sound and pictures."""
TEXTS: Final = {
    b"IDIT": 0, b"strn": 0, b"labl": 4, b"note": 4, b"ltxt": 20, b"iXML": 0, b"axml": 0, b"_PMX": 0,
}  # fmt: skip
"""Chunks of text outside a list of properties, and how many bytes stand before it."""
BEXT: Final = (
    ("description", 0, 256),
    ("originator", 256, 288),
    ("originator reference", 288, 320),
    ("origination date", 320, 330),
    ("origination time", 330, 338),
    ("coding history", 602, 1 << 20),
)
"""Fields of the broadcast extension, from and to (EBU Tech 3285, 2.3)."""
RECORDED: Final = frozenset({"origination date", "icrd", "idit"})
Order = Literal["little", "big"]


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the texts, the date of recording and the duration."""
    stream.seek(0)
    order: Order = "big" if stream.read(4) == b"RIFX" else "little"
    end = stream.seek(0, 2)
    tags: list[Pair] = []
    seconds, rate = 0.0, 0
    is_cut = False
    for box in islice(_chunks(stream, 12, end, order), MAX_BOXES):
        kind, start, size = box
        is_cut = start + size > end
        if kind == b"fmt ":
            rate = int.from_bytes(content(stream, box)[8:12], order)
        elif kind == b"data" and rate:
            seconds = min(size, end - start) / rate
        elif kind == b"avih":
            frame, *_, frames = struct.unpack("<IIIII", content(stream, box)[:20].ljust(20, b"\0"))
            seconds = frame * frames / 1e6
        else:
            tags += _texts(kind, content(stream, box))
    yield from told(tags, seconds, days(tags, RECORDED))
    if is_cut:
        yield Gap(DAMAGED)


def _chunks(stream: BinaryIO, start: int, end: int, order: Order) -> Iterator[Box]:
    """Yield the chunks of a file in order, those within lists of text as well."""
    while start + 8 <= end:
        stream.seek(start)
        head = stream.read(12)
        size = int.from_bytes(head[4:8], order)
        if head[:4] == b"LIST" and head[8:] in LISTS:
            start += 12
            continue
        yield head[:4], start + 8, size
        start += 8 + size + size % 2


def _texts(kind: bytes, data: bytes) -> Iterator[Pair]:
    if kind == b"bext":
        for label, first, last in BEXT:
            yield label, _text(data[first:last])
    elif kind in TEXTS:
        yield kind.decode("ascii"), _text(data[TEXTS[kind] :])
    elif kind[:1] == b"I" and kind.isalnum():
        yield kind.decode("ascii"), _text(data)


def _text(data: bytes) -> str:
    return decode(data.split(b"\0\0", 1)[0].rstrip(b"\0")).strip()


EXTRACTOR = Extractor(
    media_types=("audio/wav", "video/x-msvideo"), suffixes=(".wav", ".bwf", ".avi"), parts=parts
)
