"""Stage 3, extract: what Word, Excel and PowerPoint packages share (ECMA-376 part 2)."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import unquote

from lxml import etree

from pii_scan.errors import ExtractError
from pii_scan.extract import _xml
from pii_scan.extract._guard import guarded
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Gap, Part

FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
PROPERTIES: Final = {
    "creator": "author",
    "lastModifiedBy": "lastModifiedBy",
    "title": "title",
    "subject": "subject",
    "description": "comments",
    "keywords": "keywords",
    "category": "category",
    "contentStatus": "contentStatus",
    "Manager": "manager",
    "Company": "company",
    "HyperlinkBase": "hyperlinkBase",
}
"""Elements of docProps/core.xml and docProps/app.xml that people fill in, and what they are called.
"""
MOMENTS: Final = frozenset({"created", "modified"})


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part of a package has to do with another."""

    kind: str
    """Last word of the relationship type: "notesSlide", "hyperlink" …"""
    target: str
    """Name of a part of the package; of what stands outside, its address."""
    is_external: bool


def read(container: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of a package, nothing if it is not there.

    Raises:
        ExtractError: it cannot be unpacked.
    """
    try:
        info = container.getinfo(name)
    except KeyError:
        return b""
    return guarded(lambda: container.read(info))


def tree(container: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Return the root element of a part, `None` if the part is not there.

    Raises:
        ExtractError: it cannot be unpacked or is not well-formed.
    """
    data = read(container, name)
    return _xml.parse(data) if data else None


def relations(container: zipfile.ZipFile, name: str) -> dict[str, Relation]:
    """Return what a part relates to, by the id that it uses for it."""
    folder, _, file = name.rpartition("/")
    root = tree(container, posixpath.join(folder, "_rels", f"{file}.rels"))
    found = {}
    for each in root if root is not None else ():
        target = str(each.get("Target") or "")
        is_external = each.get("TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = str(each.get("Type") or "").rpartition("/")[2]
        found[str(each.get("Id") or "")] = Relation(kind, target, is_external)
    return found


def main(container: zipfile.ZipFile) -> str | None:
    """Return the name of the part that a package is about, `None` if it does not say."""
    try:
        told = relations(container, "").values()
    except ExtractError:
        return None
    return next((each.target for each in told if each.kind == "officeDocument"), None)


def related(container: zipfile.ZipFile) -> Iterator[str]:
    """Yield the names of the parts that a package or another part refers to, each once.

    What a part refers to comes straight after it. Some of them may not be there.
    """
    seen = {""}
    stack = [""]
    while stack:
        name = stack.pop()
        if name:
            yield name
        try:
            told = [
                each.target for each in relations(container, name).values() if not each.is_external
            ]
        except ExtractError:
            continue  # `links` tells of it
        new = dict.fromkeys(target for target in told if target not in seen)
        seen |= new.keys()
        stack.extend(reversed(new))


def stated_xml(container: zipfile.ZipFile) -> frozenset[str]:
    """Return the parts that are said to be XML, whatever they are called."""
    try:
        root = tree(container, "[Content_Types].xml")
    except ExtractError:
        root = None
    return frozenset(
        str(each.get("PartName")).lstrip("/")
        for each in (root if root is not None else ())
        if str(each.get("ContentType")).endswith("xml")
    )


def attribute(node: etree._Element, key: str) -> str:
    """Return an attribute by its name without a namespace, "" if it is not there."""
    found = (value for name, value in node.attrib.items() if str(name).rpartition("}")[2] == key)
    return str(next(found, ""))


def drop_fallbacks(root: etree._Element) -> None:
    """Take out what a document repeats for older programs; text boxes would come twice."""
    for fallback in list(root.iter(FALLBACK)):
        parent = fallback.getparent()
        if parent is not None and len(parent) > 1:
            parent.remove(fallback)


def plain(root: etree._Element, *keys: str) -> str:
    """Return the text of charts, custom parts and the like, an element a line.

    Args:
        root: of the part.
        keys: names of attributes whose values count as text too.
    """
    lines: list[str] = []
    for node in root.iter(etree.Element):
        if keys:
            lines.extend(filter(None, (attribute(node, key).strip() for key in keys)))
        lines.append((node.text or "").strip())
    return "\n".join(filter(None, lines))


def links(container: zipfile.ZipFile) -> Iterator[Part]:
    """Yield the addresses outside the package that its parts refer to; nobody follows them."""
    found: dict[str, None] = {}
    for name in container.namelist():
        if not name.endswith(".rels"):
            continue
        try:
            root = tree(container, name)
        except ExtractError as error:
            yield Gap(error.reason, "links")
            continue
        for each in root if root is not None else ():
            if each.get("TargetMode") == "External":
                target = str(each.get("Target") or "")
                found[unquote(target.removeprefix("mailto:"))] = None
    yield from fields((("", link) for link in found), "links")


def properties(container: zipfile.ZipFile) -> Iterator[Part]:
    """Yield what docProps says: who, for whom, when, and the properties people made themselves."""
    for name in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
        try:
            root = tree(container, name)
        except ExtractError as error:
            yield Gap(error.reason, "properties")
            continue
        for node in root if root is not None else ():
            if _xml.local(node) == "property":
                text = "".join(map(str, node.itertext())).strip()
                yield from fields([(str(node.get("name") or ""), text)], "property custom")
            else:
                yield from _property(_xml.local(node), (node.text or "").strip())


def _property(kind: str, text: str) -> Iterator[Part]:
    if kind in PROPERTIES:
        yield from fields([("", text)], f"property {PROPERTIES[kind]}")
    elif kind in MOMENTS:
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            return
        yield Evidence("documentdatum", day, "metadata", f"property {kind}")
