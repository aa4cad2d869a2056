"""Stage 3, extract: the ruled tables of a PDF page, and the text that stands around them."""

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pii_scan.extract._table import Row, grid
from pii_scan.extract._text import fields
from pii_scan.model import Part, Table

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF
    from pdfplumber.table import Table as Found

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

MAX_CHARS: Final = 50_000
"""Characters of a page; more is no page that a table is worth looking for in."""


def load(data: bytes) -> "PDF":
    """Open a document once for all its pages with tables."""
    from pdfplumber.pdf import PDF

    return PDF.open(io.BytesIO(data))


def parts(document: "PDF", number: int) -> list[Part]:
    """Return the tables of a page, and its other text; nothing if it has no table.

    Args:
        document: from `load`.
        number: of the page, from 1.
    """
    page = document.pages[number - 1]
    try:
        if len(page.chars) > MAX_CHARS:
            return []
        tables = [(table, rows) for table in page.find_tables() if (rows := _rows(table))]
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


def _rows(table: "Found") -> list[Row]:
    """Return the rows of a table; none if it is a frame around a text."""
    rows = [
        # A value that was wrapped in its cell is one value: a line end would break it.
        (number, tuple(" ".join((cell or "").split()) for cell in cells))
        for number, cells in enumerate(table.extract(), start=1)
    ]
    filled = [sum(map(bool, cells)) for _, cells in rows]
    return rows if sum(count > 1 for count in filled) > 1 else []


def _is_in(thing: dict[str, Any], cell: Box) -> bool:
    """Tell whether a character is one that `Table.extract` puts into a cell: by its middle."""
    if thing.get("object_type") != "char":
        return False
    across = (thing["x0"] + thing["x1"]) / 2
    down = (thing["top"] + thing["bottom"]) / 2
    return bool(cell[0] <= across < cell[2] and cell[1] <= down < cell[3])
