"""Stage 3, extract: the ruled tables of a PDF page, and the text that stands around them.

pdfium gives the text in a box, which is a hundred times faster than pdfplumber finds it. Where the
boxes together do not hold all of the page, letter for letter, pdfplumber reads it after all.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._guard import guarded
from pii_scan.extract._pdf_grid import Box, Grid, extent, tables
from pii_scan.extract._pdf_text import MAX_CHARS, letters, reader
from pii_scan.extract._table import Row, grid
from pii_scan.extract._text import fields
from pii_scan.model import Part, Table

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF
    from pypdfium2 import PdfTextPage  # type: ignore[import-untyped]

MAX_SLOW_PAGES: Final = 100
"""Pages of one document that pdfplumber sees: it is a hundred times slower than pdfium."""
BEYOND: Final = 1e5
"""Points: beyond every page (ISO 32000-1, annex C.2: 14,400)."""


def quick(page: "PdfTextPage", text: str, boxes: Sequence[Box], number: int) -> list[Part] | None:
    """Return the tables of a page, and its other text; nothing if it has no table.

    Args:
        page: of pdfium.
        text: all of it.
        boxes: lines and boxes drawn on the page.
        number: of the page, from 1.

    Returns:
        `None` where some of the text stands in no box, or in two: it takes pdfplumber to read it.
    """
    if len(text) > MAX_CHARS:
        return []
    found = [(extent(each), rows) for each in tables(boxes) if (rows := _cells(page, each))]
    if not found:
        return []
    around = _around(page, [box for box, _ in found])
    inside = [cell for _, rows in found for _, cells in rows for cell in cells]
    if sum(map(letters, (*around, *inside))) != letters(text):
        return None
    parts: list[Part] = list(fields([("", "\n".join(filter(None, around)))], f"page {number}"))
    for index, (_, rows) in enumerate(found, start=1):
        parts.extend(grid(rows, f"page {number}, table {index}"))
    return parts


def _cells(page: "PdfTextPage", table: Grid) -> list[Row]:
    """Return the texts of a table."""
    read = reader(page)
    return _rows([[read(cell) if cell else "" for cell in row] for row in table])


def _around(page: "PdfTextPage", tables: Sequence[Box]) -> list[str]:
    """Return the text above, beside and below tables that stand one under the other."""
    read = reader(page)
    texts = []
    above = BEYOND
    for left, bottom, right, top in tables:
        texts.append(read((-BEYOND, top, BEYOND, above)))
        texts.append(read((-BEYOND, bottom, left, top)))
        texts.append(read((right, bottom, BEYOND, top)))
        above = bottom
    texts.append(read((-BEYOND, -BEYOND, BEYOND, above)))
    return texts


def _rows(cells: Iterable[Sequence[str | None]]) -> list[Row]:
    """Return the rows of a table; none if it is a frame around a text."""
    rows = [
        # A value that was wrapped in its cell is one value: a line end would break it.
        (number, tuple(" ".join((cell or "").split()) for cell in row))
        for number, row in enumerate(cells, start=1)
    ]
    filled = [sum(map(bool, row)) for _, row in rows]
    return rows if sum(count > 1 for count in filled) > 1 else []


class Plumber:
    """A document as pdfplumber has it, opened when it is first asked for."""

    def __init__(self, data: bytes) -> None:
        """Begin."""
        self._data = data
        self._left = MAX_SLOW_PAGES

    @cached_property
    def document(self) -> "PDF":
        """The document."""
        from pdfplumber.pdf import PDF

        return PDF.open(io.BytesIO(self._data))

    def parts(self, number: int) -> list[Part]:
        """Return a page with its tables; nothing if that fails, since pdfium has its text."""
        if not self._left:
            return []
        self._left -= 1
        try:
            return guarded(lambda: slow(self.document, number))
        except ExtractError:
            return []


def slow(document: "PDF", number: int) -> list[Part]:
    """Return the same as `quick` by pdfplumber, which takes a page whatever its tables are like.

    Args:
        document: as pdfplumber has it.
        number: of the page, from 1.
    """
    page = document.pages[number - 1]
    try:
        if len(page.chars) > MAX_CHARS:
            return []
        tables = [(table, rows) for table in page.find_tables() if (rows := _rows(table.extract()))]
        if not tables:
            return []
        cells = [cell for table, _ in tables for cell in table.cells]
        # By cell and not by table: what stands in a hole of the grid belongs to no cell.
        around = page.filter(lambda thing: not any(_is_in(thing, cell) for cell in cells))
        found: list[Part] = list(fields([("", around.extract_text())], f"page {number}"))
        for index, (_, rows) in enumerate(tables, start=1):
            found.extend(grid(rows, f"page {number}, table {index}"))
        return found
    finally:
        page.close()


def _is_in(thing: dict[str, Any], cell: Box) -> bool:
    """Tell whether a character is one that `Table.extract` puts into a cell: by its middle."""
    if thing.get("object_type") != "char":
        return False
    across = (thing["x0"] + thing["x1"]) / 2
    down = (thing["top"] + thing["bottom"]) / 2
    return bool(cell[0] <= across < cell[2] and cell[1] <= down < cell[3])


def continued(parts: list[Part], heading: tuple[str, ...]) -> list[Part]:
    """Return the parts of a page with the heading of the page before over its first table.

    That is where a table goes on whose heading is not repeated: it has none, and is as wide.
    """
    first = next((index for index, part in enumerate(parts) if isinstance(part, Table)), None)
    if first is None or not heading:
        return parts
    table = parts[first]
    if not isinstance(table, Table) or table.columns or len(table.rows[0]) != len(heading):
        return parts
    return [*parts[:first], replace(table, columns=heading), *parts[first + 1 :]]
