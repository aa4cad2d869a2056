from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pii_scan.errors import ExtractError
from pii_scan.extract import _limits, _rtf
from pii_scan.model import Chunk, Evidence, Gap, Member, Part, Table
from tests.documents import at, parts, saved, tables, words

HEAD = rb"{\rtf1\ansi\ansicpg1252\uc1 "


def rtf(body: bytes) -> list[Part]:
    return parts(HEAD + body + b"}", "a.rtf")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"caf\'e9", "café"),
        (b"caf\xe9", "café"),
        (rb"\u8364?12", "€12"),
        (rb"\u8364 12", "€2"),
        (rb"\uc0\u8364 12", "€12"),
        (rb"\uc2\u8364 ab12", "€12"),
        (rb"{\uc2 x}\u8364 12", "x€2"),
        (rb"\u-10179?\u-8704?!", "\U0001f600!"),
        (rb"\u233\'e9x", "éx"),
        (rb"{\upr{cafe}{\*\ud caf\u233 e}}", "café"),
        (rb"\ansicpg1250 \'b9", "ą"),
        (rb"\mac \'8e", "é"),
        (rb"\ansicpg4711 \'e9", "é"),
        (rb"{\fonttbl{\f0 Arial;}{\f1\fcharset128 MS;}}\f1\'82\'a0\f0\'e9", "あé"),
        (rb"{\fonttbl{\f1\fcharset161 Arial Greek;}}{\f1\'e1}\'e1", "αá"),
        (rb"06\_12\~34\-56\emdash x\{\}\\", "06-12\xa034—56x{}\\".replace("—56", "56—")),
        (b"een\r\ntwee", "eentwee"),
        (rb"{\b vet}{\i\v verborgen}", "vetverborgen"),
        (rb"{\*\onbekend weg}blijft", "blijft"),
        (rb"{\stylesheet{\s1 kop;}}{\colortbl;}{\pict 0102}x", "x"),
        (rb"een\tab twee\line drie", "een\ttwee\ndrie"),
        (rb"{\field{\*\fldinst PAGE}{\fldrslt 7}}", "7"),
    ],
)
def test_texts(body: bytes, text: str) -> None:
    assert at(rtf(body + rb"\par"), "paragraph 1") == text


def test_bytes_that_follow_bin_are_no_text() -> None:
    assert at(rtf(rb"a{\pict\bin6 }}}}}}}b\par c"), "paragraph 1") == "ab"


def test_paragraphs_and_tables_in_order() -> None:
    rows = (
        (b"Naam", b"BSN", b"Stad"),
        (b"J. Jansen", b"012345678", b""),
        (b"P", b"112345678", b"B"),
    )
    body = b"".join(
        rb"\trowd " + b"".join(rb"\intbl " + cell + rb"\cell " for cell in row) + rb"\row "
        for row in rows
    )
    found = rtf(rb"eerst\par\par " + body + rb"\pard na\par " + body)
    table = Table(
        ("Naam", "BSN", "Stad"),
        (("J. Jansen", "012345678", ""), ("P", "112345678", "B")),
        (2, 3),
        "table 1",
    )
    assert found[:3] == [Chunk("eerst", "paragraph 1"), table, Chunk("na", "paragraph 3")]
    assert tables(found)[1].where == "table 2"


def test_a_paragraph_in_a_cell_does_not_end_it() -> None:
    row = rb"\trowd\intbl een\par twee\cell drie\cell\row\pard"
    assert at(rtf(row), "table 1") == "een\ntwee: drie"


def test_comments_and_notes_are_counted() -> None:
    body = (
        rb"x{\*\atnid PV}{\*\atnauthor P. Vos}{\*\annotation bel hem}"
        rb"{\footnote een}{\footnote twee}{\footnote\ftnalt eind}"
    )
    found = rtf(body)
    assert at(found, "comment 1") == "author: PV\nauthor: P. Vos\nbel hem"
    assert at(found, "footnote 2") == "twee"
    assert at(found, "endnote 1") == "eind"


def test_dates_of_the_file_are_evidence() -> None:
    found = rtf(
        rb"{\info{\creatim\yr2021\mo3\dy14\hr9}{\revtim\yr2022\mo13\dy1}{\printim\yr2020}}x"
    )
    assert [part for part in found if isinstance(part, Evidence)] == [
        Evidence("documentdatum", date(2021, 3, 14), "metadata", "property created")
    ]


