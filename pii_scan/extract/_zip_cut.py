"""Stage 3, extract: what is left of a ZIP without its list of members: each has a header as well.

Layout: APPNOTE.TXT 4.3.7 (local file header) and 4.3.9 (data descriptor).
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._archive import BLOCK_BYTES
from pii_scan.extract._limits import MAX_ENTRIES
from pii_scan.extract._reasons import DAMAGED

HEADER: Final = struct.Struct("<4s5H3I2H")
SIGNATURE: Final = b"PK\x03\x04"
STORED: Final = 0
DEFLATED: Final = 8
IS_ENCRYPTED: Final = 1
LONGEST_DESCRIPTOR: Final = 24
"""Bytes that may stand between a member and the next header."""


def entries(stream: BinaryIO) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the name and the bytes of members from the start on, as far as they hang together.

    The bytes of one have to be read before the next is asked for.
    """
    stream.seek(0)
    for _ in range(MAX_ENTRIES):
        head = stream.read(HEADER.size)
        if len(head) < HEADER.size or not head.startswith(SIGNATURE):
            return
        _, _, flags, method, _, _, _, packed, _, name_size, extra_size = HEADER.unpack(head)
        name = stream.read(name_size).decode("utf-8", "replace")
        stream.seek(extra_size, 1)
        if flags & IS_ENCRYPTED or method not in {STORED, DEFLATED}:
            return
        if name.endswith("/"):
            stream.seek(packed, 1)
        else:
            yield name, _stored(stream, packed) if method == STORED else _inflated(stream)
        _to_next(stream)


def _stored(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0:
        piece = stream.read(min(size, BLOCK_BYTES))
        if not piece:
            raise ExtractError(DAMAGED)
        size -= len(piece)
        yield piece


def _inflated(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what a deflated stretch unpacks to; the stream then stands at its end."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = b""
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail or stream.read(BLOCK_BYTES)
        piece = unpacker.decompress(packed, BLOCK_BYTES)
        if not packed and not piece:
            raise ExtractError(DAMAGED)
        yield piece
    stream.seek(-len(unpacker.unused_data), 1)


def _to_next(stream: BinaryIO) -> None:
    """Step over the sizes that may follow a member."""
    place = stream.tell()
    after = stream.read(LONGEST_DESCRIPTOR + len(SIGNATURE))
    stream.seek(place + max(after.find(SIGNATURE), 0))
