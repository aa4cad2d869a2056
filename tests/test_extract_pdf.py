import contextlib
import io
import logging
from collections.abc import Callable
from datetime import date
from typing import Any

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Paragraph,
    SimpleDocTemplate,
    TableStyle,
)
from reportlab.platypus import Table as Ruled

from pii_scan.errors import ExtractError
from pii_scan.extract import _ocr, _pdf_pictures, _pdf_tables
from pii_scan.extract._pdf_beside import pdf_date
from pii_scan.extract._pdf_text import clean
from pii_scan.model import Evidence, Gap, Member, Part, Table
from tests.documents import at, parts, pdf, picture, platypus, tables, words


@pytest.fixture(scope="module")
def found() -> list[Part]:
    return parts(pdf(), "a.pdf")


def test_pages_tables_forms_and_links(found: list[Part]) -> None:
    assert at(found, "page 1") == "Geachte mevrouw Jansen, uw BSN is 999990019."
    assert at(found, "page 1, link") == "jansen@post.example"
    assert at(found, "page 2") == "Voor de tabel\nNa de tabel"
    rows = (("J. Jansen", "999990019", "Ons Dorp"), ("P. Vos", "999999990", ""))
    assert tables(found) == [Table(("Naam", "BSN", "Plaats"), rows, (2, 3), "page 2, table 1")]
    assert at(found, "page 3, form") == "achternaam: Vermeer"


def test_nothing_is_there_twice(found: list[Part]) -> None:
    text = words(found)
    for word in ("Voor de tabel", "Na de tabel", "J. Jansen", "999999990", "Vermeer", "Formulier"):
        assert text.count(word) == 1


def test_properties(found: list[Part]) -> None:
    assert at(found, "property author") == "P. Vos"
    assert at(found, "property title") == "Dossier 12"
    dates = [part for part in found if isinstance(part, Evidence)]
    assert {part.where for part in dates} == {"property created", "property modified"}
    assert {(part.trigger, part.source) for part in dates} == {("documentdatum", "metadata")}


@pytest.mark.parametrize("repeats", [True, False])
def test_a_table_over_pages_keeps_its_heading(repeats: bool) -> None:
    rows = [["Naam", "Nummer", "Stad"], *([f"n{n}", f"{n:09}", "A"] for n in range(100))]
    found = tables(parts(platypus(rows, repeats=repeats), "a.pdf"))
    assert len(found) > 1
    assert {table.columns for table in found} == {("Naam", "Nummer", "Stad")}
    assert [row for table in found for row in table.rows] == [tuple(row) for row in rows[1:]]


def test_a_value_wrapped_in_its_cell_is_one_value() -> None:
    rows = [["Naam", "Nummer"], ["Jan\nJansen", "101"], ["P. Vos", "102"]]
    (table,) = tables(parts(platypus(rows), "a.pdf"))
    assert table.rows[0] == ("Jan Jansen", "101")


