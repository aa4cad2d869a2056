"""Inzage: Word documents as an office writes them: A4, Dutch, properties without persons."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT: Final = "Arial"
_MARKS: Final = re.compile(r"(\[door medewerker [^\]]*\])")
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Page:
    """One document, written from top to bottom."""

    def __init__(self, title: str, today: date) -> None:
        """Begin an empty document."""
        self._document = _empty(title, today)

    def text(self, text: str, *, bold: bool = False, style: str | None = None) -> None:
        """Write a paragraph; what staff has to fill in stands out."""
        _write(self._document.add_paragraph(style=style), text, bold=bold)

    def lines(self, lines: Iterable[str]) -> None:
        """Write lines that belong together, such as an address."""
        self.text("\n".join(line for line in lines if line))

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading that stays with what follows."""
        self._document.add_heading(_clean(text), level)

    def points(self, points: Iterable[str]) -> None:
        """Write a list."""
        for point in points:
            self.text(point, style="List Bullet")

    def table(
        self, heading: Sequence[str], rows: Iterable[Sequence[str]], widths_cm: Sequence[float]
    ) -> None:
        """Write a table whose heading comes back on every page."""
        from docx.oxml import OxmlElement
        from docx.shared import Cm, Pt

        table = self._document.add_table(rows=0, cols=len(heading), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width)
        for number, row in enumerate((heading, *rows)):
            added = table.add_row()
            properties = added._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if number == 0:
                properties.append(OxmlElement("w:tblHeader"))
            for cell, value, width in zip(added.cells, row, widths_cm, strict=True):
                cell.width = Cm(width)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                _write(paragraph, value, bold=number == 0, points=9)
        self._document.add_paragraph()

    def data(self) -> bytes:
        """Return the document as a file."""
        sink = io.BytesIO()
        self._document.save(sink)
        return sink.getvalue()


def _empty(title: str, today: date) -> "Document":
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name, points, before in (("Normal", 10.5, 0), ("Heading 1", 12, 12), ("Heading 2", 11, 10)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(points)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(6 if name == "Normal" else 4)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "nl-NL")
    made = datetime.combine(today, time(), UTC)
    properties = document.core_properties
    properties.title, properties.language = title, "nl-NL"
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = made
    return document


def _write(
    paragraph: "Paragraph", text: str, *, bold: bool = False, points: float | None = None
) -> None:
    from docx.enum.text import WD_COLOR_INDEX
    from docx.shared import Pt

    for piece in _MARKS.split(_clean(text)):
        if not piece:
            continue
        run = paragraph.add_run(piece)
        run.bold = bold
        if points:
            run.font.size = Pt(points)
        if _MARKS.fullmatch(piece):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _clean(text: str) -> str:
    """Return `text` without what XML cannot hold; a hostile file may have it."""
    return _NOT_IN_XML.sub("\ufffd", text)
