import struct

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract._biff import Workbook, short_number
from pii_scan.model import Chunk, Member, Table
from tests.documents import at, parts, tables
from tests.office import biff, doc, label, long_text, number, short_text, streams_of, xls

ROWS = (("Naam", "BSN", "Stad"), ("J. Jansen", "012345678", ""), ("P. Vos", "112345678", "B"))
PADDED = biff(0x41E, struct.pack("<H", 164) + long_text("000000000")) + b"".join(
    biff(0x0E0, struct.pack("<HH", 0, kind) + bytes(16)) for kind in (0, 164)
)
"""A number format, a style without it and one with it."""


def grid(*cells: bytes) -> bytes:
    heads = (label(0, column, text) for column, text in enumerate(("Naam", "BSN", "Stad")))
    return b"".join((*heads, *cells))


def test_a_sheet_is_a_table() -> None:
    cells = (
        label(row, column, text)
        for row, texts in enumerate(ROWS)
        for column, text in enumerate(texts)
        if text
    )
    found = parts(xls(b"".join(cells)), "a.xls")
    assert found == [
        Chunk("Blad1", "name of sheet 1"),
        Table(ROWS[0], ROWS[1:], (2, 3), ""),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        number(1, 1, 12345678, 1),
        biff(0x27E, struct.pack("<HHHI", 1, 1, 1, 12345678 << 2 | 2)),
        biff(0x0BD, struct.pack("<HHHIHIH", 1, 1, 1, 12345678 << 2 | 2, 0, 6, 2)),
    ],
)
def test_numbers_that_show_leading_zeros_keep_them(cell: bytes) -> None:
    data = xls(grid(label(1, 0, "J"), cell, label(2, 0, "P"), number(2, 1, 12345678, 0)), PADDED)
    (table,) = tables(parts(data, "a.xls"))
    assert [row[1] for row in table.rows] == ["012345678", "12345678"]


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        (0x3FF00000, 1.0),
        (7 << 2 | 2, 7.0),
        (-7 << 2 & 0xFFFFFFFF | 2, -7.0),
        (1234 << 2 | 3, 12.34),
    ],
)
def test_short_numbers(stored: int, value: float) -> None:
    assert short_number(stored) == value


def test_comments_are_told_from_texts_of_shapes() -> None:
    def shape(key: int, *pieces: str) -> bytes:
        size = sum(map(len, pieces))
        return (
            biff(0x5D, struct.pack("<HHHH", 0x15, 0x12, 0x19, key) + bytes(12))
            + biff(0x1B6, struct.pack("<10xHHxxxx", size, 0))
            + b"".join(biff(0x3C, b"\1" + piece.encode("utf-16-le")) for piece in pieces)
            + biff(0x3C, bytes(16))
        )

    note = biff(0x1C, struct.pack("<HHHH", 4, 27, 0, 7) + long_text("P. Vos"))
    found = parts(xls(shape(7, "belt ", "liever") + shape(8, "los") + note), "a.xls")
    assert at(found, "comments AB5") == "author: P. Vos\nbelt liever"
    assert at(found, "drawing") == "los"


def test_headers_and_footers_lose_their_codes() -> None:
    found = parts(xls(biff(0x14, long_text('&L&"Arial"Dossier &P'))), "a.xls")
    assert at(found, "header and footer") == "Dossier"


def test_a_password_is_said() -> None:
    with pytest.raises(ExtractError, match=r"^encrypted$"):
        parts(xls(book=biff(0x2F, bytes(6))), "a.xls")


@pytest.mark.parametrize(
    "far",
    [
        b"".join(label(65535, 255, "x") + label(0, 0, "x") for _ in range(2))
        + label(60000, 600, "x"),
        biff(0x200, struct.pack("<IIHHH", 0, 0x7FFFFFFF, 0, 0x7FFF, 0)),
    ],
)
def test_cells_too_far_apart_are_not_laid_out(far: bytes) -> None:
    with pytest.raises(ExtractError, match=r"^too many rows$"):
        parts(xls(far), "a.xls")


@pytest.mark.parametrize(
    "size", [struct.pack("<IIHHH", 9, 7, 0, 4, 0), struct.pack("<5H", 0, 7, 9, 4, 0)]
)
def test_a_size_that_runs_back_is_damaged(size: bytes) -> None:
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(xls(label(0, 0, "x") + biff(0x200, size)), "a.xls")


@pytest.mark.parametrize("place", [0xFFFFFFFF, 3])
def test_a_sheet_that_begins_nowhere_is_damaged(place: int) -> None:
    lost = biff(0x85, struct.pack("<IBB", place, 0, 0) + short_text("Blad2"))
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(xls(label(0, 0, "x"), lost), "a.xls")


def test_one_sheet_under_many_names_counts_as_many() -> None:
    cells = label(0, 0, "x") + label(40_000, 100, "y")
    assert tables(parts(xls(cells), "a.xls"))[0].numbers == (1, 40_001)
    with pytest.raises(ExtractError, match=r"^too many rows$"):
        parts(xls(cells, names=tuple("ABCDEF")), "a.xls")


def test_a_document_inside_is_a_document() -> None:
    inner = {f"MBD0001/{name}": data for name, data in streams_of(doc(body="x\r")).items()}
    found = parts(xls(label(0, 0, "x"), streams=inner), "a.xls")
    (member,) = (part for part in found if isinstance(part, Member))
    assert parts(member.data, "a") == [Chunk("x", "paragraph 1")]


@pytest.mark.parametrize("kind", [0x1C, 0x14, 0x18, 0x1B6, 0x1B8, 0x1BE, 0x41E, 0x5C, 0x5D, 0x100D])
@pytest.mark.parametrize("content", [b"", b"\xff", b"\xff" * 9, b"\xff" * 40])
def test_records_that_lie_about_their_size_are_read_or_skipped(kind: int, content: bytes) -> None:
    found = parts(xls(label(0, 0, "J. Jansen") + biff(kind, content)), "a.xls")
    assert at(found, "") or tables(found)


@pytest.mark.parametrize(
    ("page", "name"), [(1252, "Ren\xe9"), (1251, "Ren\u0439"), (4711, "Ren\xe9")]
)
def test_before_97_texts_are_bytes_of_a_code_page(page: int, name: str) -> None:
    begin = struct.pack("<HHHH", 0x500, 5, 0, 0)
    head = biff(0x809, begin) + biff(0x42, struct.pack("<H", page)) + biff(0x5C, b"\4Ren\xe9")
    place = len(head) + len(biff(0x85, bytes(7) + b"Blad1")) + 4
    head += biff(0x85, struct.pack("<IBBB", place, 0, 0, 5) + b"Blad1") + biff(0x0A)
    inner = biff(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0))
    inner += biff(0x1C, struct.pack("<HHH", 4, 2, 7) + b"bel hem") + biff(0x0A)
    book = Workbook(head + inner)
    assert book.common.beside == [("property lastWriter", "", name)]
    assert book.sheet("Blad1").beside == [("comments C5", "", "bel hem")]
