"""Stage 3, extract: how much of a hostile file is read before it is refused."""

from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._reasons import TOO_LARGE

MAX_BYTES: Final = 512 << 20
"""Of a file that has to be in memory as a whole."""
MAX_PART_BYTES: Final = 256 << 20
"""Of one unpacked part of a container."""
MAX_EXPANDED_BYTES: Final = 1 << 30
"""Of all unpacked parts of a container together."""
MAX_RATIO: Final = 250
"""Unpacked to packed, beyond `FREE_BYTES`. Sheets of equal cells reach 100, bombs start at 1,000.
"""
FREE_BYTES: Final = 16 << 20
"""A container that unpacks to less than this may have any ratio."""
MAX_MEMBERS: Final = 10_000
"""Parts of a container, parts of a message, attachments."""
MAX_DATABASE_BYTES: Final = 4 << 30
"""Of a database, which is copied to disk for the time it is read."""
MAX_ENTRIES: Final = 100_000
"""Members of an archive, folders and links counted."""
MAX_ARCHIVE_BYTES: Final = 16 << 30
"""Of all members of an archive together, which are in memory one at a time."""
MAX_DIRECTORY_BYTES: Final = 32 << 20
"""Of the list of members in a zip, which is in memory as a whole: 100,000 names of 250 letters."""
MAX_DEPTH: Final = 200
"""Elements, objects or lists inside one another."""
MAX_COLUMNS: Final = 1_000
MAX_ROWS: Final = 5_000_000
"""Of one table; Excel itself stops at 1,048,576."""
MAX_CELLS: Final = 20_000_000
"""Of one sheet, empty ones counted: its parser lays a grid over the outermost cells."""
BLOCK_ROWS: Final = 1_000
"""Rows of one `Table`."""
CHUNK_CHARS: Final = 16_000
"""Characters of one `Chunk` of running text."""

MAX_PIXELS: Final = 64_000_000
"""Of one picture; a page of A4 at 600 dots an inch has 35 million."""
MAX_PICTURES: Final = 40
"""Of one file that are read: at 2 to 5 seconds each, they fit the time that a file gets."""


def read(stream: BinaryIO, limit: int = MAX_BYTES) -> bytes:
    """Return a stream from its start to its end.

    Raises:
        ExtractError: it is longer than `limit` bytes.
    """
    stream.seek(0)
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise ExtractError(TOO_LARGE)
    return data
