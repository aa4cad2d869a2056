import struct
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pii_scan.errors import ExtractError
from pii_scan.extract._ole import expanded, packaged
from pii_scan.model import Chunk, Evidence, Gap, Member
from tests import office
from tests.documents import parts, saved, words
from tests.office import compound, streams_of

PATHS = st.sampled_from(
    [f"{folder}{name}" for folder in ("", "Map/", "Map/Diep/", "Ander/") for name in "abcdefgé"]
)


@settings(max_examples=40)
@given(st.dictionaries(PATHS, st.binary(max_size=9000)))
def test_a_container_gives_back_what_was_put_in(streams: dict[str, bytes]) -> None:
    assert streams_of(compound(streams)) == streams


def test_many_and_large_streams_fit() -> None:
    kept = {f"Map {n % 7}/stroom {n}": bytes([n % 256]) * (n * 37) for n in range(600)}
    kept["groot"] = b"x" * 5_000_000
    assert streams_of(compound(kept)) == kept


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # The examples of [MS-OVBA] 3.2.
        ("0103b002614500", b"a" * 73),
        ("012fb000236161616263646582660070616768696a013808616b6c00306d6e6f70"
         "0671027004107273747576107778797a003c",
         b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"),
        ("01", b""),
        ("0103b00261", b"a"),
        ("0103b0014500", b""),
    ],
)  # fmt: skip
def test_source_of_macros_is_unpacked(data: str, text: bytes) -> None:
    assert expanded(bytes.fromhex(data)) == text


@given(st.binary(max_size=200))
def test_source_that_is_damaged_is_read_as_far_as_it_goes(data: bytes) -> None:
    assert len(expanded(b"\x01" + data)) <= 4098 * 200


def shell(name: bytes, data: bytes) -> bytes:
    inner = b"\x02\0" + name + b"\0C:\\x\0" + bytes(4) + struct.pack("<I", 2) + b"t\0"
    inner += struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(inner)) + inner


@pytest.mark.parametrize(
    ("native", "name", "data"),
    [
        (shell(b"brief.txt", b"inhoud"), "brief.txt", b"inhoud"),
        (shell(b"C:\\map\\brief.txt", b"inhoud"), "brief.txt", b"inhoud"),
        (shell(b"../../x", b"inhoud"), "x", b"inhoud"),
        (struct.pack("<I", 3) + b"abcdef", "", b"abc"),
        (struct.pack("<I", 99) + b"\x02\0a\0b\0", "", b"\x02\0a\0b\0"),
    ],
)
def test_what_the_shell_packed(native: bytes, name: str, data: bytes) -> None:
    assert packaged(native) == (name, data)
    (found,) = parts(compound({"\x01Ole10Native": native}), "x.bin")
    assert found == Member(name or "object", data)


@pytest.mark.parametrize("name", ["Package", "package", "CONTENTS"])
def test_a_stream_that_is_a_file(name: str) -> None:
    assert parts(compound({name: b"inhoud", "\x01Ole": b"x"}), "x") == [Member("object", b"inhoud")]


def test_what_nobody_reads_is_said() -> None:
    assert parts(compound({"MM": b"x"}), "x") == [Gap("no reader for this type")]
    assert parts(compound({"Equation Native": b"x"}), "x") == []


def test_a_macro_without_code_says_nothing() -> None:
    source = b'\x00Attribut\x00e VB_Nam\x00e = "x"\r'
    chunk = b"\x01" + struct.pack("<H", 0xB000 | len(source) - 1) + source
    assert parts(compound({"VBA/Blad1": chunk, "VBA/dir": b"x"}), "x") == []


def test_code_is_shown_without_what_office_added() -> None:
    source = b"".join(
        b"\x00" + text for text in (b"Attribut", b"e VB_x\r\n", b"bsn = 99", b"9990019\n")
    )
    chunk = b"\x01" + struct.pack("<H", 0xB000 | len(source) - 1) + source
    found = parts(compound({"Macros/VBA/Module1": b"rommel" + chunk}), "x")
    assert Chunk("bsn = 999990019", "macro Module1") in found


def test_properties_that_are_damaged_are_a_gap() -> None:
    found = parts(
        compound({"dir": b"x", "\x05SummaryInformation": b"\xfe\xff" + b"\xff" * 60}), "x"
    )
    assert all(isinstance(part, Gap) for part in found)


TEXT, WIDE, MOMENT = 30, 31, 64


def held(kind: str, page: int, values: dict[int, bytes], names: bytes = b"") -> bytes:
    """Return a stream with one set of properties ([MS-OLEPS] 2.21); 0 is what they are called."""
    values = {1: struct.pack("<IhH", 2, page, 0), **values, **({0: names} if names else {})}
    places, content = b"", b""
    for number, value in values.items():
        places += struct.pack("<II", number, 8 + 8 * len(values) + len(content))
        content += value
    section = struct.pack("<II", 8 + len(places) + len(content), len(values)) + places + content
    return struct.pack("<HHI16xI16sI", 0xFFFE, 0, 0, 1, UUID(kind).bytes_le, 48) + section


