"""Stage 3, extract: ZIP containers of documents, opened after a look at what they unpack to."""

import zipfile
from itertools import starmap
from typing import BinaryIO

from pii_scan.errors import ExtractError
from pii_scan.extract._limits import (
    FREE_BYTES,
    MAX_EXPANDED_BYTES,
    MAX_MEMBERS,
    MAX_PART_BYTES,
    MAX_RATIO,
)
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, EXPANDS, TOO_MANY_PARTS


def open_container(stream: BinaryIO) -> zipfile.ZipFile:
    """Open a container of a sane size.

    Raises:
        ExtractError: it is no container, is encrypted, or unpacks to too much. A member that lies
            about its size is cut off there by zipfile itself, and fails its checksum.
    """
    stream.seek(0)
    try:
        container = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise ExtractError(DAMAGED) from None
    infos = container.infolist()
    if any(info.file_size > MAX_PART_BYTES for info in infos):
        raise ExtractError(EXPANDS)
    if len(infos) > MAX_MEMBERS:
        raise ExtractError(TOO_MANY_PARTS)
    if any(info.flag_bits & 1 for info in infos):
        raise ExtractError(ENCRYPTED)
    sizes = [(info.compress_size, info.file_size) for info in infos]
    total = sum(packed for packed, _ in sizes), sum(expanded for _, expanded in sizes)
    if total[1] > MAX_EXPANDED_BYTES or any(starmap(_is_bomb, [total, *sizes])):
        raise ExtractError(EXPANDS)
    return container


def _is_bomb(packed: int, expanded: int) -> bool:
    return expanded > FREE_BYTES and expanded > MAX_RATIO * max(packed, 1)
