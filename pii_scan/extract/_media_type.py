"""Stage 3, extract: what a file is, told by its content."""

import re
import struct
import zipfile
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _delimited
from pii_scan.extract._decode import BOMS, decode, utf16_without_bom
from pii_scan.extract._guard import guarded

HEAD_BYTES: Final = 16 << 10
OOXML: Final = "application/vnd.openxmlformats-officedocument."
ENCRYPTED_OOXML: Final = "application/x-ooxml-encrypted"
TEXT: Final = "text/plain"
MBOX: Final = "application/mbox"

MAGIC: Final = (
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-elf"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"!BDN", "application/vnd.ms-outlook-pst"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\x00asm", "application/wasm"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x00\x01\x00\x00\x00", "font/ttf"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
)
STILLS: Final = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
}
"""Brands of the container of MP4 that are pictures (ISO/IEC 23008-12, annex B; AV1 Image File)."""
CONTAINERS: Final = (
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    ("word/", OOXML + "wordprocessingml.document"),
    ("xl/", OOXML + "spreadsheetml.sheet"),
    ("ppt/", OOXML + "presentationml.presentation"),
    ("visio/", "application/vnd.ms-visio.drawing"),
    ("META-INF/MANIFEST.MF", "application/java-archive"),
)
"""The beginning of a member's name that tells what the container is."""
OLE_STREAMS: Final = (
    ("EncryptedPackage", ENCRYPTED_OOXML),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("VisioDocument", "application/vnd.visio"),
)
MAIL_HEADERS: Final = frozenset(
    {"from", "to", "cc", "date", "subject", "received", "return-path", "mime-version"}
    | {"message-id", "delivered-to", "sender", "reply-to", "content-type", "x-mailer"}
    | {"content-transfer-encoding", "x-priority", "dkim-signature"}
)
NULS: Final = re.compile(rb"\x00{64,}")
ZIP: Final = "application/zip"
LOCAL: Final = re.compile(rb"PK\x03\x04.{26}([\w./\[\]-]{3,60})", re.DOTALL)
"""A member's own header in a zip, up to its name (APPNOTE.TXT 4.3.7)."""
CONTROL: Final = bytes({*range(9), 11, *range(14, 26), *range(28, 32), 127})


def sniff(stream: BinaryIO) -> str | None:
    """Return the media type that the content shows.

    `text/plain` stands for text of which the suffix may know more, `None` for bytes unknown.
    """
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if not head:
        return TEXT
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _container(stream, head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(stream, head)
    for magic, name in MAGIC:
        # Letters alone are a word as well ("MZ", "BZh"): then the rest has to be no text.
        if head.startswith(magic) and (not magic.isalnum() or not _is_text(stream, head)):
            return name
    if head[4:8] == b"ftyp":
        return STILLS.get(head[8:12], "video/mp4")
    if head.startswith(b"RIFF") and head[8:12] in {b"WAVE", b"AVI ", b"WEBP"}:
        return {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12], "image/webp")
    if head[257:262] == b"ustar":
        return "application/x-tar"
    if _is_text(stream, head):
        return _text_kind(head)
    return "application/pdf" if b"%PDF-" in head[:1024] else None


def _container(stream: BinaryIO, head: bytes) -> str | None:
    try:
        stated, names = guarded(lambda: _members(stream))
        unknown = ZIP
    except ExtractError:
        # Cut off before its directory: the headers of the first members still tell.
        stated, names, unknown = (
            "",
            [found[1].decode("latin-1") for found in LOCAL.finditer(head)],
            None,
        )
    kinds = (kind for name, kind in CONTAINERS if any(each.startswith(name) for each in names))
    return stated or next(kinds, unknown)


def _members(stream: BinaryIO) -> tuple[str, list[str]]:
    """Return the media type that an OpenDocument or EPUB states, and the names of all members."""
    with zipfile.ZipFile(stream) as container:
        infos = container.infolist()
        stated = b""
        if infos and infos[0].filename == "mimetype" and infos[0].file_size < 200:
            stated = container.read(infos[0])
        return stated.decode("ascii").strip(), [info.filename for info in infos]


def _ole(stream: BinaryIO, head: bytes) -> str:
    names = _ole_names(stream, head)
    return next((kind for name, kind in OLE_STREAMS if name in names), "application/x-ole-storage")


