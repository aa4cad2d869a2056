"""Stage 3, extract: Excel. Cells by calamine; comments, names and properties from the package."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._container import open_container
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_CELLS
from pii_scan.extract._media_type import OOXML
from pii_scan.extract._reasons import ENCRYPTED, TOO_MANY_ROWS
from pii_scan.extract._table import Row, grid
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Extractor, Gap, Member, Part

if TYPE_CHECKING:
    from lxml import etree
    from python_calamine import CalamineSheet

CELL: Final = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?v>(-?\d+)</")
"""A cell with a whole number: its attributes, its digits."""
LONG_CELL: Final = re.compile(rb"v>(-?\d{16,40})</")
"""A number of more digits than a float keeps for sure; far quicker to find than all cells."""
FAR_COLUMN: Final = re.compile(rb'\sr="([A-Z]{2,3})\d')
FAR_ROW: Final = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"')
PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
STYLE: Final = re.compile(rb'\bs="(\d+)"')
MARGIN: Final = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)[^>]*>([^<]+)</")
MARGIN_CODE: Final = re.compile(r'&(?:"[^"]*"|[A-Z]|\d+)')
PADDED: Final = re.compile(r"0{2,20}")
"""A number format that shows leading zeros."""
PROPERTIES: Final = {
    "creator": "author",
    "lastModifiedBy": "lastModifiedBy",
    "title": "title",
    "subject": "subject",
    "description": "comments",
    "keywords": "keywords",
    "category": "category",
}
TEXT_PARTS: Final = re.compile(
    r"xl/(?:comments\d*|comments/.+|threadedComments/.+|persons/.+|drawings/[^/]+|diagrams/data\d*)\.xml"
)
"""Parts with text beside the cells: notes, replies to them, text boxes."""
MEMBERS: Final = re.compile(r"xl/embeddings/[^/]+")

Cell = int | float | str | bool | date | time | timedelta
"""A `datetime` is a `date` as well."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield every sheet, hidden ones too, then what stands beside the cells.

    Raises:
        ExtractError: the workbook cannot be opened.
    """
    from python_calamine import CalamineWorkbook, PasswordError

    with open_container(stream) as container:
        paths = guarded(lambda: _sheet_paths(container))
        widths = guarded(lambda: _padded_styles(container))
        stream.seek(0)
        try:
            workbook = CalamineWorkbook.from_filelike(stream)
        except PasswordError:
            raise ExtractError(ENCRYPTED) from None
        several = len(workbook.sheet_names) > 1
        for number, name in enumerate(workbook.sheet_names, start=1):
            # By its place: the name may be a person's, and is scanned as text of its own.
            where = f"sheet {number}" if several else ""
            yield from fields([("", name)], f"name of sheet {number}")
            data = _read(container, paths.get(name, ""))
            if _grid_size(data) > MAX_CELLS:
                yield Gap(TOO_MANY_ROWS, where)
                continue
            try:
                sheet = guarded(partial(workbook.get_sheet_by_name, name))
            except ExtractError as error:
                yield Gap(error.reason, where)
                continue
            yield from grid(_rows(sheet, _exact(data, widths)), where)
            yield from fields(_margins(data), f"{where} header and footer".strip())
        yield from _beside(container)


def _read(container: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of the package, nothing if it is not there."""
    try:
        return container.read(name)
    except KeyError:
        return b""


def _tree(container: zipfile.ZipFile, name: str) -> "etree._Element | None":
    from pii_scan.extract import _xml

    data = _read(container, name)
    return _xml.parse(data) if data else None


