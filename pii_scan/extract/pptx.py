"""Stage 3, extract: PowerPoint. Slides with all that belongs to them, then the rest."""

import re
import zipfile
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

MAIN: Final = "ppt/presentation.xml"
MEMBERS: Final = re.compile(r"ppt/(?:embeddings/[^/]+|vbaProject\.bin)")
"""Parts that are files of their own."""
IDLE: Final = re.compile(
    r"ppt/(?:presProps|viewProps|tableStyles|theme/.+|diagrams/(?:colors|layout|quickStyle).+"
    r"|charts/(?:colors|style)\d*|changesInfos/.+|revisionInfo)\.xml"
    r"|customXml/itemProps\d*\.xml|docProps/.+|\[Content_Types\]\.xml"
)
"""Parts that hold no text of their own."""
KINDS: Final = {
    "slideMaster": "master",
    "slideLayout": "layout",
    "notesMaster": "notes master",
    "handoutMaster": "handout master",
    "notesSlide": "notes",
    "slide": "loose slide",
    "data": "diagram",
    "drawing": "diagram",
    "chart": "chart",
    "chartEx": "chart",
    "comment": "comments",
    "modernComment_": "comments",
    "commentAuthors": "authors",
    "item": "custom xml",
}
"""What a reader calls a part, by the beginning of its file name."""
ELSEWHERE: Final = frozenset({"slide", "slideLayout", "slideMaster"})
"""What a slide relates to but does not own."""
FILLED: Final = frozenset({"ftr", "hdr"})
"""Placeholders of a master or layout whose text shows; of others it is a prompt, a number or today
(ECMA-376 part 1, 19.7.10)."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the slides in order, hidden ones too, each with its notes, comments, charts, diagrams.

    Then masters, layouts, slides that the show lost, properties, links and embedded files.

    Raises:
        ExtractError: the package cannot be opened, or what lists the slides cannot be read.
    """
    from pii_scan.extract import _ooxml

    with open_container(stream) as container:
        deck = Deck(container)
        for number, name in enumerate(deck.slides, start=1):
            yield from deck.slide(name, f"slide {number}")
        yield from deck.rest()
        yield from _ooxml.properties(container)
        yield from _ooxml.links(container)
        yield from _embedded.pictures(container, "ppt/media/")


