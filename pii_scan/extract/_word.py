"""Stage 3, extract: WordprocessingML -> text, whatever element it hides in."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from pii_scan.extract._table import Row

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
MAX_SPAN: Final = 100

MARKS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
NESTED: Final = frozenset({"txbxContent", "tbl"})
DELETED: Final = frozenset({"del", "moveFrom"})


def name(element: etree._Element) -> str:
    """Return the name of a Word element, "" for those of other vocabularies."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    for namespace in (W, STRICT):
        if tag.startswith(namespace):
            return tag[len(namespace) :]
    return ""


def attribute(element: etree._Element, key: str) -> str:
    """Return a Word attribute, "" if it is not there."""
    return str(element.get(W + key) or element.get(STRICT + key) or "")


def inside(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements of a paragraph in order, but not those of a box or a table in it."""
    stack = list(reversed(element))
    while stack:
        node = stack.pop()
        yield node
        if name(node) not in NESTED:
            stack.extend(reversed(node))


def paragraph(element: etree._Element) -> tuple[str, str]:
    """Return the text of a paragraph as it stands, and what was deleted from it or moved away."""
    kept: list[str] = []
    deleted: list[str] = []
    for node in inside(element):
        kind = name(node)
        if kind == "t":
            target = deleted if _is_deleted(node, element) else kept
            target.append(node.text or "")
        elif kind == "delText":
            deleted.append(node.text or "")
        elif kind in MARKS and name_of_parent(node) == "r":
            kept.append(MARKS[kind])
    return "".join(kept), "".join(deleted)


def name_of_parent(node: etree._Element) -> str:
    """Return the Word name of the element around a node."""
    parent = node.getparent()
    return "" if parent is None else name(parent)


def _is_deleted(node: etree._Element, top: etree._Element) -> bool:
    parent = node.getparent()
    while parent is not None and parent is not top:
        if name(parent) in DELETED:
            return True
        parent = parent.getparent()
    return False


def blocks(root: etree._Element) -> Iterator[etree._Element]:
    """Yield paragraphs, tables and the contents of text boxes, outermost only, in order."""
    stack = list(reversed(root))
    while stack:
        node = stack.pop()
        kind = name(node)
        if kind in {"p", "tbl", "txbxContent"}:
            yield node
        if kind == "p":
            stack.extend(reversed([each for each in inside(node) if name(each) in NESTED]))
        elif kind not in {"tbl", "txbxContent"}:
            stack.extend(reversed(node))


def text(element: etree._Element) -> str:
    """Return all text inside an element, a line a paragraph, deleted text after what stands."""
    found: list[str] = []
    for node in element.iter():
        if name(node) == "p":
            found.extend(stretch for stretch in paragraph(node) if stretch.strip())
    return "\n".join(found)


def rows(table: etree._Element) -> list[Row]:
    """Return the rows of a table; a wide cell stands in its first column, inner tables as text."""
    found: list[Row] = []
    for row in _children(table, "tr"):
        cells: list[str] = []
        for cell in _children(row, "tc"):
            cells.append(text(cell))
            span = next((attribute(each, "val") for each in cell.iter(W + "gridSpan")), "1")
            width = min(int(span), MAX_SPAN) if span.isdecimal() and len(span) < 4 else 1
            cells.extend("" for _ in range(1, width))
        found.append((len(found) + 1, tuple(cells)))
    return found


def _children(element: etree._Element, kind: str) -> Iterator[etree._Element]:
    """Yield the nearest elements of a kind, through content controls and tracked changes."""
    stack = list(reversed(element))
    while stack:
        node = stack.pop()
        if name(node) == kind:
            yield node
        elif name(node) != "tbl":
            stack.extend(reversed(node))
