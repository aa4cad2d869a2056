"""Stage 3, extract: the layers of a .pst or .ost below its items ([MS-PST] 2.2 and 2.3).

Pages and blocks lie in the file; nodes are made of blocks, heaps and tables lie in nodes. Read are
the ANSI and Unicode forms, and the form with pages of 4 KB and packed blocks that Outlook writes
since 2013, which that specification leaves out: of it, "Personal Folder File (PFF) format" by
Joachim Metz tells.
"""

import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._limits import MAX_PART_BYTES
from pii_scan.extract._mapi import MULTIPLE, OBJECT, SIZES
from pii_scan.extract._msg import Raw
from pii_scan.extract._pst_cipher import clear
from pii_scan.extract._reasons import DAMAGED, TOO_LARGE

NODES, BLOCKS = 0, 1
"""The two trees of a file."""
HEADER_BYTES: Final = 564
MOST_LEVELS: Final = 8
CACHED_PAGES: Final = 1_024
INTERNAL: Final = 2
"""Bit of a block's number: it lists blocks, and is never obscured (2.2.2.2)."""
LIST_OF_DATA, LIST_OF_NODES = 1, 2
"""First byte of such a block (2.2.2.8.3)."""
HEAP, TREE, TABLE = 0xEC, 0xB5, 0x7C
"""Signatures (2.3.1.2, 2.3.2.1, 2.3.4.1)."""


@dataclass(frozen=True, slots=True)
class Form:
    """What differs between the forms of the file."""

    word: str
    """How `struct` reads the numbers and places of blocks."""
    page: int
    """Bytes of a page."""
    counts: int
    """Where in a page it says how many entries there are, how long, and on which level."""
    trees: tuple[int, int]
    """Where in the header the places of the two trees stand."""
    method: int
    """Where in the header it says how blocks are obscured."""
    index_bits: int = 11
    """Of the number of a heap item; those above are of its block."""

    @property
    def width(self) -> int:
        """Bytes of a number or place of a block."""
        return struct.calcsize(self.word)


ANSI: Final = Form("<I", 512, 496, (188, 196), 461)
UNICODE: Final = Form("<Q", 512, 488, (224, 240), 513)
LARGE: Final = Form("<Q", 4096, 4056, (224, 240), 513, index_bits=14)
FORMS: Final = {14: ANSI, 15: ANSI, 21: UNICODE, 23: UNICODE, 36: LARGE, 37: LARGE}
"""By version of the file (2.2.2.6, wVer)."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node: an item, a folder, a table, an attachment."""

    data: int
    """Number of the block with its data, 0 if it has none."""
    inside: int
    """Number of the block with the nodes inside it, 0 if it has none."""


