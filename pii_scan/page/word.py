"""Page: a document as Word, the way an office writes them; its properties name nobody."""

import io
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final

from pii_scan.page import MARK, Chart, Grid, Heading, Language, Page, Quote, Text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT: Final = "Arial"
_ASIDE: Final = ("/customXml", "/thumbnail")
LANGUAGES: Final[dict[Language, str]] = {"nl": "nl-NL", "en": "en-GB"}
_STYLES: Final = (("Normal", 10.5, 0, 6), ("Heading 1", 12, 12, 4), ("Heading 2", 11, 10, 4))
"""Style, points, and points before and after."""


def word(page: Page) -> bytes:
    """Return a document as a .docx file."""
    document = _empty(page)
    for block in page.blocks:
        match block:
            case Heading():
                document.add_heading(block.text, block.level)
            case Chart():
                _chart(document, block)
            case Grid():
                _grid(document, block)
            case Quote():
                _quote(document, block)
            case Text():
                style = "List Bullet" if block.is_point else None
                paragraph = document.add_paragraph(style=style)
                paragraph.paragraph_format.keep_with_next = block.stays_with_next
                _write(paragraph, block.text, bold=block.is_bold)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _empty(page: Page) -> "Document":
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name, points, before, after in _STYLES:
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(points)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGES[page.language])
    for held in (document.part.rels, document.part.package.rels):
        # What came along with the empty document of the library and says nothing here.
        for name in [name for name, it in held.items() if it.reltype.endswith(_ASIDE)]:
            del held[name]
    properties = document.core_properties
    properties.title, properties.language = page.title, LANGUAGES[page.language]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = datetime.combine(page.today, time(), UTC)
    return document


def _quote(document: "Document", quote: Quote) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    label = document.add_paragraph()
    label.paragraph_format.keep_with_next = True
    _write(label, quote.label, bold=True, points=9)
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Cm(0.4)
    borders: Any = OxmlElement("w:pBdr")
    line = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", "808080")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    # The order of what stands in w:pPr is fixed (ECMA-376-1, 17.3.1.26).
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    _write(paragraph, quote.text, points=9)


def _chart(document: "Document", chart: Chart) -> None:
    from docx.shared import Cm

    from pii_scan.page.pdf import drawn

    shape = document.add_picture(io.BytesIO(drawn(chart)), width=Cm(16))
    shape._inline.docPr.set("descr", chart.alt)


def _grid(document: "Document", grid: Grid) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    table = document.add_table(rows=0, cols=len(grid.heading), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, grid.widths_cm, strict=True):
        column.width = Cm(width)
    for number, row in enumerate((grid.heading, *grid.rows)):
        added = table.add_row()
        properties = added._tr.get_or_add_trPr()
        if number == 0:
            properties.append(OxmlElement("w:cantSplit"))
            properties.append(OxmlElement("w:tblHeader"))
        for cell, value, width in zip(added.cells, row, grid.widths_cm, strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            _write(paragraph, value, bold=number == 0, points=9)
    document.add_paragraph()


def _write(
    paragraph: "Paragraph", text: str, *, bold: bool = False, points: float | None = None
) -> None:
    from docx.enum.text import WD_COLOR_INDEX
    from docx.shared import Pt

    start = 0
    for mark in (*MARK.finditer(text), None):
        plain = text[start : mark.start() if mark else len(text)]
        for piece in (plain, mark[0] if mark else ""):
            if piece:
                run = paragraph.add_run(piece)
                run.bold = bold
                if points:
                    run.font.size = Pt(points)
                if mark and piece == mark[0]:
                    run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        start = mark.end() if mark else len(text)
