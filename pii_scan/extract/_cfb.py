"""Stage 3, extract: compound files ([MS-CFB]): read as trees of streams, and made of such trees.

Made are files of version 4, of which the sectors are large: 450 MB need no tables of tables.
"""

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, Final, TypeAlias

from pii_scan.errors import ExtractError
from pii_scan.extract._limits import MAX_DEPTH, MAX_PART_BYTES
from pii_scan.extract._reasons import DAMAGED, EXPANDS, TOO_DEEP, TOO_LARGE, TOO_MANY_PARTS

Content: TypeAlias = "bytes | Mapping[str, Content]"
"""Of a stream, or of a storage: what is in it by name."""


MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR: Final = 4096
MINI_SECTOR: Final = 64
CUTOFF: Final = 4096
"""Smaller streams lie in sectors of 64 bytes within one stream of their own (2.2)."""
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
LARGEST: Final = 0xFFFFFFFA
"""Numbers from here on are of no sector (2.1)."""
ENTRY_BYTES: Final = 128
MOST_ENTRIES: Final = 200_000
STORAGE, STREAM, ROOT = 1, 2, 5
BLACK: Final = 1
LEAST_SECTORS: Final = 12
"""Of a file that is made: in shorter ones calamine does not find a workbook of 4,000 bytes, since
it takes sectors for those of 512 bytes somewhere. Streams at the top are laid first for it too."""
MOST_READ: Final = 4
"""Times the size of the file that is read of it: streams may lie upon each other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A storage or a stream."""

    start: int
    """Its first sector."""
    size: int
    """Bytes."""
    inside: "dict[str, Entry] | None"
    """What a storage holds by name; `None`: it is a stream."""


