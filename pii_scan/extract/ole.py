"""Stage 3, extract: OLE objects and projects of macros: the file or the source in a container."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from pii_scan.extract import _ole
from pii_scan.extract._cfb import Container, streams
from pii_scan.model import NO_READER, Extractor, Gap, Member, Part

QUIET: Final = frozenset({"equation native", "dir"})
"""Streams of formulas and macros: nothing is missed when no file is in them."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the file that was put in, the source of macros, and properties.

    Raises:
        ExtractError: the container cannot be opened.
    """
    ole = Container(stream)
    is_read = any(map(ole.holds, (_ole.NATIVE, *_ole.FILES)))
    if is_read:
        member = _ole.embedded(ole, "object", ole.root.inside or {})
        yield Member(member.name.removeprefix("object/"), member.data)
    names = (path[-1].lower() for path, _ in streams(ole.root.inside or {}))
    is_read = is_read or not QUIET.isdisjoint(names)
    for part in _ole.beside(ole):
        is_read = is_read or isinstance(part, Member)
        yield part
    if not is_read:
        yield Gap(NO_READER)


EXTRACTOR = Extractor(media_types=("application/x-ole-storage",), suffixes=(), parts=parts)
