import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_scan.errors import ExtractError
from pii_scan.extract._ole import compound, expanded, opened, packaged, read
from pii_scan.model import Chunk, Gap, Member
from tests.documents import parts

PATHS = st.sampled_from(
    [f"{folder}{name}" for folder in ("", "Map/", "Map/Diep/", "Ander/") for name in "abcdefgé"]
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(PATHS, st.binary(max_size=9000)))
def test_a_container_gives_back_what_was_put_in(streams: dict[str, bytes]) -> None:
    ole = opened(io.BytesIO(compound(streams)))
    assert {"/".join(path): read(ole, "/".join(path)) for path in ole.listdir()} == streams


def test_many_and_large_streams_fit() -> None:
    kept = {f"Map {n % 7}/stroom {n}": bytes([n % 256]) * (n * 37) for n in range(600)}
    kept["groot"] = b"x" * 5_000_000
    ole = opened(io.BytesIO(compound(kept)))
    assert {"/".join(path): read(ole, "/".join(path)) for path in ole.listdir()} == kept


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


def test_half_a_container_is_damaged() -> None:
    data = compound({"Package": b"x" * 9000})
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(data[: len(data) // 2], "x")
