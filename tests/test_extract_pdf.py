import io
import logging
from datetime import date

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from pii_scan.errors import ExtractError
from pii_scan.extract.pdf import clean, pdf_date
from pii_scan.model import Evidence, Gap, Member, Part, Table
from tests.documents import at, parts, pdf, platypus, tables, words


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


def test_a_page_that_is_a_picture_says_so() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20))), 0, 0, 500, 700)
    canvas.showPage()
    canvas.drawString(72, 700, "tekst")
    canvas.save()
    found = parts(out.getvalue(), "a.pdf")
    assert Gap("image without text", "page 1") in found
    assert sum(isinstance(part, Gap) for part in found) == 1
    assert at(found, "page 2") == "tekst"


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
