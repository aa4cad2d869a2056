"""Stage 3, extract: OLE objects and projects of macros: the file or the source in a container."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from pii_scan.model import NO_READER, Extractor, Gap, Member, Part

QUIET: Final = frozenset({"equation native", "dir"})
"""Streams of formulas and macros: nothing is missed when no file is in them."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the file that was put in, the source of macros, and properties.

    Raises:
        ExtractError: the container cannot be opened.
    """
    from pii_scan.extract import _ole

    ole = _ole.opened(stream)
    names = ["/".join(path) for path in ole.listdir(streams=True, storages=False)]
    files = [name for name in names if name.lower() in {_ole.NATIVE, *_ole.FILES}]
    if files:
        member = _ole.embedded(ole, "", files)
        yield Member(member.name.removeprefix("object/"), member.data)
    is_read = bool(files) or any(name.rpartition("/")[2].lower() in QUIET for name in names)
    for part in _ole.beside(ole):
        is_read = is_read or isinstance(part, Member)
        yield part
    if not is_read:
        yield Gap(NO_READER)


EXTRACTOR = Extractor(media_types=("application/x-ole-storage",), suffixes=(), parts=parts)
