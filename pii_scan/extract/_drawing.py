"""Stage 3, extract: DrawingML -> text: shapes, their tables, what stands behind them."""

from collections.abc import Iterable, Iterator

from lxml import etree

from pii_scan.extract._table import Row
from pii_scan.extract._xml import local

LABELS = ("descr", "title", "tooltip")
"""Attributes with words behind a shape or a link: alternative text, what shows under the mouse."""
LABELLED = ("{*}cNvPr", "{*}docPr", "{*}hlinkClick", "{*}hlinkHover", "{*}hlinkMouseOver")


def paragraph(node: etree._Element) -> str:
    """Return the text of a paragraph (`a:p`) without the number of the slide."""
    found = []
    for each in node.iter("{*}t", "{*}br"):
        parent = each.getparent()
        if local(each) == "br":
            found.append("\n")
        elif parent is None or parent.get("type") != "slidenum":
            found.append(each.text or "")
    return "".join(found).strip()


def lines(nodes: Iterable[etree._Element]) -> Iterator[str]:
    """Yield the paragraphs inside some elements that are not empty; tables are left out."""
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        kind = local(node)
        if kind == "p":
            text = paragraph(node)
            if text:
                yield text
        elif kind != "tbl":
            stack.extend(reversed(node))


def tables(root: etree._Element) -> Iterator[list[Row]]:
    """Yield the rows of each table (`a:tbl`); one cell over several columns stands in the first."""
    for table in root.iter("{*}tbl"):
        yield [
            (number, tuple("\n".join(lines([cell])) for cell in row.iterchildren("{*}tc")))
            for number, row in enumerate(table.iterchildren("{*}tr"), start=1)
        ]


def labels(root: etree._Element) -> list[tuple[str, str]]:
    """Return the words behind shapes and links, each once."""
    found = {
        (key, text): None
        for node in root.iter(*LABELLED)
        for key in LABELS
        if (text := str(node.get(key) or "").strip())
    }
    return list(found)
