"""Stage 3, extract: XML elements -> parts. Siblings that repeat become tables, the rest lines."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from pii_scan.extract._limits import CHUNK_CHARS, MAX_COLUMNS
from pii_scan.extract._table import tables
from pii_scan.extract._text import fields
from pii_scan.extract._xml import local
from pii_scan.model import Chunk, Part

RECORD_DEPTH: Final = 4
"""Levels of elements that a row of a table may have."""

Cells = list[tuple[str, str]]
"""(Dotted name, value) of each field of a row."""
Pairs = Iterator[tuple[str, str]]


class Walk:
    """A way through a document that is given in pieces."""

    def __init__(self) -> None:
        """Begin before the root."""
        self._has_begun = False
        self._told: dict[etree._Element, int] = {}
        """Rows that were told of an element that goes on."""

    def piece(self, root: etree._Element, going_on: tuple[etree._Element, ...]) -> Iterator[Part]:
        """Yield lines of the nodes in order, broken off where a table stands.

        Args:
            root: of the document.
            going_on: elements of which the last child is left for the next piece, or is the next of
                them.
        """
        lines: list[tuple[str, str]] = []
        size, first = 0, 0
        stack = self._beside(root, is_last=not going_on)
        while stack:
            node = stack.pop()
            children = list(node)
            after = children.pop() if node in going_on else None
            rows = _rows(children)
            first = first or (node.sourceline or 1)
            for label, value in _own(node, children):
                lines.append((label, value))
                size += len(label) + len(value)
            if rows or size > CHUNK_CHARS:
                yield from _stretch(lines, first)
                lines, size, first = [], 0, 0
            yield from _table(rows, self._told.get(node, 0))
            if node in going_on:
                self._told[node] = self._told.get(node, 0) + len(rows)
            if after in going_on:
                stack.append(after)
            if not _is_mixed(children):
                stack.extend(child for child in reversed(children) if child not in rows)
        yield from _stretch(lines, first)

    def _beside(self, root: etree._Element, *, is_last: bool) -> list[etree._Element]:
        """Return the root, and what stands before and after it, the last first."""
        before = [] if self._has_begun else [*root.itersiblings(preceding=True)]
        after = [*root.itersiblings()][::-1] if is_last else []
        self._has_begun = True
        return [*after, root, *before]


def _stretch(lines: list[tuple[str, str]], first: int) -> Iterator[Chunk]:
    yield from fields(lines, f"line {first}")


def _own(node: etree._Element, children: list[etree._Element]) -> Pairs:
    """Yield (label, text) of a node itself: its text and attributes, or those of a comment.

    A node with words between its children is one text: they are its markup.
    """
    name = local(node)
    if not name:
        yield "comment", (node.text or "").strip()
        return
    parent = node.getparent()
    path = name if parent is None else f"{local(parent)}.{name}"
    is_mixed = _is_mixed(children)
    yield path, _plain(node, children) if is_mixed else (node.text or "").strip()
    yield from _attributes(node)
    for each in (each for child in children for each in child.iter()) if is_mixed else ():
        if isinstance(each.tag, str):
            yield from _attributes(each)
        else:
            yield "comment", (each.text or "").strip()


def _attributes(node: etree._Element) -> Pairs:
    for key, value in node.attrib.items():
        yield f"{local(node)}.{_bare(key)}", str(value).strip()


def _bare(key: "str | bytes") -> str:
    return str(key).rpartition("}")[2]


def _plain(node: etree._Element, children: list[etree._Element]) -> str:
    found = [node.text or ""]
    for child in children:
        found += map(str, child.itertext()) if isinstance(child.tag, str) else ()
        found.append(child.tail or "")
    return "".join(found).strip()


def _is_mixed(children: list[etree._Element]) -> bool:
    """Tell whether words stand between the children of a node."""
    return any((child.tail or "").strip() for child in children)


def _rows(children: list[etree._Element]) -> dict[etree._Element, Cells]:
    """Return the children that are rows of one table: most of them, alike, and flat."""
    names = Counter(child.tag for child in children if isinstance(child.tag, str))
    if not names or _is_mixed(children):
        return {}
    tag, count = names.most_common(1)[0]
    if count < 2 or count * 2 < names.total():
        return {}
    found: dict[etree._Element, Cells] = {}
    for child in children:
        if child.tag == tag:
            cells = _cells(child)
            if cells is None:
                return {}
            found[child] = cells
    return found


def _cells(row: etree._Element) -> Cells | None:
    """Return (dotted name, value) of all fields of a row.

    `None` is a node that has but one, has them too deep, or has words between them.
    """
    found: Cells = []
    size = 0
    stack = [(row, "", 1)]
    while stack:
        node, path, depth = stack.pop()
        children, attributes = list(node), node.attrib.items()
        size += len(children) + len(attributes)
        if depth > RECORD_DEPTH or size > MAX_COLUMNS or _is_mixed(children):
            return None
        prefix = f"{path}." if path else ""
        found += [(prefix + _bare(key), str(value).strip()) for key, value in attributes]
        text = (node.text or "").strip()
        if text or not children:
            found.append((path or local(node), text))
        stack += [
            (child, prefix + (local(child) or "comment"), depth + 1) for child in reversed(children)
        ]
    return found if size > 1 else None


def _table(rows: dict[etree._Element, Cells], before: int) -> Iterator[Part]:
    """Yield rows as a table named by their tag; fields that repeat in a row are joined."""
    columns = dict.fromkeys(name for cells in rows.values() for name, _ in cells)
    if len(columns) > MAX_COLUMNS:
        for row, cells in rows.items():
            yield from fields(cells, f"line {row.sourceline}")
        return

    def grid() -> Iterator[tuple[int, tuple[str, ...]]]:
        for number, cells in enumerate(rows.values(), start=before + 1):
            held: dict[str, str] = {}
            for name, value in cells:
                held[name] = f"{held[name]}, {value}" if held.get(name) else value
            yield number, tuple(held.get(name, "") for name in columns)

    if rows:
        yield from tables(grid(), local(next(iter(rows))), heading=tuple(columns))
