import struct

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Gap, Table
from tests.documents import at, parts, tables
from tests.office import rels, zipped


def record(kind: int, content: bytes = b"") -> bytes:
    """Return a record: type and length in seven bits a byte ([MS-XLSB] 2.1.4)."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(content)
    while length >= 128:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + content


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def row(number: int, *cells: bytes) -> bytes:
    return record(0, struct.pack("<I", number) + bytes(13)) + b"".join(cells)


def cell(column: int, value: str | float, style: int = 0) -> bytes:
    head = struct.pack("<II", column, style)
    if isinstance(value, str):
        return record(6, head + text(value))
    return record(5, head + struct.pack("<d", value))


def xlsb(*rows: bytes, after: bytes = b"", book: bytes = b"", **more: bytes) -> bytes:
    """Return a workbook of one sheet; style 1 shows nine digits."""
    sheet = record(129) + record(148, struct.pack("<IIII", 0, 9, 0, 9)) + record(145)
    sheet += b"".join(rows) + record(146) + after + record(130)
    listed = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Blad1"))
    begin = record(131) + record(153, bytes(12)) + record(143) + listed + record(144)
    styles = record(615, struct.pack("<I", 1))
    styles += record(44, struct.pack("<H", 164) + text("000000000")) + record(616)
    styles += record(617, struct.pack("<I", 2))
    styles += record(47, struct.pack("<HH", 0, 0) + bytes(12))
    styles += record(47, struct.pack("<HH", 0, 164) + bytes(12)) + record(618)
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": begin + book + record(132),
            "xl/_rels/workbook.bin.rels": rels([("worksheet", "worksheets/sheet1.bin")]),
            "xl/worksheets/sheet1.bin": sheet,
            "xl/styles.bin": styles,
            **{name.replace("__", "/") + ".bin": data for name, data in more.items()},
        }
    )


HEAD = row(0, cell(0, "Naam"), cell(1, "BSN"), cell(2, "Stad"))


def test_a_sheet_is_a_table_and_leading_zeros_stay() -> None:
    data = xlsb(
        HEAD,
        row(2, cell(0, "J. Jansen"), cell(1, 12345678.0, 1)),
        row(3, cell(0, "P. Vos"), cell(1, 12345678.0), cell(2, "B")),
    )
    assert parts(data, "a.xlsb") == [
        Chunk("Blad1", "name of sheet 1"),
        Table(
            ("Naam", "BSN", "Stad"),
            (("J. Jansen", "012345678", ""), ("P. Vos", "12345678", "B")),
            (3, 4),
            "",
        ),
    ]


def test_comments_have_their_cell_and_author() -> None:
    notes = record(632, text("P. Vos")) + record(635, struct.pack("<IIIII", 0, 4, 4, 27, 27))
    notes += b""
    found = parts(xlsb(HEAD, xl__comments1=notes + record(637, b"\0" + text("bel hem"))), "a.xlsb")
    assert at(found, "comments AB5") == "author: P. Vos\nbel hem"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (
            xlsb(HEAD, after=record(479, bytes(2) + text('&L&"Arial"Jansen &P'))),
            "header and footer",
        ),
        (xlsb(HEAD, after=record(64, bytes(24) + text("Jansen"))), "rules"),
        (xlsb(HEAD, book=record(39, bytes(9) + text("Jansen") + bytes(12))), "defined names"),
        (xlsb(HEAD, xl__pivotCache__pivotCacheRecords1=record(33, text("Jansen"))), "pivotCache"),
        (xlsb(HEAD, xl__externalLinks__externalLink1=record(5, text("Jansen"))), "externalLinks"),
        (xlsb(HEAD, xl__connections=record(5, text("Jansen"))), "connections"),
    ],
)
def test_what_stands_beside_the_cells(data: bytes, where: str) -> None:
    assert at(parts(data, "a.xlsb"), where) == "Jansen"


def test_cells_too_far_apart_are_a_gap() -> None:
    data = xlsb(row(0, cell(0, "x")), row(1_048_575, cell(16_383, "y")))
    found = parts(data, "a.xlsb")
    assert Gap("too many rows", "") in found
    assert tables(found) == []


@pytest.mark.parametrize(
    "tail", [b"\xff", b"\xff\xff\xff\xff\xff", b"\x05\xff\xff\xff\x7f", b"\x80"]
)
def test_records_that_lie_about_their_size_end(tail: bytes) -> None:
    data = xlsb(HEAD, row(1, cell(0, "J"), cell(1, 7.0), cell(2, "A")), after=tail)
    assert tables(parts(data, "a.xlsb"))[0].rows == (("J", "7", "A"),)


def test_a_workbook_without_its_list_of_sheets_is_damaged() -> None:
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(zipped({"xl/workbook.bin2": "x"}), "a.xlsb")
