"""Stage 3, extract: items of Outlook as trees of streams ([MS-OXMSG]): how they are named, made."""

import struct
from collections.abc import Iterable
from typing import Final

from pii_scan.extract._mapi import MULTIPLE, SIZES

PROPERTIES: Final = "__properties_version1.0"
NAMES: Final = "__nameid_version1.0"
RECIPIENT: Final = "__recip_version1.0_#"
ATTACHMENT: Final = "__attach_version1.0_#"
VALUE: Final = "__substg1.0_"
TOP, INNER, LOOSE = 32, 24, 8
"""Bytes before the properties of the top message, of one inside, of the rest (2.4.1)."""
MOST: Final = 2048
"""Recipients or attachments of a message (2.2.1, 2.2.2)."""

Raw = tuple[int, int, bytes | list[bytes]]
"""Number, type and value as stored; a list where the type is multiple."""


def stream(number: int, kind: int) -> str:
    """Return the name of the stream with a property's value (2.2.1.1).

    >>> stream(0x37, 0x1F)
    '__substg1.0_0037001F'
    """
    return f"{VALUE}{number:04X}{kind:04X}"


def storage(properties: Iterable[Raw], before: int) -> dict[str, bytes]:
    """Return the streams that hold some properties.

    Args:
        properties: of an item, a recipient or an attachment.
        before: bytes before the properties: `TOP`, `INNER` or `LOOSE`.
    """
    found: dict[str, bytes] = {}
    listed = bytearray(before)
    for number, kind, data in properties:
        if isinstance(data, list):
            whole = b"".join(data) if kind & ~MULTIPLE in SIZES else _lengths(data, kind)
            for index, each in enumerate(data if kind & ~MULTIPLE not in SIZES else ()):
                found[f"{stream(number, kind)}-{index:08X}"] = each
        else:
            whole = data
        if kind in SIZES and SIZES[kind] <= 8:
            value = whole[:8].ljust(8, b"\0")
        else:
            found[stream(number, kind)] = whole
            value = struct.pack("<II", len(whole), 0)
        listed += struct.pack("<HHI", kind, number, 6) + value
    return {PROPERTIES: bytes(listed), **found}


def _lengths(values: list[bytes], kind: int) -> bytes:
    """Return the stream that says how long each of several values is (2.1.4.2)."""
    width = "<Q" if kind == MULTIPLE | 0x0102 else "<I"
    return b"".join(struct.pack(width, len(each)) for each in values)