def value(kind: int, raw: bytes, characters: int = 1) -> bytes:
    return struct.pack("<II", kind, len(raw) // characters) + raw


SUMMARY = "f29f85e0-4ff9-1068-ab91-08002b27b3d9"
OWN = "d5cdd505-2e9c-101b-9397-08002b2cf9ae"
RENE = "René de Vries"
NAMES = struct.pack("<III", 1, 2, 4) + b"BSN\0"
WIDE_NAMES = struct.pack("<III", 2, 2, 4) + "BSN\0".encode("utf-16-le")
WIDE_NAMES += struct.pack("<II", 3, 3) + "Wie\0".encode("utf-16-le")[:6] + b"\0\0"


@pytest.mark.parametrize(
    ("data", "where", "text"),
    [
        (held(SUMMARY, 1252, {4: value(TEXT, RENE.encode("cp1252") + b"\0")}), "author", RENE),
        (held(SUMMARY, -535, {8: value(TEXT, RENE.encode())}), "lastModifiedBy", RENE),
        (held(SUMMARY, 1200, {4: value(TEXT, RENE.encode("utf-16-le"))}), "author", RENE),
        (held(SUMMARY, 1252, {2: value(WIDE, RENE.encode("utf-16-le"), 2)}), "title", RENE),
        (held(SUMMARY, 1252, {5: value(TEXT, b"999994256", 1)[:-3]}), "keywords", "999994"),
        (held(OWN, 1252, {2: value(TEXT, b"999994256\0")}, NAMES), "custom", "BSN: 999994256"),
        (held(OWN, 1200, {2: struct.pack("<II", 3, 999994256)}, WIDE_NAMES), "custom",
         "BSN: 999994256"),
    ],
)  # fmt: skip
def test_what_properties_say(data: bytes, where: str, text: str) -> None:
    (found,) = parts(compound({"\x05SummaryInformation": data, "dir": b"x"}), "x")
    assert found == Chunk(text, f"property {where}")


def test_the_day_of_saving_is_evidence_unless_it_was_never_filled_in() -> None:
    ticks = (date(2020, 2, 29) - date(1601, 1, 1)).days * 864_000_000_000 + 5
    moments = {12: struct.pack("<IQ", MOMENT, 0), 13: struct.pack("<IQ", MOMENT, ticks)}
    found = parts(
        compound({"\x05SummaryInformation": held(SUMMARY, 1252, moments), "dir": b"x"}), "x"
    )
    saved = Evidence("documentdatum", date(2020, 2, 29), "metadata", "property modified")
    assert found == [saved]


def test_properties_that_lie_upon_each_other_are_not_read_without_end() -> None:
    text = value(TEXT, b"x" * 100_000)
    data = bytearray(held(SUMMARY, 1252, {4: text, **dict.fromkeys((2, 3, 5, 6), b"")}))
    for place in range(48 + 8, 48 + 8 + 6 * 8, 8):
        struct.pack_into("<I", data, place + 4, 8 + 6 * 8 + 8)
    found = parts(compound({"\x05SummaryInformation": bytes(data), "dir": b"x"}), "x")
    assert found[-1] == Gap("expands too much", "properties")
    assert sum(len(part.text) for part in found if isinstance(part, Chunk)) <= 250_000


def test_of_a_stream_cut_off_the_rest_is_read() -> None:
    data = compound({"dir": b"x", "Package": b"inhoud " * 3_000})
    start = data.index(b"inhoud")
    cut = bytearray(data)
    (fat,) = struct.unpack_from("<I", data, 76)
    # The third sector of the stream is the last.
    struct.pack_into("<I", cut, (fat + 1) * 4096 + (start // 4096 - 1 + 2) * 4, 0xFFFFFFFE)
    found = parts(bytes(cut), "x")
    assert found == [Member("object", data[start : start + 3 * 4096]), Gap("damaged")]


def test_half_a_container_is_damaged() -> None:
    data = compound({"Package": b"x" * 9000})
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(data[: len(data) // 2], "x")


@pytest.mark.parametrize("instance", [0x6E0, 0x6E1])
@pytest.mark.parametrize("kind", ["doc", "ppt", "xls"])
def test_pictures_are_members_beside_text(kind: str, instance: int) -> None:
    image = saved(Image.new("L", (300, 200), 9), "PNG")
    small = saved(Image.new("L", (9, 9)), "PNG")
    drawn = office.blip(0xF01E, instance, small) + b"xx" + office.blip(0xF01E, instance, image)
    if kind == "doc":
        data = office.doc(body="tekst\r", streams={"Data": drawn * 2})
    elif kind == "ppt":
        slides = [office.record(1006, office.text_atom("tekst"))]
        data = office.compound({**office.streams_of(office.ppt(slides)), "Pictures": drawn * 2})
    else:
        half = len(drawn) // 2
        group = office.biff(0x0EB, drawn[:half]) + office.biff(0x03C, drawn[half:])
        data = office.xls(group + office.label(0, 0, "tekst"))
    found = parts(data, f"a.{kind}")
    assert [part for part in found if isinstance(part, Member)] == [Member("picture 1", image)]
    assert "tekst" in words(found)


def test_a_bitmap_gets_the_head_of_a_file() -> None:
    bitmap = saved(Image.new("RGB", (300, 200), "red"), "BMP")
    drawn = office.blip(0xF01F, 0x7A8, bitmap[14:])
    found = parts(office.doc(body="x\r", streams={"Data": drawn}), "a.doc")
    assert [part for part in found if isinstance(part, Member)] == [Member("picture 1", bitmap)]
