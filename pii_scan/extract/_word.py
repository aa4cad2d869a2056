"""Stage 3, extract: WordprocessingML -> text, whatever element it hides in.

Elements are sought by their tags, which lxml does without making an object of each one it passes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from lxml import etree

from pii_scan.extract._table import Row

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
MAX_SPAN: Final = 100


def tags(*names: str) -> tuple[str, ...]:
    """Return the tags of Word elements, in the two namespaces that there are."""
    return tuple(namespace + name for namespace in (W, STRICT) for name in names)


P: Final = frozenset(tags("p"))
R: Final = frozenset(tags("r"))
ROW: Final = frozenset(tags("tr"))
CELL: Final = frozenset(tags("tc"))
TABLE: Final = frozenset(tags("tbl"))
NESTED: Final = frozenset(tags("txbxContent", "tbl"))
DELETED: Final = frozenset(tags("del", "moveFrom"))
DELETED_TEXT: Final = frozenset(tags("delText"))
MARKS: Final = {
    tag: mark
    for name, mark in {
        "tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t",
    }.items()
    for tag in tags(name)
}  # fmt: skip
T: Final = frozenset(tags("t"))
TEXTS: Final = (*T, *DELETED_TEXT, *MARKS)
"""What is a piece of the text of a paragraph."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the paragraphs of a part say; those without any text are not among them."""

    kept: Mapping[etree._Element, str]
    """As it stands."""
    deleted: Mapping[etree._Element, str]
    """Deleted, or moved away."""

    def lines(self, paragraph: etree._Element) -> list[str]:
        """Return the text of a paragraph as it stands, then what was deleted from it, if any."""
        kept = self.kept.get(paragraph, "")
        if self.deleted and (deleted := self.deleted.get(paragraph, "")):
            return [text for text in (kept, deleted) if text.strip()]
        return [kept] if kept.strip() else []


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


def said(root: etree._Element) -> Said:
    """Return what the paragraphs below an element say.

    One pass over all of them takes a tenth of the time that a pass a paragraph would.
    """
    kept: defaultdict[etree._Element, list[str]] = defaultdict(list)
    deleted: defaultdict[etree._Element, list[str]] = defaultdict(list)
    for node in root.iter(*TEXTS):
        tag, around = node.tag, node.getparent()
        if around is not None and around.tag in R:
            around = around.getparent()
            if tag in T and around is not None and around.tag in P:  # as nearly all are
                kept[around].append(node.text or "")
                continue
        elif tag in MARKS:
            continue  # a tab stop
        mark = MARKS.get(str(tag))
        paragraph, is_deleted = around, False
        if paragraph is None or paragraph.tag not in P:
            paragraph, is_deleted = _paragraph(around)
        if paragraph is None:
            continue
        is_deleted = not mark and (is_deleted or tag in DELETED_TEXT)
        (deleted if is_deleted else kept)[paragraph].append(mark or node.text or "")
    return Said(_joined(kept), _joined(deleted))


def _joined(texts: Mapping[etree._Element, list[str]]) -> dict[etree._Element, str]:
    return {paragraph: "".join(pieces) for paragraph, pieces in texts.items()}


def _paragraph(node: etree._Element | None) -> tuple[etree._Element | None, bool]:
    """Return the paragraph around a run, and whether the run was deleted from it."""
    is_deleted = False
    while node is not None and (tag := node.tag) not in NESTED:
        if tag in P:
            return node, is_deleted
        is_deleted = is_deleted or tag in DELETED
        node = node.getparent()
    return None, is_deleted


def blocks(root: etree._Element) -> Iterator[etree._Element]:
    """Yield paragraphs, tables and the contents of text boxes, outermost only, in order."""
    stack = list(reversed(root))
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag in P or tag in NESTED:
            yield node
        if tag in P:
            stack.extend(reversed(_outermost(node)))
        elif tag not in NESTED:
            stack.extend(reversed(node))


def _outermost(paragraph: etree._Element) -> list[etree._Element]:
    """Return the blocks inside a paragraph that are in no other one there."""
    inside: set[etree._Element] = set()
    found = []
    for node in paragraph.iterdescendants(*P, *NESTED):
        if node not in inside:
            found.append(node)
            inside.update(node.iter(*P, *NESTED))
    return found


def text(element: etree._Element, said: Said) -> str:
    """Return all text inside an element, a line a paragraph, deleted text after what stands."""
    return "\n".join(chain.from_iterable(map(said.lines, element.iter(*P))))


def rows(table: etree._Element, said: Said) -> list[Row]:
    """Return the rows of a table; a wide cell stands in its first column, inner tables as text."""
    grid = [list(_children(row, CELL)) for row in _children(table, ROW)]
    lines: dict[etree._Element, list[str]] = {cell: [] for cells in grid for cell in cells}
    for node in table.iter(*P):
        cell = node.getparent()
        while cell is not None and cell not in lines:
            cell = cell.getparent()
        if cell is not None:
            lines[cell] += said.lines(node)
    spans = dict(_spans(table))
    found: list[Row] = []
    for number, cells in enumerate(grid, start=1):
        texts: list[str] = []
        for cell in cells:
            texts.append("\n".join(lines[cell]))
            if cell in spans:
                texts += [""] * (spans[cell] - 1)
        found.append((number, tuple(texts)))
    return found


def _spans(table: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    """Yield the cells that are wider than a column, with how many columns that is."""
    for node in table.iter(*tags("gridSpan")):
        span = attribute(node, "val")
        if span.isdecimal() and len(span) < 4:
            cell = next(node.iterancestors(*CELL), None)
            if cell is not None:
                yield cell, min(int(span), MAX_SPAN)


def _children(element: etree._Element, kind: frozenset[str]) -> Iterator[etree._Element]:
    """Yield the nearest elements of a kind, through content controls and tracked changes."""
    for node in element:
        if node.tag in kind:
            yield node
        elif len(node) and node.tag not in TABLE:
            yield from _children(node, kind)
