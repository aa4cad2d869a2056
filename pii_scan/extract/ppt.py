"""Stage 3, extract: PowerPoint 97 to 2003. Text by a walk over the records ([MS-PPT] 2.3).

A save may append to the file what has changed; the last directory says which slides are current.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _officeart, _ole
from pii_scan.extract._cfb import Container
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_EXPANDED_BYTES, MAX_MEMBERS, MAX_PART_BYTES
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, EXPANDS, NO_TEXT, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Gap, Member, Part

LOCKED: Final = 0xF3D1C4DF
"""`headerToken` of an encrypted document (2.3.2)."""
DOCUMENT, SLIDE, SLIDE_PLACE, NOTES, NOTES_ATOM = 1000, 1006, 1011, 1008, 1009
MASTER, HANDOUT, TEXT_LIST, HEADERS, LINK, COMMENT = 1016, 4041, 4080, 4057, 4055, 12000
CHARACTERS, BYTES, STRING, PLACEHOLDER, SHAPE, TAGS = 4000, 4008, 4026, 3011, 0xF004, 5003
EDIT, OBJECT = 4085, 4113
"""Types of records (2.13.24)."""
PAGES: Final = {SLIDE: "slide", NOTES: "notes master", MASTER: "master", HANDOUT: "handout master"}
FILLED: Final = frozenset({9, 10})
"""Placeholders of a master, footer and header, whose text is no prompt (2.13.22)."""
CLEAN: Final = {0: None, 11: "\n", 13: "\n"}


@dataclass(frozen=True, slots=True)
class Record:
    """A record, the place of its content, and what it is."""

    kind: int
    instance: int
    start: int
    end: int
    is_container: bool


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the slides in order, hidden ones too, with notes and comments, then what is beside.

    Raises:
        ExtractError: it is under a password, or no presentation of these versions.
    """
    ole = Container(stream)
    data = ole.content("PowerPoint Document")
    show = guarded(lambda: Show(data, _current(ole)))
    has_content = False
    pictures = ole.content("Pictures") if ole.holds("Pictures") else b""
    for part in chain(show.parts(), _officeart.pictures(pictures)):
        has_content = has_content or not isinstance(part, Gap)
        yield part
    if not has_content and pictures:
        yield Gap(NO_TEXT)
    yield from _ole.beside(ole)


def _current(ole: Container) -> int:
    """Return where the last save begins (2.3.2).

    Raises:
        ExtractError: it is encrypted, or older than 97.
    """
    user = ole.content("Current User")
    if len(user) < 20:
        raise ExtractError(DAMAGED)
    token, offset = struct.unpack_from("<II", user, 12)
    if token == LOCKED:
        raise ExtractError(ENCRYPTED)
    return int(offset)


def records(data: bytes, start: int, end: int, *, deep: bool = True) -> Iterator[Record]:
    """Yield records in order; with `deep` those inside others after the one around them."""
    place = start
    while place + 8 <= end:
        head, kind, length = struct.unpack_from("<HHI", data, place)
        # What PowerPoint 2000 added stands in blobs that hold records.
        is_container = head & 0xF == 0xF or kind == TAGS
        place += 8
        inner_end = min(place + length, end)
        yield Record(kind, head >> 4, place, inner_end, is_container)
        if not (deep and is_container):
            place = inner_end


