"""Stage 3, extract: binary workbooks ([MS-XLSB]). Cells by calamine, the rest by records."""

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _embedded
from pii_scan.extract._container import open_container
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_CELLS
from pii_scan.extract._reasons import DAMAGED, TOO_MANY_ROWS
from pii_scan.extract._sheet import MARGIN_CODE, PADDED, Known, letters, sheets
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Part

BOOK: Final = "xl/workbook.bin"
ROW, SHORT, REAL, FORMULA_REAL, LAST_CELL = 0, 2, 5, 9, 11
FORMAT, STYLE, STYLES, STYLES_END, NAME, SHEET = 44, 47, 617, 618, 39, 156
AUTHOR, COMMENT, COMMENT_TEXT, MARGINS, RULE, LINK = 632, 635, 637, 479, 64, 494
"""Numbers of records (2.3)."""
OTHER_PARTS: Final = re.compile(
    r"xl/(?:pivotCache|pivotTables|externalLinks|tables|queryTables|slicers|slicerCaches|revisions)"
    r"/[^/]+\.bin|xl/connections\.bin"
)
"""Parts of which the texts are taken without knowing what each is."""
WIDE: Final = re.compile(rb"(?:[\x20-\xff][\x00-\x02]){3,2000}")


@dataclass(slots=True)
class Sheet:
    """What a sheet says beside its cells, and its numbers that show leading zeros."""

    exact: dict[tuple[int, int], str] = field(default_factory=dict)
    """By row and column from 1."""
    margins: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    def beside(self, where: str) -> Iterator[Part]:
        """Yield what stands beside the cells."""
        for kind, texts in (("header and footer", self.margins), ("rules", self.rules)):
            yield from fields((("", text) for text in texts), f"{where} {kind}".strip())


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield every sheet, hidden ones too, then what stands beside the cells.

    Raises:
        ExtractError: the workbook cannot be opened.
    """
    from pii_scan.extract import _ooxml, _workbook

    with open_container(stream) as container:
        if BOOK not in container.namelist():
            raise ExtractError(DAMAGED)
        paths = guarded(lambda: _sheet_paths(container))
        widths = guarded(lambda: _padded_styles(_ooxml.read(container, "xl/styles.bin")))

        def known(name: str) -> Known:
            sheet = _read_sheet(_ooxml.read(container, paths.get(name, "")), widths)
            return Known(sheet.exact, sheet.beside)

        yield from sheets(stream, known)
        yield from _beside(container)
        yield from _workbook.beside(container)
        yield from _embedded.pictures(container, "xl/media/")


def records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the type of each record, and where its content begins and ends (2.1.4)."""
    place, end = 0, len(data)
    while place < end:
        kind, place = _variable(data, place, 2)
        length, place = _variable(data, place, 4)
        yield kind, place, min(place + length, end)
        place += length


