"""Stage 3, extract: the records of an Excel workbook of before 2007 ([MS-XLS] 2.1.4).

calamine gives the cells; this gives what stands beside them, and says whether it is safe to ask.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _officeart
from pii_scan.extract._decode import code_page
from pii_scan.extract._limits import MAX_CELLS
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, TOO_MANY_ROWS
from pii_scan.extract._sheet import MARGIN_CODE, PADDED, letters
from pii_scan.model import Part

BOF: Final = frozenset({0x009, 0x209, 0x409, 0x809})
EOF, NAME, NOTE, FOOTER, HEADER, FILEPASS = 0x00A, 0x018, 0x01C, 0x015, 0x014, 0x02F
CONTINUE, CODEPAGE, WRITER, OBJECT, SHEET, BOOK = 0x03C, 0x042, 0x05C, 0x05D, 0x085, 0x1AE
STYLE, DRAWINGS, DRAWING, TEXT, LINK, RULE = 0x0E0, 0x0EB, 0x0EC, 0x1B6, 0x1B8, 0x1BE
SIZE, FORMAT, SERIES = 0x200, 0x41E, 0x100D
FORMULA, NUMBER, SHORT, SHORTS, BLANKS = 0x006, 0x203, 0x27E, 0x0BD, 0x0BE
"""Numbers of records (2.3)."""
SIZES: Final = {10: "<HHHH", 14: "<IIHH"}
"""How a sheet says its first and next row and column (2.4.90), before 97 and since, by length."""
CELLS: Final = frozenset({FORMULA, NUMBER, SHORT, SHORTS, BLANKS, 0x0D6, 0x0FD, 0x204, 0x205})
MANY: Final = frozenset({SHORTS, BLANKS})
SHAPES: Final = frozenset({DRAWING, DRAWINGS, OBJECT, TEXT, CONTINUE})
TEXTS: Final = frozenset({NOTE, HEADER, FOOTER, NAME, LINK, RULE, WRITER, SERIES, BOOK})
WIDE: Final = re.compile(rb"(?:[\x20-\xff]\x00){4,2000}")
"""Characters of two bytes: the addresses in a link."""
STRING_TOKEN: Final = 0x17
"""A text in a formula (2.5.198.89 PtgStr)."""


@dataclass(slots=True)
class Sheet:
    """What stands beside the cells of a sheet, and the numbers that show leading zeros."""

    beside: list[tuple[str, str, str]] = field(default_factory=list)
    """Where, label, text."""
    exact: dict[tuple[int, int], str] = field(default_factory=dict)
    """By row and column from 1."""
    rows: int = 0
    columns: int = 0


def records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the type of each record, and where its content begins and ends."""
    place, end = 0, len(data)
    while place + 4 <= end:
        kind, length = struct.unpack_from("<HH", data, place)
        place += 4
        yield kind, place, min(place + length, end)
        place += length


