"""Stage 3, extract: property sets of compound files ([MS-OLEPS]): who, for whom, when."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from pii_scan.errors import ExtractError
from pii_scan.extract._cfb import Container
from pii_scan.extract._decode import code_page, decode
from pii_scan.extract._reasons import DAMAGED, EXPANDS
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Part

SUMMARY: Final = UUID("f29f85e0-4ff9-1068-ab91-08002b27b3d9")
DOCUMENT: Final = UUID("d5cdd502-2e9c-101b-9397-08002b2cf9ae")
OWN: Final = UUID("d5cdd505-2e9c-101b-9397-08002b2cf9ae")
STREAMS: Final = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
TEXTS: Final = {
    (SUMMARY, 4): "author",
    (SUMMARY, 8): "lastModifiedBy",
    (SUMMARY, 2): "title",
    (SUMMARY, 3): "subject",
    (SUMMARY, 5): "keywords",
    (SUMMARY, 6): "comments",
    (DOCUMENT, 2): "category",
    (DOCUMENT, 14): "manager",
    (DOCUMENT, 15): "company",
    (SUMMARY, 7): "template",
}
"""[MS-OLEPS] 3.1.2, [MS-OSHARED] 2.3.3.2.1.1."""
MOMENTS: Final = {(SUMMARY, 12): "created", (SUMMARY, 13): "modified"}
DICTIONARY, CODE_PAGE = 0, 1
"""Properties that tell of the others (2.18)."""
UNICODE: Final = 1200
MOMENT, TEXT, WIDE_TEXT, BSTR = 0x40, 0x1E, 0x1F, 8
NUMBERS: Final = {
    **{2: "<h", 3: "<i", 4: "<f", 5: "<d", 0x10: "<b", 0x11: "<B", 0x12: "<H", 0x13: "<I"},
    **{0x14: "<q", 0x15: "<Q", 0x16: "<i", 0x17: "<I"},
}
"""Types (2.15) -> how they are packed."""
EPOCH: Final = date(1601, 1, 1)
"""Where the clock of Windows begins ([MS-DTYP] 2.3.3)."""
DAY: Final = 864_000_000_000
"""Of its ticks."""
MOST: Final = 10_000
"""Properties of one set."""

Value = str | date | None


def parts(container: Container) -> Iterator[Part]:
    """Yield what Office says of a document, and then the properties that people made themselves.

    Raises:
        ExtractError: a set is damaged; what was read of the sets before it counts.
    """
    for name in STREAMS:
        for held in _sets(container.content(name)):
            yield from _known(held)
            if held.kind == OWN:
                yield from _own(held)


def _known(held: "_Set") -> Iterator[Part]:
    for (kind, number), label in TEXTS.items():
        if kind == held.kind:
            yield from fields([("", _shown(held.value(number)))], f"property {label}")
    for (kind, number), label in MOMENTS.items():
        moment = held.value(number) if kind == held.kind else None
        # 0 is 1601: it was never filled in.
        if isinstance(moment, date) and moment.year > EPOCH.year:
            yield Evidence("documentdatum", moment, "metadata", f"property {label}")


def _own(held: "_Set") -> Iterator[Part]:
    for number, name in held.names():
        # Blobs of Office itself: the links are in the text as well.
        if not name.startswith("_PID_"):
            yield from fields([(name, _shown(held.value(number)))], "property custom")


def _shown(value: Value) -> str:
    return "" if value is None else str(value)


@dataclass(slots=True)
class _Set:
    """A set of properties (2.20)."""

    kind: UUID
    data: bytes
    """From its beginning to the end of the stream."""
    places: dict[int, int]
    """Number of a property -> where it stands."""
    left: int
    """Bytes that may still be read: properties may lie upon one another."""
    page: int = 1252

    def value(self, number: int) -> Value:
        """Return a property; `None` if it is not there, or of a type that tells of no one."""
        place = self.places.get(number)
        if place is None:
            return None
        kind, at = self._number("<H", place), place + 4
        if kind == MOMENT:
            return EPOCH + timedelta(days=min(self._number("<Q", at) // DAY, 3_000_000))
        if kind in {TEXT, BSTR}:
            return self._text(at + 4, self._number("<I", at), is_wide=self.page == UNICODE)
        if kind == WIDE_TEXT:
            return self._text(at + 4, self._number("<I", at) * 2, is_wide=True)
        if kind in NUMBERS:
            return str(struct.unpack_from(NUMBERS[kind], self.data, at)[0])
        return None

    def names(self) -> Iterator[tuple[int, str]]:
        """Yield what the properties are called that people made (2.17)."""
        if DICTIONARY not in self.places:
            return
        place = self.places[DICTIONARY]
        is_wide = self.page == UNICODE
        count, place = self._number("<I", place), place + 4
        for _ in range(min(count, MOST)):
            number, size = struct.unpack_from("<II", self.data, place)
            size *= 2 if is_wide else 1
            yield number, self._text(place + 8, size, is_wide=is_wide)
            place += 8 + (-(-size // 4) * 4 if is_wide else size)

    def _number(self, form: str, place: int) -> int:
        return int(struct.unpack_from(form, self.data, place)[0])

    def _text(self, place: int, size: int, *, is_wide: bool) -> str:
        raw = self.data[place : place + size]
        self.left -= len(raw)
        if self.left < 0:
            raise ExtractError(EXPANDS)
        text = decode(raw, "utf-16-le" if is_wide else code_page(self.page))
        return text.strip("\0 ")


def _sets(data: bytes) -> Iterator[_Set]:
    """Yield the sets in a stream (2.21): one, or two where people made properties themselves."""
    if not data:
        return
    (count,) = struct.unpack_from("<I", data, 24)
    for number in range(min(count, 2)):
        kind, start = struct.unpack_from("<16sI", data, 28 + number * 20)
        held = data[start:]
        (listed,) = struct.unpack_from("<I", held, 4)
        if listed > MOST:
            raise ExtractError(DAMAGED)
        places = dict(struct.iter_unpack("<II", held[8 : 8 + listed * 8]))
        found = _Set(UUID(bytes_le=kind), held, places, 2 * len(held))
        if CODE_PAGE in places:
            (found.page,) = struct.unpack_from("<H", held, places[CODE_PAGE] + 4)
        yield found
