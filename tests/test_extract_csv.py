import random

import pytest

from pii_scan.extract._table import form, has_heading
from pii_scan.extract._table import tables as blocks
from pii_scan.model import Chunk, Table
from tests.documents import CSV, parts, tables, words

HEADING = ("Naam", "BSN", "Plaats")
BODY = (("J. Jansen", "099999021", "Ons Dorp"), ("P. Vos", "999999990", ""))


def test_cells_are_verbatim_and_rows_numbered_as_in_the_file() -> None:
    assert parts(CSV, "a.csv") == [Table(HEADING, BODY, (2, 3))]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiters_and_encodings(delimiter: str, encoding: str) -> None:
    rows = (("Naam", "Telefoon", "Stad"), ("René", "06-12345678", "'s-Gravenhage"))
    data = "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding)
    assert parts(data, "a.csv") == [Table(rows[0], rows[1:], (2,))]


@pytest.mark.parametrize(
    ("text", "columns", "rows", "numbers"),
    [
        ("sep=;\nNaam;Nr\nJ;0012\n", ("Naam", "Nr"), (("J", "0012"),), (2,)),
        ('Naam;Notitie\nJ;"regel 1\nregel 2"\nP;"x"\n', ("Naam", "Notitie"),
         (("J", "regel 1\nregel 2"), ("P", "x")), (2, 3)),
        ('Naam;Maat;Nr\nJ;5" buis;1\nP;"open;2\nK;3" x;3\n', ("Naam", "Maat", "Nr"),
         (("J", '5" buis', "1"), ("P", '"open', "2"), ("K", '3" x', "3")), (2, 3, 4)),
        ("Naam;Bedrag\nJ;12,50\nP;13,20\nK;1,00\n", ("Naam", "Bedrag"),
         (("J", "12,50"), ("P", "13,20"), ("K", "1,00")), (2, 3, 4)),
        ("J;06-12345678;1\nP;06-87654321;2\n", (),
         (("J", "06-12345678", "1"), ("P", "06-87654321", "2")), (1, 2)),
        ("Naam;Nr;X\nJ;1\nP;2;3;4\n\nK;5;6\n", ("Naam", "Nr", "X"),
         (("J", "1"), ("P", "2", "3", "4"), ("K", "5", "6")), (2, 3, 5)),
        ("bsn\n999990019\n999999990\n", ("bsn",), (("999990019",), ("999999990",)), (2, 3)),
        ("'Naam';'Nr'\n'J; jr';'1'\n", ("Naam", "Nr"), (("J; jr", "1"),), (2,)),
        ("Naam;Nr;Plaats\n", ("Naam", "Nr", "Plaats"), (), ()),
        ('Naam;Zegt\nJ;"hij ""zei"" iets"\n', ("Naam", "Zegt"), (("J", 'hij "zei" iets'),), (2,)),
    ],
)  # fmt: skip
def test_tables(
    text: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], numbers: tuple[int, ...]
) -> None:
    assert parts(text.encode(), "a.csv") == [Table(columns, rows, numbers)]


def test_remarks_above_between_and_below_are_kept() -> None:
    text = (
        "Export van P. Vos\n\nNaam;Nr;Plaats\nJ;1;A\nOpmerking over Jansen\nK;2;B\nEinde: 2 rijen\n"
    )
    found = parts(text.encode(), "a.csv")
    assert found == [
        Chunk("Export van P. Vos\n\n", ""),
        Table(("Naam", "Nr", "Plaats"), (("J", "1", "A"), ("K", "2", "B")), (4, 6)),
        Chunk("Opmerking over Jansen", "row 5"),
        Chunk("Einde: 2 rijen", "row 7"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Beste mevrouw, hierbij de lijst.\nMet groet, Jan\n",
        "alleen een regel\n",
        "Een zin, met komma's, zoals dat gaat.\nNog een zin, ook met komma's, en klaar.\n",
    ],
)
def test_what_is_no_table_stays_text(text: str) -> None:
    assert parts(text.encode(), "a.csv") == [Chunk(text, "")]


def test_a_quote_that_never_closes_spoils_one_line() -> None:
    rows = "".join(f"naam{number};{number}\n" for number in range(2000))
    found = tables(parts(f'Naam;Nr\n"open;0\n{rows}'.encode(), "a.csv"))
    assert sum(len(table.rows) for table in found) == 2001
    assert found[0].rows[0] == ('"open', "0")
    assert found[-1].rows[-1] == ("naam1999", "1999")
    assert found[-1].numbers[-1] == 2002


