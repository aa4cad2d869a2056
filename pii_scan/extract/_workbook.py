"""Stage 3, extract: what xlsx and xlsb hold beside the cells, as far as it is XML."""

import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _drawing, _ooxml, _xml
from pii_scan.extract._decode import decode
from pii_scan.extract._html import html
from pii_scan.extract._text import fields
from pii_scan.model import Gap, Member, Part

if TYPE_CHECKING:
    from lxml import etree

MEMBERS: Final = re.compile(r"xl/embeddings/[^/]+|xl/vbaProject\.bin")
KINDS: Final = (
    (re.compile(r"xl/(?:comments\d*|comments/.+|threadedComments/.+)\.xml"), "comments"),
    (re.compile(r"xl/persons/.+\.xml"), "persons"),
    (re.compile(r"xl/(?:drawings/[^/]+|diagrams/data\d*)\.xml"), "drawing"),
    (re.compile(r"xl/drawings/[^/]+\.vml"), "drawing"),
    (re.compile(r"xl/charts/chart[^/]+\.xml"), "chart"),
    (re.compile(r"xl/chartsheets/[^/]+\.xml"), "chart"),
    (re.compile(r"xl/pivot(?:Cache|Tables)/[^/]+\.xml"), "pivot table"),
    (re.compile(r"xl/externalLinks/[^/]+\.xml"), "external link"),
    (re.compile(r"xl/(?:connections|queryTables/[^/]+)\.xml"), "connections"),
    (re.compile(r"xl/tables/[^/]+\.xml"), "table"),
    (re.compile(r"xl/revisions/[^/]+\.xml"), "revisions"),
    (re.compile(r"xl/(?:slicers|slicerCaches|timelines|timelineCaches)/[^/]+\.xml"), "slicer"),
    (re.compile(r"xl/ctrlProps/[^/]+\.xml"), "form control"),
    (re.compile(r"customXml/item\d*\.xml"), "custom xml"),
)
"""Parts with text, and what a reader calls them."""
KEYS: Final = {
    "pivot table": ("v", "name", "caption", "refreshedBy"),
    "external link": ("val", "name", "refersTo"),
    "connections": ("name", "description", "connection", "command", "sourceFile", "odcFile", "url"),
    "table": ("displayName", "comment", "totalsRowLabel"),
    "revisions": ("userName", "name", "oldName", "newName"),
    "slicer": ("name", "caption", "n"),
    "form control": ("val",),
}
"""Attributes that are text, by the kind of part."""


def beside(container: zipfile.ZipFile) -> Iterator[Part]:
    """Yield notes, text boxes, charts, caches, links, properties and embedded files."""
    for name in container.namelist():
        if MEMBERS.fullmatch(name):
            yield Member(name, container.read(name))
            continue
        label = next((kind for pattern, kind in KINDS if pattern.fullmatch(name)), "")
        if label:
            try:
                yield from _texts(container, name, label)
            except ExtractError as error:
                yield Gap(error.reason, label)
    yield from _ooxml.properties(container)
    yield from _ooxml.links(container)


def _texts(container: zipfile.ZipFile, name: str, label: str) -> Iterator[Part]:
    if name.endswith(".vml"):
        # Not always well-formed: browsers were to read it.
        yield from html(decode(container.read(name)), label)
        return
    root = _ooxml.tree(container, name)
    if root is None:
        return
    if label == "comments":
        yield from _comments(root)
    elif label == "persons":
        pairs = [(each.get(key) or "") for each in root for key in ("displayName", "userId")]
        yield from fields((("author", text) for text in pairs), label)
    elif label == "drawing":
        _ooxml.drop_fallbacks(root)
        yield from fields((("", line) for line in _drawing.lines([root])), label)
        yield from fields(_drawing.labels(root), f"{label} fields")
    else:
        yield from fields([("", _ooxml.plain(root, *KEYS.get(label, ())))], label)


def _comments(root: "etree._Element") -> Iterator[Part]:
    """Yield each note by itself with its cell; who wrote them stands in a list of its own."""
    authors: list[tuple[str, str]] = []
    for node in root.iter("{*}comment", "{*}threadedComment", "{*}author"):
        if _xml.local(node) == "author":
            authors.append(("author", node.text or ""))
        else:
            text = "".join(each.text or "" for each in node.iter("{*}t", "{*}text"))
            yield from fields([("", text)], f"comments {node.get('ref') or ''}".strip())
    yield from fields(authors, "comments")
