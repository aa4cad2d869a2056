import struct

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Gap, Table
from tests.documents import at, parts, tables
from tests.office import compound, doc, plc, streams_of

IN_TABLE = b"\x16\x24\x01"
ROW_END = IN_TABLE + b"\x17\x24\x01"


def test_paragraphs_show_as_they_were_meant() -> None:
    text = "Geachte mevrouw Jansen,\r\rUw BSN\x0bis 999990019.\x0cKlanten\x1enummer\x1f 7\x05\x02\r"
    assert parts(doc(body=text), "a.doc") == [
        Chunk("Geachte mevrouw Jansen,", "paragraph 1"),
        Chunk("Uw BSN\nis 999990019.", "paragraph 3"),
        Chunk("Klanten-nummer 7", "paragraph 4"),
    ]


@pytest.mark.parametrize("wide", [True, False])
def test_a_table_is_told_by_the_properties_of_its_paragraphs(wide: bool) -> None:
    rows = (("Naam", "BSN", "Stad"), ("J", "012345678", ""), ("", "112345678", "B\rC"))
    body, ends = "Eerst\r", {}
    for row in rows:
        for cell in row:
            for piece in cell.split("\r"):
                body += piece + "\r"
                ends[len(body) - 1] = IN_TABLE
            body = body[:-1] + "\x07"
        body += "\x07"
        ends[len(body) - 1] = ROW_END
    data = doc(body=body + "Na\r", table_ends=ends, wide=wide)
    assert parts(data, "a.doc") == [
        Chunk("Eerst", "paragraph 1"),
        Table(rows[0], (rows[1], ("", "112345678", "B\nC")), (2, 3), "table 1"),
        Chunk("Na", "paragraph 2"),
    ]


def test_without_those_properties_a_row_ends_at_an_empty_cell() -> None:
    body = "Naam\x07BSN\x07Stad\x07\x07J\x07012345678\x07A\x07\x07P\x07112345678\x07B\x07\x07Na\r"
    found = parts(doc(body=body), "a.doc")
    assert tables(found)[0].rows == (("J", "012345678", "A"), ("P", "112345678", "B"))
    assert at(found, "paragraph 1") == "Na"


@pytest.mark.parametrize(
    ("text", "shown", "codes"),
    [
        ('x\x13HYPERLINK "a"\x14tekst\x15y', "xteksty", ['HYPERLINK "a"']),
        ("\x13PAGE\x15x", "x", ["PAGE"]),
        ("\x13IF \x13DATE\x14vandaag\x15 \x14ja\x15", "ja", ["DATE", "IF vandaag"]),
        ("\x13TOC\x14een", "een", ["TOC"]),
        ("twee\x15drie\x14vier", "tweedrievier", []),
        ("\x13" * 3 + "rest", "rest", []),
    ],
)
def test_fields(text: str, shown: str, codes: list[str]) -> None:
    found = parts(doc(body=text + "\r"), "a.doc")
    assert at(found, "paragraph 1") == shown
    assert at(found, "fields") == "\n".join(f"field: {code}" for code in codes)


def test_notes_are_told_apart() -> None:
    found = parts(
        doc(
            body="x\r",
            footnote="\x02een\r\x02twee\r",
            header="\r\rkop\rvoet\r",
            plcs={3: plc(0, 5, 10), 11: plc(0, 0, 0, 0, 0, 0, 1, 2, 6, 11)},
        ),
        "a.doc",
    )
    assert at(found, "footnote 1") == "een"
    assert at(found, "footnote 2") == "twee"
    assert at(found, "header") == "kop"
    assert at(found, "footer") == "voet"


def test_characters_beyond_the_first_plane_keep_their_places() -> None:
    # Word counts two for each of them.
    found = parts(doc(body="\U0001f600\r", counts=(3, 4), footnote="een\r"), "a.doc")
    assert found == [Chunk("\U0001f600", "paragraph 1"), Chunk("een", "footnote 1")]


def changed(data: bytes, place: int, fields: bytes, stream: str = "WordDocument") -> bytes:
    """Return a document with bytes of a stream replaced."""
    held = streams_of(data)
    old = held[stream]
    held[stream] = old[:place] + fields + old[place + len(fields) :]
    return compound(held)


def with_pieces(data: bytes, *pieces: tuple[int, int]) -> bytes:
    """Return a document with other pieces: (characters, place) each."""
    ends = [0]
    for count, _ in pieces:
        ends.append(ends[-1] + count)
    table = struct.pack(f"<{len(ends)}I", *ends)
    table += b"".join(struct.pack("<HIH", 0, place, 0) for _, place in pieces)
    clx = b"\x02" + struct.pack("<I", len(table)) + table
    main = bytearray(streams_of(data)["WordDocument"])
    struct.pack_into("<II", main, 154 + 33 * 8, 0, len(clx))
    struct.pack_into("<I", main, 0x4C, ends[-1])
    return compound({"WordDocument": bytes(main), "0Table": clx})


def test_pieces_may_stand_in_any_order() -> None:
    # "een twee drie": saved fast, the second word was put in last.
    data = with_pieces(doc(body="een drietwee "), (4, 2048), (5, 2048 + 16), (4, 2048 + 8))
    assert at(parts(data, "a.doc"), "paragraph 1") == "een twee drie"


def test_pieces_that_repeat_without_end_are_refused() -> None:
    data = with_pieces(doc(body="x"), *[(1 << 24, 2048)] * 8)
    with pytest.raises(ExtractError, match=r"^expands too much$"):
        parts(data, "a.doc")


def test_places_that_run_back_give_nothing_twice() -> None:
    found = parts(doc(body="x\r", footnote="een\r", plcs={3: plc(*[0, 4] * 500)}), "a.doc")
    assert [part for part in found if isinstance(part, Chunk)] == [
        Chunk("x", "paragraph 1"),
        Chunk("een", "footnote 1"),
    ]


def test_a_text_of_before_97_stands_in_bytes() -> None:
    text = b"caf\xe9 een\rtwee\r"
    main = bytearray(0x300)
    struct.pack_into("<HH", main, 0, 0xA5DC, 101)
    struct.pack_into("<I", main, 0x18, 0x300)
    struct.pack_into("<II", main, 0x34, 9, 5)
    found = parts(compound({"WordDocument": bytes(main) + text}), "a.doc")
    assert found == [Chunk("café een", "paragraph 1"), Chunk("twee", "footnote 1")]


@pytest.mark.parametrize("data", [
    doc(body="x\r", flags=0x0100),
    doc(body="x\r", streams={"\tDRMContent": b"x"}),
])  # fmt: skip
def test_a_password_is_said(data: bytes) -> None:
    with pytest.raises(ExtractError, match=r"^encrypted$"):
        parts(data, "a.doc")


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        (0, b"\0\0"),
        (154 + 33 * 8, b"\xff\xff\xff\x7f"),
        (154 + 33 * 8 + 4, bytes(4)),
    ],
)
def test_a_broken_piece_table_is_damaged(place: int, fields: bytes) -> None:
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(changed(doc(body="x\r"), place, fields), "a.doc")


def test_a_document_of_pictures_alone_says_so() -> None:
    assert parts(doc(body="\x01\r", streams={"Data": b"x"}), "a.doc") == [Gap("image without text")]
