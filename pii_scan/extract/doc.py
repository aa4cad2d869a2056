"""Stage 3, extract: Word 6 to 2003. Text by the piece table, [MS-DOC] 2.4.1.

Body, footnotes, headers, comments, endnotes and text boxes are consecutive ranges of characters.
"""

import re
import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _officeart, _ole
from pii_scan.extract._cfb import Container
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_COLUMNS, MAX_DEPTH, MAX_MEMBERS, MAX_PART_BYTES
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, EXPANDS, NO_TEXT
from pii_scan.extract._table import Row, grid
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Gap, Part

MAGIC: Final = frozenset({0xA5EC, 0xA5DC})
"""`wIdent` of the FIB: Word 97 and later ([MS-DOC] 2.5.2), Word 6 and 95."""
WORD_97: Final = 0xC1
"""The least `nFib` of Word 97; before it the text is in bytes and the FIB shorter."""
COMPLEX, LOCKED, SECOND_TABLE = 0x0004, 0x0100, 0x0200
"""Flags at offset 10 of the FIB."""
DRM: Final = "\tDRMContent"
RANGES: Final = (
    "body",
    "footnote",
    "header",
    "macro",
    "comment",
    "endnote",
    "text box",
    "text box in header",
)
"""In the order of their characters, and of `ccpText` … `ccpHdrTxbx` in the FIB (2.5.4)."""
FOOTNOTES, HEADERS, COMMENT_REFS, COMMENTS, PAPERS = 3, 11, 4, 5, 13
NAMES, CLX, OWNERS, ENDNOTES, SHAPES, REVISERS, BOXES, HEADER_BOXES, VARIABLES, SAVERS = (
    32, 33, 36, 47, 50, 51, 56, 58, 60, 71,
)  # fmt: skip
"""Numbers of pairs (place in the table stream, length) in the FIB (2.5.6 and on)."""
PLACES: Final = 154
"""Offset of the first of them."""
IN_TABLE, ROW_END = b"\x16\x24\x01", b"\x17\x24\x01"
"""`sprmPFInTable` and `sprmPFTtp` with their operand 1 (2.6.2)."""
MARK: Final = re.compile(r"[\r\x07\x0c\x0e]")
"""Ends of a paragraph, a cell or row, a section, a column."""
FIELD: Final = re.compile("[\x13\x14\x15]")
"""A field begins, its code ends and its result begins, it ends."""
CLEAN: Final = {**dict.fromkeys(range(32)), 9: "\t", 10: "\n", 11: "\n", 13: "\n", 7: "\t", 30: "-"}
PAGE_BYTES: Final = 512
FOOTERS: Final = frozenset({2, 3, 5})
"""Of the six stories of a section; the others are headers (2.8.12)."""


@dataclass(frozen=True, slots=True)
class Document:
    """The characters of a document, and where each range of them and each note lies."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]
    """First character, place in the stream, bytes a character."""
    starts: tuple[int, ...]
    """Where each of `RANGES` begins, and where the last ends."""
    table: bytes
    fib: bytes
    marks: dict[int, bytes]
    """Properties of paragraphs by the place in the stream after them."""

    def part(self, number: int) -> bytes:
        """Return a structure of the table stream; nothing for versions before 97."""
        if not self.table or len(self.fib) < PLACES + number * 8 + 8:
            return b""
        place, size = struct.unpack_from("<II", self.fib, PLACES + number * 8)
        return self.table[place : place + size]

    def range(self, number: int) -> str:
        """Return the characters of one of `RANGES`."""
        return self.text[self.starts[number] : self.starts[number + 1]]

    def place_after(self, character: int) -> int:
        """Return the place in the stream after a character."""
        first, place, width = self.pieces[bisect_right(self.pieces, (character, 1 << 40)) - 1]
        return place + (character - first + 1) * width


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the body, the notes, headers, comments and boxes, and what stands beside them.

    Raises:
        ExtractError: it is under a password, or the piece table is damaged.
    """
    ole = Container(stream)
    if ole.holds(DRM):
        raise ExtractError(ENCRYPTED)
    document = guarded(lambda: _document(ole))
    has_content = False
    for part in chain(_texts(document), _pictures(ole, document)):
        has_content = True
        yield part
    if not has_content and ole.holds("Data"):
        yield Gap(NO_TEXT)
    yield from fields(_people(document), "fields")
    yield from fields(_officeart.texts(document.part(SHAPES)), "fields")
    yield from _ole.beside(ole)