class Store:
    """A file: its nodes, and the blocks that they are made of."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the header.

        Raises:
            ExtractError: it is none that we know.
        """
        stream.seek(0)
        header = stream.read(HEADER_BYTES)
        form = FORMS.get(int.from_bytes(header[10:12], "little"))
        if form is None or len(header) < HEADER_BYTES:
            raise ExtractError(DAMAGED)
        self.form = form
        self.left = MAX_PART_BYTES
        """Bytes that may yet be read of blocks; whoever goes on to another item sets it anew."""
        self._stream = stream
        self._method = header[form.method]
        self._roots = [struct.unpack_from(form.word, header, place)[0] for place in form.trees]
        self._page = lru_cache(CACHED_PAGES)(self._read_page)

    def nodes(self) -> Iterator[tuple[int, int, Node]]:
        """Yield (number, number of the node above, node) of all nodes at the top, in order.

        Raises:
            ExtractError: pages were damaged; all others were read.
        """
        pages, seen = [(self._roots[NODES], MOST_LEVELS)], set[int]()
        is_damaged = False
        while pages:
            place, most = pages.pop()
            try:
                level, entries = self._page(place)
            except ExtractError:
                is_damaged = True
                continue
            if place in seen or level > most:
                is_damaged = True
                continue
            seen.add(place)
            if level:
                below = [self._word(entry, 2 * self.form.width) for entry in entries]
                pages += [(each, level - 1) for each in reversed(below)]
            else:
                yield from map(self._node, entries)
        if is_damaged:
            raise ExtractError(DAMAGED)

    def _node(self, entry: bytes) -> tuple[int, int, Node]:
        width = self.form.width
        number, data, inside = (self._word(entry, index * width) for index in range(3))
        (above,) = struct.unpack_from("<I", entry, 3 * width)
        return number & 0xFFFFFFFF, above, Node(data, inside)

    def blocks(self, number: int) -> Iterator[bytes]:
        """Yield the blocks of data that a number stands for, one or a list (2.2.2.8.3.2)."""
        if not number:
            return
        found = self._block(number)
        if not number & INTERNAL:
            yield found
            return
        for below in self._listed(found):
            if not below & INTERNAL:
                yield self._block(below)
                continue
            for lowest in self._listed(self._block(below)):
                yield self._block(lowest & ~INTERNAL)

    def inside(self, node: Node) -> dict[int, Node]:
        """Return the nodes inside a node by number (2.2.2.8.3.3)."""
        found: dict[int, Node] = {}
        if not node.inside:
            return found
        width = self.form.width
        pages = [node.inside]
        for depth in range(2):
            below: list[int] = []
            for number in pages:
                block = self._block(number | INTERNAL)
                kind, level, count = struct.unpack_from("<BBH", block)
                if kind != LIST_OF_NODES or level > 1 - depth:
                    raise ExtractError(DAMAGED)
                size, start = (2 if level else 3) * width, 4 if width == 4 else 8
                for place in range(start, min(start + count * size, len(block) - size + 1), size):
                    entry = block[place : place + size]
                    if level:
                        below.append(self._word(entry, width))
                    else:
                        key = self._word(entry, 0) & 0xFFFFFFFF
                        found[key] = Node(self._word(entry, width), self._word(entry, 2 * width))
            pages = below
        return found

    def _listed(self, block: bytes) -> Iterator[int]:
        kind, _, count = struct.unpack_from("<BBH", block)
        if kind != LIST_OF_DATA:
            raise ExtractError(DAMAGED)
        width = self.form.width
        for place in range(8, min(8 + count * width, len(block) - width + 1), width):
            yield self._word(block, place)

    def _block(self, number: int) -> bytes:
        """Return a block in clear (2.2.2.8)."""
        place, size, unpacked = self._found(number & ~1)
        self.left -= max(size, unpacked)
        if self.left < 0:
            raise ExtractError(TOO_LARGE)
        self._stream.seek(place)
        data = self._stream.read(size)
        if self.form is LARGE and unpacked != size:
            data = zlib.decompressobj().decompress(data, unpacked)
        return data if number & INTERNAL else clear(data, self._method, number & 0xFFFFFFFE)

    def _found(self, number: int) -> tuple[int, int, int]:
        """Return place and size of a block, and its size when unpacked where it is packed."""
        width = self.form.width
        place, most = self._roots[BLOCKS], MOST_LEVELS
        while True:
            level, entries = self._page(place)
            numbers = [self._word(entry, 0) & ~1 for entry in entries]
            last = bisect_right(numbers, number) - 1
            if level > most or last < 0:
                raise ExtractError(DAMAGED)
            entry = entries[last]
            if not level:
                break
            place, most = self._word(entry, 2 * width), level - 1
        if numbers[last] != number:
            raise ExtractError(DAMAGED)
        size, unpacked = struct.unpack_from("<HH", entry, 2 * width)
        return self._word(entry, width), size, unpacked

    def _read_page(self, place: int) -> tuple[int, tuple[bytes, ...]]:
        """Return the level and the entries of a page of a tree (2.2.2.7.7)."""
        self._stream.seek(place)
        page = self._stream.read(self.form.page)
        if len(page) < self.form.page:
            raise ExtractError(DAMAGED)
        layout = "<HHBB" if self.form is LARGE else "<BBBB"
        count, _, size, level = struct.unpack_from(layout, page, self.form.counts)
        least = (3 if level else 2) * self.form.width + (0 if level else 4)
        if size < least or count * size > self.form.counts:
            raise ExtractError(DAMAGED)
        return level, tuple(page[at : at + size] for at in range(0, count * size, size))

    def _word(self, data: bytes, place: int) -> int:
        (found,) = struct.unpack_from(self.form.word, data, place)
        return int(found)


