"""Small documents for the tests of extract, made on the spot."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import reportlab  # type: ignore[import-untyped]
from docx import Document
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib import pdfencrypt  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle  # type: ignore[import-untyped]

from pii_scan.extract import extract, extractor_for, media_type
from pii_scan.model import Chunk, Part
from pii_scan.model import Table as Rows

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
VERA = str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
"""A font that is there wherever the tests run."""
ROWS = (
    ("Naam", "BSN", "Plaats"),
    ("J. Jansen", "999990019", "Ons Dorp"),
    ("P. Vos", "999999990", ""),
)


def parts(data: bytes, name: str) -> list[Part]:
    """Return the parts of a file, its type told by content and name."""
    stream = io.BytesIO(data)
    extractor = extractor_for(media_type(stream, name))
    assert extractor is not None
    return list(extract(stream, extractor))


def words(found: Iterable[Part]) -> str:
    """Return all text of parts, headings of tables too, a line a chunk or row."""
    lines = []
    for part in found:
        if isinstance(part, Chunk):
            lines.append(part.text)
        elif isinstance(part, Rows):
            lines.extend(" | ".join(row) for row in (part.columns, *part.rows))
    return "\n".join(lines)


def at(found: Iterable[Part], where: str) -> str:
    """Return the text of the chunks with an address."""
    return "\n".join(p.text for p in found if isinstance(p, Chunk) and p.where == where)


def tables(found: Iterable[Part]) -> list[Rows]:
    return [part for part in found if isinstance(part, Rows)]


def rewritten(data: bytes, change: Callable[[str, bytes], bytes], **added: str | bytes) -> bytes:
    """Return a zip with every member changed, and members added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in added.items():
            new.writestr(name, content)
    return out.getvalue()


