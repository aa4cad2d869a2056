"""Stage 3, extract: Word. Every part of the package that can hold text, seen or unseen."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote

from pii_scan.errors import ExtractError
from pii_scan.extract import _embedded
from pii_scan.extract._container import open_container
from pii_scan.extract._guard import guarded
from pii_scan.extract._media_type import OOXML
from pii_scan.extract._reasons import DAMAGED
from pii_scan.extract._table import grid
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Extractor, Gap, Member, Part

if TYPE_CHECKING:
    from docx.package import Package
    from lxml import etree

MEMBERS: Final = re.compile(r"word/(?:embeddings/.+|.+\.(?:mht|mhtml|html?|rtf|txt|docx))")
"""Parts that are files of their own: embedded objects, and chunks of other formats."""
IDLE: Final = re.compile(
    r"(?:.*/)?(?:styles|stylesWithEffects|settings|webSettings|fontTable|numbering|theme\d*|people"
    r"|comments(?:Extended|Ids|Extensible)|colors\d*|style\d*|quickStyle\d*|layout\d*|itemProps\d*"
    r"|app|core|\[Content_Types\])\.xml|.*\.rels",
    re.IGNORECASE,
)
"""Parts that hold no text of the document."""
PROPERTIES: Final = {
    "author": "author",
    "last_modified_by": "lastModifiedBy",
    "title": "title",
    "subject": "subject",
    "keywords": "keywords",
    "comments": "comments",
    "category": "category",
}


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the body, headers, notes, comments, drawings, embeddings, properties, links, pictures.

    Raises:
        ExtractError: the package cannot be opened, or its main part is not well-formed.
    """
    with open_container(stream) as container:
        yield from _content(stream)
        yield from _embedded.pictures(container, "word/media/")


def _content(stream: BinaryIO) -> Iterator[Part]:
    """Yield what stands in the package as text."""
    from docx.package import Package

    stream.seek(0)
    try:
        package = guarded(lambda: Package.open(stream))
        files = guarded(lambda: list(_files(package)))
    except ExtractError:
        # A link to a part that is not there (pasted pictures leave them) is no reason to give up.
        yield from _loose(stream)
        return
    for name, content in files:
        yield from _file(name, content)
    yield from _properties(package)
    yield from _links(package)


def _files(package: "Package") -> Iterator[tuple[str, "etree._Element | bytes"]]:
    """Yield the parts of a package by name: what python-docx has parsed as that, others as bytes.

    The body comes first, under the name "".
    """
    from docx.opc.part import XmlPart

    main = package.main_document_part
    yield "", main.element if isinstance(main, XmlPart) else main.blob
    for part in package.iter_parts():
        if part is not main:
            name = str(part.partname).lstrip("/")
            yield name, part.element if isinstance(part, XmlPart) else part.blob


def _loose(stream: BinaryIO) -> Iterator[Part]:
    """Yield what the members of a container hold whose package does not hang together."""
    with open_container(stream) as container:
        if "word/document.xml" not in container.namelist():
            raise ExtractError(DAMAGED)
        yield from _file("", container.read("word/document.xml"))
        for info in container.infolist():
            if info.filename != "word/document.xml" and not info.is_dir():
                yield from _file(info.filename, container.read(info))


def _file(name: str, content: "etree._Element | bytes") -> Iterator[Part]:
    """Yield what one part of the package holds."""
    from pii_scan.extract import _xml

    if IDLE.fullmatch(name) or name.startswith("docProps/core"):
        return
    if isinstance(content, bytes):
        if MEMBERS.fullmatch(name):
            yield Member(name, content)
        if name and not name.endswith(".xml"):
            return
        try:
            content = _xml.parse(content)
        except ExtractError as error:
            if not name:
                raise
            yield Gap(error.reason, _label(name))
            return
    yield from _texts(content, _label(name))


def _label(name: str) -> str:
    """Return what a reader calls a part: "word/header2.xml" is a header.

    >>> _label("word/header2.xml"), _label("")
    ('header', '')
    """
    return re.sub(r"\d*\.xml$", "", name.rpartition("/")[2])


