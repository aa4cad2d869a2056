"""Stage 3, extract: 7z archives. Files that were packed as one stream are unpacked in order."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._archive import BLOCK_BYTES, Unpacking, length, too_many
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_ENTRIES
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, METHOD
from pii_scan.model import Extractor, Part

if TYPE_CHECKING:
    from py7zr import SevenZipFile
    from py7zr.archiveinfo import Folder
    from py7zr.compressor import SevenZipDecompressor
    from py7zr.py7zr import ArchiveFile

EPOCH_SECONDS: Final = 11_644_473_600
"""From 1601, where the clock of Windows begins ([MS-DTYP] 2.3.3 FILETIME), to 1970."""
READ_BYTES: Final = 1 << 16
"""Packed bytes that are read at a time: some methods unpack all of them at once."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the files in the order in which they were packed.

    Raises:
        ExtractError: the list of files is encrypted or damaged, or the archive unpacks to too much.
    """
    from py7zr import SevenZipFile
    from py7zr.exceptions import PasswordRequired, UnsupportedCompressionMethodError

    unpacking = Unpacking(length(stream))
    try:
        archive = SevenZipFile(stream)
    except PasswordRequired:
        raise ExtractError(ENCRYPTED) from None
    except UnsupportedCompressionMethodError:
        raise ExtractError(METHOD) from None
    files: list[ArchiveFile] = list(archive.files)
    for file in files[:MAX_ENTRIES]:
        if file.is_directory:
            yield from unpacking.folder(file.filename)
        elif file.emptystream:
            yield from unpacking.member(file.filename, 0, (), _modified(file))
    yield from _streams(archive, stream, unpacking)
    if len(files) > MAX_ENTRIES:
        yield too_many(len(files))


def _streams(archive: "SevenZipFile", stream: BinaryIO, unpacking: Unpacking) -> Iterator[Part]:
    """Yield the files of each packed stream. What py7zr has for it gives all files at once."""
    main = archive.header.main_streams
    places: list[int] = main.packinfo.packpositions if main else []
    first = 0
    for folder in main.unpackinfo.folders if main else ():
        begin, end = places[first], places[min(first + 1, len(places) - 1)]
        first += len(folder.packed_indices)
        stream.seek(archive.afterheader + begin)
        yield from _folder(folder, stream, end - begin, unpacking)


def _folder(
    folder: "Folder", stream: BinaryIO, packed: int, unpacking: Unpacking
) -> Iterator[Part]:
    reason: str | None = None
    try:
        unpacker = _unpacker(folder, packed)
    except ExtractError as error:
        reason = error.reason
    file: ArchiveFile
    for file in folder.files or ():
        if file.id >= MAX_ENTRIES:
            return
        if reason:
            yield from unpacking.left_out(file.filename, reason)
            continue
        rest = _Pieces(unpacker, stream, file)
        yield from unpacking.member(file.filename, file.uncompressed, rest, _modified(file))
        reason = _drain(rest)


def _drain(rest: Iterator[bytes]) -> str | None:
    """Go past what was not wanted of a file, to the next; return why there is none."""
    try:
        while guarded(lambda: next(rest, None)) is not None:
            pass
    except ExtractError as error:
        return error.reason
    return None


def _unpacker(folder: "Folder", packed: int) -> "SevenZipDecompressor":
    from py7zr.compressor import SevenZipDecompressor
    from py7zr.exceptions import PasswordRequired, UnsupportedCompressionMethodError

    try:
        return SevenZipDecompressor(
            folder.coders, packed, folder.unpacksizes, folder.crc, blocksize=READ_BYTES
        )
    except PasswordRequired:
        raise ExtractError(ENCRYPTED) from None
    except UnsupportedCompressionMethodError:
        raise ExtractError(METHOD) from None


class _Pieces:
    """The bytes of one file, as they come out of the stream that it was packed in.

    Not a generator: one that has failed ends as if all had been well.
    """

    def __init__(
        self, unpacker: "SevenZipDecompressor", stream: BinaryIO, file: "ArchiveFile"
    ) -> None:
        self._unpacker = unpacker
        self._stream = stream
        self._left = file.uncompressed
        self._stated = file.crc32
        self._sum = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._left:
            if self._stated is not None and self._stated != self._sum:
                raise ExtractError(DAMAGED)
            raise StopIteration
        place = self._stream.tell()
        piece = b""
        while not piece:
            piece = self._unpacker.decompress(self._stream, min(self._left, BLOCK_BYTES))
            if not piece and self._stream.tell() == place:
                raise ExtractError(DAMAGED)
            place = self._stream.tell()
        self._left -= len(piece)
        self._sum = zlib.crc32(piece, self._sum)
        return bytes(piece)


def _modified(file: "ArchiveFile") -> datetime | None:
    ticks = file.lastwritetime
    try:
        return datetime.fromtimestamp(ticks / 10**7 - EPOCH_SECONDS, UTC) if ticks else None
    except (ValueError, OverflowError, OSError):
        return None


EXTRACTOR = Extractor(media_types=("application/x-7z-compressed",), suffixes=(".7z",), parts=parts)