def test_a_shape_has_words_among_its_measures() -> None:
    body = rb"{\shp{\*\shpinst{\sp{\sn dhgt}{\sv 251660288}}{\sp{\sn wzName}{\sv Pasfoto}}}}x"
    found = rtf(body)
    assert at(found, "shape") == "Pasfoto"


@pytest.mark.parametrize("digits", [b"zz", b"0105", b"01050000020000000400000078"])
def test_an_object_that_is_damaged_is_a_gap(digits: bytes) -> None:
    assert Gap("damaged", "object 1") in rtf(rb"x{\object{\*\objdata " + digits + b"}}")


def test_an_object_may_be_broken_over_lines() -> None:
    data = b"\x01\x05\x00\x00\x02\x00\x00\x00" + bytes(12) + b"\x03\x00\x00\x00abc"
    digits = data.hex().encode()
    found = rtf(rb"{\object{\*\objdata " + digits[:9] + b"\r\n" + digits[9:] + b"}}x")
    assert Member("object 1", b"abc") in found


def test_a_document_that_was_cut_off_says_so() -> None:
    found = parts(HEAD + rb"een\par {\b twee {\footnote drie", "a.rtf")
    assert at(found, "paragraph 2") == "twee"
    assert at(found, "footnote 1") == "drie"
    assert Gap("damaged") in found


def test_groups_that_never_end_are_too_deep() -> None:
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        rtf(b"{" * 100_000)
    assert at(rtf(b"{" * 150 + b"x" + b"}" * 150), "paragraph 1") == "x"


def test_objects_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pii_scan.extract._rtf.MAX_MEMBERS", 3)
    assert _limits.MAX_MEMBERS > 3
    found = rtf(rb"{\object{\*\objdata zz}}" * 5 + b"x")
    assert [part.reason for part in found if isinstance(part, Gap)] == (
        ["damaged"] * 3 + ["too many parts"] * 2
    )


@pytest.mark.parametrize(
    "body", [b"\\", b"\\'", b"\\'g1x", b"\\u", b"\\bin", b"\\bin99999999 x", b"}x"]
)
def test_half_a_control_word_is_no_failure(body: bytes) -> None:
    rtf(b"een" + body)


WORDS = (
    rb"\u8364?", rb"\'e9", b"{", b"}", rb"\par ", rb"\*", rb"\footnote ", b"tekst", rb"\bin3 ",
    rb"\cell ", rb"\row ", rb"\intbl ", rb"\deleted ", rb"\pard ", rb"\uc0 ", rb"\objdata ",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS)))
def test_any_order_of_words_is_read(words: list[bytes]) -> None:
    for part in parts(HEAD + b"".join(words), "a.rtf"):
        assert isinstance(part, Chunk | Table | Gap | Member)


def test_who_changed_it_is_told_but_nobody_is_not() -> None:
    found = parts(rb"{\rtf1{\*\revtbl{Unknown;}{P. Vos;}}x}", "a.rtf")
    assert at(found, "authors") == "P. Vos;"
    assert at(parts(rb"{\rtf1{\*\revtbl{Unknown;}}x}", "a.rtf"), "authors") == ""


def test_what_stands_in_a_dress_for_html_is_text_in_a_document() -> None:
    found = parts(rb"{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf een\htmlrtf0  twee\par}", "a.rtf")
    assert at(found, "paragraph 1") == "een twee"


@pytest.mark.parametrize("form", ["hex", "bin"])
def test_pictures_are_members_and_their_stand_ins_are_not(form: str) -> None:
    image = saved(Image.new("L", (300, 200), 9), "PNG")
    raw = image.hex().encode() if form == "hex" else b"\\bin%d " % len(image) + image
    body = rb"a{\*\shppict{\pict\pngblip " + raw + rb"}}{\nonshppict{\pict\wmetafile8 0102}}\par"
    found = rtf(body + rb"{\pict 0g}" + body)
    assert [part for part in found if isinstance(part, Member)] == [Member("picture 1", image)]
    assert at(found, "paragraph 1") == "a"
    assert Gap("damaged", "pictures") in found


def test_no_cell_of_a_row_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_rtf, "MAX_COLUMNS", 2)
    found = rtf(rb"\trowd\intbl a\cell b\cell 999990019\cell\row\pard x\par")
    assert "b 999990019" in words(found)