def _texts(root: "etree._Element", label: str) -> Iterator[Part]:
    from pii_scan.extract import _word

    _word.drop_fallbacks(root)
    if label in {"footnotes", "endnotes", "comments"}:
        yield from _notes(root, label.removesuffix("s"))
    elif label in {"header", "footer"}:
        yield from fields([("", _word.text(root))], label)
    elif not label or label == "document":
        yield from _body(root, label)
    else:
        yield from fields([("", _plain(root))], label)
    yield from fields(_hidden(root), f"{label} fields".strip())


def _body(root: "etree._Element", label: str) -> Iterator[Part]:
    """Yield paragraphs, tables and text boxes in order, each kind numbered from 1."""
    from pii_scan.extract import _word

    prefix = f"{label}, " if label else ""
    numbers: Counter[str] = Counter()
    for block in _word.blocks(root):
        kind = _word.name(block)
        numbers[kind] += 1
        match kind:
            case "p":
                where = f"{prefix}paragraph {numbers[kind]}"
                kept, deleted = _word.paragraph(block)
                yield from fields([("", kept.strip())], where)
                yield from fields([("", deleted.strip())], f"{where}, deleted")
            case "tbl":
                yield from grid(_word.rows(block), f"{prefix}table {numbers[kind]}")
            case _:
                text = _word.text(block)
                yield from fields([("", text)], f"{prefix}text box {numbers[kind]}")


def _notes(root: "etree._Element", kind: str) -> Iterator[Part]:
    from pii_scan.extract import _word

    notes = [each for each in root if _word.name(each) == kind]
    for number, note in enumerate((each for each in notes if _word.text(each)), start=1):
        author = _word.attribute(note, "author")
        yield from fields([("author", author), ("", _word.text(note))], f"{kind} {number}")


def _plain(root: "etree._Element") -> str:
    """Return the text of drawings, charts, custom properties and the like, an element a line."""
    lines = [(node.text or "").strip() for node in root.iter() if isinstance(node.tag, str)]
    return "\n".join(line for line in lines if line)


def _hidden(root: "etree._Element") -> Iterator[tuple[str, str]]:
    """Yield addresses in field codes, who tracked changes, and texts behind pictures."""
    from pii_scan.extract import _word

    seen: set[tuple[str, str]] = set()
    for node in root.iter():
        found = []
        kind = _word.name(node)
        if kind == "instrText":
            found.append(("field", (node.text or "").strip()))
        elif kind == "fldSimple":
            found.append(("field", _word.attribute(node, "instr").strip()))
        elif kind in {"ins", "del", "moveFrom", "moveTo"}:
            found.append(("author", _word.attribute(node, "author")))
        elif str(node.tag).endswith("}docPr"):
            found.extend((key, str(node.get(key) or "")) for key in ("descr", "title"))
        for pair in found:
            if pair not in seen and (pair[0] != "field" or "HYPERLINK" in pair[1]):
                seen.add(pair)
                yield pair


def _properties(package: "Package") -> Iterator[Part]:
    from docx.opc.constants import RELATIONSHIP_TYPE

    # Without such a part python-docx would invent one, written by "python-docx" today.
    if not any(rel.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for rel in package.rels.values()):
        return
    core = package.core_properties
    for key, label in PROPERTIES.items():
        yield from fields([("", str(getattr(core, key) or ""))], f"property {label}")
    for moment, label in ((core.created, "created"), (core.modified, "modified")):
        if moment is not None:
            yield Evidence("documentdatum", moment.date(), "metadata", f"property {label}")


def _links(package: "Package") -> Iterator[Part]:
    targets = dict.fromkeys(rel.target_ref for rel in package.iter_rels() if rel.is_external)
    links = [unquote(target.removeprefix("mailto:")) for target in targets]
    yield from fields((("", link) for link in links), "links")


EXTRACTOR = Extractor(
    media_types=(
        OOXML + "wordprocessingml.document",
        "application/vnd.ms-word.document.macroenabled.12",
    ),
    suffixes=(".docx", ".docm", ".dotx", ".dotm"),
    parts=parts,
)
