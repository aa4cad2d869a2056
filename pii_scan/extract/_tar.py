"""Stage 3, extract: TAR archives, read from front to back without going back."""

import io
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final, cast

from pii_scan.errors import ExtractError
from pii_scan.extract._archive import BLOCK_BYTES, Unpacking, may_unpack_to, too_many
from pii_scan.extract._decode import decode
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_ENTRIES, MAX_PART_BYTES
from pii_scan.extract._reasons import DAMAGED, EXPANDS
from pii_scan.extract._text import fields
from pii_scan.model import Part

RECORD_BYTES: Final = 512
"""POSIX.1-2017, pax, "ustar Interchange Format": all sizes are rounded up to this."""
MAX_HEADER_BYTES: Final = 1 << 20
"""Of all headers before one file: those of long names and of properties come first."""
CHECKSUM: Final = slice(148, 156)


class Forward:
    """A stream of which no more is read than is allowed, and nothing twice.

    What comes out of a decompressor can only go back by beginning anew.
    """

    def __init__(self, source: io.BufferedIOBase, limit: int) -> None:
        """Begin where the source stands."""
        self._source = source
        self._limit = limit
        self._ceiling = limit
        self._ahead = b""
        """Bytes that were looked at and not read."""
        self.last = b""
        """What was read last."""

    def allow(self, size: int) -> None:
        """Allow that many bytes from here on, in place of what was allowed before."""
        self._ceiling = min(self._limit, self.tell() + size)

    def tell(self) -> int:
        """Return how many bytes have passed."""
        return self._source.tell() - len(self._ahead)

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Go forward.

        Raises:
            ExtractError: that is backward, or too far.
        """
        step = place - self.tell()
        if whence != io.SEEK_SET or step < 0:
            raise ExtractError(DAMAGED)
        if place > self._limit:
            raise ExtractError(EXPANDS)
        self._ahead = self._ahead[step:]
        return self._source.seek(max(place, self._source.tell()))

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            ExtractError: those are more than allowed.
        """
        if size < 0 or self.tell() + size > self._ceiling:
            raise ExtractError(EXPANDS)
        self.last, self._ahead = self._ahead[:size], self._ahead[size:]
        while len(self.last) < size and (piece := self._piece(size - len(self.last))):
            self.last += piece
        return self.last

    def _piece(self, size: int) -> bytes:
        """Return some of the next bytes; none where the source fails after those that were read."""
        try:
            return guarded(lambda: self._source.read1(size))
        except ExtractError:
            if self.last:
                return b""
            raise

    def peek(self) -> bytes:
        """Return the next record, and stay before it."""
        self._ahead = self._ahead or self.read(RECORD_BYTES)
        return self._ahead


def is_tar(head: bytes) -> bool:
    """Tell whether the first record of a file is the header of a member, by its checksum."""
    if len(head) < RECORD_BYTES or not head[0]:
        return False
    record = bytearray(head[:RECORD_BYTES])
    try:
        stated = int(bytes(record[CHECKSUM]).strip(b" \0") or b"0", 8)
    except ValueError:
        return False
    record[CHECKSUM] = b" " * 8
    return sum(record) == stated


def members(source: io.BufferedIOBase, packed: int) -> Iterator[Part]:
    """Yield what an archive holds, and what follows it if that is an archive as well.

    Args:
        source: stands at the start.
        packed: bytes of the file that it comes out of, as it lies there.

    Raises:
        ExtractError: it is damaged from here on, or is too much.
    """
    stream, unpacking = Forward(source, may_unpack_to(packed)), Unpacking(packed)
    count, has_more = 0, True
    while has_more:
        stream.allow(MAX_HEADER_BYTES)
        # Of a file, tarfile uses only what `Forward` has.
        archive = tarfile.TarFile(fileobj=cast(BinaryIO, stream), errors="surrogateescape")
        for info in _headers(archive, stream):
            count += 1
            if count > MAX_ENTRIES:
                yield too_many()
                return
            yield from _entry(archive, info, stream, unpacking)
        has_more = _has_more(stream)


def _headers(archive: tarfile.TarFile, stream: Forward) -> Iterator[tarfile.TarInfo]:
    end = -1
    while True:
        stream.allow(MAX_HEADER_BYTES)
        info = archive.next()
        if info is None:
            return
        # A negative size leads back to where it stands.
        if archive.offset <= end:
            raise ExtractError(DAMAGED)
        end = archive.offset
        archive.members = []  # type: ignore[attr-defined] # else it keeps every header
        yield info


def _entry(
    archive: tarfile.TarFile, info: tarfile.TarInfo, stream: Forward, unpacking: Unpacking
) -> Iterator[Part]:
    name = _text(info.name)
    if comment := info.pax_headers.get("comment"):
        yield from fields([("", _text(comment))], "comment")
    if info.isdir():
        yield from unpacking.folder(name)
    elif info.issym() or info.islnk():
        yield from unpacking.link(name, _text(info.linkname))
    elif not info.isdev():
        stream.allow(MAX_PART_BYTES + RECORD_BYTES)
        yield from unpacking.member(
            name, info.size, _pieces(archive, info, stream), _modified(info)
        )


def _pieces(archive: tarfile.TarFile, info: tarfile.TarInfo, stream: Forward) -> Iterator[bytes]:
    if info.issparse():
        source = archive.extractfile(info)
        while source is not None and (piece := source.read(BLOCK_BYTES)):
            yield piece
        return
    # As it comes: tarfile gives nothing of a piece whose end is missing.
    stream.seek(info.offset_data)
    left = info.size
    while left:
        piece = stream.read(min(left, BLOCK_BYTES))
        if not piece:
            raise ExtractError(DAMAGED)
        left -= len(piece)
        yield piece


def _has_more(stream: Forward) -> bool:
    """Tell whether an archive is followed by another, past the empty records at its end.

    Raises:
        ExtractError: it has no such end, or what follows is none.
    """
    if stream.last != bytes(RECORD_BYTES):
        # tarfile takes a header that it cannot read for the end.
        raise ExtractError(DAMAGED)
    stream.allow(MAX_HEADER_BYTES)
    while (record := stream.peek()) and not record.strip(b"\0"):
        stream.read(len(record))
    if record and not is_tar(record):
        raise ExtractError(DAMAGED)
    return bool(record)


def _text(name: str) -> str:
    """Return a name whose bytes are no UTF-8 by the rule."""
    return decode(name.encode("utf-8", "surrogateescape"))


def _modified(info: tarfile.TarInfo) -> datetime | None:
    try:
        return datetime.fromtimestamp(info.mtime, UTC) if info.mtime > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
