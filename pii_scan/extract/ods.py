"""Stage 3, extract: OpenDocument spreadsheets. Sheets as tables, then what stands beside them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._media_type import ODF
from pii_scan.extract._sheet import letters
from pii_scan.extract._table import grid
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Gap, Part

if TYPE_CHECKING:
    from lxml import etree


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield every sheet, hidden ones too, with its comments and shapes, then all beside them.

    Raises:
        ExtractError: the package cannot be opened, is under a password, or is not well-formed.
    """
    from pii_scan.extract import _odf

    yield from _odf.document(stream, _body)


def _body(root: "etree._Element") -> Iterator[Part]:
    from pii_scan.extract import _odf
    from pii_scan.extract._ooxml import attribute

    book = next(root.iterfind("{*}body/{*}spreadsheet"), root)
    sheets = list(_odf.nearest(book, "table"))
    for number, sheet in enumerate(sheets, start=1):
        # By its place: the name may be a person's, and is scanned as text of its own.
        where = f"sheet {number}" if len(sheets) > 1 else ""
        yield from fields([("", attribute(sheet, "name"))], f"name of sheet {number}")
        try:
            yield from grid(_odf.rows(sheet), where)
        except ExtractError as error:
            yield Gap(error.reason, where)
        yield from _comments(sheet)
        for shapes in sheet.iterchildren("{*}shapes"):
            yield from _odf.page(shapes, f"{where} drawing".strip())
    yield from fields(_names(book), "defined names")
    yield from _validations(book)


def _comments(sheet: "etree._Element") -> Iterator[Part]:
    """Yield the comments with the cell each hangs on."""
    from pii_scan.extract import _odf

    row_number = 1
    if next(sheet.iter("{*}annotation"), None) is None:
        return
    for row in _odf.nearest(sheet, "table-row"):
        column = 1
        for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
            for note in cell.iterchildren("{*}annotation"):
                yield from fields(_odf.comment(note), f"comments {letters(column)}{row_number}")
            column += _odf.repeats(cell, "number-columns-repeated")
        row_number += _odf.repeats(row, "number-rows-repeated")


def _names(book: "etree._Element") -> Iterator[tuple[str, str]]:
    """Yield what ranges, expressions, databases and pivot tables are called, and what they say."""
    from pii_scan.extract._ooxml import attribute

    for node in book.iter(
        "{*}named-range", "{*}named-expression", "{*}database-range", "{*}data-pilot-table",
        "{*}database-source-sql", "{*}database-source-table", "{*}data-pilot-member",
    ):  # fmt: skip
        name = attribute(node, "name")
        said = " ".join(filter(None, (attribute(node, key) for key in SAID)))
        yield (name, said) if said else ("", name)


SAID: Final = (
    "expression",
    "cell-range-address",
    "target-range-address",
    "database-name",
    "sql-statement",
    "display",
)


def _validations(book: "etree._Element") -> Iterator[Part]:
    """Yield what cells say about what may stand in them."""
    from pii_scan.extract import _odf

    for node in book.iter("{*}content-validation"):
        yield from fields([("", _odf.text(node))], "validation")


EXTRACTOR = Extractor(
    media_types=(
        f"{ODF}spreadsheet",
        f"{ODF}spreadsheet-template",
        "application/vnd.sun.xml.calc",
    ),
    suffixes=(".ods", ".ots", ".sxc"),
    parts=parts,
)
