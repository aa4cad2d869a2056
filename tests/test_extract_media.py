import random
import struct
from datetime import date

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Evidence, Gap, Member
from tests.documents import at, parts

BSN = "999994256"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
SPEECH = Gap("speech is not transcribed")


def id3(*frames: tuple[bytes, bytes]) -> bytes:
    """Return an ID3v2.4 tag (id3.org, 3.1 and 4)."""
    body = b"".join(
        name + synchsafe(len(data)) + b"\0\0" + data for name, data in frames
    )  # fmt: skip
    return b"ID3\x04\0\0" + synchsafe(len(body)) + body


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def mp3(*frames: tuple[bytes, bytes], tail: bytes = b"") -> bytes:
    return id3(*frames) + (b"\xff\xfb\x90\x00" + bytes(413)) * 20 + tail


def flac(*comments: str) -> bytes:
    info = struct.pack(">HH3s3s", 4096, 4096, bytes(3), bytes(3))
    info += (16_000 << 44 | 15 << 36 | 16_000 * 61).to_bytes(8, "big") + bytes(16)
    raw = [comment.encode() for comment in comments]
    body = struct.pack("<II", 0, len(raw)) + b"".join(struct.pack("<I", len(r)) + r for r in raw)
    blocks = b"\0" + len(info).to_bytes(3, "big") + info
    return b"fLaC" + blocks + b"\x84" + len(body).to_bytes(3, "big") + body


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def bext(description: str, day: str, history: str) -> bytes:
    fixed = description.encode().ljust(256, b"\0") + b"P. Vos".ljust(64, b"\0")
    return chunk(b"bext", (fixed + day.encode() + b"10:30:00").ljust(602, b"\0") + history.encode())


def wav(*chunks: bytes, seconds: int = 61) -> bytes:
    form = chunk(b"fmt ", struct.pack("<HHIIHH", 6, 1, 100, 100, 1, 8))
    body = b"WAVE" + form + b"".join(chunks) + chunk(b"data", bytes(100 * seconds))
    return chunk(b"RIFF", body)


def avi(*chunks: bytes) -> bytes:
    head = chunk(b"avih", struct.pack("<14I", 40_000, 0, 0, 0, 50, *[0] * 9))
    info = chunk(b"LIST", b"INFO" + b"".join(chunks))
    made = chunk(b"IDIT", b"2024-03-01 10:00\0")
    return chunk(b"RIFF", b"AVI " + chunk(b"LIST", b"hdrl" + head + made) + info)


def box(name: bytes, *inner: bytes) -> bytes:
    data = b"".join(inner)
    return struct.pack(">I", len(data) + 8) + name + data


def mvhd(seconds_since_1904: int) -> bytes:
    return box(b"mvhd", struct.pack(">IIIII", 0, seconds_since_1904, 0, 1000, 61_000), bytes(80))


def mp4(*inner: bytes, made: int = 0, brand: bytes = b"M4A ") -> bytes:
    return (
        box(b"ftyp", brand + bytes(8)) + box(b"moov", mvhd(made), *inner) + box(b"mdat", b"x" * 9)
    )


def data_box(value: bytes, kind: int = 1) -> bytes:
    return box(b"data", struct.pack(">II", kind, 0), value)


def element(kind: int, *inner: bytes) -> bytes:
    data = b"".join(inner)
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + (
        (1 << 56 | len(data)).to_bytes(8, "big") + data
    )


def mkv(*inner: bytes) -> bytes:
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(0x18538067, *inner)


APPLE = (date(2024, 3, 1) - date(1904, 1, 1)).days * 86_400
META = (b"meta", bytes(4), box(b"hdlr", bytes(25)))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mp3", mp3((b"TIT2", f"\3{BSN}".encode()))),
        ("a.mp3", mp3((b"COMM", f"\3nld\0{BSN}".encode()))),
        ("a.mp3", mp3((b"TXXX", f"\3klant\0{BSN}".encode()))),
        ("a.mp3", mp3((b"USLT", f"\3nld\0{BSN}".encode()))),
        ("a.mp3", mp3((b"TIT2", b"\3x"), tail=b"TAG" + BSN.encode().ljust(125, b"\0"))),
        ("a.mp3", mp3((b"TIT2", b"\3x"), tail=b"TAG" + bytes(94) + BSN.encode().ljust(31, b"\0"))),
        ("a.flac", flac(f"TITLE={BSN}")),
        ("a.flac", flac(f"KLANT={BSN}")),
        ("a.wav", wav(bext(BSN, "2024-03-01", ""))),
        ("a.wav", wav(bext("", "2024-03-01", BSN))),
        ("a.wav", wav(chunk(b"LIST", b"INFO" + chunk(b"ICMT", BSN.encode() + b"\0")))),
        ("a.wav", wav(chunk(b"LIST", b"adtl" + chunk(b"labl", bytes(4) + BSN.encode())))),
        ("a.wav", wav(chunk(b"iXML", f"<note>{BSN}</note>".encode()))),
        ("a.avi", avi(chunk(b"INAM", BSN.encode()))),
        ("a.m4a", mp4(box(b"udta", box(*META, box(b"ilst", box(b"\xa9nam",
            data_box(BSN.encode()))))))),
        ("a.m4a", mp4(box(b"udta", box(*META, box(b"ilst", box(b"----", box(b"mean", bytes(4)),
            box(b"name", bytes(4) + b"klant"), data_box(BSN.encode()))))))),
        ("a.mov", mp4(box(b"udta", box(b"\xa9cmt", struct.pack(">HH", 9, 0) + BSN.encode())),
            brand=b"qt  ")),
        ("a.3gp", mp4(box(b"udta", box(b"titl", bytes(6) + BSN.encode())), brand=b"3gp4")),
        ("a.mp4", mp4(box(b"udta", box(b"XMP_", f"<x>{BSN}</x>".encode())), brand=b"isom")),
        ("a.mkv", mkv(element(0x1549A966, element(0x7BA9, BSN.encode())))),
        ("a.mkv", mkv(element(0x1254C367, element(0x7373, element(0x67C8,
            element(0x45A3, b"KLANT"), element(0x4487, BSN.encode())))))),
        ("a.mkv", mkv(element(0x1043A770, element(0x45B9, element(0xB6, element(0x80,
            element(0x85, BSN.encode()))))))),
    ],
)  # fmt: skip
def test_every_tag_is_text(name: str, data: bytes) -> None:
    found = parts(data, name)
    assert BSN in at(found, "tags")
    assert SPEECH in found


