"""Stage 3, extract: the files in an archive -> members, one in memory at a time.

Nothing is written to disk. What an archive unpacks to is counted as it comes, whatever it states.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import (
    FREE_BYTES,
    MAX_ARCHIVE_BYTES,
    MAX_ENTRIES,
    MAX_PART_BYTES,
    MAX_RATIO,
)
from pii_scan.extract._names import Names, harmless
from pii_scan.extract._reasons import EXPANDS, TOO_LARGE, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Chunk, Gap, Member, Part

BLOCK_BYTES: Final = 1 << 20


def length(stream: BinaryIO) -> int:
    """Return the size of a stream in bytes; it stands at its start afterwards."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def may_unpack_to(packed: int) -> int:
    """Return how many bytes an archive of `packed` bytes may unpack to.

    >>> may_unpack_to(42_000), may_unpack_to(1 << 40)
    (16777216, 17179869184)
    """
    return min(MAX_ARCHIVE_BYTES, max(FREE_BYTES, packed * MAX_RATIO))


class Unpacking:
    """How far an archive has been unpacked: the names that were given, the bytes that came."""

    def __init__(self, packed: int) -> None:
        """Begin with an archive of `packed` bytes."""
        self._left = may_unpack_to(packed)
        self._names = Names()
        self._folders: set[str] = set()

    def member(
        self, name: str, stated: int, pieces: Iterable[bytes], modified: datetime | None = None
    ) -> Iterator[Part]:
        """Yield a file by its name, the size that is stated for it, and its bytes as they come.

        Bytes before a fault count; the fault is a `Gap`.

        Raises:
            ExtractError: the archive unpacks to too much.
        """
        if stated > MAX_PART_BYTES:
            self.count(stated)
            yield from self.left_out(name, TOO_LARGE)
            return
        data, reason = io.BytesIO(), None
        try:
            self._fill(data, iter(pieces))
        except ExtractError as error:
            reason = error.reason
        if reason and (reason in {TOO_LARGE, EXPANDS} or not data.tell()):
            yield from self.left_out(name, reason)
        else:
            name = self._named(name)
            yield from self._place(name)
            yield Member(name, data.getvalue(), modified)
            if reason:
                yield Gap(reason, name)
        if reason == EXPANDS:
            raise ExtractError(EXPANDS)

    def _fill(self, data: io.BytesIO, pieces: Iterator[bytes]) -> None:
        while (piece := guarded(lambda: next(pieces, None))) is not None:
            data.write(piece)
            self.count(len(piece))
            if data.tell() > MAX_PART_BYTES:
                raise ExtractError(TOO_LARGE)

    def left_out(self, name: str, reason: str) -> Iterator[Part]:
        """Yield why a file is not opened, and what it is called, since no item will say so."""
        name = self._named(name)
        yield Gap(reason, name)
        yield Chunk(name, "names")

    def folder(self, name: str) -> Iterator[Part]:
        """Yield the name of a folder, which tells of people too."""
        yield from self._place(f"{harmless(name)}/")

    def link(self, name: str, target: str) -> Iterator[Part]:
        """Yield the names of a link and of what it points to; nobody follows it."""
        yield from fields([("link", harmless(name)), ("to", harmless(target))], "names")

    def count(self, size: int) -> None:
        """Take note of bytes that came out of the archive.

        Raises:
            ExtractError: those were too many.
        """
        self._left -= size
        if self._left < 0:
            raise ExtractError(EXPANDS)

    def _named(self, name: str) -> str:
        return self._names.unique(harmless(name))

    def _place(self, name: str) -> Iterator[Part]:
        folder = name.rpartition("/")[0]
        if folder and folder not in self._folders:
            self._folders.add(folder)
            yield Chunk(folder, "names")


def too_many(total: int | None = None) -> Gap:
    """Return what to say of an archive of which only the first members are read."""
    known = f" of {total}" if total else ""
    return Gap(TOO_MANY_PARTS, f"after {MAX_ENTRIES}{known} members")
