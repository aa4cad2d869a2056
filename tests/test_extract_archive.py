import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import py7zr
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.errors import ExtractError
from pii_scan.extract import _archive, _names, _tar, extract, extractor_for, media_type
from pii_scan.extract import zip as zip_format
from pii_scan.model import Chunk, Gap, Member, Part
from tests.documents import at, parts

LETTER = b"Uw BSN is 999994256.\n"
NOISE = bytes(zlib.crc32(bytes([number])) & 0xFF for number in range(256)) * 4
MOMENT = datetime(2021, 3, 4, 5, 6, 8, tzinfo=UTC)
Files = Iterable[tuple[str, bytes]]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand there already
        for name, data in files:
            info = zipfile.ZipInfo(name, MOMENT.timetuple()[:6])
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


def tarred(files: Files, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), int(MOMENT.timestamp())
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def sevenzipped(files: Files, password: str | None = None) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password) as archive:
        for name, data in files:
            archive.writestr(data, name)
    return out.getvalue()


ARCHIVES: dict[str, Callable[[Files], bytes]] = {
    "a.zip": zipped,
    "a.7z": sevenzipped,
    "a.tar": tarred,
    "a.tar.gz": lambda files: gzip.compress(tarred(files)),
    "a.tar.bz2": lambda files: bz2.compress(tarred(files)),
    "a.tar.xz": lambda files: lzma.compress(tarred(files)),
    "a.tar.zst": lambda files: zstd.compress(tarred(files)),
    "v7.tar": lambda files: old_tar(tarred(files, tarfile.USTAR_FORMAT)),
    "gnu.tar": lambda files: tarred(files, tarfile.GNU_FORMAT),
}


def old_tar(data: bytes) -> bytes:
    """Return an archive of one file as it was written before "ustar" stood in the header."""
    header = bytearray(data[:512])
    header[148:156], header[257:512] = b" " * 8, bytes(255)
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + data[512:]


def members(found: list[Part]) -> list[tuple[str, bytes]]:
    return [(part.name, part.data) for part in found if isinstance(part, Member)]


def gaps(found: list[Part]) -> list[tuple[str, str]]:
    return [(part.reason, part.where) for part in found if isinstance(part, Gap)]


def until_failure(data: bytes, name: str) -> tuple[list[Part], str | None]:
    """Return the parts of a file and the reason why there are no more."""
    stream, found = io.BytesIO(data), list[Part]()
    extractor = extractor_for(media_type(stream, name))
    assert extractor is not None
    try:
        for part in extract(stream, extractor):
            found.append(part)
    except ExtractError as error:
        return found, error.reason
    return found, None


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_file_in_an_archive_is_a_member(name: str) -> None:
    found = parts(ARCHIVES[name]([("map/brief.txt", LETTER)]), name)
    assert members(found) == [("map/brief.txt", LETTER)]
    assert at(found, "names") == "map"
    assert gaps(found) == []


@pytest.mark.parametrize("name", [name for name in ARCHIVES if name != "v7.tar"])
def test_members_come_in_order_and_entries_of_one_name_are_all_read(name: str) -> None:
    files = [("a.txt", b"1"), ("b/a.txt", LETTER), ("leeg.txt", b""), ("a.txt", b"2" * 3000)]
    found = members(parts(ARCHIVES[name](files), name))
    assert sorted(found) == sorted([*files[:3], ("a (2).txt", b"2" * 3000)])


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_a_member_keeps_its_time(name: str) -> None:
    (member,) = parts(ARCHIVES[name]([("a.txt", LETTER)]), name)
    assert isinstance(member, Member)
    assert member.modified == MOMENT


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "(..)/(..)/etc/passwd"),
        ("/etc/passwd", "(root)/etc/passwd"),
        ("C:\\Users\\p\\a.txt", "(C:)/Users/p/a.txt"),
        ("\\\\server\\share\\a.txt", "(root)/server/share/a.txt"),
        ("map\\a.txt", "map/a.txt"),
        ("a\nb\x1b[2J.txt", "a\\nb\\x1b[2J.txt"),
        ("fdp\u202eexe", "fdp\\u202eexe"),
        ("./a.txt", "a.txt"),
        ("..", "(..)"),
        ("Renée 🙂.txt", "Renée 🙂.txt"),
    ],
)
def test_names_lead_nowhere_and_stay_recognisable(name: str, expected: str) -> None:
    assert members(parts(tarred([(name, LETTER)]), "a.tar")) == [(expected, LETTER)]