class Container:
    """A compound file that is read, as far as it goes where it is damaged."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the header, the tables and the directory.

        Raises:
            ExtractError: it is damaged, or has too many entries.
        """
        self.is_whole = True
        """Whether all that was read so far was there."""
        self._stream = stream
        self._size = stream.seek(0, 2)
        self._left = self._size * MOST_READ
        header = self._bytes(0, 512)
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if not header.startswith(MAGIC) or not 7 <= shift <= 16 or not 2 <= mini_shift < shift:
            raise ExtractError(DAMAGED)
        self._sector, self._mini_sector = 1 << shift, 1 << mini_shift
        directory, _, self._cutoff, mini, _, tables, _ = struct.unpack_from("<7I", header, 48)
        own = _numbers(header[76:512])
        self._fat = self._table(self._listed(own, tables))
        self._mini_fat = array("I")
        self._mini_fat = self._table(self._chain(mini, self._fat))
        listed = b"".join(map(self._at, self._chain(directory, self._fat)))
        if len(listed) > MOST_ENTRIES * ENTRY_BYTES:
            raise ExtractError(TOO_MANY_PARTS)
        if len(listed) < ENTRY_BYTES:
            raise ExtractError(DAMAGED)
        start, size = struct.unpack_from("<IQ", listed, 116)
        self._minis = array("I", self._chain(start, self._fat))
        """Sectors of the stream that small streams lie in."""
        self.root = Entry(start, size, _whole(listed))

    def read(self, entry: Entry) -> bytes:
        """Return the content of a stream, or what there is of it; `is_whole` tells.

        Raises:
            ExtractError: it is too large.
        """
        size = min(entry.size, self._size)
        if size > MAX_PART_BYTES:
            raise ExtractError(TOO_LARGE)
        is_small = entry.size < self._cutoff
        found = bytearray()
        for sector in self._chain(entry.start, self._mini_fat if is_small else self._fat):
            if len(found) >= size:
                break
            found += self._at_mini(sector) if is_small else self._at(sector)
        self._left -= len(found)
        if self._left < 0:
            raise ExtractError(EXPANDS)
        if len(found) < entry.size:
            self.is_whole = False
        return bytes(found[:size])

    def content(self, name: str) -> bytes:
        """Return a stream at the top by its name, nothing if there is none.

        Raises:
            ExtractError: it is too large.
        """
        entry = self._top.get(name.lower())
        return self.read(entry) if entry else b""

    def holds(self, name: str) -> bool:
        """Tell whether a stream stands at the top."""
        return name.lower() in self._top

    @cached_property
    def _top(self) -> dict[str, Entry]:
        """Streams at the top; names are equal whatever their case (2.6.4)."""
        entries = (self.root.inside or {}).items()
        return {name.lower(): entry for name, entry in entries if entry.inside is None}

    def tree(self, storage: Mapping[str, Entry], depth: int = 0) -> dict[str, Content]:
        """Return a storage with all that is in it.

        Raises:
            ExtractError: it is too large or too deep.
        """
        if depth > MAX_DEPTH:
            raise ExtractError(TOO_DEEP)
        return {
            name: self.read(entry) if entry.inside is None else self.tree(entry.inside, depth + 1)
            for name, entry in storage.items()
        }

    def _bytes(self, start: int, size: int) -> bytes:
        self._stream.seek(start)
        return self._stream.read(size).ljust(min(size, 512), b"\0")

    def _at(self, sector: int) -> bytes:
        self._stream.seek((sector + 1) * self._sector)
        return self._stream.read(self._sector)

    def _at_mini(self, sector: int) -> bytes:
        number, start = divmod(sector * self._mini_sector, self._sector)
        if number >= len(self._minis):
            return b""
        self._stream.seek((self._minis[number] + 1) * self._sector + start)
        return self._stream.read(self._mini_sector)

    def _listed(self, own: "array[int]", start: int) -> Iterator[int]:
        """Yield the sectors of the table of chains: of the header, and of lists beyond (2.5)."""
        yield from (sector for sector in own if sector < LARGEST)
        for _ in range(self._size // self._sector):
            if start >= LARGEST:
                return
            more = _numbers(self._at(start))
            if not more:
                return
            yield from (sector for sector in more[:-1] if sector < LARGEST)
            start = more[-1]

    def _table(self, sectors: Iterator[int]) -> "array[int]":
        found = array("I")
        for sector in sectors:
            found.extend(_numbers(self._at(sector)))
            if len(found) * 4 > 2 * self._size + self._sector:
                raise ExtractError(DAMAGED)
        return found

    def _chain(self, sector: int, table: "array[int]") -> Iterator[int]:
        """Yield the sectors that follow one another; no more than there are.

        The first one counts though the table that it stands in is lost.
        """
        size = self._mini_sector if table is self._mini_fat else self._sector
        for _ in range(self._size // size):
            if sector >= LARGEST:
                return
            yield sector
            if sector >= len(table):
                return
            sector = table[sector]


def _numbers(data: bytes) -> "array[int]":
    found = array("I", data[: len(data) // 4 * 4])
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _whole(listed: bytes) -> dict[str, Entry]:
    """Return what the root holds; streams that no storage leads to are taken to stand there too."""
    seen = {0}
    found = _inside(listed, 0, seen)
    for number in range(1, len(listed) // ENTRY_BYTES):
        if number not in seen and listed[number * ENTRY_BYTES + 66] == STREAM:
            name, entry, _ = _entry(listed, number, seen)
            if entry:
                found.setdefault(name, entry)
    return found


def _inside(listed: bytes, number: int, seen: set[int]) -> dict[str, Entry]:
    """Return what a storage holds (2.6); entries that were seen before are left out."""
    found: dict[str, Entry] = {}
    open_ = [struct.unpack_from("<I", listed, number * ENTRY_BYTES + 76)[0]]
    while open_:
        number = open_.pop()
        if number in seen or (number + 1) * ENTRY_BYTES > len(listed):
            continue
        seen.add(number)
        name, entry, beside = _entry(listed, number, seen)
        open_ += beside
        if entry:
            found[name] = entry
    return found


def _entry(listed: bytes, number: int, seen: set[int]) -> tuple[str, Entry | None, list[int]]:
    """Return an entry of the directory by its name, and the numbers of its siblings."""
    at = number * ENTRY_BYTES
    length, kind, _, left, right = struct.unpack_from("<HBBII", listed, at + 64)
    name = listed[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    start, size = struct.unpack_from("<IQ", listed, at + 116)
    if kind == STORAGE:
        return name, Entry(start, size, _inside(listed, number, seen)), [right, left]
    # Version 3 leaves the upper half of the size undefined (2.6.1).
    stream = Entry(start, size & 0xFFFFFFFF, None) if kind == STREAM else None
    return name, stream, [right, left]


def streams(storage: Mapping[str, Entry]) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield every stream in a storage, at any depth, with its path."""
    open_: list[tuple[tuple[str, ...], Iterable[tuple[str, Entry]]]] = [((), storage.items())]
    while open_:
        path, entries = open_.pop()
        for name, entry in entries:
            if entry.inside is None:
                yield (*path, name), entry
            else:
                open_.append(((*path, name), entry.inside.items()))


def packed(tree: Mapping[str, Content]) -> bytes:
    """Return the file that holds a tree, whose names have at most 31 characters.

    Raises:
        ExtractError: it does not fit in what the header alone can address, some 450 MB.
    """
    entries: list[bytearray] = []
    streams: list[tuple[int, bytes]] = []
    """(entry, content)."""
    _enter("Root Entry", ROOT, tree, entries, streams)
    entries[0][64:66] = struct.pack("<H", 22)
    sectors: list[bytes] = []
    chain: list[int] = []
    # A sector that nobody uses: calamine takes a root without any for a damaged one.
    mini, minis = [FREE], bytearray(MINI_SECTOR)
    for number, data in streams:
        if len(data) < CUTOFF:
            start = _chained(mini, -(-len(data) // MINI_SECTOR))
            minis += data.ljust(-(-len(data) // MINI_SECTOR) * MINI_SECTOR, b"\0")
        else:
            start = _laid(data, sectors, chain)
        struct.pack_into("<IQ", entries[number], 116, start, len(data))
    start = _laid(bytes(minis), sectors, chain)
    struct.pack_into("<IQ", entries[0], 116, start, len(minis))
    table = struct.pack(f"<{len(mini)}I", *mini)
    table_start = _laid(table, sectors, chain, b"\xff")
    directory_start = _laid(b"".join(entries), sectors, chain)
    own = 0
    while own * (SECTOR // 4) < len(chain) + own:
        own += 1
    if own > 109:
        raise ExtractError(EXPANDS)
    first = len(chain)
    chain += [FAT] * own
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(own * SECTOR, b"\xff")
    header = struct.pack(
        "<8s16x5H6x9I",
        MAGIC,
        *(0x3E, 4, 0xFFFE, 12, 6),
        *(-(-len(entries) * 128 // SECTOR), own, directory_start, 0, CUTOFF),
        *(table_start, -(-len(table) // SECTOR), END, 0),
    )
    places = struct.pack("<109I", *range(first, first + own), *[FREE] * (109 - own))
    made = (header + places).ljust(SECTOR, b"\0") + b"".join(sectors) + fat
    return made.ljust(LEAST_SECTORS * SECTOR, b"\0")


def _enter(
    name: str,
    kind: int,
    content: Content,
    entries: list[bytearray],
    streams: list[tuple[int, bytes]],
) -> int:
    """Add the entry of a stream, or of a storage and all in it; return its number (2.6)."""
    number = len(entries)
    raw = name.encode("utf-16-le")
    entries.append(
        bytearray(
            struct.pack("<64sHBB3I", raw, len(raw) + 2, kind, BLACK, FREE, FREE, FREE).ljust(
                128, b"\0"
            )
        )
    )
    if isinstance(content, bytes):
        streams.append((number, content))
        return number
    held: dict[str, int] = {}
    for each in sorted(content, key=lambda each: not isinstance(content[each], bytes)):
        below = content[each]
        part = STREAM if isinstance(below, bytes) else STORAGE
        held[each] = _enter(each, part, below, entries, streams)
    # Names are in order of their length first (2.6.4).
    inside = [held[each] for each in sorted(held, key=lambda each: (len(each), each.upper()))]
    struct.pack_into("<I", entries[number], 76, _balanced(inside, entries))
    return number


def _balanced(ordered: list[int], entries: list[bytearray]) -> int:
    """Make siblings a binary tree; return its top."""
    if not ordered:
        return FREE
    middle = len(ordered) // 2
    left = _balanced(ordered[:middle], entries)
    right = _balanced(ordered[middle + 1 :], entries)
    struct.pack_into("<II", entries[ordered[middle]], 68, left, right)
    return ordered[middle]


def _laid(data: bytes, sectors: list[bytes], chain: list[int], filler: bytes = b"\0") -> int:
    """Put content into sectors of its own; return the first."""
    places = range(0, len(data), SECTOR)
    sectors.extend(data[place : place + SECTOR].ljust(SECTOR, filler) for place in places)
    return _chained(chain, -(-len(data) // SECTOR))


def _chained(chain: list[int], count: int) -> int:
    """Add a chain of so many sectors to a table; return the first."""
    if not count:
        return END
    first = len(chain)
    chain += [*range(first + 1, first + count), END]
    return first
