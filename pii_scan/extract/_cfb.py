"""Stage 3, extract: a tree of streams -> a compound file ([MS-CFB]), to hand on an item of Outlook.

Version 4, of which the sectors are large: a file of 450 MB needs no tables of tables.
"""

import struct
from collections.abc import Mapping
from typing import Final, TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"
"""Storages and streams by name."""

SECTOR: Final = 4096
MINI_SECTOR: Final = 64
CUTOFF: Final = 4096
"""Smaller streams lie in sectors of 64 bytes within one stream of their own (2.2)."""
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
BLACK: Final = 1


def packed(tree: Tree) -> bytes:
    """Return the file that holds a tree, whose names have at most 31 characters."""
    entries: list[bytearray] = []
    streams: list[tuple[int, bytes]] = []
    """(entry, content)."""
    _enter("Root Entry", ROOT, tree, entries, streams)
    entries[0][64:66] = struct.pack("<H", 22)
    sectors: list[bytes] = []
    chain: list[int] = []
    mini: list[int] = []
    minis = bytearray()
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
    first = len(chain)
    chain += [FAT] * own
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(own * SECTOR, b"\xff")
    header = struct.pack(
        "<8s16x5H6x9I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 4, 0xFFFE, 12, 6),
        *(-(-len(entries) * 128 // SECTOR), own, directory_start, 0, CUTOFF),
        *(table_start, -(-len(table) // SECTOR), END, 0),
    )
    places = struct.pack("<109I", *range(first, first + own), *[FREE] * (109 - own))
    return (header + places).ljust(SECTOR, b"\0") + b"".join(sectors) + fat


def _enter(
    name: str,
    kind: int,
    content: "bytes | Tree",
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
    inside = []
    # Names are in order of their length first (2.6.4).
    for each in sorted(content, key=lambda each: (len(each), each.upper())):
        below = content[each]
        part = STREAM if isinstance(below, bytes) else STORAGE
        inside.append(_enter(each, part, below, entries, streams))
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
