"""Stage 3, extract: ZIP containers of documents, opened after a look at what they unpack to."""

import io
import struct
import zipfile
from itertools import starmap
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._limits import (
    FREE_BYTES,
    MAX_DIRECTORY_BYTES,
    MAX_EXPANDED_BYTES,
    MAX_MEMBERS,
    MAX_PART_BYTES,
    MAX_RATIO,
)
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, EXPANDS, METHOD, TOO_MANY_PARTS

METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""All that documents may use (ECMA-376-2, annex B; OpenDocument 1.3, part 2, 2.2). Of the others
zipfile unpacks a member as a whole, whatever size it states."""
LONGEST_END: Final = 65_535 + 22
"""Bytes of the last record of a ZIP with its comment (APPNOTE.TXT 4.3.16)."""


def open_zip(stream: BinaryIO) -> zipfile.ZipFile:
    """Open a ZIP whose list of members is of a sane size; nothing is said of what they unpack to.

    Raises:
        ExtractError: it is none, or its list is too long.
    """
    if _directory_bytes(stream) > MAX_DIRECTORY_BYTES:
        raise ExtractError(TOO_MANY_PARTS)
    stream.seek(0)
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise ExtractError(DAMAGED) from None


def _directory_bytes(stream: BinaryIO) -> int:
    """Return how long a ZIP says its list of members is (APPNOTE.TXT 4.3.14 and 4.3.16)."""
    stream.seek(-min(LONGEST_END + 76, stream.seek(0, io.SEEK_END)), io.SEEK_END)
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    wide = tail.rfind(b"PK\x06\x06", 0, max(end, 0))
    try:
        (size,) = struct.unpack_from("<I", tail, end + 12) if end >= 0 else (0,)
        if size == 0xFFFFFFFF and wide >= 0:
            (size,) = struct.unpack_from("<Q", tail, wide + 40)
    except struct.error:
        return 0
    return int(size)


def open_container(stream: BinaryIO) -> zipfile.ZipFile:
    """Open a container of a sane size.

    Raises:
        ExtractError: it is no container, is encrypted, or unpacks to too much. A member that lies
            about its size is cut off there by zipfile itself, and fails its checksum.
    """
    container = open_zip(stream)
    infos = container.infolist()
    if any(info.file_size > MAX_PART_BYTES for info in infos):
        raise ExtractError(EXPANDS)
    if len(infos) > MAX_MEMBERS:
        raise ExtractError(TOO_MANY_PARTS)
    if any(info.flag_bits & 1 for info in infos):
        raise ExtractError(ENCRYPTED)
    if any(info.compress_type not in METHODS for info in infos):
        raise ExtractError(METHOD)
    sizes = [(info.compress_size, info.file_size) for info in infos]
    total = sum(packed for packed, _ in sizes), sum(expanded for _, expanded in sizes)
    if total[1] > MAX_EXPANDED_BYTES or any(starmap(_is_bomb, [total, *sizes])):
        raise ExtractError(EXPANDS)
    return container


def _is_bomb(packed: int, expanded: int) -> bool:
    return expanded > FREE_BYTES and expanded > MAX_RATIO * max(packed, 1)
