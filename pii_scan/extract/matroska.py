"""Stage 3, extract: Matroska and WebM: the elements that hold text, dates and the duration.

Layout: RFC 8794 (EBML) and RFC 9559 (Matroska).
"""

import struct
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import BinaryIO, Final

from pii_scan.extract._decode import decode
from pii_scan.extract._limits import MAX_PART_BYTES
from pii_scan.extract._media import MAX_BOXES, Box, Pair, content, days, told
from pii_scan.extract._names import harmless
from pii_scan.extract._reasons import TOO_LARGE
from pii_scan.model import Extractor, Gap, Member, Part

PARENTS: Final = {
    0x18538067,  # Segment
    0x1549A966,  # Info
    0x1254C367, 0x7373, 0x67C8,  # Tags, Tag, SimpleTag
    0x1941A469, 0x61A7,  # Attachments, AttachedFile
    0x1043A770, 0x45B9, 0xB6, 0x80,  # Chapters, EditionEntry, ChapterAtom, ChapterDisplay
    0x1654AE6B, 0xAE,  # Tracks, TrackEntry
}  # fmt: skip
TEXTS: Final = {
    0x7BA9: "title",
    0x7384: "filename",
    0x4D80: "muxing application",
    0x5741: "writing application",
    0x467E: "description",
    0x85: "chapter",
    0x536E: "track",
}
TAG_NAME, TAG_STRING = 0x45A3, 0x4487
FILE_NAME, FILE_DATA = 0x466E, 0x465C
SCALE, DURATION, MADE = 0x2AD7B1, 0x4489, 0x4461
RECORDED: Final = frozenset({"date", "date_recorded", "date_encoded", "creation_time"})
EPOCH: Final = date(2001, 1, 1)
"""Nanoseconds are counted from here (RFC 8794, 7.6)."""
MAX_SECONDS: Final = 10**10


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the texts, the attachments, the date of recording and the duration."""
    end = stream.seek(0, 2)
    tags: list[Pair] = []
    made: list[tuple[str, date]] = []
    name, scale, duration = "", 1_000_000, 0.0
    for kind, box in islice(_elements(stream, 0, end), MAX_BOXES):
        if kind in TEXTS:
            tags.append((TEXTS[kind], _text(content(stream, box))))
        elif kind in {TAG_NAME, FILE_NAME}:
            name = _text(content(stream, box))
        elif kind == TAG_STRING:
            tags.append((name, _text(content(stream, box))))
        elif kind == FILE_DATA:
            yield from _attached(stream, box, harmless(name))
        elif kind == SCALE:
            scale = int.from_bytes(content(stream, box, 8), "big")
        elif kind == DURATION:
            duration = _float(content(stream, box, 8))
        elif kind == MADE:
            seconds = int.from_bytes(content(stream, box, 8), "big", signed=True) // 10**9
            if abs(seconds) < MAX_SECONDS:
                made.append(("DateUTC", EPOCH + timedelta(seconds=seconds)))
    yield from told(tags, duration * scale / 1e9, [*days(tags, RECORDED), *made])


def _elements(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[int, Box]]:
    """Yield the elements in order, those in others that hold text as well."""
    stack = [end]
    while stack:
        if start >= stack[-1]:
            stack.pop()
            continue
        stream.seek(start)
        head = stream.read(12)
        kind, width = _number(head, keep_mark=True)
        size, more = _number(head[width:], keep_mark=False)
        if not width or not more:
            return
        first = start + width + more
        # All bits set: the size was not known when it was written.
        size = stack[-1] - first if size == (1 << 7 * more) - 1 else size
        if kind in PARENTS:
            stack.append(min(first + size, stack[-1]))
            start = first
        else:
            yield kind, (b"", first, size)
            start = first + size


def _number(data: bytes, *, keep_mark: bool) -> tuple[int, int]:
    """Return a number of variable width (RFC 8794, 4) and its bytes; (0, 0) where there is none."""
    if not data or not data[0]:
        return 0, 0
    width = 9 - data[0].bit_length()
    number = int.from_bytes(data[:width], "big")
    return (number if keep_mark else number & ((1 << 7 * width) - 1)), width


def _attached(stream: BinaryIO, box: Box, name: str) -> Iterator[Part]:
    if box[2] > MAX_PART_BYTES:
        yield Gap(TOO_LARGE, name)
    else:
        yield Member(name, content(stream, box, MAX_PART_BYTES))


def _float(data: bytes) -> float:
    value = struct.unpack(">d" if len(data) == 8 else ">f", data.rjust(4, b"\0")[-8:])[0]
    return float(value) if 0 < value < MAX_SECONDS * 1e9 else 0.0


def _text(data: bytes) -> str:
    return decode(data.split(b"\0", 1)[0])


EXTRACTOR = Extractor(
    media_types=("video/x-matroska",), suffixes=(".mkv", ".webm", ".mka"), parts=parts
)