@given(st.lists(st.text(max_size=30), max_size=12))
def test_every_name_is_given_once_and_is_relative(names: list[str]) -> None:
    given_out = _names.Names()
    found = [given_out.unique(_names.harmless(name)) for name in names]
    assert len(set(found)) == len(names)
    for name in found:
        assert name.isprintable() or not any(c < " " or c == "\x7f" for c in name)
        assert not {"", ".", ".."} & set(name.split("/"))


def test_a_long_name_is_cut_in_the_middle() -> None:
    name = _names.harmless(f"{'a' * 5_000}.txt")
    assert len(name) < 1_001
    assert name.startswith("aaa")
    assert name.endswith("….txt".replace("…", "a"))


@pytest.mark.parametrize(
    ("system", "raw", "expected"),
    [
        (0, "Reneé".encode("cp850"), "Reneé"),
        (10, "Álvaro".encode("cp850"), "Álvaro"),
        (3, "Renée".encode("cp1252"), "Renée"),
        (0, "Renée".encode(), "Renée"),
    ],
)
def test_names_in_a_zip_are_read_by_the_code_page_of_where_it_was_made(
    system: int, raw: bytes, expected: str
) -> None:
    info = zipfile.ZipInfo(raw.decode("cp437"))
    info.create_system = system
    assert zip_format._name(info) == expected


def test_a_nul_in_a_name_shows() -> None:
    data = zipped([("a_b.txt", LETTER)]).replace(b"a_b.txt", b"a\0b.txt")
    assert members(parts(data, "a.zip")) == [("a\\x00b.txt", LETTER)]


def test_comments_folders_and_links_are_text() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Map van Jansen/", "")
        info = zipfile.ZipInfo("a.txt")
        info.comment = b"van 999994256"
        archive.writestr(info, "x")
        archive.comment = b"voor 999994256"
    found = parts(out.getvalue(), "a.zip")
    assert at(found, "comment") == "voor 999994256\nvan 999994256"
    assert at(found, "names") == "Map van Jansen"
    assert members(found) == [("a.txt", b"x")]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_in_a_tar_are_named_and_not_followed(kind: bytes) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
        link = tarfile.TarInfo("jansen")
        link.type, link.linkname = kind, "../a.txt"
        archive.addfile(link)
        for device in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("dev")
            info.type = device
            archive.addfile(info)
    found = parts(out.getvalue(), "a.tar")
    assert members(found) == [("a.txt", b"")]
    assert at(found, "names") == "link: jansen\nto: (..)/a.txt"


def test_a_link_in_a_zip_is_a_file_of_its_target() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert members(parts(out.getvalue(), "a.zip")) == [("link", b"/etc/passwd")]


def test_properties_in_a_tar_are_text() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.pax_headers = {"comment": "BSN 999994256"}
        archive.addfile(info)
    assert at(parts(out.getvalue(), "a.tar"), "comment") == "BSN 999994256"


def test_a_tar_after_a_tar_is_read_too() -> None:
    data = tarred([("a.txt", LETTER)]) + tarred([("b.txt", LETTER)])
    assert members(parts(data, "a.tar")) == [("a.txt", LETTER), ("b.txt", LETTER)]
    assert members(parts(gzip.compress(data), "a.tgz")) == [("a.txt", LETTER), ("b.txt", LETTER)]


