import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.extract._decode import decode, encoding_of, lines
from pii_scan.extract._text import chunks, cut
from pii_scan.model import Chunk
from tests.documents import parts

DUTCH = "Beste René, het coördinatieteam van 's-Gravenhage ziet € 12,50 op 't tegoed.\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_a_text_is_the_same_in_every_encoding(encoding: str) -> None:
    assert parts(DUTCH.encode(encoding), "a.txt") == [Chunk(DUTCH, "")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("René".encode()[:-1] + b"", "Ren\xc3"),
        ("één René".encode()[:-1], "één Ren\ufffd"),
        (b"\x81\x8d onbepaald", "\ufffd\ufffd onbepaald"),
        (b"een\r\ntwee\rdrie", "een\ntwee\ndrie"),
        (b"", ""),
    ],
)
def test_bytes_that_no_rule_likes(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_a_stated_charset_is_used_if_it_holds() -> None:
    assert decode("жук".encode("koi8-r"), "koi8-r") == "жук"
    assert decode("René".encode(), "us-ascii") == "René"
    assert decode("René".encode(), "bestaat-niet") == "René"


def test_a_character_on_the_border_of_two_blocks_survives() -> None:
    data = b"a" * ((1 << 20) - 1) + "é".encode() + b"\n"
    assert encoding_of(io.BytesIO(data)) == "utf-8"
    assert "".join(lines(io.BytesIO(data))).endswith("aé\n")


@given(st.text(alphabet="ab \n\té€", max_size=200))
def test_lines_together_are_the_text(text: str) -> None:
    assert "".join(lines(io.BytesIO(text.encode("utf-8-sig")))) == text


@given(st.text(alphabet="ab \n", max_size=300), st.integers(1, 40))
def test_chunks_lose_no_word_and_stay_in_bounds(text: str, limit: int) -> None:
    found = list(chunks(text.splitlines(keepends=True), limit=limit))
    assert "".join("".join(c.text for c in found).split()) == "".join(text.split())
    assert all(0 < len(chunk.text) <= limit for chunk in found)


@given(st.text(max_size=200), st.integers(1, 30))
def test_pieces_together_are_the_text(text: str, limit: int) -> None:
    assert "".join(cut(text, limit)) == text


def test_a_chunk_says_the_line_it_begins_at() -> None:
    text = [f"regel {number}\n" for number in range(1, 5001)]
    found = list(chunks(text))
    assert len(found) > 2
    for chunk in found:
        number = chunk.where.removeprefix("line ")
        assert chunk.text.startswith(f"regel {number}\n")


def test_a_chunk_ends_at_an_empty_line_if_it_can() -> None:
    found = list(chunks(["aaaa\n", "bbbb\n", "\n", "cccc\n", "dddd\n"], limit=18))
    assert [chunk.text for chunk in found] == ["aaaa\nbbbb\n\n", "cccc\ndddd\n"]


def test_one_endless_line_is_cut_between_words() -> None:
    found = parts(b"woord " * 10_000, "a.log")
    assert len(found) > 3
    assert all(isinstance(c, Chunk) and c.text.startswith("woord") for c in found)
