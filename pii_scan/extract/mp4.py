"""Stage 3, extract: MP4, M4A and QuickTime: the boxes that hold text, dates and the duration.

Layout: ISO/IEC 14496-12; the texts of QuickTime, of iTunes and of 3GPP (TS 26.244, 8.2) differ.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import BinaryIO, Final

from pii_scan.extract._decode import decode
from pii_scan.extract._media import MAX_BOXES, Box, Pair, content, days, told
from pii_scan.extract._reasons import DAMAGED
from pii_scan.model import Extractor, Gap, Member, Part

PARENTS: Final = frozenset({b"moov", b"trak", b"mdia", b"udta", b"ilst"})
FULL: Final = frozenset({b"titl", b"auth", b"dscp", b"cprt", b"perf", b"gnre", b"albm", b"loci"})
"""Texts of 3GPP: version and flags, a language, the text."""
PLAIN: Final = frozenset({b"name", b"keys", b"XMP_", b"mdta"})
RECORDED: Final = frozenset({"©day", "date", "creationdate", "com.apple.quicktime.creationdate"})
EPOCH: Final = date(1904, 1, 1)
"""Seconds are counted from here (8.2.2)."""
PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG")
"""How JPEG and PNG begin."""
MAX_PICTURE_BYTES: Final = 64 << 20
MAX_SECONDS: Final = 1 << 33


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the texts, the pictures, the date of recording and the duration."""
    end = stream.seek(0, 2)
    tags: list[Pair] = []
    made: list[tuple[str, date]] = []
    seconds, pictures, is_cut = 0.0, 0, False
    for path, box in islice(_boxes(stream, 0, end, b""), MAX_BOXES):
        kind, start, size = box
        is_cut = is_cut or start + size > end
        if kind == b"mvhd":
            day, seconds = _movie(content(stream, box))
            made.append(("creation time", day))
            continue
        if path not in {b"ilst", b"udta"} and kind not in PLAIN:
            continue
        for label, value in _values(path, kind, content(stream, box, MAX_PICTURE_BYTES)):
            if value.startswith(PICTURES):
                pictures += 1
                yield Member(f"picture-{pictures}", value)
            else:
                tags.append((label, _text(value)))
    yield from told(tags, seconds, [*days(tags, RECORDED), *made])
    if is_cut:
        yield Gap(DAMAGED)


def _boxes(stream: BinaryIO, start: int, end: int, parent: bytes) -> Iterator[tuple[bytes, Box]]:
    """Yield the boxes in order, those in boxes of text as well, each with the kind of its parent.

    A size of 0 is all that is left, of 1 stands in the eight bytes that follow (4.2).
    """
    while start + 8 <= end:
        stream.seek(start)
        head = stream.read(24)
        size, kind, first = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, first = int.from_bytes(head[8:16], "big"), start + 16
        last = end if size == 0 else start + size
        if last < first:
            return
        if kind == b"meta":
            # In QuickTime its boxes follow at once, in MP4 four bytes later (8.11.1).
            first += 0 if head[12:16] == b"hdlr" else 4
        if kind == b"meta" or kind in PARENTS:
            yield from _boxes(stream, first, min(last, end), kind)
        else:
            yield parent, (kind, first, min(last, end) - first)
        start = last


def _movie(data: bytes) -> tuple[date, float]:
    """Return the day a film was made, and how many seconds it takes (8.2.2)."""
    wide = 8 if data[:1] == b"\1" else 4
    numbers = data[4:].ljust(28, b"\0")
    made = int.from_bytes(numbers[:wide], "big")
    scale = int.from_bytes(numbers[2 * wide : 2 * wide + 4], "big")
    length = int.from_bytes(numbers[2 * wide + 4 : 3 * wide + 4], "big")
    day = EPOCH + timedelta(seconds=made) if made < MAX_SECONDS else EPOCH
    return day, length / scale if scale else 0


def _values(parent: bytes, kind: bytes, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of what a box says."""
    label = kind.decode("latin-1")
    if parent == b"ilst":
        values = dict(_inner(data))
        name = values.get(b"name", b"")[4:].decode("utf-8", "replace")
        yield name or label, values.get(b"data", b"")[8:]
    elif parent == b"udta" and kind[:1] == b"\xa9":
        yield label, data[4 : 4 + int.from_bytes(data[:2], "big")]
    elif parent == b"udta" and kind in FULL:
        yield label, data[6:]
    else:
        yield label, data


def _inner(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    start = 0
    while start + 8 <= len(data):
        size = max(int.from_bytes(data[start : start + 4], "big"), 8)
        yield data[start + 4 : start + 8], data[start + 8 : start + size]
        start += size


def _text(value: bytes) -> str:
    """Return a value that is text; of one that is not, nothing."""
    text = decode(value.strip(b"\0")).strip()
    return text if text.replace("\n", "").isprintable() else ""


EXTRACTOR = Extractor(
    media_types=("video/mp4", "audio/mp4", "video/quicktime"),
    suffixes=(".mp4", ".m4a", ".m4b", ".m4v", ".mov", ".3gp", ".qt"),
    parts=parts,
)