class Heap:
    """The data of a node as a heap of items, with larger items in nodes inside it (2.3.1)."""

    def __init__(self, store: Store, node: Node) -> None:
        """Read the node.

        Raises:
            ExtractError: it is no heap.
        """
        self._store = store
        self._blocks = list(store.blocks(node.data))
        self.nodes = store.inside(node)
        if not self._blocks or self._blocks[0][2:3] != bytes([HEAP]):
            raise ExtractError(DAMAGED)
        (self.root,) = struct.unpack_from("<I", self._blocks[0], 4)

    def properties(self) -> Iterator[Raw]:
        """Yield the properties that the node holds (2.3.3)."""
        for key, entry in self._records(self.root):
            (number,) = struct.unpack("<H", key)
            kind, value = struct.unpack_from("<H4s", entry)
            data = value if SIZES.get(kind, 8) <= 4 else self._value(value)
            yield number, kind, _values(data, kind)

    def rows(self) -> Iterator[list[Raw]]:
        """Yield the rows of the table that the node holds, as properties (2.3.4)."""
        info = self._item(self.root)
        kind, columns, bitmap, end = struct.unpack_from("<BB4xHH", info)
        if kind != TABLE or not end:
            raise ExtractError(DAMAGED)
        described = [struct.unpack_from("<HHHBB", info, 22 + 8 * n) for n in range(columns)]
        rows = info[14:18]
        blocks = [self._value(rows)]
        if rows[0] & 0x1F:
            node = self.nodes.get(int.from_bytes(rows, "little"))
            blocks = list(self._store.blocks(node.data)) if node else []
        for block in blocks:
            for start in range(0, len(block) - end + 1, end):
                row = block[start : start + end]
                yield [
                    (number, kind, self._cell(row[at : at + size], kind))
                    for kind, number, at, size, bit in described
                    if bitmap + bit // 8 < end and row[bitmap + bit // 8] & 0x80 >> bit % 8
                ]

    def _cell(self, cell: bytes, kind: int) -> bytes | list[bytes]:
        return cell if kind in SIZES and len(cell) <= 8 else _values(self._value(cell), kind)

    def _records(self, root: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield (key, entry) of a tree in the heap (2.3.2)."""
        kind, key, size, levels, top = struct.unpack_from("<4BI", self._item(root))
        if kind != TREE or key != 2 or size != 6 or levels > MOST_LEVELS:
            raise ExtractError(DAMAGED)
        pages = [(top, levels)] if top else []
        while pages:
            place, level = pages.pop()
            page = self._item(place)
            step = key + (4 if level else size)
            entries = [page[at : at + step] for at in range(0, len(page) - step + 1, step)]
            if level:
                below = [struct.unpack_from("<I", entry, key)[0] for entry in entries]
                pages += [(each, level - 1) for each in reversed(below)]
                self._store.left -= len(page)
                if self._store.left < 0:
                    raise ExtractError(TOO_LARGE)
            else:
                yield from ((entry[:key], entry[key:]) for entry in entries)

    def _value(self, reference: bytes) -> bytes:
        """Return what a reference in a property or cell stands for (2.3.3.2)."""
        (place,) = struct.unpack_from("<I", reference.ljust(4, b"\0"))
        if not place & 0x1F:
            return self._item(place) if place else b""
        node = self.nodes.get(place)
        return b"".join(self._store.blocks(node.data)) if node else b""

    def _item(self, place: int) -> bytes:
        """Return an item of the heap (2.3.1.1, 2.3.1.5)."""
        bits = self._store.form.index_bits
        index, block = (place >> 5) & (1 << bits) - 1, place >> 5 + bits
        if block >= len(self._blocks) or not index:
            raise ExtractError(DAMAGED)
        data = self._blocks[block]
        (table,) = struct.unpack_from("<H", data)
        (count,) = struct.unpack_from("<H", data, table)
        if index > count:
            raise ExtractError(DAMAGED)
        start, end = struct.unpack_from("<HH", data, table + 4 + 2 * (index - 1))
        return data[start:end]


def _values(data: bytes, kind: int) -> bytes | list[bytes]:
    """Return the values of a property that is multiple, other ones as they are (2.3.3.4)."""
    if not kind & MULTIPLE or kind == OBJECT:
        return data
    size = SIZES.get(kind & ~MULTIPLE)
    if size:
        return [data[at : at + size] for at in range(0, len(data) - size + 1, size)]
    count = min(int.from_bytes(data[:4], "little"), len(data) // 4)
    starts = list(struct.unpack_from(f"<{count}I", data, 4)) if len(data) >= 4 + 4 * count else []
    return [data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]