def gzip_with(name: bytes, comment: bytes, data: bytes) -> bytes:
    """Return a gzip file with the optional fields of its header (RFC 1952, 2.3)."""
    plain = gzip.compress(data, mtime=int(MOMENT.timestamp()))
    extra = b"\x02\x00ab"
    return plain[:3] + b"\x1c" + plain[4:10] + extra + name + b"\0" + comment + b"\0" + plain[10:]


def test_what_gzip_says_of_its_file() -> None:
    found = parts(gzip_with(b"Ren\xe9e.txt", b"BSN 999994256", LETTER), "a.gz")
    assert found == [Chunk("BSN 999994256", "comment"), Member("Renée.txt", LETTER, MOMENT)]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.gz", gzip.compress),
        ("a.bz2", bz2.compress),
        ("a.xz", lzma.compress),
        ("a.zst", zstd.compress),
    ],
)
def test_one_compressed_file(name: str, pack: Callable[[bytes], bytes]) -> None:
    assert members(parts(pack(LETTER), name)) == [("content", LETTER)]
    assert members(parts(pack(LETTER) + pack(b"meer"), name)) == [("content", LETTER + b"meer")]
    packed = pack(NOISE * 400)
    (found, data), *_ = members(parts(packed[:-5], name))
    assert found == "content"
    assert (NOISE * 400).startswith(data)
    assert gaps(parts(packed[:-5], name)) == [("damaged", "content")]