def _pictures(ole: Container, document: Document) -> Iterator[Part]:
    """Yield pictures: in the text ("Data"), and floating ones, which the main stream holds."""
    data = ole.content("Data") if ole.holds("Data") else b""
    yield from _officeart.pictures(data, document.part(SHAPES), ole.content("WordDocument"))


def _document(ole: Container) -> Document:
    main = ole.content("WordDocument")
    ident, version, flags = struct.unpack_from("<HH6xH", main)
    if ident not in MAGIC:
        raise ExtractError(DAMAGED)
    if flags & LOCKED:
        raise ExtractError(ENCRYPTED)
    if version < WORD_97:
        table, counts = b"", struct.unpack_from("<8I", main, 0x34)
        pieces = _old_pieces(main, flags, sum(counts))
    else:
        table = ole.content("1Table" if flags & SECOND_TABLE else "0Table")
        counts = struct.unpack_from("<8I", main, 0x4C)
        place, size = struct.unpack_from("<II", main, PLACES + CLX * 8)
        pieces = _pieces(table[place : place + size], 0)
    text = _decoded(main, pieces)
    starts = [0]
    for count in counts:
        starts.append(min(starts[-1] + count, len(text)))
    # What the counts leave over is text all the same.
    starts[-1] = len(text)
    known = tuple((first, place, width) for first, _, place, width in pieces)
    marks = guarded(lambda: _marks(main, table)) if table else {}
    return Document(text, known, tuple(starts), table, main[:1024], marks)


def _old_pieces(main: bytes, flags: int, total: int) -> list[tuple[int, int, int, int]]:
    """Return the pieces of a document of Word 6 or 95, which has a table only when saved fast."""
    if flags & COMPLEX:
        place, size = struct.unpack_from("<II", main, 0x160)
        return _pieces(main[place : place + size], 1)
    (begin,) = struct.unpack_from("<I", main, 0x18)
    return [(0, total, begin, 1)]


