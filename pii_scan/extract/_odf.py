"""Stage 3, extract: OpenDocument packages (ODF 1.3): text, what stands beside it, what is inside.

Elements are told by their names without namespace, which OpenOffice 1 had in common.
"""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import IO, BinaryIO, Final
from urllib.parse import unquote

from lxml import etree

from pii_scan.errors import ExtractError
from pii_scan.extract import _embedded, _xml
from pii_scan.extract._container import open_container
from pii_scan.extract._decode import decode
from pii_scan.extract._limits import FREE_BYTES, MAX_COLUMNS
from pii_scan.extract._media_type import ODF
from pii_scan.extract._ooxml import attribute, plain, tree
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED
from pii_scan.extract._table import Row, grid
from pii_scan.extract._text import fields
from pii_scan.extract._xml import local
from pii_scan.model import Evidence, Gap, Member, Part

MAX_REPEAT: Final = 100
"""Times that one row or cell is given when the file says it comes so often; 1,048,576 is a layout.
"""
LONGEST_COPY: Final = 100
"""Characters of a cell that is given as often as it is there; a longer one is given once."""
MAX_SPACES: Final = 100
READ_BYTES: Final = 1 << 18
APART: Final = frozenset({"note", "annotation", "table", "notes"})
BOXES: Final = frozenset(
    {"text-box", "custom-shape", "caption", "rect", "circle", "ellipse", "line", "connector"}
    | {"polyline", "polygon", "regular-polygon", "path", "measure"}
)
"""Shapes that can hold text (ODF 1.3 part 3, 10.3 and 10.6)."""
NESTED: Final = APART | BOXES
"""What stands inside a paragraph without being part of its text."""
SILENT: Final = frozenset(
    {"tracked-changes", "forms", "annotation-end", "page-number", "page-count", "sheet-name"}
)
"""What is read apart from the running text, or filled in when a page is laid out."""
SUFFIXES: Final = {
    "text": ".odt",
    "spreadsheet": ".ods",
    "presentation": ".odp",
    "graphics": ".odg",
    "chart": ".odc",
    "formula": ".odf",
}
PROPERTIES: Final = {
    "initial-creator": "author",
    "creator": "lastModifiedBy",
    "printed-by": "printedBy",
    "title": "title",
    "subject": "subject",
    "description": "comments",
    "keyword": "keywords",
    "user-defined": "custom",
}
MOMENTS: Final = {"creation-date": "created", "date": "modified"}
NAMES: Final = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
TOLD: Final = etree.XPath(
    "//@xlink:href | //@table:formula | //@text:formula | //@table:condition | //@text:condition"
    " | //@text:string-value | //@text:string-value-if-true | //@text:string-value-if-false"
    " | //text:*/@office:string-value | //@form:value | //@form:current-value | //@form:label"
    " | //@form:title | //@form:name",
    namespaces={
        "xlink": "http://www.w3.org/1999/xlink",
        **{name: NAMES.format(name) for name in ("office", "text", "table", "form")},
    },
)
"""Attributes with words in them: links, fields, forms, conditions."""
LITERAL: Final = re.compile(r'"[^"]+"|\d{7}')
"""What makes a formula worth reading: a text or a long number."""
SEPARATED: Final = re.compile(r"[-+\d.,\sE]+")
"""A number with points or spaces between its digits, or as a power of ten."""
DECLARED: Final = (
    "{*}header-decl",
    "{*}footer-decl",
    "{*}date-time-decl",
    f"{{{NAMES.format('svg-compatible')}}}*",
)
"""Elements beside the text whose own text counts; those of SVG are titles and descriptions."""
GROUPS: Final = frozenset({"table", "table-row-group", "table-rows", "table-header-rows"})
"""What stands between a row and the spreadsheet (ODF 1.3 part 3, 9.1)."""
PLAIN: Final = frozenset(
    {"table-cell", "covered-table-cell", "p", "span", "s", "tab", "line-break"}
)
WORDED: Final = frozenset(
    {"href", "formula", "condition", "string-value-if-true", "string-value-if-false"}
)
"""Attributes of `TOLD` that such elements may have."""
INSIDE: Final = re.compile(r"(?:\./|#|Pictures/|ObjectReplacements/|Object \d|Configurations)")
"""Beginnings of links that stay in the package or the page."""
LOOSE: Final = re.compile(r"Versions/[^/]+|Object[^/]*")
MACROS: Final = re.compile(r"(?:Basic|Scripts|Dialogs)/.+\.(?:xml|py|js|bsh)")

