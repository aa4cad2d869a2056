import io
import struct

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract import pst as mailbox
from pii_scan.extract._pst import ANSI, LARGE, UNICODE, Form
from pii_scan.extract._pst_cipher import CYCLIC, PERMUTED, WHEEL_I, WHEEL_R, WHEEL_S, clear
from pii_scan.extract.pst import EXTRACTOR
from pii_scan.model import Gap, Member, Part
from tests.documents import at, parts
from tests.outlook import FROM_CLEAR, Properties, Pst, pst

BSN = "999994256"


def members(found: list[Part]) -> dict[str, bytes]:
    return {part.name: part.data for part in found if isinstance(part, Member)}


def test_every_item_is_a_member_of_its_folder_also_one_without_a_folder() -> None:
    found = members(parts(pst(), "post.pst"))
    assert list(found) == [
        "Postvak IN/1.msg",
        "Postvak IN/Oud_nieuw/1.msg",
        "lost/1.msg",
    ]
    assert at(parts(found["Postvak IN/Oud_nieuw/1.msg"], "x.msg"), "body") == "BSN 999900122"
    assert at(parts(found["lost/1.msg"], "x.msg"), "body") == "BSN 999900134"


def test_an_item_is_whole() -> None:
    first = parts(members(parts(pst(), "post.pst"))["Postvak IN/1.msg"], "x.msg")
    assert at(first, "header") == (
        "From: René Jansen <r.jansen@post.example>\nTo: Info <info@bedrijf.example>\n"
        "Cc: P. Vos <p.vos@bedrijf.example>\nBcc: A. de Wit <a.wit@bedrijf.example>\n"
        "Subject: Dossier Jansen"
    )
    assert BSN in at(first, "body")
    assert "999900110" in at(first, "body")
    assert "Klantnummer: K-4711\nKeywords: spoed, klacht" in at(first, "properties")
    assert "e-mail: rene@thuis.example" in at(first, "properties")
    assert "020-1234567" in at(first, "recipient properties")
    inside = members(first)
    assert inside["cv.txt"] == b"BSN 999990019 " * 900
    assert at(parts(inside["Doorgestuurd.msg"], "x.msg"), "body") == "BSN 999900109"


def test_blocks_that_are_obscured_are_read() -> None:
    cipher = bytes(WHEEL_I.index(byte) for byte in FROM_CLEAR)
    obscured = pst(UNICODE, cipher, PERMUTED)
    assert b"Beste" not in obscured
    assert members(parts(obscured, "x.pst")) == members(parts(pst(), "x.pst"))


@pytest.mark.parametrize("form", [ANSI, LARGE])
def test_the_other_forms_of_the_file_hold_the_same(form: Form) -> None:
    assert members(parts(pst(form), "x.ost")) == members(parts(pst(), "x.pst"))


def test_the_turning_wheels_undo_themselves() -> None:
    data = bytes(range(256)) * 3
    assert clear(data, CYCLIC, 0x12344) != data
    assert clear(clear(data, CYCLIC, 0x12344), CYCLIC, 0x12344) == data
    assert bytes(WHEEL_I[WHEEL_R[byte]] for byte in FROM_CLEAR) == FROM_CLEAR
    assert bytes(WHEEL_S[WHEEL_S[byte]] for byte in FROM_CLEAR) == FROM_CLEAR


def test_a_damaged_item_costs_that_item_only() -> None:
    out = Pst()
    out.add(0x8022, 0x122, out.heap({0x3001: "Map"}, {}))
    out.add(0x200024, 0x8022, (out.block(b"geen heap" * 9), 0))
    out.add(0x200044, 0x8022, out.item({0x1000: BSN}))
    out.add(0x200064, 0x8022, (0x7FFF0, 0))
    found = parts(out.written(), "x.pst")
    assert list(members(found)) == ["Map/2.msg"]
    assert [p for p in found if isinstance(p, Gap)] == [
        Gap("damaged", "Map/1.msg"),
        Gap("damaged", "Map/3.msg"),
    ]


def test_an_item_inside_itself_ends() -> None:
    out = Pst()
    inner: Properties = {0x1000: BSN, 0x3701: b"node" + struct.pack("<I", 0x804), 0x3705: 5}
    data, _ = out.heap(inner, {})
    # Its attachment, and the item attached to that, are made of the very same blocks.
    number = out.next | 2
    ring = out.inside({0x8005: (data, number), 0x804: (data, number)})
    assert ring == number
    out.add(0x200024, 0x8022, (data, ring))
    assert parts(out.written(), "x.pst") == [Gap("too deeply nested", "lost/1.msg")]


def test_lists_of_blocks_that_repeat_have_an_end() -> None:
    out = Pst()
    big = out.block(b"x" * 8176)
    most = 1000
    row = struct.pack("<BBHI", 1, 1, most, 0) + struct.pack(f"<{most}Q", *[big] * most)
    middle = out.block(row, is_internal=True)
    top = struct.pack("<BBHI", 1, 2, most, 0) + struct.pack(f"<{most}Q", *[middle] * most)
    out.add(0x200024, 0x8022, (out.block(top, is_internal=True), 0))
    assert parts(out.written(), "x.pst") == [Gap("too large", "lost/1.msg")]


def test_a_tree_that_bites_its_tail_is_damaged() -> None:
    data = bytearray(pst())
    (root,) = struct.unpack_from("<Q", data, 224)
    struct.pack_into("<Q", data, root + 16, root)
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(bytes(data), "x.pst")


def test_a_damaged_page_costs_the_nodes_on_it_only() -> None:
    out = Pst()
    for number in range(40):
        out.add(0x200024 + 32 * number, 0x8022, out.item({0x1000: f"bericht {number}"}))
    data = bytearray(out.written())
    (root,) = struct.unpack_from("<Q", data, 224)
    (second,) = struct.unpack_from("<Q", data, root + 24 + 16)
    data[second + 490] = 1
    store = io.BytesIO(data)
    found: list[Part] = []
    with pytest.raises(ExtractError, match=r"^damaged$"):
        found.extend(EXTRACTOR.parts(store))
    assert len(found) == 41 - 15 - 1


@pytest.mark.parametrize("length", [20, 600, 2_000])
def test_a_file_cut_off_is_damaged(length: int) -> None:
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(pst()[:length], "x.pst")


def test_an_unknown_version_is_damaged() -> None:
    data = bytearray(pst())
    data[10] = 99
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(bytes(data), "x.pst")


def test_recipients_and_attachments_beyond_what_an_item_may_have_are_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox, "MOST", 1)
    found = parts(pst(), "post.pst")
    assert [part for part in found if isinstance(part, Gap)] == [
        Gap("too many parts", "Postvak IN/1.msg recipients"),
        Gap("too many parts", "Postvak IN/1.msg attachments"),
    ]
    assert BSN in at(parts(members(found)["Postvak IN/1.msg"], "x.msg"), "body")
