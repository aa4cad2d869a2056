"""Stage 3, extract: ZIP archives, those cut off before their list of members as well."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from datetime import UTC, datetime
from typing import BinaryIO, Final, cast

from pii_scan.errors import ExtractError
from pii_scan.extract import _zip_cut
from pii_scan.extract._archive import BLOCK_BYTES, Unpacking, length, too_many
from pii_scan.extract._container import open_zip
from pii_scan.extract._decode import decode
from pii_scan.extract._limits import FREE_BYTES, MAX_ENTRIES, MAX_RATIO
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, EXPANDS, METHOD
from pii_scan.extract._text import fields
from pii_scan.model import Extractor, Part

METHODS: Final = {
    zipfile.ZIP_STORED: BLOCK_BYTES,
    zipfile.ZIP_DEFLATED: BLOCK_BYTES,
    zipfile.ZIP_BZIP2: 4096,
    zipfile.ZIP_LZMA: 4096,
}
"""Bytes that are read at a time. Of the last two, zipfile unpacks all that it reads at once, and
4,096 bytes of bzip2 can be 80 MB."""
IS_ENCRYPTED: Final = 1
"""Flag of a member (APPNOTE.TXT 4.4.4); so is the next."""
IS_UTF8: Final = 1 << 11
WINDOWS: Final = frozenset({0, 10, 11})
"""Systems that write names in the code page of DOS: FAT, NTFS (APPNOTE.TXT 4.4.2)."""
UNSET: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The first moment that a ZIP can state; what writes it has no clock, or hides it."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the members in the order of the list, and the comments.

    Raises:
        ExtractError: there is no list of members, or they unpack to too much.
    """
    unpacking = Unpacking(length(stream))
    try:
        container = open_zip(stream)
    except ExtractError as error:
        if error.reason == DAMAGED:
            for name, pieces in _zip_cut.entries(stream):
                yield from unpacking.member(name, 0, pieces)
        raise
    with container:
        yield from fields([("", decode(container.comment))], "comment")
        infos = container.infolist()
        for info in infos[:MAX_ENTRIES]:
            yield from _entry(container, info, unpacking)
        if len(infos) > MAX_ENTRIES:
            yield too_many(len(infos))


def _entry(
    container: zipfile.ZipFile, info: zipfile.ZipInfo, unpacking: Unpacking
) -> Iterator[Part]:
    name, reason = _name(info), _refusal(info)
    yield from fields([("", decode(info.comment))], "comment")
    if reason:
        yield from unpacking.left_out(name, reason)
    elif info.is_dir() and not info.file_size:
        yield from unpacking.folder(name)
    else:
        pieces = _pieces(container, info)
        yield from unpacking.member(name, info.file_size, pieces, _modified(info))


def _refusal(info: zipfile.ZipInfo) -> str | None:
    """Return why a member is not opened. Of what it states, zipfile reads no more than that."""
    if info.flag_bits & IS_ENCRYPTED:
        return ENCRYPTED
    if info.compress_type not in METHODS:
        return METHOD
    is_bomb = info.file_size > max(FREE_BYTES, MAX_RATIO * info.compress_size)
    return EXPANDS if is_bomb else None


def _pieces(container: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    # zipfile keeps to itself what fails its checksum, unless none is stated.
    unchecked, total = copy(info), 0
    del unchecked.CRC
    with container.open(unchecked) as source:
        while piece := cast(io.BufferedIOBase, source).read1(METHODS[info.compress_type]):
            total = zlib.crc32(piece, total)
            yield piece
    if total != info.CRC:
        raise ExtractError(DAMAGED)


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name by the code page that the system it was packed on writes.

    That is 850 on a Dutch Windows. Many write UTF-8 without saying so, which shows.
    """
    if info.flag_bits & IS_UTF8 or info.orig_filename.isascii():
        return info.orig_filename
    # zipfile decodes as code page 437, in which every byte is some character.
    raw = info.orig_filename.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850" if info.create_system in WINDOWS else "cp1252", "replace")


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    """Return the moment as it is stated: a ZIP knows no zones, and the day is what counts."""
    try:
        moment = datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment > UNSET else None


EXTRACTOR = Extractor(
    media_types=("application/zip", "application/java-archive"),
    suffixes=(".zip", ".jar"),
    parts=parts,
)