@pytest.mark.parametrize(
    ("name", "data", "where"),
    [
        ("a.mp3", mp3((b"TDRC", b"\x032024-03-01T10:00")), "year"),
        ("a.flac", flac("DATE=2024-03-01"), "year"),
        ("a.wav", wav(bext("", "2024-03-01", "")), "origination date"),
        ("a.wav", wav(chunk(b"LIST", b"INFO" + chunk(b"ICRD", b"2024-03-01"))), "ICRD"),
        ("a.avi", avi(), "IDIT"),
        ("a.m4a", mp4(made=APPLE), "creation time"),
        ("a.mkv", mkv(element(0x1549A966, element(0x4461,
            ((date(2024, 3, 1) - date(2001, 1, 1)).days * 86_400 * 10**9).to_bytes(8, "big")))),
         "DateUTC"),
    ],
)  # fmt: skip
def test_the_day_of_recording_is_evidence(name: str, data: bytes, where: str) -> None:
    wanted = Evidence("opname", date(2024, 3, 1), "metadata", f"property {where}")
    assert wanted in parts(data, name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.flac", flac()),
        ("a.wav", wav()),
        ("a.m4a", mp4()),
        ("a.mkv", mkv(element(0x1549A966, element(0x4489, struct.pack(">d", 61_000))))),
    ],
)
def test_the_duration_is_said_and_nothing_is_made_up(name: str, data: bytes) -> None:
    assert parts(data, name) == [Chunk("duration: 0:01:01", "tags"), SPEECH]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mp3", mp3((b"APIC", b"\3image/png\0\3\0" + PICTURE))),
        ("a.m4a", mp4(box(b"udta", box(*META, box(b"ilst", box(b"covr", data_box(PICTURE, 14))))))),
        ("a.mkv", mkv(element(0x1941A469, element(0x61A7, element(0x466E, b"a.png"),
            element(0x465C, PICTURE))))),
    ],
)  # fmt: skip
def test_pictures_and_attachments_are_members(name: str, data: bytes) -> None:
    (member,) = (part for part in parts(data, name) if isinstance(part, Member))
    assert member.data == PICTURE


def test_a_year_and_a_clock_that_was_never_set_are_no_date() -> None:
    for data in (mp3((b"TDRC", b"\x032024")), mp4(made=1000), wav(bext("", "0000-00-00", ""))):
        assert not [part for part in parts(data, "a") if isinstance(part, Evidence)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mp3", mp3((b"TIT2", b"\3x"))),
        ("a.flac", flac("TITLE=x")),
        ("a.wav", wav(bext("x", "2024-03-01", ""))),
        ("a.avi", avi()),
        ("a.m4a", mp4(box(b"udta", box(*META, box(b"ilst", box(b"\xa9nam", data_box(b"x"))))))),
        ("a.mkv", mkv(element(0x1549A966, element(0x7BA9, b"x")))),
    ],
)  # fmt: skip
def test_what_is_broken_is_still_never_read_clean(name: str, data: bytes) -> None:
    chance = random.Random(5)
    for _ in range(60):
        broken = bytearray(data[: chance.randrange(16, len(data) + 1)])
        for _ in range(chance.randint(0, 6)):
            broken[chance.randrange(12, len(broken))] = chance.choice((0, 1, 0xFF, 0x7F))
        try:
            assert SPEECH in parts(bytes(broken), name)
        except ExtractError as error:
            assert error.reason in {"damaged", "too deeply nested"}  # noqa: PT017


def test_boxes_that_go_on_for_ever_end() -> None:
    deep = b"".join(struct.pack(">I", 0) + b"udta" for _ in range(30_000))
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        parts(box(b"ftyp", b"isom") + box(b"moov", deep), "a.mp4")
    assert SPEECH in parts(box(b"ftyp", b"isom") + bytes(8) * 50_000, "a.mp4")
    assert SPEECH in parts(mkv(bytes(9) * 50_000), "a.mkv")
    assert SPEECH in parts(chunk(b"RIFF", b"WAVE" + bytes(8) * 50_000), "a.wav")
