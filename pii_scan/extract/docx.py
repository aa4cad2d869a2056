"""Stage 3, extract: Word. Every part of the package that can hold text, seen or unseen."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _embedded
from pii_scan.extract._container import open_container
from pii_scan.extract._media_type import OOXML
from pii_scan.extract._reasons import DAMAGED
from pii_scan.extract._table import grid
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Gap, Member, Part

if TYPE_CHECKING:
    from lxml import etree

    from pii_scan.extract import _word

MEMBERS: Final = re.compile(
    r"word/(?:embeddings/.+|vbaProject\.bin|.+\.(?:mht|mhtml|html?|rtf|txt|docx))"
)
"""Parts that are files of their own: embedded objects, macros, and chunks of other formats."""
IDLE: Final = re.compile(
    r"(?:.*/)?(?:styles|stylesWithEffects|webSettings|fontTable|numbering|theme\d*"
    r"|comments(?:Extended|Ids|Extensible)|colors\d*|style\d*|quickStyle\d*|layout\d*|itemProps\d*"
    r"|\[Content_Types\])\.xml|docProps/.*|.*\.rels",
    re.IGNORECASE,
)
"""Parts that hold no text of the document."""

BODY: Final = "word/document.xml"
"""Where the body stands in packages that do not say."""
KINDS: Final = {"item": "custom xml", "data": "diagram", "drawing": "diagram"}
"""What a reader calls parts whose file name does not tell."""
WORTH: Final = re.compile(
    r"HYPERLINK|INCLUDE|MERGE|QUOTE|SET |ASK|FILLIN|COMMENTS|DATABASE|LINK|\b(?:XE|TC|TA) |\d{7}"
)
"""Codes of fields with an address, a question or a text; most are a page number."""
CHANGES: Final = ("ins", "del", "moveFrom", "moveTo")
FORMS: Final = (
    "statusText", "helpText", "default", "listEntry", "listItem", "alias", "tag",
)  # fmt: skip
SHAPES: Final = ("docPr", "cNvPr", "hlinkClick", "hlinkHover", "shape", "textpath")
BEHIND: Final = tuple(
    f"{{*}}{name}" for name in ("instrText", "fldChar", "fldSimple", *CHANGES, *FORMS, *SHAPES)
)
"""Elements that hold text beside the running text."""
LABELS: Final = ("descr", "title", "tooltip", "alt", "string", "href")
"""Attributes with words: alternative texts, what shows under the mouse, letters as a picture."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the body, headers, notes, comments, drawings, embeddings, properties, links, pictures.

    Raises:
        ExtractError: the package cannot be opened, or its main part is not well-formed.
    """
    from pii_scan.extract import _ooxml

    with open_container(stream) as container:
        yield from _content(container)
        yield from _ooxml.properties(container)
        yield from _ooxml.links(container)
        yield from _embedded.pictures(container, "word/media/")


def _content(container: zipfile.ZipFile) -> Iterator[Part]:
    """Yield what the parts of the package hold, the body first.

    What nothing refers to comes last: Word does not show it, and it is there all the same.
    """
    from pii_scan.extract import _ooxml, _xml

    there = dict.fromkeys(info.filename for info in container.infolist() if not info.is_dir())
    body = next((name for name in (_ooxml.main(container), BODY) if name in there), None)
    if body is None:
        raise ExtractError(DAMAGED)
    yield from _texts(_xml.parse(_ooxml.read(container, body)), "")
    stated = _ooxml.stated_xml(container)
    for name in dict.fromkeys((*_ooxml.related(container), *there)):
        if name in there and name != body:
            yield from _file(container, name, is_xml=name.endswith(".xml") or name in stated)


def _file(container: zipfile.ZipFile, name: str, *, is_xml: bool) -> Iterator[Part]:
    """Yield what one part of the package holds."""
    from pii_scan.extract import _ooxml, _xml

    is_member = MEMBERS.fullmatch(name) is not None
    if IDLE.fullmatch(name) or not (is_member or is_xml):
        return
    try:
        data = _ooxml.read(container, name)
        root = None if is_member else _xml.parse(data)
    except ExtractError as error:
        yield Gap(error.reason, _label(name))
        return
    if root is None:
        yield Member(name, data)
    else:
        yield from _texts(root, _label(name))


def _label(name: str) -> str:
    """Return what a reader calls a part: "word/header2.xml" is a header.

    >>> _label("word/header2.xml"), _label("customXml/item1.xml"), _label("")
    ('header', 'custom xml', '')
    """
    kind = re.sub(r"\d*\.xml$", "", name.rpartition("/")[2])
    return KINDS.get(kind, kind)


def _texts(root: "etree._Element", label: str) -> Iterator[Part]:
    from pii_scan.extract import _ooxml, _word

    _ooxml.drop_fallbacks(root)
    said = _word.said(root)
    if label in {"footnotes", "endnotes", "comments"}:
        yield from _notes(root, said, label.removesuffix("s"))
    elif label in {"header", "footer"}:
        yield from fields([("", _word.text(root, said))], label)
    elif label in {"settings", "people"}:
        yield from fields(_settings(root), label)
    elif not label or label == "document":
        yield from _body(root, said, label)
    else:
        yield from fields([("", _ooxml.plain(root))], label)
    yield from fields(_hidden(root), f"{label} fields".strip())


def _settings(root: "etree._Element") -> Iterator[tuple[str, str]]:
    """Yield variables, where a mail merge takes its data from, and people who wrote comments."""
    from pii_scan.extract import _word

    for node in root.iter():
        match _word.name(node):
            case "docVar":
                yield _word.attribute(node, "name"), _word.attribute(node, "val")
            case "query" | "connectString" | "mailSubject":
                yield "mail merge", _word.attribute(node, "val")
            case "" if str(node.tag).endswith("}presenceInfo"):
                yield "author", str(next((v for k, v in node.items() if "userId" in k), ""))
            case "" if str(node.tag).endswith("}person"):
                yield "author", str(next((v for k, v in node.items() if "author" in k), ""))


def _body(root: "etree._Element", said: "_word.Said", label: str) -> Iterator[Part]:
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
                yield from fields([("", said.kept.get(block, "").strip())], where)
                if deleted := said.deleted.get(block, "").strip():
                    yield from fields([("", deleted)], f"{where}, deleted")
            case "tbl":
                yield from grid(_word.rows(block, said), f"{prefix}table {numbers[kind]}")
            case _:
                text = _word.text(block, said)
                yield from fields([("", text)], f"{prefix}text box {numbers[kind]}")


def _notes(root: "etree._Element", said: "_word.Said", kind: str) -> Iterator[Part]:
    from pii_scan.extract import _word

    notes = [(each, _word.text(each, said)) for each in root if _word.name(each) == kind]
    for number, (note, text) in enumerate((each for each in notes if each[1]), start=1):
        author = _word.attribute(note, "author")
        yield from fields([("author", author), ("", text)], f"{kind} {number}")


def _hidden(root: "etree._Element") -> Iterator[tuple[str, str]]:
    """Yield addresses in field codes, values of forms, who tracked changes, texts behind pictures.

    Each of them once.
    """
    from pii_scan.extract import _word

    pairs: dict[tuple[str, str], None] = {}
    code: list[str] = []
    for node in root.iter(*BEHIND):
        kind = _word.name(node)
        if kind == "instrText":
            # Word cuts a code into pieces wherever its spelling was looked at.
            code.append(node.text or "")
        elif kind == "fldChar":
            pairs["field", "".join(code).strip()] = None
            code.clear()
        else:
            pairs.update(dict.fromkeys(_behind(node)))
    pairs["field", "".join(code).strip()] = None
    for label, text in pairs:
        if label != "field" or WORTH.search(text):
            yield label, text


def _behind(node: "etree._Element") -> Iterator[tuple[str, str]]:
    from pii_scan.extract import _word

    kind = _word.name(node)
    if kind == "fldSimple":
        yield "field", _word.attribute(node, "instr").strip()
    elif kind in CHANGES:
        yield "author", _word.attribute(node, "author")
    elif kind in FORMS:
        yield from ((kind, _word.attribute(node, key)) for key in ("val", "displayText", "value"))
    elif not kind:
        yield from ((key, str(node.get(key) or "").strip()) for key in LABELS)


EXTRACTOR = Extractor(
    media_types=(
        OOXML + "wordprocessingml.document",
        "application/vnd.ms-word.document.macroenabled.12",
    ),
    suffixes=(".docx", ".docm", ".dotx", ".dotm"),
    parts=parts,
)