def scan(*pages: Image.Image, stamp: str = "") -> bytes:
    """Return a PDF whose pages are pictures, as a copier makes it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for page in pages:
        width = 500.0
        canvas.drawImage(ImageReader(page), 40, 300, width, width * page.height / page.width)
        canvas.drawString(72, 320, stamp)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


LINES = ("Geachte mevrouw Jansen,", "wij kennen u onder BSN 999994256.", "Met vriendelijke groet,")


def test_a_page_that_is_a_picture_is_read_and_says_so() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawImage(ImageReader(picture(*LINES)), 40, 300, 500, 140)
    canvas.showPage()
    canvas.drawString(72, 700, "tekst")
    canvas.save()
    found = parts(out.getvalue(), "a.pdf")
    assert LINES[1] in at(found, "page 1 (ocr)")
    assert at(found, "page 1") == ""
    assert at(found, "page 2") == "tekst"
    assert at(found, "page 2 (ocr)") == ""


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_scan_that_lies_on_its_side(turned: int) -> None:
    document = pikepdf.open(io.BytesIO(scan(picture(*LINES, *LINES))))
    document.pages[0].Rotate = turned
    out = io.BytesIO()
    document.save(out)
    assert LINES[1] in at(parts(out.getvalue(), "a.pdf"), "page 1 (ocr)")


def test_a_stamp_on_a_scan_does_not_hide_it() -> None:
    found = parts(scan(picture(*LINES), stamp="blad 1 van 3"), "a.pdf")
    assert at(found, "page 1") == "blad 1 van 3"
    assert LINES[1] in at(found, "page 1 (ocr)")


def test_a_scan_with_its_text_behind_it_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "text", None)
    found = parts(
        scan(picture(*LINES), stamp="Geachte mevrouw Jansen, wij kennen u al heel wat jaren."),
        "a.pdf",
    )
    assert at(found, "page 1").startswith("Geachte")


def test_a_picture_beside_text_is_read() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawString(
        72, 780, "In de bijlage de kopie van het legitimatiebewijs van onze medewerker."
    )
    canvas.drawImage(ImageReader(picture("BSN 999994256", "Ons Dorp")), 72, 400, 300, 120)
    canvas.save()
    found = parts(out.getvalue(), "a.pdf")
    assert at(found, "page 1").startswith("In de bijlage")
    assert "999994256" in at(found, "page 1 (ocr)")


def test_logos_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "text", None)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawString(72, 600, "Geachte mevrouw Jansen,")
    canvas.drawImage(ImageReader(picture("BEDRIJF")), 72, 780, 120, 40)
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "blue")), 0, 0, 500, 500)
    canvas.save()
    assert [part for part in parts(out.getvalue(), "a.pdf") if isinstance(part, Gap)] == []


def test_a_scan_in_strips_is_one_picture() -> None:
    whole = picture(*LINES)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    scale = 500 / whole.width
    for top in range(0, whole.height, 30):  # through the letters
        strip = whole.crop((0, top, whole.width, min(top + 30, whole.height)))
        y = 700 - (top + strip.height) * scale
        canvas.drawImage(ImageReader(strip), 40, y, 500, strip.height * scale)
    canvas.save()
    assert LINES[1] in at(parts(out.getvalue(), "a.pdf"), "page 1 (ocr)")


def test_letters_that_are_drawn_are_read() -> None:
    small = picture("BSN 999994256", size=24)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for y in range(small.height):
        for x in range(small.width):
            if small.getpixel((x, y)) < 128:  # type: ignore[operator]
                canvas.rect(72 + x, 700 - y, 1, 1, stroke=0, fill=1)
    canvas.save()
    assert "999994256" in at(parts(out.getvalue(), "a.pdf"), "page 1 (ocr)")


def test_without_tesseract_a_scan_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "_is_there", lambda: False)
    found = parts(scan(picture(*LINES), picture(*LINES)), "a.pdf")
    gaps = [part for part in found if isinstance(part, Gap)]
    assert gaps == [Gap("needs tesseract-ocr-nld", f"page {number} (ocr)") for number in (1, 2)]


def test_scans_beyond_the_limit_are_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pii_scan.extract.pdf.MAX_PICTURES", 1)
    found = parts(scan(picture(*LINES), picture(*LINES)), "a.pdf")
    assert LINES[1] in at(found, "page 1 (ocr)")
    assert [part for part in found if isinstance(part, Gap)] == [
        Gap("too many images", "page 2 (ocr)")
    ]


def test_a_picture_of_too_many_pixels_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pdf_pictures, "MAX_PIXELS", 10_000)
    assert Gap("too large", "page 1 (ocr)") in parts(scan(picture(*LINES)), "a.pdf")


def test_an_empty_page_is_no_gap() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.showPage()
    canvas.save()
    assert [part for part in parts(out.getvalue(), "a.pdf") if isinstance(part, Gap)] == []


def test_annotations_and_attachments() -> None:
    document = pikepdf.open(io.BytesIO(pdf()))
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[0, 0, 10, 10],
        Contents="bel Jansen",
        T="P. Vos",
    )
    document.pages[0].Annots.append(document.make_indirect(note))
    document.attachments["lijst.csv"] = pikepdf.AttachedFileSpec(document, b"a;b")
    out = io.BytesIO()
    document.save(out)
    found = parts(out.getvalue(), "a.pdf")
    assert at(found, "page 1, annotation") == "bel Jansen\nauthor: P. Vos"
    assert Member("1-lijst.csv", b"a;b") in found


def test_a_password_is_told_apart_from_damage() -> None:
    with pytest.raises(ExtractError, match=r"^encrypted$"):
        parts(pdf(password="geheim"), "a.pdf")
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nniets", "a.pdf")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("D:20210314120000+01'00'", date(2021, 3, 14)),
        ("20210314", date(2021, 3, 14)),
        ("D:2021", date(2021, 1, 1)),
        ("D:20211399", None),
        ("D:00000000", None),
        ("", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert pdf_date(text) == day


def test_the_parsers_log_nothing(caplog: pytest.LogCaptureFixture) -> None:
    parts(pdf(), "a.pdf")
    logging.getLogger("pdfminer.psparser").error("tekst van de bladzijde")
    logging.getLogger("pypdfium2._helpers.document").warning("tekst van de bladzijde")
    assert caplog.records == []


def test_marks_of_pdfium_are_taken_out() -> None:
    assert clean("per\ufffesoon\x02\r\nx\r") == "persoon\nx"


BSN = "999994256"


def changed(change: Callable[[pikepdf.Pdf], None], **options: Any) -> list[Part]:
    """Return the parts of a document after a change to its objects."""
    document = pikepdf.open(io.BytesIO(pdf()))
    change(document)
    out = io.BytesIO()
    document.save(out, **options)
    return parts(out.getvalue(), "a.pdf")


def note(document: pikepdf.Pdf, **entries: Any) -> None:
    held = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 10, 10], **entries)
    document.pages[0].Annots.append(document.make_indirect(held))


@pytest.mark.parametrize(
    "kind", ["Text", "FreeText", "Popup", "Stamp", "Highlight", "Ink", "Caret", "Redact", "Square"]
)
@pytest.mark.parametrize("entry", ["Contents", "T", "Subj", "RC"])
def test_every_kind_of_note(kind: str, entry: str) -> None:
    found = changed(
        lambda document: note(document, Subtype=pikepdf.Name("/" + kind), **{entry: f"bij {BSN}"})
    )
    assert f"bij {BSN}" in at(found, "page 1, annotation")


def test_a_file_in_a_note() -> None:
    def change(document: pikepdf.Pdf) -> None:
        held = pikepdf.AttachedFileSpec(document, b"a;b", filename="lijst.csv")
        note(document, Subtype=pikepdf.Name.FileAttachment, FS=held.obj)

    assert Member("page 1, attachment 1-lijst.csv", b"a;b") in changed(change)


def test_files_of_one_name_stay_apart() -> None:
    def change(document: pikepdf.Pdf) -> None:
        for key in ("a", "b"):
            document.attachments[key] = pikepdf.AttachedFileSpec(
                document, key.encode(), filename="../lijst.csv"
            )

    found = {part for part in changed(change) if isinstance(part, Member)}
    assert found == {Member("1-lijst.csv", b"a"), Member("2-lijst.csv", b"b")}


def test_the_outline() -> None:
    def change(document: pikepdf.Pdf) -> None:
        with document.open_outline() as outline:
            above = pikepdf.OutlineItem("Dossiers", 0)
            above.children.append(pikepdf.OutlineItem(f"Jansen {BSN}", 1))
            outline.root.append(above)

    assert at(changed(change), "outline") == f"Dossiers\nJansen {BSN}"


def test_an_outline_that_bites_its_tail_ends() -> None:
    def change(document: pikepdf.Pdf) -> None:
        item = document.make_indirect(pikepdf.Dictionary(Title=f"Jansen {BSN}"))
        item.First = item.Next = item
        document.Root.Outlines = document.make_indirect(pikepdf.Dictionary(First=item, Last=item))

    assert BSN in at(changed(change), "outline")


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f'app.alert("{BSN}");')


@pytest.mark.parametrize("place", ["open", "page", "field", "name", "stream"])
def test_scripts_wherever_they_hang(place: str) -> None:
    def change(document: pikepdf.Pdf) -> None:
        match place:
            case "open":
                document.Root.OpenAction = SCRIPT
            case "page":
                document.pages[1].AA = pikepdf.Dictionary(O=SCRIPT)
            case "field":
                document.Root.AcroForm.Fields[0].AA = pikepdf.Dictionary(K=SCRIPT)
            case "name":
                names = pikepdf.Dictionary(Names=[pikepdf.String("a"), SCRIPT])
                document.Root.Names = pikepdf.Dictionary(JavaScript=names)
            case _:
                text = document.make_stream(SCRIPT.JS.__bytes__())
                document.Root.OpenAction = pikepdf.Dictionary(S=SCRIPT.S, JS=text)

    found = changed(change, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert at(found, "script") == f'app.alert("{BSN}");'


@pytest.mark.parametrize("entry", ["V", "TU", "Opt"])
def test_fields_with_what_they_explain_and_offer(entry: str) -> None:
    def change(document: pikepdf.Pdf) -> None:
        field = document.Root.AcroForm.Fields[0]
        field.FT, field.Ff = pikepdf.Name.Ch, 1 << 17
        field[f"/{entry}"] = [f"keuze {BSN}"] if entry == "Opt" else f"keuze {BSN}"

    assert f"keuze {BSN}" in at(changed(change), "page 3, form")


def test_what_is_filled_in_in_an_xfa_form() -> None:
    data = f"<xfa:datasets xmlns:xfa='http://www.xfa.org/schema/xfa-data/1.0/'><xfa:data><bsn>{BSN}"
    packets = {
        "preamble": "<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'>",
        "datasets": f"{data}</bsn></xfa:data></xfa:datasets>",
        "postamble": "</xdp:xdp>",
    }

    def change(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm.XFA = [
            each
            for name, text in packets.items()
            for each in (pikepdf.String(name), document.make_stream(text.encode()))
        ]

    found = changed(change)
    assert at(found, "form (xfa)") == f"bsn: {BSN}"
    assert [part for part in found if isinstance(part, Gap)] == []


@pytest.mark.parametrize("is_locked", [False, True])
def test_xmp_says_what_the_properties_do_not(is_locked: bool) -> None:
    def change(document: pikepdf.Pdf) -> None:
        metadata = document.make_stream(
            b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
            b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
            b' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq>'
            b"<rdf:li>P. Vos</rdf:li><rdf:li>namens 999994256</rdf:li>"
            b"</rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
        )
        metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        document.Root.Metadata = metadata

    lock = {"encryption": pikepdf.Encryption(owner="geheim", user="")} if is_locked else {}
    found = changed(change, **lock)
    assert at(found, "property creator") == f"namens {BSN}"
    assert at(found, "page 1") == "Geachte mevrouw Jansen, uw BSN is 999990019."


@pytest.mark.parametrize("how", ["white", "unseen", "layer", "small", "outside", "covered"])
def test_text_that_nobody_sees(how: str) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    text = canvas.beginText(-200 if how == "outside" else 72, 700)
    text.setTextRenderMode(3 if how == "unseen" else 0)
    text.setFillColor("white" if how == "white" else "black")
    text.setFont("Helvetica", 0.5 if how == "small" else 12)
    text.textLine(f"BSN {BSN}")
    canvas.drawText(text)
    if how == "covered":
        canvas.rect(50, 650, 300, 100, fill=1)
    canvas.save()
    document = pikepdf.open(io.BytesIO(out.getvalue()))
    if how == "layer":
        layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="laag"))
        document.Root.OCProperties = pikepdf.Dictionary(
            OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer])
        )
        page = document.pages[0]
        page.Resources.Properties = pikepdf.Dictionary(L=layer)
        page.contents_add(b"/OC /L BDC", prepend=True)
        page.contents_add(b"EMC")
    changed_out = io.BytesIO()
    document.save(changed_out)
    assert BSN in at(parts(changed_out.getvalue(), "a.pdf"), "page 1")


def test_a_page_tree_that_bites_its_tail_ends() -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.Pages.Kids.append(document.Root.Pages)
        document.Root.Pages.Count = 1_000_000

    with contextlib.suppress(ExtractError):
        found = changed(change)
        assert "999990019" in at(found, "page 1")


def test_two_tables_under_each_other_and_text_between() -> None:
    out = io.BytesIO()
    style = TableStyle([("GRID", (0, 0), (-1, -1), 1, "black")])
    one, other = [list("abc"), list("def")], [list("ghij"), list("klmn")]
    text = getSampleStyleSheet()["BodyText"]
    SimpleDocTemplate(out).build(
        [Ruled(one, style=style), Paragraph("ertussen", text), Ruled(other, style=style)]
    )
    found = parts(out.getvalue(), "a.pdf")
    assert at(found, "page 1") == "ertussen"
    assert [(table.columns, table.rows, table.where) for table in tables(found)] == [
        (("a", "b", "c"), (("d", "e", "f"),), "page 1, table 1"),
        (tuple("ghij"), (tuple("klmn"),), "page 1, table 2"),
    ]


def test_tables_beside_each_other_lose_nothing() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    style = TableStyle([("GRID", (0, 0), (-1, -1), 1, "black")])
    for x, name in ((72, "links"), (320, "rechts")):
        table = Ruled([["Naam", "Nr", "Stad"], [name, "12", "A"]], style=style)
        table.wrapOn(canvas, 200, 200)
        table.drawOn(canvas, x, 600)
    canvas.save()
    found = parts(out.getvalue(), "a.pdf")
    assert {table.rows for table in tables(found)} == {
        (("links", "12", "A"),),
        (("rechts", "12", "A"),),
    }


def test_cells_that_span() -> None:
    style = TableStyle([("GRID", (0, 0), (-1, -1), 1, "black"), ("SPAN", (0, 2), (1, 2))])
    out = io.BytesIO()
    rows = [["Naam", "Nummer"], ["Jan", "101"], ["samen 7", ""], ["Piet", "102"]]
    SimpleDocTemplate(out).build([Ruled(rows, style=style)])
    (table,) = tables(parts(out.getvalue(), "a.pdf"))
    assert table.rows == (("Jan", "101"), ("samen 7", ""), ("Piet", "102"))


def test_text_pages_do_not_open_pdfplumber(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pdf_tables.Plumber, "document", None)
    assert len(tables(parts(pdf(), "a.pdf"))) == 1
