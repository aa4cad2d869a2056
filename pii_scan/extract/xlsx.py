"""Stage 3, extract: Excel. Cells by calamine; comments, names and properties from the package."""

import re
import zipfile
from collections.abc import Iterator
from functools import partial
from html import unescape
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _embedded
from pii_scan.extract._container import open_container
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_CELLS
from pii_scan.extract._media_type import OOXML
from pii_scan.extract._reasons import TOO_MANY_ROWS
from pii_scan.extract._sheet import MARGIN_CODE, PADDED, Known, sheets
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Part

CELL: Final = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>\s*<(?:\w+:)?v>(-?\d+)</")
"""A cell with a whole number: its attributes, its digits."""
LONG_CELL: Final = re.compile(rb"v>(-?\d{16,40})</")
"""A number of more digits than a float keeps for sure; far quicker to find than all cells."""
FAR: Final = re.compile(rb'r="(?:[A-Z]{2}|\d{6})')
"""What a cell beyond column Z or a row beyond 99,999 has, and next to nothing else."""
FAR_COLUMN: Final = re.compile(rb'r="(?<=\sr=")([A-Z]{2,3})\d')
FAR_ROW: Final = re.compile(rb'row(?<=[<:]row)\s[^<>]*?\br="(\d+)"')
"""What stands before is looked at last: what begins with a fixed text is found five times as fast.
"""
PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
STYLE: Final = re.compile(rb'\bs="(\d+)"')
MARGIN: Final = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)[^<>]*>([^<]+)</")
RULE: Final = re.compile(
    rb'\b(?:prompt|promptTitle|error|errorTitle|tooltip|display|location|user|comment|val)="([^"]+)"'
)
"""Attributes of validations, links and scenarios that are text."""
CONDITION: Final = re.compile(rb"<(?:\w+:)?(?:formula[12]|f)>([^<]+)</")
"""Of a validation: a list of values to choose from is one."""
FORMULA: Final = re.compile(rb"<f(?:\s[^<>]*)?>([^<]+)</f>")
LITERAL: Final = re.compile(r'"[^"]{2,}"|\b\d{7,}\b')


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield every sheet, hidden ones too, then what stands beside the cells.

    Raises:
        ExtractError: the workbook cannot be opened.
    """
    from pii_scan.extract import _ooxml, _workbook

    with open_container(stream) as container:
        paths = guarded(lambda: _sheet_paths(container))
        widths = guarded(lambda: _padded_styles(container))

        def known(name: str) -> Known:
            data = _ooxml.read(container, paths.get(name, ""))
            if _grid_size(data) > MAX_CELLS:
                raise ExtractError(TOO_MANY_ROWS)
            return Known(_exact(data, widths), partial(_beside, data))

        yield from sheets(stream, known)
        yield from fields(_names(container), "defined names")
        yield from _workbook.beside(container)
        yield from _embedded.pictures(container, "xl/media/")


def _beside(data: bytes, where: str) -> Iterator[Part]:
    """Yield what a sheet says beside its cells."""
    # All but the formulas comes after the cells (ECMA-376 part 1, 18.3.1.99).
    tail = data[max(data.rfind(b"sheetData"), 0) :]
    yield from fields(_margins(tail), f"{where} header and footer".strip())
    yield from fields(_rules(tail), f"{where} rules and links".strip())
    yield from fields(_literals(data), f"{where} formulas".strip())


def _sheet_paths(container: zipfile.ZipFile) -> dict[str, str]:
    """Return the part in which each sheet stands, by the name of the sheet."""
    from pii_scan.extract import _ooxml

    book = _ooxml.tree(container, "xl/workbook.xml")
    related = _ooxml.relations(container, "xl/workbook.xml")
    return {
        str(sheet.get("name")): related[each].target
        for sheet in (book.iterfind("{*}sheets/{*}sheet") if book is not None else ())
        if (each := _ooxml.attribute(sheet, "id")) in related
    }


def _padded_styles(container: zipfile.ZipFile) -> dict[int, int]:
    """Return the digits that a style pads numbers to, by its number, for styles that do."""
    from pii_scan.extract import _ooxml

    root = _ooxml.tree(container, "xl/styles.xml")
    if root is None:
        return {}
    codes = {
        each.get("numFmtId"): len(str(each.get("formatCode")))
        for each in root.iterfind("{*}numFmts/{*}numFmt")
        if PADDED.fullmatch(str(each.get("formatCode")))
    }
    styles = enumerate(root.iterfind("{*}cellXfs/{*}xf"))
    return {number: codes[key] for number, each in styles if (key := each.get("numFmtId")) in codes}


def _grid_size(data: bytes) -> int:
    """Return how many cells the grid over the outermost cells of a sheet has, or at most has."""
    if not FAR.search(data):
        return 26 * 99_999
    width = max(map(_column, set(FAR_COLUMN.findall(data))), default=26)
    height = max(map(int, FAR_ROW.findall(data)), default=1)
    return width * height


def _column(letters: bytes) -> int:
    """Return the number of a column.

    >>> _column(b"A"), _column(b"AA")
    (1, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _exact(data: bytes, widths: dict[int, int]) -> dict[tuple[int, int], str]:
    """Return the numbers that calamine would not give as they show, by row and column from 1.

    Those are numbers of more digits than a float holds, and numbers shown with leading zeros.
    """
    found = {}
    for number in LONG_CELL.finditer(data):
        attributes = data[data.rfind(b"<c ", 0, number.start()) : number.start()]
        if place := PLACE.search(attributes):
            found[int(place[2]), _column(place[1])] = number[1].decode("ascii")
    for cell in CELL.finditer(data) if widths else ():
        place, style = PLACE.search(cell[1]), STYLE.search(cell[1])
        width = widths.get(int(style[1]), 0) if style else 0
        if place and width:
            found[int(place[2]), _column(place[1])] = cell[2].decode("ascii").zfill(width)
    return found


def _margins(tail: bytes) -> Iterator[tuple[str, str]]:
    """Yield the headers and footers of a sheet without their layout codes (&L, &"Arial", &P)."""
    for found in MARGIN.finditer(tail):
        text = unescape(found[1].decode("utf-8", "replace"))
        yield "", MARGIN_CODE.sub(" ", text).strip()


def _rules(tail: bytes) -> Iterator[tuple[str, str]]:
    """Yield what cells say about what may stand in them, texts of links, and scenarios."""
    for found in RULE.finditer(tail):
        yield "", unescape(found[1].decode("utf-8", "replace")).strip()
    for found in CONDITION.finditer(tail):
        condition = unescape(found[1].decode("utf-8", "replace"))
        yield "", condition if LITERAL.search(condition) else ""


def _literals(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts and long numbers that stand in formulas, each once."""
    seen = set()
    for formula in FORMULA.finditer(data):
        for found in LITERAL.finditer(unescape(formula[1].decode("utf-8", "replace"))):
            if found[0] not in seen:
                seen.add(found[0])
                yield "", found[0].strip('"')


def _names(container: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    from pii_scan.extract import _ooxml

    root = _ooxml.tree(container, "xl/workbook.xml")
    for node in root.iterfind("{*}definedNames/{*}definedName") if root is not None else ():
        yield str(node.get("name") or ""), node.text or ""
        yield "", str(node.get("comment") or "")


EXTRACTOR = Extractor(
    media_types=(OOXML + "spreadsheetml.sheet", "application/vnd.ms-excel.sheet.macroenabled.12"),
    suffixes=(".xlsx", ".xlsm", ".xltx", ".xltm"),
    parts=parts,
)