class Workbook:
    """A workbook, read in one pass over its records."""

    def __init__(self, data: bytes) -> None:
        """Read all of it.

        Raises:
            ExtractError: it is under a password, or its cells lie too far apart to lay out.
        """
        self._data = data
        self.common = Sheet()
        """What belongs to no sheet."""
        self._sheet = self.common
        self._by_place: dict[int, Sheet] = {}
        """The sheet that each beginning belongs to, charts inside sheets too."""
        self._places: list[tuple[str, int]] = []
        """Names of the sheets, and where the workbook says that each begins."""
        self._is_old = data[4:6] != b"\x00\x06"
        """Before 97: texts are bytes."""
        self._codec = "cp1252"
        self._depth = 0
        self._widths: dict[int, int] = {}
        """Digits that a number format pads to."""
        self._styles: list[int] = []
        self._object = 0
        self._texts: dict[int, str] = {}
        """Texts of shapes of the sheet, by the number of the object."""
        self._due = 0
        """Characters of such a text that are still to come."""
        self._drawing = bytearray()
        self._drawings = bytearray()
        """Of the workbook: what all sheets draw from, its pictures."""
        self._kind = 0
        """Of the last record that goes on in those after it."""
        for kind, start, end in records(data):
            self._record(kind, start, end)
            self._kind = self._kind if kind == CONTINUE else kind
        self._end()
        self._check()

    def pictures(self) -> Iterator[Part]:
        """Yield the pictures on all sheets."""
        yield from _officeart.pictures(bytes(self._drawings))

    def sheet(self, name: str) -> Sheet:
        """Return what stands beside the cells of a sheet."""
        places = (place for known, place in self._places if known == name)
        return self._by_place.get(next(places, -1), Sheet())

    def _check(self) -> None:
        """Raise if calamine would be led astray: it makes room for what sheets say of their size.

        It begins each sheet where the workbook says, and so must have been read from there on.
        """
        if not all(place in self._by_place for _, place in self._places):
            raise ExtractError(DAMAGED)
        sheets = (self._by_place[place] for _, place in self._places)
        if sum(each.rows * each.columns for each in sheets) > MAX_CELLS:
            raise ExtractError(TOO_MANY_ROWS)

    def _record(self, kind: int, start: int, end: int) -> None:
        data = self._data
        if kind in CELLS:
            self._cell(kind, start, end)
        elif kind in BOF:
            self._depth += 1
            # A chart inside a sheet begins in the same way.
            if self._depth == 1 and start > 4:
                self._sheet = Sheet()
            self._by_place[start - 4] = self._sheet
        elif kind == EOF:
            self._depth -= 1
            if self._depth < 1:
                self._end()
        elif kind == FILEPASS:
            raise ExtractError(ENCRYPTED)
        elif kind == CODEPAGE and end - start >= 2:
            (page,) = struct.unpack_from("<H", data, start)
            self._codec = code_page(page)
        elif kind == SHEET and end - start > 6:
            place = struct.unpack_from("<I", data, start)[0]
            self._places.append((self._string(start + 6, end, 1), place))
        elif kind == SIZE and end - start in SIZES:
            top, rows, left, columns = struct.unpack_from(SIZES[end - start], data, start)
            if rows and columns and (top > rows or left > columns):
                raise ExtractError(DAMAGED)
            self._grow(rows, columns)
        elif kind == FORMAT and end - start > 4:
            code = self._string(start + 2, end, 2)
            if PADDED.fullmatch(code):
                self._widths[struct.unpack_from("<H", data, start)[0]] = len(code)
        elif kind == STYLE and end - start >= 4:
            self._styles.append(self._widths.get(struct.unpack_from("<H", data, start + 2)[0], 0))
        elif kind in SHAPES:
            self._shape(kind, start, end)
        elif kind in TEXTS:
            self._text(kind, start, end)

    def _end(self) -> None:
        """Give what is left of a sheet: texts of shapes that are no comment."""
        for text in self._texts.values():
            self._say("drawing", "", text)
        for label, text in _officeart.texts(bytes(self._drawing)):
            self._say("drawing fields", label, text)
        self._texts.clear()
        self._drawing.clear()
        self._depth = 0
        self._sheet = self.common

    def _say(self, where: str, label: str, text: str) -> None:
        if text:
            self._sheet.beside.append((where, label, text))

    def _grow(self, rows: int, columns: int) -> None:
        self._sheet.rows = max(self._sheet.rows, rows)
        self._sheet.columns = max(self._sheet.columns, columns)

    def _cell(self, kind: int, start: int, end: int) -> None:
        """Take in where a cell stands, and its number if it shows leading zeros."""
        if end - start < 6:
            return
        row, column, style = struct.unpack_from("<HHH", self._data, start)
        width = (end - start - 6) // 6 if kind in MANY else 1
        self._grow(row + 1, column + width)
        if not self._widths:
            return
        if kind == SHORTS:
            for index in range(width):
                each, short = struct.unpack_from("<HI", self._data, start + 4 + index * 6)
                self._number(row, column + index, each, short_number(short))
        elif kind == SHORT and end - start >= 10:
            self._number(
                row, column, style, short_number(*struct.unpack_from("<I", self._data, start + 6))
            )
        elif kind in {NUMBER, FORMULA} and end - start >= 14:
            self._number(row, column, style, *struct.unpack_from("<d", self._data, start + 6))

    def _number(self, row: int, column: int, style: int, value: float) -> None:
        width = self._styles[style] if style < len(self._styles) else 0
        if width and value >= 0 and value.is_integer():
            self._sheet.exact[row + 1, column + 1] = str(int(value)).zfill(width)

    def _shape(self, kind: int, start: int, end: int) -> None:
        """Take in shapes, and texts in them, which follow in a record of their own."""
        data = self._data
        if kind in {DRAWING, DRAWINGS}:
            self._drawing += data[start:end]
            self._drawings += data[start:end] if kind == DRAWINGS else b""
        elif kind == CONTINUE and self._kind == DRAWINGS:
            self._drawings += data[start:end]
        elif kind == OBJECT and end - start >= 8:
            (self._object,) = struct.unpack_from("<H", data, start + 6)
        elif kind == TEXT and end - start >= 12:
            (self._due,) = struct.unpack_from("<H", data, start + 10)
        elif kind == CONTINUE and self._due:
            wide = data[start] & 1 if start < end else 0
            text = data[start + 1 : end].decode("utf-16-le" if wide else "latin-1", "replace")
            self._texts[self._object] = self._texts.get(self._object, "") + text[: self._due]
            self._due -= min(self._due, len(text))

    def _text(self, kind: int, start: int, end: int) -> None:
        """Take in comments, headers, names, links, validations and who wrote last."""
        data = self._data
        if kind == NOTE and end - start >= 8:
            row, column, _, number = struct.unpack_from("<HHHH", data, start)
            where = f"comments {letters(column + 1)}{row + 1}"
            if self._is_old:
                self._say(where, "", data[start + 6 : end].decode(self._codec, "replace"))
                return
            self._say(where, "author", self._string(start + 8, end, 2))
            self._say(where, "", self._texts.pop(number, ""))
        elif kind in {HEADER, FOOTER}:
            size = 1 if self._is_old else 2
            said = MARGIN_CODE.sub(" ", self._string(start, end, size)).strip()
            self._say("header and footer", "", said)
        elif kind == NAME and end - start > 14:
            self._name(start, end)
        elif kind == LINK:
            for found in WIDE.findall(data[start:end]):
                self._say("links", "", found.decode("utf-16-le").strip())
        elif kind == RULE:
            place = start + 4
            for _ in range(4):
                text = self._string(place, end, 2)
                wide = data[place + 2] & 1 if place + 2 < end else 0
                place += 3 + len(text) * (2 if wide else 1)
                self._say("rules", "", text.strip("\0"))
        elif kind == WRITER:
            self._say("property lastWriter", "", self._string(start, end, 1 + (not self._is_old)))
        elif kind == SERIES:
            self._say("chart", "", self._string(start + 2, end, 1))
        elif kind == BOOK:
            for found in WIDE.findall(data[start:end]):
                self._say("external link", "", found.decode("utf-16-le"))

    def _name(self, start: int, end: int) -> None:
        """Take in a defined name, and the text it stands for (2.4.150 Lbl)."""
        count = self._data[start + 3]
        size = count if self._is_old else count * (1 + (self._data[start + 14] & 1)) + 1
        flag = 0 if self._is_old else 1
        name = self._data[start + 14 + flag : start + 14 + size]
        wide = flag and self._data[start + 14] & 1
        shown = name.decode("utf-16-le" if wide else "latin-1", "replace")
        rest = start + 14 + size
        said = ""
        if rest + 2 < end and self._data[rest] == STRING_TOKEN:
            said = self._string(rest + 1, end, 1)
        self._say("defined names", shown if len(shown) > 1 else "", said or shown)

    def _string(self, place: int, end: int, size: int) -> str:
        """Return a text with its length, of 1 or 2 bytes, before it (2.5.240, 2.5.294)."""
        raw = self._data[place : min(place + size, end)]
        count = int.from_bytes(raw, "little")
        place += size
        if self._is_old:
            return self._data[place : min(place + count, end)].decode(self._codec, "replace")
        if place >= end:
            return ""
        if self._data[place] & 1:
            raw = self._data[place + 1 : min(place + 1 + count * 2, end)]
            return raw.decode("utf-16-le", "replace")
        return self._data[place + 1 : min(place + 1 + count, end)].decode("latin-1")


def short_number(value: int) -> float:
    """Return a number stored in 30 bits, and whether it is an integer or in hundredths (2.5.217).

    >>> short_number(0x3FF00000), short_number(12345 << 2 | 2)
    (1.0, 12345.0)
    """
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value >> 31 else 0))
    else:
        number = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0]
    return number / 100 if value & 1 else number
