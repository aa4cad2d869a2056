"""Stage 3, extract: XML elements -> parts. Siblings that repeat become tables, the rest lines."""

from collections import Counter
from collections.abc import Iterator
from itertools import repeat
from typing import Final

from lxml import etree

from pii_scan.extract._limits import CHUNK_CHARS, MAX_COLUMNS
from pii_scan.extract._table import tables
from pii_scan.extract._text import fields
from pii_scan.extract._xml import local
from pii_scan.model import Chunk, Part

RECORD_DEPTH: Final = 4
"""Levels of elements that a row of a table may have."""

Pairs = Iterator[tuple[str, str]]


def walk(root: etree._Element) -> Iterator[Part]:
    """Yield lines of the nodes in order, broken off where a table stands."""
    lines: list[tuple[str, str]] = []
    size, first = 0, 0
    outside = [*root.itersiblings(preceding=True)][::-1], [*root.itersiblings()]
    stack = [*reversed(outside[1]), root, *reversed(outside[0])]
    while stack:
        node = stack.pop()
        rows = _rows(node)
        first = first or (node.sourceline or 1)
        for label, value in _own(node):
            lines.append((label, value))
            size += len(label) + len(value)
        if rows or size > CHUNK_CHARS:
            yield from _stretch(lines, first)
            lines, size, first = [], 0, 0
        yield from _table(rows)
        if not _is_mixed(node):
            taken = set(rows)
            stack.extend(child for child in reversed(node) if child not in taken)
    yield from _stretch(lines, first)


def _stretch(lines: list[tuple[str, str]], first: int) -> Iterator[Chunk]:
    yield from fields(lines, f"line {first}")


def _own(node: etree._Element) -> Pairs:
    """Yield (label, text) of a node itself: its text and attributes, or those of a comment.

    A node with words between its children is one text: they are its markup.
    """
    name = local(node)
    if not name:
        yield "comment", (node.text or "").strip()
        return
    parent = node.getparent()
    path = name if parent is None else f"{local(parent)}.{name}"
    is_mixed = _is_mixed(node)
    yield path, _plain(node) if is_mixed else (node.text or "").strip()
    for each in node.iter() if is_mixed else (node,):
        for key, value in each.attrib.items():
            yield f"{local(each)}.{str(key).rpartition('}')[2]}", str(value).strip()


def _plain(node: etree._Element) -> str:
    return "".join(map(str, node.itertext())).strip()


def _is_mixed(node: etree._Element) -> bool:
    """Tell whether words stand between the children of a node."""
    return any((child.tail or "").strip() for child in node)


def _rows(node: etree._Element) -> list[etree._Element]:
    """Return the children of a node that are rows of one table: most of them, alike, and flat."""
    names = Counter(child.tag for child in node if isinstance(child.tag, str))
    if not names or _is_mixed(node):
        return []
    tag, count = names.most_common(1)[0]
    if count < 2 or count * 2 < names.total():
        return []
    alike = [child for child in node if child.tag == tag]
    return alike if all(map(_is_row, alike)) else []


def _is_row(node: etree._Element) -> bool:
    """Tell whether a node has several fields, not too deep, and no words between them."""
    todo, size = [(node, 1)], 0
    while todo:
        each, depth = todo.pop()
        children = list(each)
        size += len(children) + len(each.attrib)
        if size > MAX_COLUMNS or (children and (depth == RECORD_DEPTH or _is_mixed(each))):
            return False
        todo.extend([(child, depth + 1) for child in children])
    return size > 1


def _cells(row: etree._Element) -> list[tuple[str, str]]:
    """Return (dotted name, value) of all fields of a row."""
    found: list[tuple[str, str]] = []
    stack = [(row, "")]
    while stack:
        node, path = stack.pop()
        children = list(node)
        for key, value in node.attrib.items():
            found.append((f"{path}.{str(key).rpartition('}')[2]}".lstrip("."), str(value).strip()))
        text = (node.text or "").strip()
        if text or not children:
            found.append((path or local(node), text))
        prefix = f"{path}." if path else ""
        stack.extend([(each, prefix + (local(each) or "comment")) for each in reversed(children)])
    return found


def _table(rows: list[etree._Element]) -> Iterator[Part]:
    """Yield rows as a table named by their tag; fields that repeat in a row are joined."""
    columns: dict[str, None] = {}
    records: list[dict[str, str]] = []
    for row in rows:
        held: dict[str, str] = {}
        for name, value in _cells(row):
            held[name] = f"{held[name]}, {value}" if held.get(name) else value
        columns |= dict.fromkeys(held)
        records.append(held)
    if len(columns) > MAX_COLUMNS:
        for row in rows:
            yield from fields(_cells(row), f"line {row.sourceline}")
    elif rows:
        grid = (tuple(map(held.get, columns, repeat(""))) for held in records)
        yield from tables(enumerate(grid, start=1), local(rows[0]), heading=tuple(columns))