def _variable(data: bytes, place: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the place after it."""
    number = 0
    for index in range(most):
        byte = data[place] if place < len(data) else 0
        number |= (byte & 0x7F) << 7 * index
        place += 1
        if byte < 0x80:
            break
    return number, place


def _string(data: bytes, place: int, end: int) -> tuple[str, int]:
    """Return a text with its length before it, and the place after it (2.5.168)."""
    if place + 4 > end:
        return "", end
    (count,) = struct.unpack_from("<I", data, place)
    # All ones stand for no text.
    count = 0 if count == 0xFFFFFFFF else count
    after = min(place + 4 + count * 2, end)
    return data[place + 4 : after].decode("utf-16-le", "replace"), after


def _sheet_paths(container: zipfile.ZipFile) -> dict[str, str]:
    """Return the part in which each sheet stands, by the name of the sheet."""
    from pii_scan.extract import _ooxml

    data = container.read(BOOK)
    related = _ooxml.relations(container, BOOK)
    found = {}
    for kind, start, end in records(data):
        if kind == SHEET:
            key, place = _string(data, start + 8, end)
            name, _ = _string(data, place, end)
            if key in related:
                found[name] = related[key].target
    return found


def _padded_styles(data: bytes) -> dict[int, int]:
    """Return the digits that a style pads numbers to, by its number, for styles that do."""
    codes: dict[int, int] = {}
    found: dict[int, int] = {}
    count, is_cells = 0, False
    for kind, start, end in records(data):
        if kind == FORMAT and end - start > 6:
            code, _ = _string(data, start + 2, end)
            if PADDED.fullmatch(code):
                codes[struct.unpack_from("<H", data, start)[0]] = len(code)
        elif kind in {STYLES, STYLES_END}:
            is_cells = kind == STYLES
        elif kind == STYLE and is_cells and end - start >= 4:
            width = codes.get(struct.unpack_from("<H", data, start + 2)[0])
            if width:
                found[count] = width
            count += 1
    return found


def _read_sheet(data: bytes, widths: dict[int, int]) -> Sheet:
    """Return what a sheet says beside its cells.

    Raises:
        ExtractError: cells lie too far apart to lay out.
    """
    sheet = Sheet()
    row = last_row = last_column = 0
    for kind, start, end in records(data):
        if kind == ROW and end - start >= 4:
            (row,) = struct.unpack_from("<I", data, start)
        elif kind <= LAST_CELL and end - start >= 8:
            column, style = struct.unpack_from("<II", data, start)
            last_row, last_column = max(last_row, row), max(last_column, column)
            width = widths.get(style & 0xFFFFFF)
            if width:
                sheet.exact.update(_padded(data[start + 8 : end], kind, (row, column), width))
        elif kind == MARGINS:
            texts = _strings(data, start + 2, end)
            sheet.margins.extend(MARGIN_CODE.sub(" ", text).strip() for text in texts)
        elif kind in {RULE, LINK}:
            sheet.rules.extend(_wide(data[start:end]))
    if (last_row + 1) * (last_column + 1) > MAX_CELLS:
        raise ExtractError(TOO_MANY_ROWS)
    return sheet


def _padded(
    raw: bytes, kind: int, place: tuple[int, int], width: int
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield a number as it shows with its leading zeros, if the cell holds a whole one."""
    from pii_scan.extract._biff import short_number

    if kind == SHORT and len(raw) >= 4:
        value = short_number(*struct.unpack_from("<I", raw))
    elif kind in {REAL, FORMULA_REAL} and len(raw) >= 8:
        (value,) = struct.unpack_from("<d", raw)
    else:
        return
    if value >= 0 and value.is_integer():
        yield (place[0] + 1, place[1] + 1), str(int(value)).zfill(width)


def _strings(data: bytes, place: int, end: int) -> Iterator[str]:
    while place + 4 <= end:
        text, place = _string(data, place, end)
        yield text


def _wide(data: bytes) -> Iterator[str]:
    """Yield what looks like text in a record whose layout does not matter here."""
    for found in WIDE.findall(data):
        yield found.decode("utf-16-le", "replace").strip()


def _beside(container: zipfile.ZipFile) -> Iterator[Part]:
    """Yield comments, defined names, and the texts of caches, links and connections."""
    data = container.read(BOOK)
    names = (data[start:end] for kind, start, end in records(data) if kind == NAME)
    yield from fields((("", text) for each in names for text in _wide(each)), "defined names")
    for name in container.namelist():
        if re.fullmatch(r"xl/comments[^/]*\.bin|xl/comments/[^/]+\.bin", name):
            yield from _comments(container.read(name))
        elif OTHER_PARTS.fullmatch(name):
            data = container.read(name)
            texts = (text for _, start, end in records(data) for text in _wide(data[start:end]))
            label = name.split("/")[1].removesuffix(".bin")
            yield from fields((("", text) for text in texts), label)


def _comments(data: bytes) -> Iterator[Part]:
    """Yield each comment with its cell and who wrote it (2.1.7.8)."""
    authors: list[str] = []
    author, where = "", "comments"
    for kind, start, end in records(data):
        if kind == AUTHOR:
            authors.append(_string(data, start, end)[0])
        elif kind == COMMENT and end - start >= 20:
            index, row, _, column = struct.unpack_from("<IIII", data, start)
            author = authors[index] if index < len(authors) else ""
            where = f"comments {letters(min(column, 1 << 14) + 1)}{row + 1}"
        elif kind == COMMENT_TEXT:
            text, _ = _string(data, start + 1, end)
            yield from fields([("author", author), ("", text)], where)


EXTRACTOR = Extractor(
    media_types=("application/vnd.ms-excel.sheet.binary.macroenabled.12",),
    suffixes=(".xlsb",),
    parts=parts,
)
