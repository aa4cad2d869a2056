import io
import zipfile
from datetime import date

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract import _odf
from pii_scan.model import Evidence, Gap, Member, Table
from tests.documents import at, parts, tables, words
from tests.office import odf

PARAGRAPH = "<text:p>{}</text:p>"
REPEATED = (
    '<table:table-cell table:number-columns-repeated="{}"><text:p>1</text:p></table:table-cell>'
)


def cells(*texts: str) -> str:
    return "".join(
        f"<table:table-cell><text:p>{each}</text:p></table:table-cell>" for each in texts
    )


def row(inner: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{inner}</table:table-row>'


def sheet(*rows: str) -> list[Table]:
    body = f"<table:table>{''.join(rows)}</table:table>"
    return tables(parts(odf(body, "spreadsheet"), "a.ods"))


HEAD = row(cells("Naam", "Nr", "Stad"))


def value(kind: str, written: str, shown: str) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:{written}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (value("float", 'value="999990019"', "999.990.019"), "999990019"),
        (value("float", 'value="12345678"', "012345678"), "012345678"),
        (value("float", 'value="999990019"', "9,99990019E+08"), "999990019"),
        (value("float", 'value="12"', "klant 12"), "klant 12"),
        (value("float", 'value="12.5"', "12,50"), "12.5"),
        (value("date", 'date-value="2021-03-14"', "14-03-21"), "2021-03-14"),
        (value("date", 'date-value="2021-03-14T09:30:00"', "x"), "2021-03-14 09:30:00"),
        (value("date", 'date-value="2021-03-14T00:00:00"', "x"), "2021-03-14"),
        (value("string", 'string-value="x"', "007"), "007"),
        ('<table:table-cell office:value-type="float" office:value="007"/>', "007"),
        ("<table:table-cell><text:p>a</text:p><text:p>b</text:p></table:table-cell>", "a\nb"),
        ("<table:covered-table-cell><text:p>achter</text:p></table:covered-table-cell>", "achter"),
        ("<table:table-cell><office:annotation><text:p>noot</text:p></office:annotation>"
         "<text:p>x</text:p></table:table-cell>", "x"),
    ],
)  # fmt: skip
def test_cells_show_as_they_were_meant(cell: str, text: str) -> None:
    (table,) = sheet(HEAD, row(cells("J") + cell + cells("A")), row(cells("P", "112345678", "B")))
    assert table.rows[0] == ("J", text, "A")


def test_rows_and_cells_that_repeat_keep_their_numbers() -> None:
    gap = '<table:table-cell table:number-columns-repeated="2"/>'
    (table,) = sheet(
        row("", 3),
        row(cells("Naam", "Nr", "Stad", "Straat")),
        row(cells("J", "12345678", "A", "x"), 2),
        row(gap, 10),
        row(cells("P") + gap + cells("y")),
    )
    assert table.numbers == (5, 6, 17)
    assert table.rows[-1] == ("P", "", "", "y")


def test_a_million_equal_rows_are_not_laid_out() -> None:
    filled = REPEATED.format(16384)
    found = sheet(row(filled, 1_048_576), row("<table:table-cell/>", 1_048_576), row(cells("x")))
    assert sum(len(each.rows) for each in found) == 101
    assert max(len(cells) for each in found for cells in each.rows) == 100
    assert found[-1].numbers[-1] == 2_097_153


@pytest.mark.parametrize("repeated", ["-1", "0", "x", "99999999999999999999"])
def test_a_senseless_count_is_one(repeated: str) -> None:
    inner = REPEATED.format(repeated)
    (table,) = sheet(HEAD, row(inner + cells("2", "3")), row(cells("1", "2", "3")))
    assert table.rows[0] == ("1", "2", "3")


def test_a_million_spaces_are_not_laid_out() -> None:
    found = parts(odf('<text:p>x<text:s text:c="1000000000"/>y</text:p>'), "a.odt")
    assert len(at(found, "paragraph 1")) == 102


def test_a_text_from_top_to_bottom() -> None:
    body = (
        "<text:h>Kop</text:h><text:p/>"
        '<text:p>06<text:tab/>12<text:s text:c="2"/>34<text:line-break/>56'
        "<text:span>7<text:span>8</text:span></text:span>"
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>noot</text:p></text:note-body></text:note> 9</text:p>"
        f"<table:table>{HEAD}{row(cells('J', '012345678', 'A'))}</table:table>"
    )
    found = parts(odf(body), "a.odt")
    assert at(found, "paragraph 1") == "Kop"
    assert at(found, "paragraph 3") == "06\t12  34\n5678 9"
    assert at(found, "footnote 1") == "noot"
    assert tables(found) == [
        Table(("Naam", "Nr", "Stad"), (("J", "012345678", "A"),), (2,), "table 1")
    ]


def test_a_box_in_a_box_comes_once() -> None:
    inner = "<draw:frame><draw:text-box><text:p>binnen</text:p></draw:text-box></draw:frame>"
    outer = (
        f"<draw:frame><draw:text-box><text:p>buiten{inner}</text:p></draw:text-box></draw:frame>"
    )
    found = parts(odf(f"<text:p>{outer}</text:p>"), "a.odt")
    assert at(found, "text box 1") == "buiten\nbinnen"
    assert len(found) == 1


def test_prompts_on_a_master_are_left_out() -> None:
    frame = "<draw:frame {}><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    masters = (
        "<style:master-page>"
        + frame.format('presentation:placeholder="true"', "Klik hier")
        + frame.format("", "Bedrijf BV<text:page-number>7</text:page-number>")
        + "</style:master-page>"
    )
    found = parts(odf("<draw:page/>", "presentation", masters=masters), "a.odp")
    assert at(found, "master 1") == "Bedrijf BV"


