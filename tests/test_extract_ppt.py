import struct
import zlib

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Gap, Member
from tests.documents import at, parts
from tests.office import compound, ppt, record, string_atom, text_atom


def slide(*texts: str) -> bytes:
    return record(1006, b"".join(map(text_atom, texts)))


def current(place: int) -> bytes:
    """Return what says where the last save begins."""
    head = struct.pack("<III", 20, 0xE391C05F, place)
    return record(4086, head + bytes(8), container=False)


def test_slides_come_in_the_order_of_the_list() -> None:
    found = parts(ppt([slide("een", "1"), slide("twee"), record(1016, text_atom("x"))]), "a.ppt")
    assert found == [
        Chunk("een\n1", "slide 1"),
        Chunk("twee", "slide 2"),
        Chunk("x", "master 1"),
    ]


def test_lines_and_bytes() -> None:
    body = record(4008, b"caf\xe9\rtwee\x0bdrie", container=False)
    assert at(parts(ppt([record(1006, body)]), "a.ppt"), "slide 1") == "café\ntwee\ndrie"


def test_a_title_that_stands_in_two_lists_comes_once() -> None:
    found = parts(ppt([slide("Titel", "rest")], outline=text_atom("Titel")), "a.ppt")
    assert found == [Chunk("Titel\nrest", "slide 1")]


def test_prompts_of_a_master_are_left_out() -> None:
    def shape(kind: int, text: str) -> bytes:
        holder = record(3011, struct.pack("<IBBH", 0, kind, 0, 0), container=False)
        return record(0xF004, record(0xF011, holder) + record(0xF00D, text_atom(text)))

    master = record(1016, shape(1, "Klik om te typen") + shape(9, "Bedrijf BV") + shape(8, "*"))
    assert parts(ppt([slide("x"), master]), "a.ppt")[1:] == [Chunk("Bedrijf BV", "master 1")]


def test_what_an_earlier_save_left_is_told_apart() -> None:
    found = parts(ppt([slide("nieuw")], before=slide("oud", "nieuw")), "a.ppt")
    assert found == [Chunk("nieuw", "slide 1"), Chunk("oud", "earlier version")]


def test_names_of_extensions_are_no_text() -> None:
    tags = record(5000, string_atom("___PPT10") + string_atom("klant 7", 1))
    found = parts(ppt([record(1006, tags)]), "a.ppt")
    assert found == [Chunk("klant 7", "slide 1 fields")]


@pytest.mark.parametrize("squeezed", [True, False])
def test_embedded_files_are_members(squeezed: bool) -> None:
    content = b"inhoud"
    raw = struct.pack("<I", 6) + zlib.compress(content) if squeezed else content
    kept = record(4113, raw, int(squeezed), container=False)
    assert Member("object 1", content) in parts(ppt([slide("x")], after=kept), "a.ppt")


def test_an_embedded_file_that_expands_too_much_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pii_scan.extract.ppt.MAX_PART_BYTES", 1 << 16)
    bomb = bytes(4) + zlib.compress(bytes(1 << 20))
    found = parts(
        ppt([slide("x")], after=record(4113, bomb, 1, container=False)
            + record(4113, b"\0\0\0\0geen zlib", 1, container=False)), "a.ppt"
    )  # fmt: skip
    assert Gap("expands too much", "object 1") in found
    assert Gap("damaged", "object 2") in found


def test_a_password_is_said() -> None:
    with pytest.raises(ExtractError, match=r"^encrypted$"):
        parts(ppt([slide("x")], token=0xF3D1C4DF), "a.ppt")


def test_saves_in_a_circle_end() -> None:
    stream = record(4085, struct.pack("<IIIIIII", 0, 0, 0, 0, 1, 0, 0), container=False)
    circle = record(4085, struct.pack("<IIIIIII", 0, 0, len(stream), 0, 1, 0, 0), container=False)
    user = record(
        4086, struct.pack("<III", 20, 0xE391C05F, len(stream)) + bytes(8), container=False
    )
    found = parts(
        compound({"PowerPoint Document": stream + circle + slide("x"), "Current User": user}),
        "a.ppt",
    )
    assert at(found, "slide 1") == "x"


def test_without_a_list_the_slides_are_counted_as_they_come() -> None:
    user = current(0)
    data = compound({"PowerPoint Document": slide("een") + slide("twee"), "Current User": user})
    assert parts(data, "a.ppt") == [Chunk("een", "slide 1"), Chunk("twee", "slide 2")]


def test_what_is_older_than_97_is_damaged() -> None:
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(compound({"PowerPoint Document": b"x"}), "a.ppt")


def test_a_presentation_of_pictures_alone_says_so() -> None:
    user = current(0)
    streams = {"PowerPoint Document": slide(), "Current User": user, "Pictures": b"x"}
    assert parts(compound(streams), "a.ppt") == [Gap("image without text")]
