import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from pii_scan.errors import ExtractError
from pii_scan.extract._sheet import shown
from pii_scan.model import Chunk, Evidence, Gap, Member, Table
from tests.documents import at, parts, rewritten, tables, with_files, xlsx


def book(rows: list[list[object]], *, start: int = 1) -> bytes:
    """Return a workbook whose first row of `rows` stands in row `start`."""
    workbook = Workbook()
    for number, cells in enumerate(rows, start=start):
        for column, value in enumerate(cells, start=1):
            workbook.active.cell(number, column, value)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_cells_show_as_they_were_meant() -> None:
    found = tables(parts(xlsx(), "a.xlsx"))
    assert found == [
        Table(
            ("Naam", "BSN", "Datum", "Saldo"),
            (("J. Jansen", "999990019", "2021-03-14", "12.5"),),
            (2,),
            "sheet 1",
        ),
        Table(
            ("Nummer", "Code"), (("123456789012345", "007"), ("012345678", "x")), (2, 3), "sheet 2"
        ),
    ]


def test_what_stands_beside_the_cells() -> None:
    found = parts(xlsx(), "a.xlsx")
    assert at(found, "comments A2") == "belt liever op 06-12345678"
    assert at(found, "property author") == "P. Vos"
    assert Evidence("documentdatum", date(2021, 3, 14), "metadata", "property created") in found


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.0, "1"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (float("inf"), "inf"),
        (False, "false"),
        ("001", "001"),
        (date(2021, 3, 4), "2021-03-04"),
        (datetime(2021, 3, 4, 9, 30), "2021-03-04 09:30:00"),  # noqa: DTZ001
    ],
)
def test_cells(cell: float | str | date, text: str) -> None:
    assert shown(cell) == text


def test_rows_keep_the_numbers_of_excel() -> None:
    rows: list[list[object]] = [["Naam", "Nr", "Stad"], ["J", 101, "A"], [], ["P", 102, "B"]]
    (table,) = tables(parts(book(rows, start=5), "a.xlsx"))
    assert table.numbers == (6, 8)


def test_titles_above_the_heading_are_text() -> None:
    rows: list[list[object]] = [
        ["Export van P. Vos"], [], ["Naam", "Nr", "Stad"], ["J", 101, "A"], ["P", 102, "B"],
    ]  # fmt: skip
    found = parts(book(rows), "a.xlsx")
    assert at(found, "row 1") == "Export van P. Vos"
    assert tables(found)[0].columns == ("Naam", "Nr", "Stad")
    assert tables(found)[0].numbers == (4, 5)


def test_a_sheet_that_is_a_form_becomes_labelled_lines() -> None:
    rows: list[list[object]] = [["Naam", "J. Jansen"], ["BSN", 999990019], ["Stad", "A"]]
    found = parts(book(rows), "a.xlsx")
    assert at(found, "") == "Naam: J. Jansen\nBSN: 999990019\nStad: A"


def test_long_sheets_come_in_blocks() -> None:
    rows: list[list[object]] = [["Naam", "Nr", "Stad"], *([f"n{n}", n, "A"] for n in range(1500))]
    found = tables(parts(book(rows), "a.xlsx"))
    assert [len(table.rows) for table in found] == [1000, 500]
    assert found[1].rows[-1] == ("n1499", "1499", "A")


def changed(part: str, old: bytes, new: bytes) -> bytes:
    def change(name: str, data: bytes) -> bytes:
        assert name != part or old in data
        return data.replace(old, new) if name == part else data

    return rewritten(xlsx(), change)


SHEET = "xl/worksheets/sheet1.xml"


def test_long_numbers_keep_every_digit() -> None:
    data = changed(SHEET, b"<v>999990019</v>", b"<v>12345678901234567</v>")
    assert tables(parts(data, "a.xlsx"))[0].rows[0][1] == "12345678901234567"


def test_a_cell_far_away_does_not_lay_out_a_grid() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    found = parts(changed(SHEET, b"</sheetData>", far), "a.xlsx")
    assert found[1] == Gap("too many rows", "sheet 1")
    assert tables(found)[0].where == "sheet 2"


def test_headers_and_footers_lose_their_codes() -> None:
    margin = b"</sheetData><headerFooter><oddHeader>&amp;LDossier &amp;P</oddHeader></headerFooter>"
    found = parts(changed(SHEET, b"</sheetData>", margin), "a.xlsx")
    assert at(found, "sheet 1 header and footer") == "Dossier"


def test_defined_names_are_read() -> None:
    names = b'<definedNames><definedName name="beheerder">"J. Jansen"</definedName></definedNames>'
    found = parts(changed("xl/workbook.xml", b"<definedNames/>", names), "a.xlsx")
    assert at(found, "defined names") == 'beheerder: "J. Jansen"'


def test_shapes_threads_and_embedded_files_are_read() -> None:
    shape = (
        '<x xmlns:a="urn:a"><a:p><a:r><a:t>J. </a:t></a:r><a:r><a:t>Jansen</a:t></a:r></a:p></x>'
    )
    thread = '<x><threadedComment ref="B2"><text>bel hem</text></threadedComment></x>'
    found = parts(
        rewritten(
            xlsx(),
            lambda _, data: data,
            **{
                "xl/drawings/drawing1.xml": shape,
                "xl/threadedComments/threadedComment1.xml": thread,
                "xl/persons/person.xml": '<x><person displayName="P. Vos"/></x>',
                "xl/embeddings/brief.docx": "inhoud",
                "docProps/custom.xml": '<x><property name="Dossier"><s>Jansen</s></property></x>',
            },
        ),
        "a.xlsx",
    )
    assert Chunk("J. Jansen", "drawing") in found
    assert Chunk("bel hem", "comments B2") in found
    assert Chunk("author: P. Vos", "persons") in found
    assert Chunk("Dossier: Jansen", "property custom") in found
    assert Member("xl/embeddings/brief.docx", b"inhoud") in found


def test_a_broken_side_part_is_a_gap() -> None:
    found = parts(
        rewritten(xlsx(), lambda _, data: data, **{"xl/drawings/drawing1.xml": "<x>"}), "a.xlsx"
    )
    assert Gap("damaged", "drawing") in found
    assert len(tables(found)) == 2


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
def test_broken_cells_are_owned_up_to(part: str) -> None:
    data = rewritten(xlsx(), lambda name, old: old[: len(old) // 2] if name == part else old)
    try:
        found = parts(data, "a.xlsx")
    except ExtractError as error:
        assert error.reason == "damaged"  # noqa: PT017
    else:
        assert any(isinstance(each, Gap) for each in found)


def test_pictures_are_files_of_their_own() -> None:
    data = with_files(xlsx(), {"xl/media/image1.png": b"x"})
    assert Member("xl/media/image1.png", b"x") in parts(data, "a.xlsx")