def docx() -> bytes:
    """Return a letter with a table, a header, a footer and properties."""
    document = Document()
    document.add_paragraph("Geachte mevrouw Jansen,")
    document.add_paragraph("")
    document.add_paragraph("Uw BSN is 999990019.")
    table = document.add_table(rows=0, cols=3)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.sections[0].header.paragraphs[0].text = "Vertrouwelijk: dossier Jansen"
    document.sections[0].footer.paragraphs[0].text = "Behandeld door P. Vos"
    core = document.core_properties
    core.author, core.last_modified_by, core.title = "P. Vos", "A. de Wit", "Dossier 12"
    core.created = datetime(2021, 3, 14, 9, tzinfo=UTC)
    core.modified = datetime(2022, 4, 15, 9, tzinfo=UTC)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_with(body: str) -> bytes:
    """Return a document whose body is WordprocessingML as given; prefixes w, mc and wps work."""
    namespaces = (
        f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    xml = f"<w:document {namespaces}><w:body>{body}</w:body></w:document>".encode()
    return rewritten(docx(), lambda name, old: xml if name == "word/document.xml" else old)


def with_part(name: str, content: str, kind: str) -> bytes:
    """Return the Word letter with one more part that the body relates to."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def change(member: str, old: bytes) -> bytes:
        if member == "word/_rels/document.xml.rels":
            relation = f'<Relationship Id="rX" Type="{base}/{kind}" Target="{name}"/>'
            return old.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
        if member == "[Content_Types].xml":
            return old.replace(
                b"</Types>",
                b'<Default Extension="bin" ContentType="application/octet-stream"/></Types>',
            )
        return old

    return rewritten(docx(), change, **{f"word/{name}": content})


def xlsx() -> bytes:
    """Return a workbook with a note, a hidden sheet, a defined name and properties."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Klanten"
    sheet.append(("Naam", "BSN", "Datum", "Saldo"))
    sheet.append(("J. Jansen", 999990019, None, 12.5))
    sheet["C2"] = datetime(2021, 3, 14)  # noqa: DTZ001
    sheet["A2"].comment = Comment("belt liever op 06-12345678", "P. Vos")
    hidden = book.create_sheet("Oud")
    hidden.sheet_state = "veryHidden"
    for row in (("Nummer", "Code"), (123456789012345, "007"), (12345678, "x")):
        hidden.append(row)
    hidden["A3"].number_format = "000000000"
    book.properties.creator = "P. Vos"
    book.properties.created = datetime(2021, 3, 14)  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(password: str = "") -> bytes:
    """Return a page of text, a page with a ruled table between two lines, and a form with a link.

    Args:
        password: to open it with; empty for none.
    """
    out = io.BytesIO()
    lock = pdfencrypt.StandardEncryption(password) if password else None
    canvas = Canvas(out, pagesize=A4, encrypt=lock)
    canvas.setAuthor("P. Vos")
    canvas.setTitle("Dossier 12")
    canvas.drawString(72, 700, "Geachte mevrouw Jansen, uw BSN is 999990019.")
    canvas.linkURL("mailto:jansen@post.example", (72, 690, 200, 710))
    canvas.showPage()
    canvas.drawString(72, 700, "Voor de tabel")
    table = Table(
        [list(row) for row in ROWS], style=TableStyle([("GRID", (0, 0), (-1, -1), 1, "black")])
    )
    table.wrapOn(canvas, 400, 200)
    table.drawOn(canvas, 72, 560)
    canvas.drawString(72, 500, "Na de tabel")
    canvas.showPage()
    canvas.acroForm.textfield(name="achternaam", value="Vermeer", x=72, y=600, width=200, height=20)
    canvas.drawString(72, 700, "Formulier")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def pdf_of(text: str) -> bytes:
    """Return a PDF of one page with these lines."""
    sink = io.BytesIO()
    canvas = Canvas(sink)
    for number, line in enumerate(text.split("\n")):
        canvas.drawString(50, 800 - 14 * number, line)
    canvas.save()
    return sink.getvalue()


def eml() -> bytes:
    """Return a message with two bodies that say the same, a PDF, and a message inside."""
    message = EmailMessage()
    message["From"] = "René Jansen <r.jansen@post.example>"
    message["To"] = "info@bedrijf.example"
    message["Cc"] = "p.vos@bedrijf.example"
    message["Subject"] = "Sollicitatie René"
    message["Date"] = "Sun, 14 Mar 2021 23:30:00 +0100"
    message.set_content("Beste,\n\nMijn nummer is 06-12345678. Groet, René\n")
    message.add_alternative(
        "<p>Beste,</p><p>Mijn nummer is 06-12345678. Groet, Ren&eacute;</p>", subtype="html"
    )
    for _ in range(2):
        message.add_attachment(
            b"%PDF-1.4", maintype="application", subtype="pdf", filename="cv.pdf"
        )
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "a@post.example", "Doorgestuurd"
    inner.set_content("BSN 999990019\n")
    message.add_attachment(inner)
    return message.as_bytes()


def platypus(rows: list[list[str]], *, repeats: bool = True) -> bytes:
    """Return a PDF of one long ruled table, its heading on every page if it `repeats`."""
    out = io.BytesIO()
    style = TableStyle([("GRID", (0, 0), (-1, -1), 1, "black")])
    SimpleDocTemplate(out).build([Table(rows, style=style, repeatRows=int(repeats))])
    return out.getvalue()


def picture(*lines: str, size: int = 40, angle: float = 0) -> Image.Image:
    """Return lines of black text on white, as a scanner or a screen has them.

    Args:
        lines: from top to bottom.
        size: height of the letters in pixels.
        angle: counter-clockwise, degrees.
    """
    font = ImageFont.truetype(VERA, size)
    width = max(round(font.getlength(line)) for line in lines) + 2 * size
    image = Image.new("L", (width, 2 * size * (len(lines) + 1)), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((size, 2 * size * number + size), line, font=font, fill=0)
    return image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def with_files(data: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP container with more files in it."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as container:
        for name, content in files.items():
            container.writestr(name, content)
    return out.getvalue()


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


CSV = b"Naam;BSN;Plaats\nJ. Jansen;099999021;Ons Dorp\nP. Vos;999999990;\n"
HTML = b"<html><head><title>Dossier</title></head><body><p>J. Jansen, 999990019</p></body></html>"
JSON = b'[{"naam": "J. Jansen", "bsn": "999990019"}, {"naam": "P. Vos", "bsn": "999999990"}]'
JSONL = b'{"naam": "J. Jansen", "bsn": 999990019}\n{"naam": "P. Vos", "bsn": 999999990}\n'
ICS = (
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20210314\nSUMMARY:Gesprek J. Jansen\n"
    b"DESCRIPTION:BSN 999990019\nEND:VEVENT\nEND:VCALENDAR\n"
)
VCF = b"BEGIN:VCARD\nVERSION:4.0\nFN:J. Jansen\nNOTE:BSN 999990019\nEND:VCARD\n"
XML = (
    b'<?xml version="1.0"?><klanten>'
    b'<klant id="1"><naam>J. Jansen</naam><bsn>999990019</bsn></klant>'
    b'<klant id="2"><naam>P. Vos</naam><bsn>999999990</bsn></klant></klanten>'
)
