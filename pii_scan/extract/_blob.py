"""Stage 3, extract: what a binary value in a table holds: text, a file, or nothing that we know."""

import io
from typing import Final

from pii_scan.extract._decode import decode
from pii_scan.extract._media_type import sniff
from pii_scan.extract._names import harmless
from pii_scan.extract._reasons import BINARY
from pii_scan.model import Chunk, Gap, Member

SHORT: Final = 64
"""Bytes of a key, a checksum, a UUID: shorter values that are no text are passed over."""


def part(data: bytes, name: str, where: str) -> Chunk | Member | Gap | None:
    """Return a value as text, as a file, or as a `Gap` where it is neither.

    Args:
        data: the value.
        name: what the file would be called.
        where: the address of the value.
    """
    kind = sniff(io.BytesIO(data))
    if kind == "text/plain" and data.strip(b"\0"):
        return Chunk(decode(data), where)
    if kind and data:
        return Member(harmless(name), data)
    return Gap(BINARY, where) if len(data) > SHORT else None