def _sheet_paths(container: zipfile.ZipFile) -> dict[str, str]:
    """Return the part in which each sheet stands, by the name of the sheet."""
    book = _tree(container, "xl/workbook.xml")
    relations = _tree(container, "xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return {}
    targets = {
        str(each.get("Id")): posixpath.normpath(
            posixpath.join("/xl", str(each.get("Target") or ""))
        ).lstrip("/")
        for each in relations
    }
    sheets = book.iterfind("{*}sheets/{*}sheet")
    return {
        str(sheet.get("name")): targets.get(str(value), "")
        for sheet in sheets
        for key, value in sheet.attrib.items()
        if str(key).endswith("}id")
    }


def _padded_styles(container: zipfile.ZipFile) -> dict[int, int]:
    """Return the digits that a style pads numbers to, by its number, for styles that do."""
    root = _tree(container, "xl/styles.xml")
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
    """Return how many cells the grid over the outermost cells of a sheet has."""
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


def _margins(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the headers and footers of a sheet without their layout codes (&L, &"Arial", &P)."""
    for found in MARGIN.finditer(data):
        text = unescape(found[1].decode("utf-8", "replace"))
        yield "", MARGIN_CODE.sub(" ", text).strip()


def _rows(sheet: "CalamineSheet", exact: dict[tuple[int, int], str]) -> Iterator[Row]:
    """Yield the rows of a sheet from its first cell on, numbered as Excel does."""
    top, left = sheet.start or (0, 0)
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        yield (
            number,
            tuple(
                exact.get((number, column)) or shown(cell)
                if exact and isinstance(cell, float | int)
                else shown(cell)
                for column, cell in enumerate(cells, start=left + 1)
            ),
        )


def shown(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, dates as ISO has them.

    >>> [shown(cell) for cell in (999990019.0, 0.5, datetime(2024, 3, 1), True)]
    ['999990019', '0.5', '2024-03-01', 'true']
    """
    match cell:
        case str():
            return cell
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _beside(container: zipfile.ZipFile) -> Iterator[Part]:
    """Yield notes, text boxes, defined names, headers, properties and embedded files."""
    for name in container.namelist():
        if MEMBERS.fullmatch(name):
            yield Member(name, container.read(name))
        elif TEXT_PARTS.fullmatch(name):
            try:
                yield from _texts(container, name)
            except ExtractError as error:
                yield Gap(error.reason, _label(name))
    yield from fields(_names(container), "defined names")
    yield from _properties(container)


def _label(name: str) -> str:
    """Return what a reader calls a part: "xl/comments1.xml" holds comments.

    >>> _label("xl/comments1.xml"), _label("xl/threadedComments/threadedComment1.xml")
    ('comments', 'comments')
    """
    kinds = {"comment": "comments", "drawing": "drawing", "diagram": "drawing"}
    return next((label for key, label in kinds.items() if key in name.lower()), "persons")


def _texts(container: zipfile.ZipFile, name: str) -> Iterator[Part]:
    """Yield the texts of a part: each note by itself with its cell, the lines of shapes together.

    Who wrote the notes stands in lists of their own.
    """
    from pii_scan.extract._xml import local

    root = _tree(container, name)
    if root is None:
        return
    label = _label(name)
    loose: list[tuple[str, str]] = []
    for node in root.iter("{*}comment", "{*}threadedComment", "{*}author", "{*}person", "{*}p"):
        text = "".join(each.text or "" for each in node.iter("{*}t", "{*}text", "{*}author"))
        match local(node):
            case "author":
                loose.append(("author", text))
            case "person":
                loose.append(("author", str(node.get("displayName") or "")))
            case "p":
                loose.append(("", text))
            case _:
                yield from fields([("", text)], f"{label} {node.get('ref') or ''}".strip())
    yield from fields(loose, label)


def _names(container: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    root = _tree(container, "xl/workbook.xml")
    for node in root.iterfind("{*}definedNames/{*}definedName") if root is not None else ():
        yield str(node.get("name") or ""), node.text or ""


def _properties(container: zipfile.ZipFile) -> Iterator[Part]:
    from pii_scan.extract._xml import local

    root = _tree(container, "docProps/core.xml")
    for node in root if root is not None else ():
        kind, text = local(node), (node.text or "").strip()
        if kind in {"created", "modified"}:
            try:
                day = date.fromisoformat(text[:10])
            except ValueError:
                continue
            yield Evidence("documentdatum", day, "metadata", f"property {kind}")
        elif kind in PROPERTIES:
            yield from fields([("", text)], f"property {PROPERTIES[kind]}")
    custom = _tree(container, "docProps/custom.xml")
    for node in custom if custom is not None else ():
        text = "".join(map(str, node.itertext())).strip()
        yield from fields([(str(node.get("name") or ""), text)], "property custom")


EXTRACTOR = Extractor(
    media_types=(OOXML + "spreadsheetml.sheet", "application/vnd.ms-excel.sheet.macroenabled.12"),
    suffixes=(".xlsx", ".xlsm", ".xltx", ".xltm"),
    parts=parts,
)