def test_dates_of_the_file_are_evidence() -> None:
    meta = (
        "<meta:creation-date>2021-03-14T09:00:00</meta:creation-date><dc:date>2022-04-15</dc:date>"
        "<meta:print-date>2023-01-01</meta:print-date>"
    )
    assert parts(odf("", meta=meta), "a.odt") == [
        Evidence("documentdatum", date(2021, 3, 14), "metadata", "property created"),
        Evidence("documentdatum", date(2022, 4, 15), "metadata", "property modified"),
    ]


def test_a_document_inside_can_be_read_alone() -> None:
    data = odf("", parts={"Object 1/content.xml": "<x/>", "Object 1/Pictures/a.png": "x"})
    (member,) = (part for part in parts(data, "a.odt") if isinstance(part, Member))
    with zipfile.ZipFile(io.BytesIO(member.data)) as inner:
        assert inner.namelist() == ["mimetype", "content.xml", "Pictures/a.png"]
    assert member.name == "Object 1.odt"


@pytest.mark.parametrize("kind", ["text", "spreadsheet", "presentation"])
def test_a_password_is_said(kind: str) -> None:
    entry = (
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
        "</manifest:file-entry>"
    )
    with pytest.raises(ExtractError, match=r"^encrypted$"):
        parts(odf("", kind, entries=entry), "a.odt")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "damaged"),
        ("<x>", "damaged"),
        ("<x>" * 220 + "</x>" * 220, "too deeply nested"),
        ('<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>', "expands too much"),
    ],
)
def test_a_body_that_cannot_be_read(content: str, reason: str) -> None:
    with pytest.raises(ExtractError, match=f"^{reason}$"):
        parts(odf("", parts={"content.xml": content}), "a.odt")


@pytest.mark.parametrize("name", ["styles.xml", "meta.xml", "Basic/Standard/Module1.xml"])
def test_a_broken_side_part_is_a_gap(name: str) -> None:
    found = parts(odf("<text:p>x</text:p>", parts={name: "<x>"}), "a.odt")
    assert at(found, "paragraph 1") == "x"
    assert [part.reason for part in found if isinstance(part, Gap)] == ["damaged"]


def test_pictures_are_files_of_their_own() -> None:
    found = parts(odf("<text:p/>", parts={"Pictures/a.png": "x"}), "a.odt")
    assert found == [Member("Pictures/a.png", b"x")]


@pytest.mark.parametrize(
    ("kind", "body", "where"),
    [
        ("writer", "<t:p>x</t:p>", "paragraph 1"),
        ("calc", "<b:table><b:table-row><b:table-cell><t:p>x</t:p></b:table-cell></b:table-row>"
         "</b:table>", ""),
        ("impress", "<d:page/><d:page><d:text-box><t:p>x</t:p></d:text-box></d:page>", "slide 2"),
    ],
)  # fmt: skip
def test_files_of_openoffice_1_are_read_too(kind: str, body: str, where: str) -> None:
    names = 'xmlns:o="http://openoffice.org/2000/office" xmlns:t="urn:t" xmlns:b="urn:b"'
    content = (
        f'<o:document-content {names} xmlns:d="urn:d"><o:body>{body}</o:body></o:document-content>'
    )
    data = odf("", parts={"mimetype": f"application/vnd.sun.xml.{kind}", "content.xml": content})
    found = parts(data, "a.dat")
    assert at(found, where) == "x" or tables(found) == [Table(("x",), (), (), where)]


def test_rows_that_are_made_small_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that hold more than text, or stand in something else than a sheet, are left alone."""
    inner = f"<table:table>{row(cells('binnen', '1'))}</table:table>"
    note = "<office:annotation><dc:creator>P. Vos</dc:creator>"
    note += "<text:p>nota</text:p></office:annotation>"
    link = '<text:p><text:a xlink:href="mailto:a@b.example">mail</text:a></text:p>'
    formula = '<table:table-cell table:formula="of:=IF([.A1];&quot;stil&quot;;1)"><text:p/>'
    body = (
        "<table:table>"
        + row(cells("a", "['b']", "x<text:s text:c='2'/>y") + REPEATED.format(3))
        + row("[&quot;los&quot;]", 5)
        + f"<table:table-row-group>{row(cells('diep', '999994256'), 2)}</table:table-row-group>"
        + row(f"<table:table-cell>{note}<text:p>met nota</text:p></table:table-cell>")
        + row(f"<table:table-cell>{link}</table:table-cell>{formula}</table:table-cell>")
        + row(f"<table:table-cell>{inner}</table:table-cell>{cells('erna')}")
        + f"<table:shapes><draw:text-box>{inner}</draw:text-box></table:shapes></table:table>"
    )
    small = parts(odf(body, "spreadsheet"), "a.ods")
    monkeypatch.setattr("pii_scan.extract._odf._fold", lambda _: None)
    assert small == parts(odf(body, "spreadsheet"), "a.ods")
    for text in ("binnen", "nota", "a@b.example", "stil", "999994256", "['b']", "x  y", "met nota"):
        assert text in words(small)


def test_nearly_all_of_a_long_sheet_is_made_small() -> None:
    data = "".join(row(cells(str(number), "x")) for number in range(50))
    content = odf(f"<table:table>{data}</table:table>", "spreadsheet")
    with zipfile.ZipFile(io.BytesIO(content)) as package, package.open("content.xml") as stream:
        root = _odf._folded(stream)
    assert sum(1 for _ in root.iter("{*}table-row")) == 50
    assert not list(root.iter("{*}table-cell"))
