"""Every place where text hides, a row each: a BSN that stands there has to be found, with where.

A format adds its rows as a tuple of `Place` and its name to `PLACES`.
"""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

from pii_scan.model import Chunk, Gap, Member, Part, Table
from tests import office
from tests.documents import W, docx, docx_with, parts, rewritten, with_part, xlsx
from tests.office import compound, odf, paragraph, pptx, shape

BSN = "999994256"


@dataclass(frozen=True, slots=True)
class Place:
    """One place in one format."""

    file: str
    """A name with the suffix of the format."""
    hides: str
    """What the place is."""
    make: Callable[[str], bytes]
    """Makes a file with a text in that place alone."""
    where: str
    """What extraction has to call it; after "!/" inside a member of that name."""


def found_in(data: bytes, name: str, text: str, prefix: str = "") -> Iterator[str]:
    """Yield where a text is found in a file and in the files inside."""
    for part in parts(data, name):
        if isinstance(part, Member):
            yield from found_in(part.data, part.name, text, f"{prefix}{part.name}!/")
        elif text in words_of(part):
            yield prefix + getattr(part, "where", "")


def words_of(part: Part) -> str:
    match part:
        case Chunk(text=text):
            return text
        case Table(columns=columns, rows=rows):
            return "\n".join(" | ".join(row) for row in (columns, *rows))
        case _:
            return ""


# Word


def word(body: str) -> Callable[[str], bytes]:
    return lambda text: docx_with(body.format(text))


def word_part(name: str, kind: str, content: str) -> Callable[[str], bytes]:
    def make(text: str) -> bytes:
        inner = content.format(text)
        root = (
            f'<w:{kind} xmlns:w="{W}" xmlns:w15="urn:w15" xmlns:v="urn:v" xmlns:a="urn:a">'
            f"{inner}</w:{kind}>"
        )
        return with_part(name, root, kind)

    return make