def test_encrypted_members_are_named_and_the_others_read() -> None:
    data = bytearray(zipped([("geheim 999994256.txt", LETTER), ("open.txt", LETTER)]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    found = parts(bytes(data), "a.zip")
    assert gaps(found) == [("encrypted", "geheim 999994256.txt")]
    assert at(found, "names") == "geheim 999994256.txt"
    assert members(found) == [("open.txt", LETTER)]


def test_an_encrypted_7z_is_named() -> None:
    found = parts(sevenzipped([("a.txt", LETTER)], "wachtwoord"), "a.7z")
    assert gaps(found) == [("encrypted", "a.txt")]
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password="x", header_encryption=True) as archive:
        archive.writestr(LETTER, "a.txt")
    assert until_failure(out.getvalue(), "a.7z") == ([], "encrypted")


def test_a_method_that_nobody_knows_costs_one_member() -> None:
    data = bytearray(zipped([("a.txt", LETTER), ("b.txt", LETTER)]))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 97
    found = parts(bytes(data), "a.zip")
    assert gaps(found) == [("unknown compression method", "a.txt")]
    assert members(found) == [("b.txt", LETTER)]


@pytest.mark.parametrize("method", zip_format.METHODS)
def test_every_method_of_zip(method: int) -> None:
    found = parts(zipped([("a.txt", LETTER * 50_000)], method), "a.zip")
    assert members(found) == [("a.txt", LETTER * 50_000)]


def test_a_member_that_fails_its_checksum_counts_and_is_damaged() -> None:
    data = bytearray(zipped([("a.txt", LETTER), ("b.txt", LETTER)], zipfile.ZIP_STORED))
    data[data.index(LETTER)] ^= 1
    found = parts(bytes(data), "a.zip")
    assert members(found) == [("a.txt", b"T" + LETTER[1:]), ("b.txt", LETTER)]
    assert gaps(found) == [("damaged", "a.txt")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_zip_cut_off_gives_what_came_before(method: int, is_streamed: bool) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return not is_streamed

    out = Pipe()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in ("a.txt", "map/", "b.txt", "c.txt"):
            archive.writestr(name, b"" if name == "map/" else LETTER * 9 + NOISE)
    data = out.getvalue()
    found, reason = until_failure(data[: data.index(b"c.txt") + 25], "a.zip")
    assert reason == "damaged"
    wanted = [("a.txt", LETTER * 9 + NOISE), ("b.txt", LETTER * 9 + NOISE)]
    if method == zipfile.ZIP_DEFLATED or not is_streamed:
        assert members(found)[:2] == wanted


def test_a_tar_cut_off_gives_what_came_before() -> None:
    data = tarred([("a.txt", LETTER), ("b.txt", NOISE * 9)])
    for pack in (bytes, gzip.compress):
        found, reason = until_failure(pack(data[: 3 * 512 + 700]), "a.tar")
        assert reason == "damaged"
        assert members(found)[0] == ("a.txt", LETTER)
        assert members(found)[1] == ("b.txt", (NOISE * 9)[:700])


@pytest.mark.parametrize("place", [1024, 1024 + 148])
def test_a_tar_with_a_broken_header_is_damaged_from_there_on(place: int) -> None:
    data = bytearray(tarred([("a.txt", LETTER), ("b.txt", LETTER)]))
    data[place : place + 4] = b"\xff\xfe\xfd\xfc"
    found, reason = until_failure(bytes(data), "a.tar")
    assert members(found) == [("a.txt", LETTER)]
    assert reason == "damaged"


def test_a_tar_without_an_end_and_rubbish_behind_one_are_damaged() -> None:
    data = tarred([("a.txt", LETTER)])
    for broken in (data[:1024], data + b"rommel" * 100):
        assert until_failure(broken, "a.tar")[1] == "damaged"
        assert members(until_failure(broken, "a.tar")[0]) == [("a.txt", LETTER)]


def test_a_size_below_zero_does_not_lead_back() -> None:
    header = bytearray(tarred([("a.txt", b"")])[:512])
    header[124:136] = b"\xff" * 10 + b"\xfc\x00"  # -1,024, in the base of 256 of GNU tar
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    data = tarred([("eerst.txt", LETTER)])[:1024] + bytes(header) * 4 + bytes(1024)
    found, reason = until_failure(data, "a.tar")
    assert members(found)[0] == ("eerst.txt", LETTER)
    assert reason is not None


def test_a_7z_with_broken_bytes_keeps_what_came_before() -> None:
    data = bytearray(sevenzipped([("a.txt", LETTER), ("b.txt", NOISE * 900)]))
    data[-400] ^= 0xFF
    data[60:64] = b"\xff" * 4
    found, reason = until_failure(bytes(data), "a.7z")
    assert reason == "damaged" or "damaged" in {why for why, _ in gaps(found)}


def sparse(size: int) -> bytes:
    """Return an archive of one file that is all hole (GNU tar, "Old GNU Format": type S)."""
    header = bytearray(tarred([("gat", b"")], tarfile.GNU_FORMAT)[:512])
    header[156:157] = b"S"
    header[386:410] = b"%011o\0%011o\0" % (size, 0)
    header[483:495] = b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + bytes(1024)


def test_a_file_that_is_all_hole_is_no_way_to_grow() -> None:
    assert until_failure(sparse(17 << 20), "a.tar")[1] == "expands too much"
    assert members(parts(sparse(5), "a.tar")) == [("gat", bytes(5))]


@pytest.mark.parametrize(
    "name", ["a.zip", "a.7z", "a.tar.gz", "a.tar.bz2", "a.tar.xz", "a.tar.zst"]
)
def test_bombs_are_refused_and_what_came_before_counts(name: str) -> None:
    files = [("a.txt", LETTER), ("bom.txt", bytes(40 << 20))]
    found, reason = until_failure(ARCHIVES[name](files), name)
    assert members(found) == [("a.txt", LETTER)]
    assert "expands too much" in {reason, *(why for why, _ in gaps(found))}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_states_less_than_it_holds_gives_no_more_than_that(method: int) -> None:
    data = zipped([("a.txt", bytes(40 << 20))], method)
    data = data.replace(struct.pack("<I", 40 << 20), struct.pack("<I", 1000))
    found = parts(data, "a.zip")
    assert members(found) == [("a.txt", bytes(1000))]
    assert gaps(found) == [("damaged", "a.txt")]


def test_entries_that_share_their_bytes_are_no_way_to_grow() -> None:
    data = zipped([("0.txt", bytes(4 << 20))])
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data[data.index(b"PK\x05\x06") :]
    bomb = data[:start] + entry * 500
    bomb += end[:8] + struct.pack("<HHII", 500, 500, len(entry) * 500, start) + bytes(2)
    found, reason = until_failure(bomb, "a.zip")
    assert reason == "expands too much"
    assert 0 < len(members(found)) < 10


def test_a_member_too_large_is_left_out_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_archive, "MAX_PART_BYTES", 2000)
    files = [("groot.txt", NOISE * 3), ("klein.txt", LETTER)]
    for name in ("a.zip", "a.7z", "a.tar", "a.tar.gz"):
        found = parts(ARCHIVES[name](files), name)
        assert gaps(found) == [("too large", "groot.txt")]
        assert members(found) == [("klein.txt", LETTER)]
    assert gaps(parts(gzip.compress(NOISE * 3), "a.gz")) == [("too large", "content")]


def test_of_too_many_members_the_first_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (_archive, _tar, zip_format):
        monkeypatch.setattr(module, "MAX_ENTRIES", 3)
    files = [(f"{number}.txt", LETTER) for number in range(5)]
    for name, where in (("a.zip", "after 3 of 5 members"), ("a.tar", "after 3 members")):
        found = parts(ARCHIVES[name](files), name)
        assert gaps(found) == [("too many parts", where)]
        assert members(found) == files[:3]


def test_a_list_of_members_too_long_to_hold_is_not_opened() -> None:
    data = bytearray(zipped([("a.txt", LETTER)]))
    struct.pack_into("<I", data, data.index(b"PK\x05\x06") + 12, 64 << 20)
    assert until_failure(bytes(data), "a.zip") == ([], "too many parts")


def test_long_headers_in_a_tar_are_no_way_to_grow() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
        info = tarfile.TarInfo("b.txt")
        info.pax_headers = {"comment": "x" * (2 << 20)}
        archive.addfile(info)
    found, reason = until_failure(gzip.compress(out.getvalue()), "a.tgz")
    assert members(found) == [("a.txt", b"")]
    assert reason == "expands too much"


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (zipped([("word/brief.txt", LETTER)]), "a.zip", "application/zip"),
        (zipped([("xl/brief.txt", LETTER)]), "a.docx", "application/zip"),
        (zipped([("word/document.xml", b"")]), "a.zip",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"MZ\x90\0\3" + bytes(99) + zipped([("a.txt", LETTER)]), "setup.zip",
         "application/x-msdownload"),
        (tarred([("a.txt", LETTER)]), "a.dat", "application/x-tar"),
        (b"BZh is een afkorting", "a.txt", "text/plain"),
        (b"0707012345 is het nummer van Jansen", "a.txt", "text/plain"),
        (b"070701" + b"0" * 104 + b"a\0\1\2\3\4\5\6\7\x08" * 9, "a.cpio", "application/x-cpio"),
        (b"Rar!\x1a\x07\x01\0", "a.rar", "application/vnd.rar"),
        (b"\0\0\0\x18ftypheic" + bytes(20), "a.heic", "image/heic"),
        (bytes(32_768) + b"\x01CD001\x01" + bytes(100), "a.iso", "application/x-iso9660-image"),
    ],
)  # fmt: skip
def test_types(data: bytes, name: str, expected: str) -> None:
    assert media_type(io.BytesIO(data), name) == expected


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_document_whose_parts_zipfile_would_unpack_as_a_whole_is_refused(method: int) -> None:
    data = zipped([("word/document.xml", bytes(1 << 20))], method)
    assert until_failure(data, "a.docx") == ([], "unknown compression method")
    data = zipped([("mimetype", bytes(64 << 20)), ("a.txt", LETTER)], method)
    data = data.replace(struct.pack("<I", 64 << 20), struct.pack("<I", 100))
    assert media_type(io.BytesIO(data), "a.odt") == "application/zip"
