"""Rows of a workbook emptied, in its XML; only in workbooks that can hold no copy of a cell."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pii_scan.disposal.places import Unfit

if TYPE_CHECKING:
    from lxml.etree import _Element

SAFE = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:core|app)\.xml|xl/workbook\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml|xl/styles\.xml"
    r"|xl/sharedStrings\.xml|xl/theme/theme\d+\.xml"
)
"""Parts of a workbook that hold cells and their looks. Anything else (comments, links, pivot
tables, queries, macros, charts) may hold a copy of what must go."""
MAX_BYTES = 200 << 20
STRINGS = "xl/sharedStrings.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def without(content: bytes, numbers: Mapping[str, set[int]], keep: Sequence[str]) -> bytes:
    """Return the workbook with the rows of these numbers, by sheet, empty but for some columns.

    Raises:
        Unfit: it may hold copies of its cells, or cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(not SAFE.fullmatch(name) for name in names) or len(set(names)) != len(names):
                raise Unfit("the workbook holds parts that may repeat its cells")
            if sum(one.file_size for one in archive.infolist()) > MAX_BYTES:
                raise Unfit("the workbook is too large to rewrite")
            parts = {name: archive.read(name) for name in names}
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise Unfit("the workbook cannot be read") from None
    trees = {name: _parsed(parts[name]) for name in names if name.startswith("xl/worksheets/")}
    if any(True for tree in trees.values() for _ in tree.iter(f"{_MAIN}f")):
        raise Unfit("the workbook has formulas, which may repeat its cells")
    order = list(_sheets(parts))
    strings = _parsed(parts[STRINGS]) if STRINGS in parts else None
    for number, name in enumerate(order, start=1):
        where = f"sheet {number}" if len(order) > 1 else ""
        if where in numbers and name in trees:
            _clear(trees[name], numbers[where], keep, _texts(strings))
    if strings is not None:
        _forget(strings, trees)
        parts[STRINGS] = _written(strings)
    parts |= {name: _written(tree) for name, tree in trees.items()}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for info in infos:
            entry = zipfile.ZipInfo(info.filename, info.date_time)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
            target.writestr(entry, parts[info.filename])
    return sink.getvalue()


def _sheets(parts: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the parts of the sheets in the order of the workbook."""
    relations = {
        one.get("Id"): posixpath.normpath(
            posixpath.join("xl", (one.get("Target") or "").lstrip("/"))
        )
        if not (one.get("Target") or "").startswith("/")
        else (one.get("Target") or "").lstrip("/")
        for one in _parsed(parts.get("xl/_rels/workbook.xml.rels", b""))
    }
    for sheet in _parsed(parts.get("xl/workbook.xml", b"")).iter(f"{_MAIN}sheet"):
        yield relations.get(sheet.get(_RELATION), "")


def _clear(
    tree: "_Element", numbers: set[int], keep: Sequence[str], strings: Sequence[str]
) -> None:
    kept: set[str] = set()
    for at, row in enumerate(tree.iter(f"{_MAIN}row"), start=1):
        number = int(row.get("r") or at)
        for cell in row.iter(f"{_MAIN}c"):
            place = cell.get("r")
            if place is None:
                raise Unfit("the workbook does not say where its cells are")
            column = place.rstrip("0123456789")
            if number == 1 and _text(cell, strings).strip() in keep:
                kept.add(column)
            if number in numbers and column not in kept:
                for child in list(cell):
                    cell.remove(child)
                cell.attrib.pop("t", None)


def _text(cell: "_Element", strings: Sequence[str]) -> str:
    value = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") == "s" and value.isdigit() and int(value) < len(strings):
        return strings[int(value)]
    return "".join(one.text or "" for one in cell.iter(f"{_MAIN}t")) or value


def _texts(strings: "_Element | None") -> list[str]:
    if strings is None:
        return []
    return [
        "".join(text.text or "" for text in one.iter(f"{_MAIN}t"))
        for one in strings.iter(f"{_MAIN}si")
    ]


def _forget(strings: "_Element", trees: Mapping[str, "_Element"]) -> None:
    """Empty the shared texts that no cell uses any more."""
    used = {
        cell.findtext(f"{_MAIN}v")
        for tree in trees.values()
        for cell in tree.iter(f"{_MAIN}c")
        if cell.get("t") == "s"
    }
    for number, one in enumerate(strings.iter(f"{_MAIN}si")):
        if str(number) not in used:
            for child in list(one):
                one.remove(child)
            one.append(one.makeelement(f"{_MAIN}t"))


def _parsed(data: bytes) -> "_Element":
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unfit("the workbook cannot be read") from None
    if root.getroottree().docinfo.doctype:
        raise Unfit("the workbook cannot be read")
    return root


def _written(tree: "_Element") -> bytes:
    from lxml import etree

    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