class Deck:
    """An opened presentation, and which of its parts were read."""

    def __init__(self, container: zipfile.ZipFile) -> None:
        """Find the slides and who wrote comments."""
        from pii_scan.extract import _ooxml

        self._container = container
        self._read: set[str] = set()
        related = _ooxml.relations(container, MAIN)
        root = _ooxml.tree(container, MAIN)
        if root is None:
            raise ExtractError(DAMAGED)
        ids = [
            str(value)
            for node in root.iterfind("{*}sldIdLst/{*}sldId")
            for key, value in node.attrib.items()
            if str(key).endswith("}id")
        ]
        self.slides = [related[each].target for each in ids if each in related]
        """Names of the slides in the order of the show."""
        self._authors = self._find_authors()

    def slide(self, name: str, where: str) -> Iterator[Part]:
        """Yield a slide and the parts that belong to it."""
        from pii_scan.extract import _ooxml

        held = list(self._part(name, where))
        try:
            related = list(_ooxml.relations(self._container, name).values())
        except ExtractError as error:
            related = []
            held.append(Gap(error.reason, where))
        for each in related:
            if not each.is_external and each.kind not in ELSEWHERE:
                more = self._part(each.target, f"{where} {_label(each.target)}")
                # A diagram is there twice: what it says, and how it was drawn.
                held.extend(part for part in list(more) if part not in held)
        yield from held

    def rest(self) -> Iterator[Part]:
        """Yield the parts that belong to no slide, and the embedded files."""
        for name in self._container.namelist():
            if MEMBERS.fullmatch(name):
                yield Member(name, self._container.read(name))
            else:
                yield from self._part(name, _label(name, numbered=True))

    def _part(self, name: str, where: str) -> Iterator[Part]:
        """Yield the text of an XML part, once."""
        from pii_scan.extract import _ooxml

        if name in self._read or not name.endswith(".xml") or IDLE.fullmatch(name):
            return
        self._read.add(name)
        try:
            root = _ooxml.tree(self._container, name)
        except ExtractError as error:
            yield Gap(error.reason, where)
            return
        if root is not None:
            _ooxml.drop_fallbacks(root)
            yield from self._texts(root, where)
        elif name in self._container.NameToInfo:
            yield Gap(DAMAGED, where)  # it is there, and empty

    def _texts(self, root: "etree._Element", where: str) -> Iterator[Part]:
        from pii_scan.extract import _ooxml
        from pii_scan.extract._xml import local

        match local(root):
            case "cmLst":
                yield from self._comments(root, where)
            case "presentation":
                yield from fields(_names(root), where)
            case "cmAuthorLst" | "authorLst":
                yield from fields(_authors(root), where)
            case "tagLst":
                pairs = [(str(each.get("name")), str(each.get("val") or "")) for each in root]
                yield from fields(pairs, where)
            case "sld" | "notes" | "drawing" | "dataModel":
                yield from _shapes(root, where)
            case "sldMaster" | "sldLayout" | "notesMaster" | "handoutMaster":
                _drop_prompts(root)
                yield from _shapes(root, where)
            case _:
                yield from fields([("", _ooxml.plain(root))], where)

    def _find_authors(self) -> dict[str, str]:
        from pii_scan.extract import _ooxml

        found = {}
        for name in ("ppt/commentAuthors.xml", "ppt/authors.xml"):
            try:
                root = _ooxml.tree(self._container, name)
            except ExtractError:
                continue
            for each in root if root is not None else ():
                found[str(each.get("id"))] = str(each.get("name") or "")
        return found

    def _comments(self, root: "etree._Element", where: str) -> Iterator[Part]:
        """Yield old comments (`p:cm` with `p:text`), and threads with their replies."""
        from pii_scan.extract import _drawing

        place = where.removesuffix("s")
        for number, node in enumerate(root.iter("{*}cm", "{*}reply"), start=1):
            bodies = node.iterchildren("{*}text", "{*}txBody")
            text = "\n".join(
                line for body in bodies for line in (*_drawing.lines([body]), body.text or "")
            ).strip()
            author = self._authors.get(str(node.get("authorId")), "")
            yield from fields([("author", author), ("", text)], f"{place} {number}")


def _label(name: str, *, numbered: bool = False) -> str:
    """Return what a reader calls a part.

    >>> _label("ppt/charts/chart4.xml"), _label("ppt/slideLayouts/slideLayout2.xml", numbered=True)
    ('chart', 'layout 2')
    """
    stem = name.rpartition("/")[2].removesuffix(".xml")
    found = re.fullmatch(r"(modernComment_|\D*)(.*)", stem)
    kind, number = (found[1], found[2]) if found else (stem, "")
    kind = KINDS.get(kind, kind)
    return f"{kind} {number}" if numbered and number.isdecimal() else kind


def _shapes(root: "etree._Element", where: str) -> Iterator[Part]:
    from pii_scan.extract import _drawing

    yield from fields((("", line) for line in _drawing.lines([root])), where)
    for number, rows in enumerate(_drawing.tables(root), start=1):
        yield from grid(rows, f"{where} table {number}")
    yield from fields(_drawing.labels(root), f"{where} fields")


def _authors(root: "etree._Element") -> Iterator[tuple[str, str]]:
    for each in root:
        yield "author", str(each.get("name") or "")
        yield "initials", str(each.get("initials") or "")
        yield "user", str(each.get("userId") or "")


def _names(root: "etree._Element") -> Iterator[tuple[str, str]]:
    """Yield what sections and shows of one's own are called."""
    for node in root.iter("{*}section", "{*}custShow"):
        yield "section", str(node.get("name") or "")


def _drop_prompts(root: "etree._Element") -> None:
    """Take the shapes out whose text only says what to type there."""
    for holder in list(root.iter("{*}ph")):
        shape = next(holder.iterancestors("{*}sp", "{*}pic", "{*}graphicFrame"), None)
        parent = shape.getparent() if shape is not None else None
        if shape is not None and parent is not None and holder.get("type") not in FILLED:
            parent.remove(shape)


EXTRACTOR = Extractor(
    media_types=(
        OOXML + "presentationml.presentation",
        "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    ),
    suffixes=(".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
    parts=parts,
)