def with_bytes(name: str, kind: str, make: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """Return a maker of a letter with a part that is no XML."""
    return lambda text: rewritten(
        with_part(name, "x", kind),
        lambda member, old: make(text) if member == f"word/{name}" else old,
    )


def package_part(base: Callable[[], bytes], name: str, content: str) -> Callable[[str], bytes]:
    """Return a maker of a package with a part more, or one in place of what it had."""

    def make(text: str) -> bytes:
        new = content.format(text)
        data = base()
        has = name.encode() in data
        return rewritten(
            data,
            lambda member, old: new.encode() if member == name else old,
            **({} if has else {name: new}),
        )

    return make


def squeezed(source: bytes) -> bytes:
    """Return a container of compressed source that compresses nothing ([MS-OVBA] 2.4.1)."""
    runs = (source[start : start + 8] for start in range(0, len(source), 8))
    chunk = b"".join(b"\x00" + run for run in runs)
    return b"\x01" + struct.pack("<H", 0xB000 | len(chunk) - 1) + chunk


def vba(text: str, folder: str = "VBA") -> bytes:
    source = f'Attribute VB_Name = "Module1"\r\nConst Klant = "{text}"\r\n'.encode("cp1252")
    return compound({f"{folder}/Module1": b"cache" + squeezed(source), f"{folder}/dir": b"x"})


RUN = "<w:r><w:t>{0}</w:t></w:r>"
LINE = f"<w:p>{RUN}</w:p>"
BOX = f"<w:p><w:r><w:pict><w:txbxContent>{LINE}</w:txbxContent></w:pict></w:r></w:p>"
CORE = '<x xmlns:dc="urn:dc"><dc:creator>{0}</dc:creator></x>'
CUSTOM = '<x><property name="Dossier"><s>{0}</s></property></x>'

WORD = (
    Place("a.docx", "paragraph", word(LINE), "paragraph 1"),
    Place("a.docx", "table",
          word(f"<w:tbl><w:tr><w:tc>{LINE}</w:tc></w:tr></w:tbl>"), "table 1"),
    Place("a.docx", "text box", word(BOX), "text box 1"),
    Place("a.docx", "inserted", word(f"<w:p><w:ins>{RUN}</w:ins></w:p>"), "paragraph 1"),
    Place("a.docx", "deleted",
          word("<w:p><w:del><w:r><w:delText>{0}</w:delText></w:r></w:del></w:p>"),
          "paragraph 1, deleted"),
    Place("a.docx", "moved away", word(f"<w:p><w:moveFrom>{RUN}</w:moveFrom></w:p>"),
          "paragraph 1, deleted"),
    Place("a.docx", "hidden",
          word("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{0}</w:t></w:r></w:p>"), "paragraph 1"),
    Place("a.docx", "field code cut in two",
          word('<w:p><w:r><w:instrText>HYPERLINK "http://x.example/</w:instrText></w:r>'
               '<w:r><w:instrText>{0}"</w:instrText></w:r></w:p>'), "fields"),
    Place("a.docx", "form field",
          word('<w:p><w:r><w:fldChar><w:ffData><w:textInput><w:default w:val="{0}"/>'
               "</w:textInput></w:ffData></w:fldChar></w:r></w:p>"), "fields"),
    Place("a.docx", "choice of a form",
          word('<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="{0}"/>'
               "</w:dropDownList></w:sdtPr></w:sdt>"), "fields"),
    Place("a.docx", "who tracked a change", word('<w:p><w:ins w:author="{0}"/></w:p>'), "fields"),
    Place("a.docx", "alternative text",
          word('<w:p><w:r><wp:docPr xmlns:wp="urn:wp" descr="{0}"/></w:r></w:p>'), "fields"),
    Place("a.docx", "WordArt of old",
          word('<w:p><w:r><w:pict><v:textpath xmlns:v="urn:v" string="{0}"/></w:pict></w:r></w:p>'),
          "fields"),
    Place("a.docx", "header", word_part("header9.xml", "header", LINE), "header"),
    Place("a.docx", "footer", word_part("footer9.xml", "footer", LINE), "footer"),
    Place("a.docx", "footnote",
          word_part("footnotes.xml", "footnotes", f"<w:footnote>{LINE}</w:footnote>"),
          "footnote 1"),
    Place("a.docx", "endnote",
          word_part("endnotes.xml", "endnotes", f"<w:endnote>{LINE}</w:endnote>"), "endnote 1"),
    Place("a.docx", "comment",
          word_part("comments.xml", "comments", f"<w:comment>{LINE}</w:comment>"), "comment 1"),
    Place("a.docx", "who commented",
          word_part("people.xml", "people", '<w15:person w15:author="{0}"/>'), "people"),
    Place("a.docx", "variable of the document",
          package_part(docx, "word/settings.xml",
                       f'<w:settings xmlns:w="{W}"><w:docVars><w:docVar w:name="x" '
                       'w:val="{0}"/></w:docVars></w:settings>'), "settings"),
    Place("a.docx", "chart", word_part("charts/chart1.xml", "chart", "<a:t>{0}</a:t>"), "chart"),
    Place("a.docx", "SmartArt", word_part("diagrams/data1.xml", "data", "<a:t>{0}</a:t>"),
          "diagram"),
    Place("a.docx", "custom XML", word_part("item1.xml", "x", "{0}"), "custom xml"),
    Place("a.docx", "glossary",
          word_part("glossary/document.xml", "document", f"<w:body>{LINE}</w:body>"),
          "document, paragraph 1"),
    Place("a.docx", "author", package_part(docx, "docProps/core.xml", CORE), "property author"),
    Place("a.docx", "company",
          package_part(docx, "docProps/app.xml", "<x><Company>{0}</Company></x>"),
          "property company"),
    Place("a.docx", "custom property", package_part(docx, "docProps/custom.xml", CUSTOM),
          "property custom"),
    Place("a.docx", "embedded file", with_bytes("embeddings/brief.bin", "package", word(LINE)),
          "word/embeddings/brief.bin!/paragraph 1"),
    Place("a.docx", "macro", with_bytes("vbaProject.bin", "vbaProject", vba),
          "word/vbaProject.bin!/macro Module1"),
)  # fmt: skip


# Excel


def book(change: Callable[[Workbook, str], None]) -> Callable[[str], bytes]:
    def make(text: str) -> bytes:
        workbook = Workbook()
        workbook.active["A1"] = "Lijst"
        change(workbook, text)
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()

    return make


def cell(workbook: Workbook, text: str) -> None:
    workbook.active["B2"] = text


def hidden_row(workbook: Workbook, text: str) -> None:
    workbook.active["B2"] = text
    workbook.active.row_dimensions[2].hidden = True
    workbook.active.column_dimensions["B"].hidden = True


def hidden_sheet(workbook: Workbook, text: str) -> None:
    sheet = workbook.create_sheet("Oud")
    sheet.sheet_state = "veryHidden"
    sheet["A1"] = text


def sheet_name(workbook: Workbook, text: str) -> None:
    workbook.active.title = text


def note(workbook: Workbook, text: str) -> None:
    workbook.active["C3"].comment = Comment(text, "P. Vos")


def formula(workbook: Workbook, text: str) -> None:
    workbook.active["B2"] = f'=IF(A1="x","{text}","")'


def validation(workbook: Workbook, text: str) -> None:
    rule = DataValidation(type="list", formula1='"ja,nee"', prompt=text)
    workbook.active.add_data_validation(rule)
    rule.add("B2")


def choices(workbook: Workbook, text: str) -> None:
    rule = DataValidation(type="list", formula1=f'"{text},nee"')
    workbook.active.add_data_validation(rule)
    rule.add("B2")


def link(workbook: Workbook, text: str) -> None:
    workbook.active["A1"].hyperlink = f"http://x.example/{text}"


def margin(workbook: Workbook, text: str) -> None:
    workbook.active.oddFooter.left.text = text


DRAWN = '<x xmlns:a="urn:a">' + paragraph("{0}") + "</x>"
EXCEL = (
    Place("a.xlsx", "cell", book(cell), ""),
    Place("a.xlsx", "hidden row and column", book(hidden_row), ""),
    Place("a.xlsx", "hidden sheet", book(hidden_sheet), "sheet 2"),
    Place("a.xlsx", "name of a sheet", book(sheet_name), "name of sheet 1"),
    Place("a.xlsx", "comment", book(note), "comments C3"),
    Place("a.xlsx", "formula", book(formula), "formulas"),
    Place("a.xlsx", "prompt of a validation", book(validation), "rules and links"),
    Place("a.xlsx", "choices of a validation", book(choices), "rules and links"),
    Place("a.xlsx", "link", book(link), "links"),
    Place("a.xlsx", "footer", book(margin), "header and footer"),
    *(
        Place("a.xlsx", hides, package_part(xlsx, name, content), where)
        for hides, name, content, where in (
            ("threaded comment", "xl/threadedComments/threadedComment1.xml",
             '<x><threadedComment ref="B2"><text>{0}</text></threadedComment></x>', "comments B2"),
            ("who commented", "xl/persons/person.xml", '<x><person displayName="{0}"/></x>',
             "persons"),
            ("shape", "xl/drawings/drawing1.xml", DRAWN, "drawing"),
            ("alternative text", "xl/drawings/drawing1.xml",
             '<x><cNvPr descr="{0}"/></x>', "drawing fields"),
            ("button of old", "xl/drawings/vmlDrawing9.vml",
             "<xml><v:textbox><div><br>{0}</div></v:textbox></xml>", "drawing"),
            ("SmartArt", "xl/diagrams/data1.xml", DRAWN, "drawing"),
            ("chart", "xl/charts/chart1.xml", "<x><v>{0}</v></x>", "chart"),
            ("pivot cache", "xl/pivotCache/pivotCacheDefinition1.xml",
             '<x><s v="{0}"/></x>', "pivot table"),
            ("rows of a pivot cache", "xl/pivotCache/pivotCacheRecords1.xml",
             '<x><r><n v="{0}"/></r></x>', "pivot table"),
            ("copy of another workbook", "xl/externalLinks/externalLink1.xml",
             "<x><cell><v>{0}</v></cell></x>", "external link"),
            ("connection", "xl/connections.xml",
             '<x><dbPr command="select * from x where bsn = {0}"/></x>', "connections"),
            ("table", "xl/tables/table1.xml", '<x comment="{0}"/>', "table"),
            ("tracked change", "xl/revisions/revisionLog1.xml",
             "<x><rcc><oc><v>{0}</v></oc></rcc></x>", "revisions"),
            ("slicer", "xl/slicers/slicer1.xml", '<x><slicer caption="{0}"/></x>', "slicer"),
            ("form control", "xl/ctrlProps/ctrlProp1.xml", '<x><item val="{0}"/></x>',
             "form control"),
            ("custom XML", "customXml/item1.xml", "<x>{0}</x>", "custom xml"),
            ("custom property", "docProps/custom.xml", CUSTOM, "property custom"),
            ("author", "docProps/core.xml", CORE, "property author"),
            ("company", "docProps/app.xml", "<x><Company>{0}</Company></x>", "property company"),
            ("embedded file", "xl/embeddings/lijst.txt", "{0}", "xl/embeddings/lijst.txt!/"),
        )
    ),
    Place("a.xlsx", "defined name",
          lambda text: rewritten(xlsx(), lambda name, old: old.replace(
              b"<definedNames/>",
              f'<definedNames><definedName name="x">"{text}"</definedName></definedNames>'
              .encode()) if name == "xl/workbook.xml" else old), "defined names"),
    Place("a.xlsx", "macro",
          lambda text: rewritten(xlsx(), lambda _, old: old, **{"xl/vbaProject.bin": vba(text)}),
          "xl/vbaProject.bin!/macro Module1"),
)  # fmt: skip


# PowerPoint


def beside_slide(kind: str, target: str, content: str) -> Callable[[str], bytes]:
    """Return a maker of a presentation whose second slide relates to a part."""

    def make(text: str) -> bytes:
        new = content.format(text, names=office.NAMESPACES)
        made = {f"ppt/{target}": new}
        return pptx(["", ""], made, related=[(kind, f"../{target}")])

    return make


def slide(body: str, attributes: str = "") -> Callable[[str], bytes]:
    return lambda text: pptx(["", office.page(body.format(text), attributes=attributes)])


def loose(name: str, content: str) -> Callable[[str], bytes]:
    return lambda text: pptx([""], {name: content.format(text, names=office.NAMESPACES)})


GRID = "<a:tbl><a:tr><a:tc><a:txBody>" + paragraph("{0}") + "</a:txBody></a:tc></a:tr></a:tbl>"
POINT = (
    Place("a.pptx", "shape", slide(shape("{0}")), "slide 2"),
    Place("a.pptx", "group of shapes",
          slide(f"<p:grpSp><p:grpSp>{shape('{0}')}</p:grpSp></p:grpSp>"), "slide 2"),
    Place("a.pptx", "hidden slide", slide(shape("{0}"), 'show="0"'), "slide 2"),
    Place("a.pptx", "table", slide(f"<p:graphicFrame>{GRID}</p:graphicFrame>"), "slide 2 table 1"),
    Place("a.pptx", "alternative text", slide(shape("", behind='descr="{0}"')), "slide 2 fields"),
    Place("a.pptx", "under the mouse", slide('<a:hlinkClick tooltip="{0}"/>'), "slide 2 fields"),
    Place("a.pptx", "notes",
          beside_slide("notesSlide", "notesSlides/notesSlide1.xml",
                       "<p:notes {names}>" + shape("{0}") + "</p:notes>"), "slide 2 notes"),
    Place("a.pptx", "comment",
          beside_slide("comments", "comments/comment1.xml",
                       "<p:cmLst {names}><p:cm><p:text>{0}</p:text></p:cm></p:cmLst>"),
          "slide 2 comment 1"),
    Place("a.pptx", "threaded comment",
          beside_slide("comments", "comments/modernComment_100_1.xml",
                       "<p188:cmLst {names}><p188:cm><p188:txBody>" + paragraph("x")
                       + "</p188:txBody><p188:replyLst><p188:reply><p188:txBody>"
                       + paragraph("{0}") + "</p188:txBody></p188:reply></p188:replyLst></p188:cm>"
                       "</p188:cmLst>"), "slide 2 comment 2"),
    Place("a.pptx", "who commented",
          loose("ppt/authors.xml",
                '<p188:authorLst {names}><p188:author id="1" name="x" userId="{0}"/>'
                "</p188:authorLst>"), "authors"),
    Place("a.pptx", "SmartArt",
          beside_slide("diagramData", "diagrams/data1.xml",
                       "<dgm:dataModel {names}>" + paragraph("{0}") + "</dgm:dataModel>"),
          "slide 2 diagram"),
    Place("a.pptx", "chart",
          beside_slide("chart", "charts/chart1.xml",
                       "<c:chartSpace {names}><c:v>{0}</c:v></c:chartSpace>"), "slide 2 chart"),
    Place("a.pptx", "workbook of a chart",
          lambda text: pptx([""], {"ppt/embeddings/Sheet1.xlsx": book(cell)(text)}),
          "ppt/embeddings/Sheet1.xlsx!/"),
    Place("a.pptx", "text on a master",
          loose("ppt/slideMasters/slideMaster1.xml",
                "<p:sldMaster {names}>" + shape("{0}") + "</p:sldMaster>"), "master 1"),
    Place("a.pptx", "footer of a layout",
          loose("ppt/slideLayouts/slideLayout3.xml",
                "<p:sldLayout {names}>" + shape("{0}", "ftr") + "</p:sldLayout>"), "layout 3"),
    Place("a.pptx", "header of handouts",
          loose("ppt/handoutMasters/handoutMaster1.xml",
                "<p:handoutMaster {names}>" + shape("{0}", "hdr") + "</p:handoutMaster>"),
          "handout master 1"),
    Place("a.pptx", "slide out of the show",
          loose("ppt/slides/slide9.xml", "<p:sld {names}>" + shape("{0}") + "</p:sld>"),
          "loose slide 9"),
    Place("a.pptx", "name of a section",
          lambda text: pptx([""], inside=f'<p:ext><p:section name="{text}"/></p:ext>'),
          "presentation"),
    Place("a.pptx", "tag",
          loose("ppt/tags/tag1.xml", '<p:tagLst {names}><p:tag name="x" val="{0}"/></p:tagLst>'),
          "tag 1"),
    Place("a.pptx", "custom XML", loose("customXml/item1.xml", "<x>{0}</x>"), "custom xml 1"),
    Place("a.pptx", "link",
          lambda text: pptx([""], related=[("hyperlink", f"mailto:{text}@post.example")]), "links"),
    Place("a.pptx", "author", loose("docProps/core.xml", CORE), "property author"),
    Place("a.pptx", "manager", loose("docProps/app.xml", "<x><Manager>{0}</Manager></x>"),
          "property manager"),
    Place("a.pptx", "custom property", loose("docProps/custom.xml", CUSTOM), "property custom"),
    Place("a.pptx", "macro", lambda text: pptx([""], {"ppt/vbaProject.bin": vba(text)}),
          "ppt/vbaProject.bin!/macro Module1"),
)  # fmt: skip


# OpenDocument


def open_text(body: str) -> Callable[[str], bytes]:
    return lambda text: odf(body.format(text))


def open_sheet(body: str) -> Callable[[str], bytes]:
    return lambda text: odf(body.format(text), "spreadsheet")


def open_show(body: str) -> Callable[[str], bytes]:
    return lambda text: odf(
        f"<draw:page/><draw:page>{body.format(text)}</draw:page>", "presentation"
    )


def inner_document(text: str) -> bytes:
    """Return a text that holds a spreadsheet."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="Object 1/" manifest:media-type="{kind}"/>'
    with zipfile.ZipFile(io.BytesIO(odf(sheet(CELL).format(text), "spreadsheet"))) as inner:
        content = inner.read("content.xml")
    return odf("<text:p>x</text:p>", entries=entry, parts={"Object 1/content.xml": content})


def sheet(cells: str, attributes: str = "") -> str:
    return f"<table:table {attributes}><table:table-row>{cells}</table:table-row></table:table>"


P = "<text:p>{0}</text:p>"
FRAME = f"<draw:frame><draw:text-box>{P}</draw:text-box></draw:frame>"
CELL = f"<table:table-cell>{P}</table:table-cell>"
SHEET = sheet("<table:table-cell><text:p>x</text:p></table:table-cell>")
OPEN = (
    Place("a.odt", "paragraph", open_text(P), "paragraph 1"),
    Place("a.odt", "heading", open_text("<text:h>{0}</text:h>"), "paragraph 1"),
    Place("a.odt", "list",
          open_text(f"<text:list><text:list-item>{P}</text:list-item></text:list>"),
          "paragraph 1"),
    Place("a.odt", "hidden section",
          open_text(f'<text:section text:display="none">{P}</text:section>'), "paragraph 1"),
    Place("a.odt", "hidden text",
          open_text('<text:p><text:hidden-text text:string-value="{0}"/></text:p>'), "fields"),
    Place("a.odt", "table", open_text(sheet(CELL)), "table 1"),
    Place("a.odt", "text box", open_text(f"<text:p>{FRAME}</text:p>"), "text box 1"),
    Place("a.odt", "shape",
          open_text(f"<text:p><draw:custom-shape>{P}</draw:custom-shape></text:p>"), "text box 1"),
    Place("a.odt", "footnote",
          open_text(f"<text:p>x<text:note><text:note-body>{P}</text:note-body></text:note></text:p>"),
          "footnote 1"),
    Place("a.odt", "endnote",
          open_text('<text:p>x<text:note text:note-class="endnote"><text:note-body>' + P
                    + "</text:note-body></text:note></text:p>"), "endnote 1"),
    Place("a.odt", "comment",
          open_text(f"<text:p>x<office:annotation>{P}</office:annotation></text:p>"), "comment 1"),
    Place("a.odt", "comment in a table",
          open_text(sheet("<table:table-cell><text:p>x<office:annotation>" + P
                          + "</office:annotation></text:p></table:table-cell>")),
          "table 1 comment 1"),
    Place("a.odt", "who commented",
          open_text("<text:p>x<office:annotation><dc:creator>{0}</dc:creator></office:annotation>"
                    "</text:p>"), "comment 1"),
    Place("a.odt", "deleted",
          open_text("<text:tracked-changes><text:changed-region><text:deletion>" + P
                    + "</text:deletion></text:changed-region></text:tracked-changes>"),
          "deletion 1"),
    Place("a.odt", "inserted",
          open_text('<text:p><text:change-start text:change-id="c"/>{0}<text:change-end '
                    'text:change-id="c"/></text:p>'), "paragraph 1"),
    Place("a.odt", "who changed it",
          open_text("<text:tracked-changes><text:insertion><office:change-info><dc:creator>{0}"
                    "</dc:creator></office:change-info></text:insertion></text:tracked-changes>"),
          "fields"),
    Place("a.odt", "form field",
          open_text('<office:forms><form:text form:current-value="{0}"/></office:forms>'),
          "fields"),
    Place("a.odt", "variable",
          open_text('<text:user-field-decl text:name="x" office:string-value="{0}"/>'), "fields"),
    Place("a.odt", "alternative text",
          open_text("<text:p><draw:frame><svg:desc>{0}</svg:desc></draw:frame></text:p>"),
          "fields"),
    Place("a.odt", "link",
          open_text('<text:p><text:a xlink:href="mailto:{0}@post.example">x</text:a></text:p>'),
          "links"),
    Place("a.odt", "header",
          lambda text: odf("", masters="<style:master-page><style:header>" + P.format(text)
                           + "</style:header></style:master-page>"), "header"),
    Place("a.odt", "footer of the first page",
          lambda text: odf("", masters="<style:master-page><style:footer-first>" + P.format(text)
                           + "</style:footer-first></style:master-page>"), "footer"),
    Place("a.odt", "author",
          lambda text: odf("", meta=f"<meta:initial-creator>{text}</meta:initial-creator>"),
          "property author"),
    Place("a.odt", "custom property",
          lambda text: odf("", meta=f'<meta:user-defined meta:name="x">{text}</meta:user-defined>'),
          "property custom"),
    Place("a.odt", "macro",
          lambda text: odf("", parts={"Basic/Standard/Module1.xml": f"<x>{text}</x>"}), "macro"),
    Place("a.odt", "older version",
          lambda text: odf("", parts={"Versions/Version1": odf(P.format(text))}),
          "Versions/Version1!/paragraph 1"),
    Place("a.odt", "embedded spreadsheet", inner_document, "Object 1.ods!/"),
    Place("a.ods", "cell", open_sheet(sheet(CELL)), ""),
    Place("a.ods", "hidden row",
          open_sheet('<table:table><table:table-row table:visibility="collapse">' + CELL
                     + "</table:table-row></table:table>"), ""),
    Place("a.ods", "hidden sheet", open_sheet(SHEET + sheet(CELL, 'table:display="false"')),
          "sheet 2"),
    Place("a.ods", "group of rows",
          open_sheet("<table:table><table:table-row-group><table:table-row>" + CELL
                     + "</table:table-row></table:table-row-group></table:table>"), ""),
    Place("a.ods", "name of a sheet", open_sheet('<table:table table:name="{0}"/>'),
          "name of sheet 1"),
    Place("a.ods", "comment",
          open_sheet(sheet('<table:table-cell table:number-columns-repeated="2"/>'
                           f"<table:table-cell><office:annotation>{P}</office:annotation>"
                           "</table:table-cell>")), "comments C1"),
    Place("a.ods", "shape",
          open_sheet(f"<table:table><table:shapes>{FRAME}</table:shapes></table:table>"),
          "drawing"),
    Place("a.ods", "formula",
          open_sheet(sheet('<table:table-cell table:formula="of:=IF(1;&quot;{0}&quot;)"/>')),
          "fields"),
    Place("a.ods", "defined name",
          open_sheet('<table:named-expression table:name="x" table:expression="{0}"/>'),
          "defined names"),
    Place("a.ods", "database range",
          open_sheet('<table:database-range table:name="{0}"/>'), "defined names"),
    Place("a.ods", "validation",
          open_sheet("<table:content-validation><table:help-message>" + P
                     + "</table:help-message></table:content-validation>"), "validation"),
    Place("a.ods", "what a cell said before",
          open_sheet("<table:tracked-changes><table:previous>" + P
                     + "</table:previous></table:tracked-changes>"), "deletion 1"),
    Place("a.odp", "text box", open_show(FRAME), "slide 2"),
    Place("a.odp", "table", open_show(f"<draw:frame>{sheet(CELL)}</draw:frame>"),
          "slide 2 table 1"),
    Place("a.odp", "notes", open_show(f"<presentation:notes>{FRAME}</presentation:notes>"),
          "slide 2 notes"),
    Place("a.odp", "comment", open_show(f"<office:annotation>{P}</office:annotation>"),
          "slide 2 comment 1"),
    Place("a.odp", "name of a slide",
          lambda text: odf(f'<draw:page draw:name="{text}"/>', "presentation"), "name of slide 1"),
    Place("a.odp", "footer",
          open_show("<presentation:footer-decl>{0}</presentation:footer-decl>"), "fields"),
    Place("a.odp", "text on a master",
          lambda text: odf("", "presentation", masters="<style:master-page>" + FRAME.format(text)
                           + "</style:master-page>"), "master 1"),
)  # fmt: skip


# RTF


def rtf(body: str) -> Callable[[str], bytes]:
    return lambda text: (r"{\rtf1\ansi\ansicpg1252 " + body.replace("@", text) + "}").encode()


def rtf_object(text: str) -> bytes:
    """Return a document with a text file in it, as an OLE 1 object."""
    data = text.encode()
    name = struct.pack("<I", 4) + b"txt\0"
    held = struct.pack("<II", 0x501, 2) + name + bytes(8) + struct.pack("<I", len(data)) + data
    return rtf(r"x{\object{\*\objdata " + held.hex() + "}}")(text)


RICH = (
    Place("a.rtf", "paragraph", rtf(r"@\par"), "paragraph 1"),
    Place("a.rtf", "hidden", rtf(r"{\v @}\par"), "paragraph 1"),
    Place("a.rtf", "deleted", rtf(r"{\deleted @}\par"), "paragraph 1, deleted"),
    Place("a.rtf", "table", rtf(r"\trowd\intbl @\cell x\cell\row\pard x"), "table 1"),
    Place("a.rtf", "header", rtf(r"{\headerf @}x"), "header"),
    Place("a.rtf", "footer", rtf(r"{\footer @}x"), "footer"),
    Place("a.rtf", "footnote", rtf(r"x{\footnote @}"), "footnote 1"),
    Place("a.rtf", "endnote", rtf(r"x{\footnote\ftnalt @}"), "endnote 1"),
    Place("a.rtf", "comment", rtf(r"x{\*\atnauthor P. Vos}{\*\annotation @}"), "comment 1"),
    Place("a.rtf", "who commented", rtf(r"x{\*\atnauthor @}{\*\annotation y}"), "comment 1"),
    Place("a.rtf", "link", rtf(r'{\field{\*\fldinst HYPERLINK "x.example/@"}{\fldrslt x}}'),
          "fields"),
    Place("a.rtf", "form field", rtf(r"{\*\formfield{\*\ffdeftext @}}x"), "fields"),
    Place("a.rtf", "variable", rtf(r"{\*\docvar {x}{@}}x"), "fields"),
    Place("a.rtf", "text box", rtf(r"{\shp{\*\shpinst{\shptxt @\par}}}x"), "text box 1"),
    Place("a.rtf", "alternative text",
          rtf(r"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv @}}}}x"), "shape"),
    Place("a.rtf", "who changed it", rtf(r"{\*\revtbl{Unknown;}{@;}}x"), "authors"),
    Place("a.rtf", "author", rtf(r"{\info{\author @}}x"), "property author"),
    Place("a.rtf", "company", rtf(r"{\info{\*\company @}}x"), "property company"),
    Place("a.rtf", "custom property",
          rtf(r"{\*\userprops{\propname x}\proptype30{\staticval @}}x"), "property custom"),
    Place("a.rtf", "embedded file", rtf_object, "object 1!/"),
)  # fmt: skip


# Word, PowerPoint and Excel before 2007


def old_object(folder: str) -> Callable[[str], dict[str, bytes]]:
    """Return a maker of streams of a file that was put in as a package."""

    def make(text: str) -> dict[str, bytes]:
        data = text.encode()
        inner = b"\x02\x00brief.txt\0C:\\brief.txt\0" + bytes(4) + struct.pack("<I", 1) + b"\0"
        inner += struct.pack("<I", len(data)) + data
        return {f"{folder}/\x01Ole10Native": struct.pack("<I", len(inner)) + inner}

    return make


def summary(text: str) -> dict[str, bytes]:
    """Return the stream of properties with an author ([MS-OLEPS] 2.21)."""
    value = text.encode() + b"\0"
    held = struct.pack("<II", 30, len(value)) + value.ljust(-(-len(value) // 4) * 4, b"\0")
    section = struct.pack("<IIII", 16 + len(held), 1, 4, 16) + held
    kind = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
    head = struct.pack("<HHI16xI16sI", 0xFFFE, 0, 0, 1, kind, 48)
    return {"\x05SummaryInformation": head + section}


def one_slide(body: bytes, kind: int = 1006) -> bytes:
    return office.ppt([office.record(1006), office.record(kind, body)])


NOTES_ON_1 = office.record(1009, struct.pack("<II", 257, 0), container=False)
OLD = (
    Place("a.doc", "paragraph", lambda text: office.doc(body=f"x\r{text}\r"), "paragraph 2"),
    Place("a.doc", "bytes", lambda text: office.doc(body=f"é {text}\r", wide=False), "paragraph 1"),
    Place("a.doc", "code of a field",
          lambda text: office.doc(body=f'\x13HYPERLINK "mailto:{text}"\x14x\x15\r'), "fields"),
    Place("a.doc", "footnote",
          lambda text: office.doc(body="x\r", footnote=f"\x02{text}\r", plcs={
              3: office.plc(0, 11)}), "footnote 1"),
    Place("a.doc", "header", lambda text: office.doc(body="x\r", header=f"{text}\r"), "header"),
    Place("a.doc", "footer",
          lambda text: office.doc(body="x\r", header=f"{text}\r", plcs={
              11: office.plc(0, 0, 0, 0, 0, 0, 0, 0, 0, 10)}), "footer"),
    Place("a.doc", "comment",
          lambda text: office.doc(body="x\r", comment=f"\x05{text}\r", plcs={
              5: office.plc(0, 11)}), "comment 1"),
    Place("a.doc", "who commented",
          lambda text: office.doc(body="x\r", comment="\x05y\r", plcs={
              4: office.plc(0, 1, data=bytes(30)), 5: office.plc(0, 3),
              36: office.xsts(text)}), "comment 1"),
    Place("a.doc", "endnote", lambda text: office.doc(body="x\r", endnote=f"{text}\r"),
          "endnote 1"),
    Place("a.doc", "text box", lambda text: office.doc(body="x\r", box=f"{text}\r"), "text box 1"),
    Place("a.doc", "text box in a header",
          lambda text: office.doc(body="x\r", header_box=f"{text}\r"), "text box in header 1"),
    Place("a.doc", "alternative text",
          lambda text: office.doc(body="x\r", plcs={50: office.officeart(0x381, text)}), "fields"),
    Place("a.doc", "who changed it",
          lambda text: office.doc(body="x\r", plcs={51: office.sttb(text)}), "fields"),
    Place("a.doc", "who saved it where",
          lambda text: office.doc(body="x\r", plcs={71: office.sttb("P. Vos", f"H:\\{text}.doc")}),
          "fields"),
    Place("a.doc", "variable",
          lambda text: office.doc(body="x\r", plcs={60: office.sttb(text)}), "fields"),
    Place("a.doc", "author", lambda text: office.doc(body="x\r", streams=summary(text)),
          "property author"),
    Place("a.doc", "macro",
          lambda text: office.doc(body="x\r", streams={
              "Macros/VBA/Module1": squeezed(f"Attribute VB_x\r\n' {text}".encode())}),
          "macro Module1"),
    Place("a.doc", "embedded file",
          lambda text: office.doc(body="x\r", streams=old_object("ObjectPool/_1")(text)),
          "_1/brief.txt!/"),
    Place("a.ppt", "slide", lambda text: one_slide(office.text_atom(text)), "slide 2"),
    Place("a.ppt", "bytes",
          lambda text: one_slide(office.record(4008, text.encode(), container=False)), "slide 2"),
    Place("a.ppt", "outline of a slide",
          lambda text: office.ppt([office.record(1006)], outline=office.text_atom(text)),
          "slide 1"),
    Place("a.ppt", "notes",
          lambda text: office.ppt([office.record(1006),
                                   office.record(1008, NOTES_ON_1 + office.text_atom(text))]),
          "slide 1 notes"),
    Place("a.ppt", "comment",
          lambda text: one_slide(office.record(5003, office.record(
              12000, office.string_atom("P. Vos") + office.string_atom(text, 1)),
              container=False)), "slide 2 comment 1"),
    Place("a.ppt", "alternative text", lambda text: one_slide(office.officeart(0x381, text)),
          "slide 2 fields"),
    Place("a.ppt", "link",
          lambda text: office.ppt([], office.record(4055, office.string_atom(text, 1))), "links"),
    Place("a.ppt", "footer",
          lambda text: office.ppt([], office.record(4057, office.string_atom(text, 2))),
          "header and footer"),
    Place("a.ppt", "text on a master", lambda text: one_slide(office.text_atom(text), 1016),
          "master 1"),
    Place("a.ppt", "deleted slide",
          lambda text: office.ppt([], before=office.record(1006, office.text_atom(text))),
          "earlier version"),
    Place("a.ppt", "embedded file",
          lambda text: office.ppt([office.record(1006, office.text_atom("x"))], after=office.record(
              4113, compound({"Package": book(cell)(text)}), container=False)),
          "object 1!/object!/"),
    Place("a.xls", "cell", lambda text: office.xls(office.label(1, 1, text)), ""),
    Place("a.xls", "comment",
          lambda text: office.xls(
              office.biff(0x5D, struct.pack("<HHHH", 0x15, 0x12, 0x19, 7) + bytes(12))
              + office.biff(0x1B6, struct.pack("<10xHHxxxx", len(text), 0))
              + office.biff(0x3C, b"\0" + text.encode()) + office.biff(0x3C, bytes(8))
              + office.biff(0x1C, struct.pack("<HHHH", 4, 2, 0, 7) + office.long_text("P. Vos"))),
          "comments C5"),
    Place("a.xls", "shape",
          lambda text: office.xls(
              office.biff(0x1B6, struct.pack("<10xHHxxxx", len(text), 0))
              + office.biff(0x3C, b"\0" + text.encode())), "drawing"),
    Place("a.xls", "alternative text",
          lambda text: office.xls(office.biff(0xEC, office.officeart(0x381, text))),
          "drawing fields"),
    Place("a.xls", "header", lambda text: office.xls(office.biff(0x14, office.long_text(text))),
          "header and footer"),
    Place("a.xls", "link",
          lambda text: office.xls(office.biff(0x1B8, bytes(32) + text.encode("utf-16-le"))),
          "links"),
    Place("a.xls", "prompt of a validation",
          lambda text: office.xls(office.biff(0x1BE, bytes(4) + office.long_text("x")
                                              + office.long_text("y") + office.long_text(text)
                                              + office.long_text("z"))), "rules"),
    Place("a.xls", "defined name",
          lambda text: office.xls(book=office.biff(
              0x18, struct.pack("<HBBH8x", 0, 0, 1, 12) + b"\0x\x17" + office.short_text(text))),
          "defined names"),
    Place("a.xls", "who saved it last",
          lambda text: office.xls(book=office.biff(0x5C, office.long_text(text))),
          "property lastWriter"),
    Place("a.xls", "copy of another workbook",
          lambda text: office.xls(book=office.biff(0x1AE, text.encode("utf-16-le"))),
          "external link"),
    Place("a.xls", "author", lambda text: office.xls(streams=summary(text)), "property author"),
    Place("a.xls", "embedded file",
          lambda text: office.xls(streams=old_object("MBD0001")(text)), "MBD0001/brief.txt!/"),
    Place("a.xls", "macro",
          lambda text: office.xls(streams={
              "_VBA_PROJECT_CUR/VBA/Module1": squeezed(f"Attribute VB_x\r\n' {text}".encode())}),
          "macro Module1"),
)  # fmt: skip

PLACES = (*WORD, *EXCEL, *POINT, *OPEN, *RICH, *OLD)


def label(place: Place) -> str:
    return f"{place.file[2:]}: {place.hides}"


@pytest.mark.parametrize("place", PLACES, ids=label)
def test_text_is_found_where_it_hides(place: Place) -> None:
    data = place.make(BSN)
    assert place.where in set(found_in(data, place.file, BSN))
    assert [part for part in parts(data, place.file) if isinstance(part, Gap)] == []


@pytest.mark.parametrize("place", PLACES, ids=label)
def test_text_is_found_only_where_it_was_put(place: Place) -> None:
    assert list(found_in(place.make("niets"), place.file, BSN)) == []


def test_no_place_stands_in_the_table_twice() -> None:
    names = [label(place) for place in PLACES]
    assert [name for name in names if names.count(name) > 1] == []