def _ole_names(stream: BinaryIO, head: bytes) -> set[str]:
    """Return the names in the directory of an OLE container; those that are left if it is damaged.

    Layout: [MS-CFB] 2.2 header, 2.3 FAT, 2.6 directory.
    """
    names: set[str] = set()
    try:
        size = 1 << min(struct.unpack_from("<H", head, 30)[0], 16)
        (sector,) = struct.unpack_from("<I", head, 48)
        fat_sectors = struct.unpack_from("<109I", head, 76)
        for _ in range(1_000):
            if sector >= 0xFFFFFFFA:
                break
            stream.seek((sector + 1) * size)
            directory = stream.read(size)
            for start in range(0, len(directory) - 127, 128):
                (length,) = struct.unpack_from("<H", directory, start + 64)
                name = directory[start : start + max(min(length, 64) - 2, 0)]
                names.add(name.decode("utf-16-le", "replace"))
            stream.seek((fat_sectors[sector // (size // 4)] + 1) * size + sector % (size // 4) * 4)
            (sector,) = struct.unpack("<I", stream.read(4))
    except (struct.error, IndexError, OSError, ValueError, OverflowError):
        pass
    return names


def _is_text(stream: BinaryIO, head: bytes) -> bool:
    """Tell text from bytes by its beginning, its middle and its end."""
    if any(head.startswith(mark) for mark, _ in BOMS) or utf16_without_bom(head[:4096]):
        return True
    # A log cut off by a power failure may hold a stretch of NULs, a record a few at its end.
    solid = NULS.sub(b"", head).rstrip(b"\x00")
    if len(solid) * 2 < len(head) or _share(solid, CONTROL) > 0.005:
        return False
    end = stream.seek(0, 2)
    for place in (end // 2, end - 2048) if end > len(head) else ():
        stream.seek(place)
        if _share(NULS.sub(b"", stream.read(2048)).rstrip(b"\x00"), CONTROL) > 0.1:
            return False
    try:
        head[: max(len(head) - 3, 1)].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            # Half a kilobyte of bytes without a single control character is text of some alphabet.
            return len(head) > 512 or _share(head, bytes(range(128, 256))) < 0.3
    return True


def _share(data: bytes, of: bytes) -> float:
    return (len(data) - len(data.translate(None, of))) / max(len(data), 1)


def _text_kind(head: bytes) -> str:
    text = decode(head).lstrip("\ufeff")
    start = text.lstrip()[:2048].lower()
    if start.startswith("{\\rtf"):
        return "application/rtf"
    if re.match(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html\b)", start, re.S):
        return "text/html"
    if start.startswith("<?xml"):
        return "application/xml"
    if re.match(r"from \S+.*\d\d:\d\d", start) and "\nfrom:" in start:
        return MBOX
    if _is_mail(text):
        return "message/rfc822"
    return TEXT


def _is_mail(text: str) -> bool:
    known = 0
    for number, line in enumerate(text.split("\n")[:100]):
        name, colon, _ = line.partition(":")
        if line[:1] in {" ", "\t"} and number:
            continue
        if not colon or not re.fullmatch(r"[!-9;-~]+", name):
            return not line and known >= 3
        known += name.lower() in MAIL_HEADERS
        if number == 0 and not known and not name.lower().startswith("x-"):
            return False
    return known >= 3


def unnamed_text(stream: BinaryIO) -> str:
    """Return the media type of text whose name tells nothing: JSON, a table, or plain text."""
    stream.seek(0)
    text = decode(stream.read(HEAD_BYTES)).lstrip("\ufeff")
    if re.match(r'\s*(?:\[\s*)?\{\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:|\})', text):
        first, _, rest = text.partition("\n")
        is_lines = first.rstrip().endswith("}") and rest.lstrip().startswith("{")
        return "application/x-ndjson" if is_lines else "application/json"
    lines = text.split("\n")
    table = _delimited.sniff(lines[:-1] if len(lines) > 1 else lines)
    is_clear = table and table.delimiter in ";\t|" and table.width >= 3 and table.share >= 0.9
    return "text/csv" if is_clear and len(lines) > 3 else TEXT
