"""Stage 3, extract: what a file is, told by its content."""

import re
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _cms, _delimited
from pii_scan.extract._cfb import Container
from pii_scan.extract._container import METHODS, open_zip
from pii_scan.extract._decode import BOMS, decode, utf16_without_bom
from pii_scan.extract._guard import guarded
from pii_scan.extract._tar import is_tar

HEAD_BYTES: Final = 16 << 10
OOXML: Final = "application/vnd.openxmlformats-officedocument."
ODF: Final = "application/vnd.oasis.opendocument."
ENCRYPTED_OOXML: Final = "application/x-ooxml-encrypted"
TEXT: Final = "text/plain"
CALENDAR: Final = "text/calendar"
CARD: Final = "text/vcard"
MBOX: Final = "application/mbox"
CMS: Final = "application/pkcs7-mime"

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
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\x00asm", "application/wasm"),
    (b"\x1f\x9d", "application/x-compress"),
    (b"!<arch>\n", "application/x-archive"),
    (b"070701", "application/x-cpio"),
    (b"070702", "application/x-cpio"),
    (b"070707", "application/x-cpio"),
    (b"ORC", "application/vnd.apache.orc"),
    (b"ARROW1\x00\x00", "application/vnd.apache.arrow.file"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xfa", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xe3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"),
    (b".snd\x00\x00\x00", "audio/basic"),
    (b"MThd\x00\x00\x00\x06", "audio/midi"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "application/onenote"),
    (b"ITSF\x03\0", "application/vnd.ms-htmlhelp"),
    (b"AC10", "image/vnd.dwg"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x00\x01\x00\x00\x00", "font/ttf"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"\x09\x00\x04\x00", "application/x-excel-2"),
    (b"\x09\x02\x06\x00", "application/x-excel-3"),
    (b"\x09\x04\x06\x00", "application/x-excel-4"),
)
BRANDS: Final = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    b"crx ": "image/x-canon-cr3",
}
"""What the first box of an ISO base media file says it is (ISO/IEC 14496-12, 4.3; for pictures
ISO/IEC 23008-12, annex B, and AV1 Image File); else video."""
QUICKTIME: Final = frozenset({b"moov", b"mdat", b"wide"})
"""First boxes of QuickTime files from before there was one that says what they are."""
RIFF: Final = {
    b"WAVE": "audio/wav",
    b"AVI ": "video/x-msvideo",
    b"WEBP": "image/webp",
    b"RMID": "audio/midi",
}
CONTAINERS: Final = (
    (r"xl/workbook\.bin", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    (r"word/(?:_rels/|[^/]+\.xml)", OOXML + "wordprocessingml.document"),
    (r"xl/(?:_rels/|[^/]+\.xml)", OOXML + "spreadsheetml.sheet"),
    (r"ppt/(?:_rels/|[^/]+\.xml)", OOXML + "presentationml.presentation"),
    (r"visio/(?:_rels/|[^/]+\.xml)", "application/vnd.ms-visio.drawing"),
    (r"META-INF/MANIFEST\.MF", "application/java-archive"),
)
"""The beginning of a member's name that tells what the container is. Somebody's own archive may
have a folder "word" too, but other things in it."""
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
SQL: Final = re.compile(
    r"^-- (?:MySQL|MariaDB|PostgreSQL database|phpMyAdmin SQL) dump\b|^-- phpMyAdmin SQL Dump"
    r"|^(?:INSERT (?:INTO )?|CREATE TABLE (?:IF NOT EXISTS )?)[\w.$\"`\[\]]{1,200} ?"
    r"(?:\(|VALUES ?\()",
    re.MULTILINE,
)
"""A line of a dump; prose about statements has no bracket there."""
POSTMARK: Final = re.compile(r"From .{0,200}?\d\d:\d\d")
"""The line between the messages of a mailbox (RFC 4155, appendix A)."""
NULS: Final = re.compile(rb"\x00{64,}")
ZIP: Final = "application/zip"
ZIPS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")
"""A member, the end of an empty archive, and parts of one that was to be split (APPNOTE.TXT 8.5).
"""
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
    if head.startswith(ZIPS):
        return _container(stream, head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(stream)
    for magic, name in MAGIC:
        # Letters alone are a word as well ("MZ", "BZh"): then the rest has to be no text.
        if head.startswith(magic) and (not magic.isalnum() or not _is_text(stream, head)):
            return name
    if head[40:44] == b" EMF":  # [MS-EMF] 2.3.4.2
        return "image/emf"
    boxed = _boxed(head)
    if boxed:
        return boxed
    if _cms.kind(head):
        return CMS
    if head[257:262] == b"ustar" or is_tar(head):
        return "application/x-tar"
    if not head.strip(b"\0") and _is_disc(stream):
        return "application/x-iso9660-image"
    if _is_text(stream, head):
        return _text_kind(head)
    return "application/pdf" if b"%PDF-" in head[:1024] else None


def _boxed(head: bytes) -> str | None:
    """Return the media type of files that are made of boxes or chunks, each under four letters."""
    kind, first = head[8:12], head[4:8]
    if first == b"ftyp":
        return BRANDS.get(kind, "video/mp4")
    if first in QUICKTIME and not head[0]:
        return "video/quicktime"
    if head[:4] in {b"RIFF", b"RF64", b"RIFX"}:
        return RIFF.get(kind)
    return "audio/aiff" if head[:4] == b"FORM" and kind in {b"AIFF", b"AIFC"} else None


def _is_disc(stream: BinaryIO) -> bool:
    """Tell whether a file is the image of a disc, by its first descriptor (ECMA-119, 8.1)."""
    stream.seek(32_769)
    return stream.read(5) == b"CD001"


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
    kinds = (kind for name, kind in CONTAINERS if any(re.match(name, each) for each in names))
    return stated or next(kinds, unknown)


def _members(stream: BinaryIO) -> tuple[str, list[str]]:
    """Return the media type that an OpenDocument or EPUB states, and the names of all members."""
    with open_zip(stream) as container:
        infos = container.infolist()
        stated = b""
        first = infos[0] if infos else None
        # By other methods 200 bytes can unpack to megabytes.
        is_plain = first and first.compress_type in METHODS and first.compress_size < 200
        if first and is_plain and first.filename == "mimetype" and first.file_size < 200:
            stated = container.read(first)
        return stated.decode("ascii").strip(), [info.filename for info in infos]


def _ole(stream: BinaryIO) -> str:
    try:
        # A workbook may hold a Word document: what lies deeper does not tell what the whole is.
        names = guarded(lambda: Container(stream)).root.inside or {}
    except ExtractError:
        names = {}
    return next((kind for name, kind in OLE_STREAMS if name in names), "application/x-ole-storage")


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
    if start.startswith(("-----begin pkcs7-----", "-----begin cms-----")):
        return CMS
    card = re.match(r"begin:(vcalendar|vcard)\s", start)
    if card:
        return CALENDAR if card[1] == "vcalendar" else CARD
    first, _, rest = text.lstrip().partition("\n")
    if POSTMARK.match(first) and (_is_mail(rest) or "\nfrom:" in start):
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
    """Return the media type of text whose name tells nothing: JSON, SQL, a table, or plain text."""
    stream.seek(0)
    text = decode(stream.read(HEAD_BYTES)).lstrip("\ufeff")
    if re.match(r'\s*(?:\[\s*)?\{\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:|\})', text):
        first, _, rest = text.partition("\n")
        is_lines = first.rstrip().endswith("}") and rest.lstrip().startswith("{")
        return "application/x-ndjson" if is_lines else "application/json"
    if SQL.search(text):
        return "application/sql"
    lines = text.split("\n")
    table = _delimited.sniff(lines[:-1] if len(lines) > 1 else lines)
    is_clear = table and table.delimiter in ";\t|" and table.width >= 3 and table.share >= 0.9
    return "text/csv" if is_clear and len(lines) > 3 else TEXT
