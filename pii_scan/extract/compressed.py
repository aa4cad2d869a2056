"""Stage 3, extract: gzip, bzip2, xz and Zstandard: a TAR archive inside, or one file."""

import bz2
import gzip
import io
import lzma
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _tar
from pii_scan.extract._archive import BLOCK_BYTES, Unpacking, length
from pii_scan.extract._decode import decode
from pii_scan.extract._guard import guarded
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Part

CONTENT: Final = "content"
"""What the file inside is called where nothing is said."""
GZIP: Final = b"\x1f\x8b"
HAS_EXTRA, HAS_NAME, HAS_COMMENT = 4, 8, 16
"""Flags of a gzip header (RFC 1952, 2.3.1)."""
LONGEST_HEADER: Final = 1 << 17


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the members of a TAR archive, or the one file and what its header says of it."""
    packed = length(stream)
    head = stream.read(LONGEST_HEADER)
    try:
        record = guarded(lambda: _open(stream, head).read(_tar.RECORD_BYTES))
    except ExtractError:
        record = b""
    if _tar.is_tar(record):
        yield from _tar.members(_open(stream, head), packed)
        return
    name, comment, modified = _gzip_header(head) if head.startswith(GZIP) else ("", "", None)
    yield from fields([("", comment)], "comment")
    pieces = _pieces(_open(stream, head))
    yield from Unpacking(packed).member(name or CONTENT, 0, pieces, modified)


def _open(stream: BinaryIO, head: bytes) -> io.BufferedIOBase:
    """Return what a file unpacks to, from its start."""
    stream.seek(0)
    if head.startswith(GZIP):
        return gzip.GzipFile(fileobj=stream)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(stream)
    if head.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile(stream)
    from backports import zstd

    return zstd.ZstdFile(stream)


def _pieces(source: io.BufferedIOBase) -> Iterator[bytes]:
    while piece := source.read1(BLOCK_BYTES):
        yield piece


def _gzip_header(head: bytes) -> tuple[str, str, datetime | None]:
    """Return the name of the file, the comment and the moment that gzip states (RFC 1952, 2.3)."""
    flags, seconds = head[3], int.from_bytes(head[4:8], "little")
    rest = head[10:]
    if flags & HAS_EXTRA:
        rest = rest[2 + int.from_bytes(rest[:2], "little") :]
    name, comment = b"", b""
    if flags & HAS_NAME:
        name, _, rest = rest.partition(b"\0")
    if flags & HAS_COMMENT:
        comment, _, rest = rest.partition(b"\0")
    moment = datetime.fromtimestamp(seconds, UTC) if seconds else None
    return decode(name), decode(comment), moment


EXTRACTOR = Extractor(
    media_types=(
        "application/gzip",
        "application/x-bzip2",
        "application/x-xz",
        "application/zstd",
    ),
    suffixes=(".gz", ".tgz", ".bz2", ".xz", ".zst"),
    parts=parts,
)