class Show:
    """A presentation, and which of its records are current."""

    def __init__(self, data: bytes, offset: int) -> None:
        """Find the current records and the order of the slides.

        Raises:
            ExtractError: the document is encrypted.
        """
        self._data = data
        self._tops = list(records(data, 0, len(data), deep=False))
        self._places = self._directory(offset)
        current = set(self._places.values()) or {each.start - 8 for each in self._tops}
        self._live = [each for each in self._tops if each.start - 8 in current]
        self._old = [each for each in self._tops if each.start - 8 not in current]
        self._order: dict[int, int] = {}
        """Number of the slide by where its record begins."""
        self._ids: dict[int, int] = {}
        """Number of the slide by its own id."""
        self._outline: dict[int, list[str]] = {}
        """Texts that the document keeps for a slide."""
        for document in self._live:
            if document.kind == DOCUMENT:
                self._read_order(document)
        self._said: set[str] = set()

    def _directory(self, offset: int) -> dict[int, int]:
        """Return where each object begins, newest save first (2.3.3, 2.3.4)."""
        found: dict[int, int] = {}
        seen: set[int] = set()
        budget = len(self._data) // 4
        """Entries that can stand in the file; more of them are the same ones again."""
        while offset and offset not in seen and offset + 36 <= len(self._data):
            seen.add(offset)
            _, kind, length = struct.unpack_from("<HHI", self._data, offset)
            if kind != EDIT:
                break
            if length >= 32 and struct.unpack_from("<I", self._data, offset + 36)[0]:
                raise ExtractError(ENCRYPTED)
            before, directory = struct.unpack_from("<II", self._data, offset + 16)
            for key, place in islice(self._entries(directory), budget):
                found.setdefault(key, place)
                budget -= 1
            offset = before
        return found

    def _entries(self, place: int) -> Iterator[tuple[int, int]]:
        head = next(records(self._data, place, len(self._data), deep=False), None)
        place = head.start if head else 0
        while head and place + 4 <= head.end:
            (run,) = struct.unpack_from("<I", self._data, place)
            first, count = run & 0xFFFFF, run >> 20
            place += 4
            for index in range(min(count, (head.end - place) // 4)):
                yield first + index, *struct.unpack_from("<I", self._data, place + index * 4)
            place += count * 4

    def _read_order(self, document: Record) -> None:
        """Take in the list of slides, and the texts that stand in it (2.4.14.3)."""
        for top in records(self._data, document.start, document.end, deep=False):
            if top.kind != TEXT_LIST or top.instance != 0:
                continue
            number = len(self._ids)
            for each in records(self._data, top.start, top.end):
                if each.kind == SLIDE_PLACE and each.end - each.start >= 16:
                    key, own = struct.unpack_from("<I8xI", self._data, each.start)
                    number += 1
                    self._ids[own] = number
                    self._order[self._places.get(key, -1)] = number
                elif each.kind in {CHARACTERS, BYTES}:
                    self._outline.setdefault(number, []).append(self._text(each))

    def parts(self) -> Iterator[Part]:
        """Yield everything that is said, what is current first."""
        pages = [each for each in self._live if each.kind in PAGES]
        pages.sort(key=lambda each: self._number(each))
        counts: Counter[str] = Counter()
        for number in self._outline.keys() - {self._number(each) for each in pages}:
            yield from self._chunk(self._outline[number], f"slide {number}")
        for each in pages:
            counts[PAGES[each.kind]] += 1
            yield from self._page(each, counts[PAGES[each.kind]])
        for each in self._live:
            if each.kind == DOCUMENT:
                yield from self._document(each)
        yield from self._earlier()
        yield from self._objects()

    def _number(self, page: Record) -> int:
        """Return which slide a page is or belongs to; one beyond all where that is not known."""
        number = self._order.get(page.start - 8)
        if page.kind == NOTES:
            found = (each for each in records(self._data, page.start, page.end))
            atom = next((each for each in found if each.kind == NOTES_ATOM), None)
            if atom and atom.end - atom.start >= 4:
                number = self._ids.get(*struct.unpack_from("<I", self._data, atom.start))
        return number or MAX_MEMBERS

    def _page(self, page: Record, count: int) -> Iterator[Part]:
        number = self._number(page)
        name = PAGES[page.kind]
        is_known = number != MAX_MEMBERS
        where = f"slide {number}" if is_known else f"{name} {count}"
        outline = self._outline.get(number, []) if page.kind == SLIDE else []
        if page.kind == NOTES and is_known:
            where = f"{where} notes"
        lines, comments, more = self._texts(page)
        # A title may stand in the list of slides and on the slide.
        yield from self._chunk(dict.fromkeys([*outline, *lines]), where)
        for each, (author, text) in enumerate(comments, start=1):
            yield from fields([("author", author), ("", text)], f"{where} comment {each}")
            self._said.add(text)
        yield from fields(more, f"{where} fields")

    def _texts(
        self, page: Record
    ) -> tuple[list[str], list[tuple[str, str]], list[tuple[str, str]]]:
        """Return the lines of a page, its comments, and the words behind its shapes."""
        from pii_scan.extract import _officeart

        lines: list[str] = []
        comments: list[tuple[str, str]] = []
        more: list[tuple[str, str]] = []
        comment_end = 0
        # Notes of no slide are the master of notes.
        has_prompts = page.kind != SLIDE and self._number(page) == MAX_MEMBERS
        is_prompt = False
        for each in records(self._data, page.start, page.end):
            if each.kind == COMMENT:
                comments.append(("", ""))
                comment_end = each.end
            elif each.kind == SHAPE:
                is_prompt = False
            elif each.kind == PLACEHOLDER and has_prompts and each.end - each.start > 4:
                is_prompt = self._data[each.start + 4] not in FILLED
            elif each.kind in {CHARACTERS, BYTES} and not is_prompt:
                lines.append(self._text(each))
            elif each.kind == STRING and each.end <= comment_end:
                author, text = comments[-1]
                said = self._text(each)
                comments[-1] = (said, text) if each.instance == 0 else (author, text or said)
            elif each.kind == STRING:
                more.append(("", self._text(each)))
        more.extend(_officeart.texts(self._data[page.start : page.end]))
        return lines, comments, [(key, text) for key, text in more if text[:6] != "___PPT"]

    def _document(self, document: Record) -> Iterator[Part]:
        """Yield headers and footers, addresses of links, and texts of no slide."""
        links: dict[str, None] = {}
        margins: dict[str, None] = {}
        link_end = margin_end = 0
        for each in records(self._data, document.start, document.end):
            if each.kind == LINK:
                link_end = each.end
            elif each.kind == HEADERS:
                margin_end = each.end
            elif each.kind == STRING and each.end <= link_end:
                links[self._text(each)] = None
            elif each.kind == STRING and each.end <= margin_end:
                margins[self._text(each)] = None
        yield from self._chunk(margins, "header and footer")
        yield from self._chunk(links, "links")
        rest = [
            self._text(each)
            for top in records(self._data, document.start, document.end, deep=False)
            if top.kind == TEXT_LIST and top.instance == 2
            for each in records(self._data, top.start, top.end)
            if each.kind in {CHARACTERS, BYTES}
        ]
        yield from self._chunk((text for text in rest if text not in self._said), "notes")

    def _earlier(self) -> Iterator[Part]:
        """Yield texts that only an earlier save has: what was deleted since."""
        found: dict[str, None] = {}
        for top in self._old:
            if top.kind in PAGES or top.kind == DOCUMENT:
                lines, comments, _ = self._texts(top)
                found.update(dict.fromkeys([*lines, *(text for _, text in comments)]))
        lines = [text for text in found if text not in self._said]
        yield from fields((("", line) for line in lines), "earlier version")

    def _chunk(self, lines: Iterable[str], where: str) -> Iterator[Part]:
        lines = [line for line in lines if line and line != "*"]
        self._said.update(lines)
        yield from fields((("", line) for line in lines), where)

    def _text(self, record: Record) -> str:
        raw = self._data[record.start : record.end]
        # Bytes are the lower halves of characters whose upper half is 0 (2.9.42).
        text = raw.decode("latin-1" if record.kind == BYTES else "utf-16-le", "replace")
        return text.translate(CLEAN).strip()

    def _objects(self) -> Iterator[Part]:
        """Yield embedded files and the project of macros (2.10.34)."""
        stored = [each for each in self._tops if each.kind == OBJECT]
        total = 0
        for number, each in enumerate(stored, start=1):
            where = f"object {number}"
            if number > MAX_MEMBERS or total > MAX_EXPANDED_BYTES:
                yield Gap(TOO_MANY_PARTS, where)
                return
            try:
                data = self._object(each)
            except ExtractError as error:
                yield Gap(error.reason, where)
                continue
            total += len(data)
            yield Member(where, data)

    def _object(self, record: Record) -> bytes:
        raw = self._data[record.start : record.end]
        if record.instance == 0:
            return raw
        try:
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(raw[4:], MAX_PART_BYTES)
        except zlib.error:
            raise ExtractError(DAMAGED) from None
        if unpacker.unconsumed_tail:
            raise ExtractError(EXPANDS)
        return data


EXTRACTOR = Extractor(
    media_types=("application/vnd.ms-powerpoint",), suffixes=(".ppt", ".pps", ".pot"), parts=parts
)