def _pieces(clx: bytes, width: int) -> list[tuple[int, int, int, int]]:
    """Return (first character, next, place, bytes a character) of each piece (2.9.38, 2.9.177).

    Args:
        clx: the structure around the piece table.
        width: bytes of every character; 0 if the pieces say it (2.9.73).
    """
    place = 0
    while clx[place] == 1:
        place += 3 + struct.unpack_from("<H", clx, place + 1)[0]
    if clx[place] != 2:
        raise ExtractError(DAMAGED)
    (size,) = struct.unpack_from("<I", clx, place + 1)
    count = (size - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", clx, place + 5)
    found = []
    for number, (first, end) in enumerate(pairwise(ends)):
        (where,) = struct.unpack_from("<I", clx, place + 5 + (count + 1) * 4 + number * 8 + 2)
        if width:
            found.append((first, end, where, width))
        elif where & 0x40000000:
            found.append((first, end, (where & 0x3FFFFFFF) // 2, 1))
        else:
            found.append((first, end, where & 0x3FFFFFFF, 2))
    return found


def _decoded(main: bytes, pieces: Sequence[tuple[int, int, int, int]]) -> str:
    """Return all characters; one beyond the first plane stays two, so that places keep counting."""
    if sum(max(end - first, 0) for first, end, _, _ in pieces) > MAX_PART_BYTES // 4:
        raise ExtractError(EXPANDS)
    found = []
    for first, end, place, width in pieces:
        data = main[place : place + max(end - first, 0) * width]
        if width == 1:
            found.append(data.decode("cp1252", "replace"))
        else:
            units = struct.unpack(f"<{len(data) // 2}H", data[: len(data) & ~1])
            found.append("".join(map(chr, units)))
    return "".join(found)


def _marks(main: bytes, table: bytes) -> dict[int, bytes]:
    """Return the properties of paragraphs in tables by the place after each (2.8.6, 2.9.175)."""
    place, size = struct.unpack_from("<II", main, PLACES + PAPERS * 8)
    count = max(size - 4, 0) // 8
    pages = struct.unpack_from(f"<{count}I", table, place + (count + 1) * 4)
    found = {}
    for number in dict.fromkeys(pages):
        page = main[(number & 0x3FFFFF) * PAGE_BYTES :][:PAGE_BYTES]
        if len(page) < PAGE_BYTES:
            break
        held = page[-1]
        ends = struct.unpack_from(f"<{held + 1}I", page)
        for index in range(held):
            start = page[(held + 1) * 4 + index * 13] * 2
            length = page[start] * 2 or page[start + 1] * 2 + 1 if start else 0
            properties = page[start : start + length + 1]
            if IN_TABLE in properties:
                found[ends[index + 1]] = properties
    return found


# Text


def _texts(document: Document) -> Iterator[Part]:
    codes: list[str] = []
    yield from _body(document, codes)
    notes = (
        (1, _cuts(document, FOOTNOTES, 0, 1)),
        (4, _cuts(document, COMMENTS, 0, 4)),
        (5, _cuts(document, ENDNOTES, 0, 5)),
        (6, _cuts(document, BOXES, 22, 6)),
        (7, _cuts(document, HEADER_BOXES, 22, 7)),
    )
    authors = list(_authors(document))
    for number, pieces in notes:
        for count, piece in enumerate(filter(str.strip, pieces), start=1):
            author = authors[count - 1] if number == 4 and count <= len(authors) else ""
            text = _shown(piece, codes)
            yield from fields([("author", author), ("", text)], f"{RANGES[number]} {count}")
    for index, piece in enumerate(_cuts(document, HEADERS, 0, 2)):
        where = "footer" if index % 6 in FOOTERS else "header"
        yield from fields([("", _shown(piece, codes))], where)
    yield from fields([("", _shown(document.range(3), codes))], "macro")
    yield from fields((("field", code) for code in dict.fromkeys(codes)), "fields")


def _body(document: Document, codes: list[str]) -> Iterator[Part]:
    """Yield paragraphs and tables in order, each kind numbered from 1."""
    text = document.range(0)
    numbers: Counter[str] = Counter()
    rows: list[Row] = []
    cells: list[str] = []
    held: list[str] = []
    """Paragraphs of the cell that is open."""
    start = 0
    for mark in (*MARK.finditer(text), None):
        end = mark.start() if mark else len(text)
        shown = _shown(text[start:end], codes)
        start = end + 1
        known = document.marks.get(document.place_after(end), b"") if mark else b""
        if mark and mark[0] == "\x07":
            is_end = ROW_END in known if document.marks else bool(cells) and not (shown or held)
            if is_end:
                rows.append((len(rows) + 1, tuple(cells)))
                cells = []
            elif len(cells) < MAX_COLUMNS:
                cells.append("\n".join(filter(None, (*held, shown))))
            else:
                cells[-1] += "\n" + "\n".join(filter(None, (*held, shown)))
            held = []
            continue
        if known:
            held.append(shown)
            continue
        if rows or cells or held:
            numbers["table"] += 1
            rows.extend([(len(rows) + 1, (*cells, *held))] if cells or held else [])
            yield from grid(rows, f"table {numbers['table']}")
            rows, cells, held = [], [], []
        numbers["paragraph"] += 1
        yield from fields([("", shown)], f"paragraph {numbers['paragraph']}")


def _shown(text: str, codes: list[str]) -> str:
    """Return text as it shows; the codes of fields go to `codes`, cell ends become tabs."""
    if FIELD.search(text):
        text = _results(text, codes)
    text = text.translate(CLEAN).strip()
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _results(text: str, codes: list[str]) -> str:
    """Return text with fields replaced by their results."""
    out: list[str] = []
    stack: list[tuple[list[str], list[str]]] = []
    """Of each open field what was collected before it, and its code once that has ended."""
    start = 0
    for mark in FIELD.finditer(text):
        out.append(text[start : mark.start()])
        start = mark.end()
        if mark[0] == "\x13" and len(stack) < MAX_DEPTH:
            stack.append((out, []))
            out = []
        elif mark[0] == "\x14" and stack:
            stack[-1][1].append("".join(out).translate(CLEAN).strip())
            out = []
        elif mark[0] == "\x15" and stack:
            before, code = stack.pop()
            # A field without a result is all code.
            codes.extend(code or ["".join(out).translate(CLEAN).strip()])
            before.extend(out if code else ())
            out = before
    out.append(text[start:])
    for before, code in reversed(stack):
        codes.extend(code)
        out = [*before, *out]
    return "".join(out)


def _cuts(document: Document, number: int, size: int, where: int) -> list[str]:
    """Return the pieces of a range that a PLC tells apart (2.2.2), the whole where there is none.

    Args:
        document: read.
        number: of the PLC in the FIB.
        size: bytes that it has for each piece beside its place.
        where: number of the range.
    """
    text, data = document.range(where), document.part(number)
    count = max(len(data) - 4, 0) // (4 + size)
    if count < 1:
        return [text]
    count = min(count, MAX_MEMBERS)
    # Places that run back would give the same text over and over.
    ends = accumulate(struct.unpack_from(f"<{count + 1}I", data), max)
    return [text[first:end] for first, end in pairwise((*ends, len(text)))]


# People


def _authors(document: Document) -> Iterator[str]:
    """Yield who wrote each comment (2.9.6 ATRDPre10, 2.8.14)."""
    owners = list(_strings(document.part(OWNERS)))
    data = document.part(COMMENT_REFS)
    count = max(len(data) - 4, 0) // 34
    for number in range(min(count, MAX_MEMBERS)):
        (index,) = struct.unpack_from("<H", data, (count + 1) * 4 + number * 30 + 20)
        yield owners[index] if index < len(owners) else ""


def _people(document: Document) -> Iterator[tuple[str, str]]:
    """Yield who changed and who saved the document where, its names, and its variables."""
    seen: set[str] = set()
    for label, number in (("author", REVISERS), ("saved by", SAVERS), ("", NAMES)):
        for text in _table_strings(document.part(number)):
            if text not in seen:
                seen.add(text)
                yield label, text
    variables = document.part(VARIABLES)
    yield "variables", " ".join(_table_strings(variables))
    for text in re.findall(rb"(?:[ -~]\x00){2,}", variables):
        yield "variable", text.decode("utf-16-le")


def _table_strings(data: bytes) -> Iterator[str]:
    """Yield the strings of a table of strings (STTB, 2.2.4)."""
    if len(data) < 6 or data[:2] != b"\xff\xff":
        return
    count, extra = struct.unpack_from("<HH", data, 2)
    yield from _strings(data[6:], count, extra)


def _strings(data: bytes, count: int = MAX_MEMBERS, extra: int = 0) -> Iterator[str]:
    """Yield strings that stand one after another, each with its length before it."""
    place = 0
    for _ in range(min(count, MAX_MEMBERS)):
        if place + 2 > len(data):
            return
        (length,) = struct.unpack_from("<H", data, place)
        yield data[place + 2 : place + 2 + length * 2].decode("utf-16-le", "replace").strip("\0 ")
        place += 2 + length * 2 + extra


EXTRACTOR = Extractor(media_types=("application/msword",), suffixes=(".doc", ".dot"), parts=parts)