Body = Callable[[etree._Element], Iterator[Part]]


def document(stream: BinaryIO, body: Body) -> Iterator[Part]:
    """Yield the parts of a document: its body, headers and footers, properties, what is inside.

    Raises:
        ExtractError: the package cannot be opened, is under a password, or has no body.
    """
    with open_container(stream) as container:
        _check_encryption(container)
        if "content.xml" not in container.NameToInfo:
            raise ExtractError(DAMAGED)
        with container.open("content.xml") as content:
            root = _folded(content)
        yield from body(root)
        yield from _beside(root)
        for name, read in (("styles.xml", _margins), ("meta.xml", _properties)):
            with _as_gap(name.removesuffix(".xml")) as gaps:
                other = tree(container, name)
                yield from read(other) if other is not None else ()
            yield from gaps
        yield from _macros(container)
        yield from _members(container)
        yield from _embedded.pictures(container, "Pictures/")


@contextmanager
def _as_gap(where: str) -> Iterator[list[Gap]]:
    gaps: list[Gap] = []
    try:
        yield gaps
    except ExtractError as error:
        gaps.append(Gap(error.reason, where))


def _check_encryption(container: zipfile.ZipFile) -> None:
    """Raise if the manifest says that files are encrypted (ODF 1.3 part 2, 4.4)."""
    manifest = tree(container, "META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise ExtractError(ENCRYPTED)


# Text


def paragraph(node: etree._Element) -> str:
    """Return the text of a paragraph, without notes, comments, boxes and tables anchored in it."""
    if not len(node):
        return node.text or ""
    found = [node.text or ""]
    stack = [iter(node)]
    ends = [""]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            found.append(ends.pop())
            continue
        kind = local(child)
        tail = child.tail or ""
        if kind in NESTED or _is_silent(child):
            found.append(tail)
            continue
        if kind == "s":
            count = attribute(child, "c")
            found.append(" " * min(int(count) if count.isdecimal() else 1, MAX_SPACES))
        elif kind in {"tab", "tab-stop"}:
            found.append("\t")
        elif kind == "line-break":
            found.append("\n")
        found.append(child.text or "")
        stack.append(iter(child))
        ends.append(tail)
    return "".join(found)


def text(node: etree._Element) -> str:
    """Return all text inside an element but comments, a line a paragraph."""
    found = []
    stack = list(reversed(node))
    while stack:
        each = stack.pop()
        if local(each) in {"p", "h"}:
            found.append(paragraph(each))
        if local(each) != "annotation":
            stack.extend(reversed(each))
    return "\n".join(line for line in found if line.strip())


def _is_silent(node: etree._Element) -> bool:
    """Tell whether an element is no running text: svg:title and svg:desc are not either."""
    return not isinstance(node.tag, str) or local(node) in SILENT or ":svg" in node.tag


def blocks(root: etree._Element, nested: frozenset[str] = NESTED) -> Iterator[etree._Element]:
    """Yield paragraphs and what is `nested`, outermost only, in order."""
    stack = list(reversed(root))
    while stack:
        node = stack.pop()
        kind = local(node)
        if kind in {"p", "h"}:
            yield node
            if len(node):
                stack.extend(reversed(list(_anchored(node))))
        elif kind in nested:
            yield node
        elif not _is_silent(node):
            stack.extend(reversed(node))


def _anchored(node: etree._Element) -> Iterator[etree._Element]:
    """Yield what is anchored in a paragraph, outermost only."""
    stack = list(reversed(node))
    while stack:
        each = stack.pop()
        if local(each) in NESTED:
            yield each
        elif not _is_silent(each):
            stack.extend(reversed(each))


def flow(root: etree._Element) -> Iterator[Part]:
    """Yield running text, a paragraph a part, with what is anchored in it."""
    numbers: Counter[str] = Counter()
    for block in blocks(root):
        name = _name(block)
        numbers[name] += 1
        if name == "paragraph":
            yield from fields([("", paragraph(block).strip())], f"paragraph {numbers[name]}")
        else:
            yield from _apart(block, f"{name} {numbers[name]}")


def page(root: etree._Element, where: str) -> Iterator[Part]:
    """Yield the text of a slide or a drawing as one, then its tables, comments and notes."""
    numbers: Counter[str] = Counter()
    lines: list[str] = []
    apart: list[Part] = []
    for block in blocks(root, APART):
        name = _name(block)
        numbers[name] += 1
        match name:
            case "paragraph":
                lines.append(paragraph(block).strip())
            case "notes":
                apart.extend(_apart(block, f"{where} notes"))
            case _:
                apart.extend(_apart(block, f"{where} {name} {numbers[name]}"))
    yield from fields((("", line) for line in lines), where)
    yield from apart


def _apart(block: etree._Element, where: str) -> Iterator[Part]:
    """Yield a table, a note, a comment or a box, and the comments inside."""
    kind = local(block)
    if kind == "annotation":
        yield from fields(comment(block), where)
        return
    if kind == "table":
        yield from grid(rows(block), where)
    else:
        yield from fields([("", text(block))], where)
    for number, each in enumerate(block.iter("{*}annotation"), start=1):
        yield from fields(comment(each), f"{where} comment {number}")


def _name(block: etree._Element) -> str:
    kind = local(block)
    match kind:
        case "note":
            return attribute(block, "note-class") or "footnote"
        case "p" | "h":
            return "paragraph"
        case "annotation":
            return "comment"
        case _:
            return "text box" if kind in BOXES else kind


def comment(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield who wrote a comment, and what it says."""
    for each in node.iterchildren("{*}creator"):
        yield "author", (each.text or "").strip()
    yield "", text(node)


# Tables


def rows(table: etree._Element) -> Iterator[Row]:
    """Yield the rows of a table that hold anything, by their number in the file."""
    number, budget = 1, FREE_BYTES
    for row in nearest(table, "table-row"):
        count = repeats(row, "number-rows-repeated")
        cells = _cells(row)
        if any(cells):
            size = sum(map(len, cells))
            copies = min(count, MAX_REPEAT, 1 + budget // size)
            budget -= (copies - 1) * size
            for copy in range(copies):
                yield number + copy, cells
        number += count


def nearest(node: etree._Element, kind: str) -> Iterator[etree._Element]:
    """Yield the nearest elements of a kind, through groups and headings, not in a table inside."""
    stack = list(reversed(node))
    while stack:
        each = stack.pop()
        if local(each) == kind:
            yield each
        elif local(each) not in {"table", "shapes"}:
            stack.extend(reversed(each))


def repeats(node: etree._Element, key: str) -> int:
    """Return how often a row or a cell is there."""
    return _count(attribute(node, key))


def _count(digits: str) -> int:
    return max(int(digits), 1) if digits.isdecimal() and len(digits) < 8 else 1


def _folded(stream: IO[bytes]) -> etree._Element:
    """Return the root of a document in which rows of sheets are as small as they can be.

    A row whose cells are nothing but text has that in one piece in place of its cells, of which a
    tree takes a kilobyte each.
    """
    parser = etree.XMLPullParser(("end",), tag="{*}table-row", **_xml.OPTIONS)
    entities = _xml.Entities()
    while block := stream.read(READ_BYTES):
        _xml.feed(parser, block)
        for _, row in parser.read_events():
            # Nothing but what is put there by us may stand in a row beside its cells.
            row.text = None
            if _is_of_sheet(row):
                entities.fill(row)
                _fold(row)
    root = _xml.close(parser)
    _xml.check_depth(root)
    entities.fill(root)
    return root


def _is_of_sheet(row: etree._Element) -> bool:
    for each in row.iterancestors():
        kind = local(each)
        if kind not in GROUPS:
            return kind == "spreadsheet"
    return False


def _fold(row: etree._Element) -> None:
    for each in row.iterdescendants():
        if local(each) not in PLAIN:
            return
        for key, value in each.attrib.items():
            name = str(key).rpartition("}")[2]
            if name in WORDED and (name != "formula" or LITERAL.search(str(value))):
                return
    cells = _cells(row)
    del row[:]
    row.text = json.dumps(cells)


def _cells(row: etree._Element) -> tuple[str, ...]:
    if not len(row) and (row.text or "").startswith("["):
        return tuple(map(str, json.loads(row.text or "")))
    found: list[str] = []
    for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        held = {str(key).rpartition("}")[2]: str(value) for key, value in cell.items()}
        shown = _value(cell, held)
        count = _count(held.get("number-columns-repeated", ""))
        # Far to the right only what is filled counts, lest a few cells lay out a plane.
        room = max(MAX_COLUMNS - len(found), 1 if shown else 0)
        if shown:
            copy = shown if len(shown) <= LONGEST_COPY else ""
            found.append(shown)
            found.extend([copy] * (min(count, MAX_REPEAT, room) - 1))
        else:
            found.extend([""] * min(count, room))
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _value(cell: etree._Element, held: Mapping[str, str]) -> str:
    """Return a cell as it shows; dates as ISO has them, numbers without thousands separators."""
    # Nearly every cell is one paragraph without anything in it.
    is_plain = len(cell) == 1 and not len(cell[0]) and local(cell[0]) == "p"
    shown = (cell[0].text or "") if is_plain else text(cell)
    match held.get("value-type"):
        case "date":
            moment = held.get("date-value", "")
            return moment.removesuffix("T00:00:00").replace("T", " ") or shown
        case "float" if not shown or (SEPARATED.fullmatch(shown) and not shown.isdecimal()):
            return held.get("value") or shown
    return shown or held.get("string-value", "")


# Beside the text


def _beside(root: etree._Element) -> Iterator[Part]:
    """Yield deletions, who made changes, values of forms and fields, alternative texts, links."""
    for number, node in enumerate(root.iter("{*}deletion", "{*}previous"), start=1):
        yield from fields([("", text(node))], f"deletion {number}")
    pairs: dict[tuple[str, str], None] = {}
    links: dict[str, None] = {}
    for node in root.iter("{*}change-info"):
        pairs.update({("author", each.text or ""): None for each in node.iter("{*}creator")})
    for node in root.iter(*DECLARED):
        pairs[local(node).removesuffix("-decl"), (node.text or "").strip()] = None
    for value in TOLD(root):
        node, key = value.getparent(), value.attrname.rpartition("}")[2]
        if key == "href":
            if not INSIDE.match(value):
                links[unquote(str(value).removeprefix("mailto:"))] = None
        elif key != "formula" or LITERAL.search(value):
            pairs[attribute(node, "name") or local(node), str(value)] = None
    yield from fields(pairs, "fields")
    yield from fields((("", link) for link in links), "links")


def _margins(root: etree._Element) -> Iterator[Part]:
    """Yield the headers and footers of pages, and what is written on the masters of slides."""
    for number, master in enumerate(root.iter("{*}master-page"), start=1):
        for node in list(master):
            kind = local(node).partition("-")[0]
            if kind in {"header", "footer"}:
                yield from fields([("", text(node))], kind)
                master.remove(node)
            elif attribute(node, "placeholder") == "true":
                master.remove(node)
        yield from page(master, f"master {number}")


def _properties(root: etree._Element) -> Iterator[Part]:
    for node in root.iterfind("{*}meta/*"):
        kind, said = local(node), (node.text or "").strip()
        if kind in MOMENTS:
            try:
                day = date.fromisoformat(said[:10])
            except ValueError:
                continue
            yield Evidence("documentdatum", day, "metadata", f"property {MOMENTS[kind]}")
        elif kind in PROPERTIES:
            label = attribute(node, "name") if kind == "user-defined" else ""
            yield from fields([(label, said)], f"property {PROPERTIES[kind]}")
        elif kind == "keywords":
            yield from fields([("", plain(node))], "property keywords")


# Inside


def _macros(container: zipfile.ZipFile) -> Iterator[Part]:
    for name in filter(MACROS.fullmatch, container.namelist()):
        data = container.read(name)
        if not name.endswith(".xml"):
            yield from fields([("", decode(data))], "macro")
            continue
        with _as_gap("macro") as gaps:
            yield from fields([("", plain(_xml.parse(data)))], "macro")
        yield from gaps


def _members(container: zipfile.ZipFile) -> Iterator[Part]:
    """Yield embedded documents, each packed again as a document of its own, and older versions."""
    manifest = tree(container, "META-INF/manifest.xml")
    kinds = {
        attribute(entry, "full-path").rstrip("/"): attribute(entry, "media-type")
        for entry in (manifest if manifest is not None else ())
    }
    folders: dict[str, list[str]] = {}
    for name in container.namelist():
        folder, slash, _ = name.partition("/")
        if slash and f"{folder}/content.xml" in container.NameToInfo:
            folders.setdefault(folder, []).append(name)
        elif LOOSE.fullmatch(name):
            yield Member(name, container.read(name))
    for folder, names in folders.items():
        kind = kinds.get(folder) or f"{ODF}text"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr("mimetype", kind)
            for name in names:
                packed.writestr(name.removeprefix(f"{folder}/"), container.read(name))
        suffix = SUFFIXES.get(kind.removeprefix(ODF), "")
        yield Member(folder + suffix, out.getvalue(), media_type=kind)