def test_long_tables_come_in_blocks_with_equal_columns() -> None:
    data = "Naam;Nr\n" + "".join(f"N;{number}\n" for number in range(2500))
    found = tables(parts(data.encode(), "a.csv"))
    assert [len(table.rows) for table in found] == [1000, 1000, 500]
    assert {table.columns for table in found} == {("Naam", "Nr")}
    assert [number for table in found for number in table.numbers] == list(range(2, 2502))


def test_a_text_file_that_is_a_clear_table_is_read_as_one() -> None:
    data = b"Naam\tNr\tPlaats\nJ\t1\tA\nP\t2\tB\nK\t3\tC\n"
    assert parts(data, "export.txt") == parts(data, "export.tsv")
    assert isinstance(parts(b"Jansen; Vos; de Wit\nen verder niets\nx\ny\n", "a.txt")[0], Chunk)


def test_no_cell_is_lost_whatever_the_quotes_do() -> None:
    chance = random.Random(7)
    for _ in range(200):
        rows = [
            ["".join(chance.choices('ab";\n ', k=3)) + f"w{row}x{column}" for column in range(3)]
            for row in range(8)
        ]
        text = "Naam;Code;Plaats\n" + "\n".join(";".join(row) for row in rows)
        found = words(parts(text.encode(), "a.csv"))
        assert all(f"w{row}x{column}" in found for row in range(8) for column in range(3)), text


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("Naam", "BSN"), ("J", "1")), True),
        ((("Naam", "Plaats"), ("J", "A")), True),
        ((("2023", "2024", "Totaal"), ("1", "2", "3")), True),
        ((("J. Jansen", "06-12345678"),), False),
        ((("a@b.example", "x"), ("c@d.example", "y")), False),
        ((("Jan", "Amsterdam"), ("Piet", "Amsterdam")), False),
        ((("x", "x", "x"), ("1", "2", "3")), False),
        ((("", "", "x"), ("1", "2", "3")), False),
        ((), False),
    ],
)
def test_headings(rows: tuple[tuple[str, ...], ...], expected: bool) -> None:
    assert has_heading(rows) is expected


@pytest.mark.parametrize(
    ("rows", "is_form"),
    [
        ([("Naam", "J. Jansen"), ("BSN", "999990019"), ("Plaats", "A")], True),
        ([("Naam:", "J. Jansen"), ("Afdeling:", "Verkoop")], True),
        ([("Naam", "Nummer"), ("J", "101"), ("P", "102")], False),
        ([("Naam", "Afdeling"), ("J", "Verkoop"), ("P", "Inkoop")], False),
        ([("a", "b", "c"), ("d", "e", "f")], False),
        ([], False),
    ],
)
def test_forms(rows: list[tuple[str, ...]], is_form: bool) -> None:
    assert (form(list(enumerate(rows, start=1))) is not None) is is_form


def test_a_heading_may_be_given() -> None:
    assert list(blocks([(7, ("a", "b"))], "x", heading=())) == [Table((), (("a", "b"),), (7,), "x")]


@pytest.mark.parametrize("odd", ['"los"se woorden;1;x', 'een;"2";drie', '"over\ntwee";3;y', "a;b"])
@pytest.mark.parametrize("before", [0, 447, 498, 499, 500, 1001])
def test_one_odd_record_changes_no_other(odd: str, before: int) -> None:
    plain = [("jan", "12345", "x")] * before, [("piet", "54321", "z")] * 600
    lines = [";".join(row) for row in (("naam", "nr", "plaats"), *plain[0])]
    text = "\n".join([*lines, odd, *(";".join(row) for row in plain[1])])
    found = parts(text.encode(), "a.csv")
    rows = [row for table in tables(found) for row in table.rows]
    numbers = [number for table in tables(found) for number in table.numbers]
    cells = {
        '"los"se woorden;1;x': ('"los"se woorden', "1", "x"),
        'een;"2";drie': ("een", "2", "drie"),
        '"over\ntwee";3;y': ("over\ntwee", "3", "y"),
        "a;b": ("a", "b"),
    }
    assert rows == [*plain[0], cells[odd], *plain[1]]
    assert numbers == list(range(2, before + 603))


def test_rows_without_a_value_are_left_out_of_long_tables() -> None:
    rows = [
        (number, ("" if number % 3 else "x", " ", "y" * (number % 7 > 0))) for number in range(4000)
    ]
    found = [
        pair for one in blocks(rows, heading=()) for pair in zip(one.numbers, one.rows, strict=True)
    ]
    assert found == [row for row in rows if "".join(row[1]).strip()]
