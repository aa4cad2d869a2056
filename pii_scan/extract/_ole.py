"""Stage 3, extract: OLE containers ([MS-CFB]): streams, properties, macros, what is inside."""

import re
import struct
from collections.abc import Iterator, Mapping
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _property_sets
from pii_scan.extract._cfb import Container, Entry, packed, streams
from pii_scan.extract._decode import decode
from pii_scan.extract._guard import each
from pii_scan.extract._limits import MAX_EXPANDED_BYTES, MAX_MEMBERS, MAX_PART_BYTES
from pii_scan.extract._reasons import DAMAGED, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Gap, Member, Part

NATIVE: Final = "\x01ole10native"
FILES: Final = ("package", "contents")
"""Streams that are a file, in lower case: what the shell packed, an OOXML package, a PDF."""
POOLS: Final = frozenset({"ObjectPool", "EmbeddedObjects"})
OBJECT: Final = re.compile(r"MBD[0-9A-F]+")
"""Where Word and Excel keep what is embedded."""
SIGNATURE: Final = b"\x00Attribut"
"""How the source of every module begins, compressed: a flag byte, then eight characters."""


def beside(ole: Container) -> Iterator[Part]:
    """Yield properties, macros and embedded files; what cannot be read of them is a gap."""
    for where, parts in (
        ("properties", _property_sets.parts(ole)),
        ("macros", macros(ole)),
        ("embedded files", members(ole)),
    ):
        try:
            yield from each(parts)
        except ExtractError as error:
            yield Gap(error.reason, where)
    if not ole.is_whole:
        yield Gap(DAMAGED)


# Macros


def macros(ole: Container) -> Iterator[Part]:
    """Yield the source of macros, a module a part ([MS-OVBA] 2.3.4.3)."""
    for path, entry in streams(ole.root.inside or {}):
        if len(path) > 1 and path[-2].upper() == "VBA":
            data = ole.read(entry)
            start = data.rfind(SIGNATURE) - 3
            if start >= 0 and data[start] == 1:
                source = decode(expanded(data[start:])).splitlines()
                lines = [line for line in source if not line.startswith("Attribute VB_")]
                yield from fields((("", line) for line in lines), f"macro {path[-1]}")


def expanded(data: bytes) -> bytes:
    """Return what a compressed container holds ([MS-OVBA] 2.4.1.3).

    A damaged one is read as far as it goes.
    """
    out = bytearray()
    place = 1
    while place + 2 <= len(data) and len(out) < MAX_PART_BYTES:
        (header,) = struct.unpack_from("<H", data, place)
        end = min(place + (header & 0x0FFF) + 3, len(data))
        place += 2
        if not header & 0x8000:
            out += data[place:end]
        else:
            _expand_chunk(data[place:end], out)
        place = end
    return bytes(out)


def _expand_chunk(data: bytes, out: bytearray) -> None:
    begin, place = len(out), 0
    while place < len(data):
        flags = data[place]
        place += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[place : place + 1]
                place += 1
                continue
            if place + 2 > len(data):
                return
            (token,) = struct.unpack_from("<H", data, place)
            place += 2
            # How many bits are the offset depends on how much there is to point back to.
            bits = max((len(out) - begin - 1).bit_length(), 4)
            offset = (token >> (16 - bits)) + 1
            if offset > len(out) - begin:
                return
            for _ in range((token & (0xFFFF >> bits)) + 3):
                out.append(out[-offset])


# What is inside


def members(ole: Container) -> Iterator[Part]:
    """Yield embedded files: as they are where a stream is one, else packed as a container."""
    total = 0
    for number, (name, storage) in enumerate(_objects(ole.root.inside or {}), start=1):
        member = embedded(ole, name, storage)
        total += len(member.data)
        if number > MAX_MEMBERS or total > MAX_EXPANDED_BYTES:
            yield Gap(TOO_MANY_PARTS, "embedded files")
            return
        yield member


def _objects(top: Mapping[str, Entry]) -> Iterator[tuple[str, Mapping[str, Entry]]]:
    """Yield the storages that hold a file."""
    for name, entry in top.items():
        if OBJECT.fullmatch(name) and entry.inside:
            yield name, entry.inside
        elif name in POOLS and entry.inside:
            yield from ((each, it.inside) for each, it in entry.inside.items() if it.inside)


def embedded(ole: Container, label: str, storage: Mapping[str, Entry]) -> Member:
    """Return what a storage holds as a file."""
    # Names are equal whatever their case ([MS-CFB] 2.6.4).
    known = {name.lower(): entry for name, entry in storage.items() if entry.inside is None}
    if NATIVE in known:
        name, data = packaged(ole.read(known[NATIVE]))
        return Member(f"{label}/{name}" if name else label, data)
    for file in FILES:
        if file in known:
            return Member(label, ole.read(known[file]))
    return Member(label, packed(ole.tree(storage)))


def packaged(data: bytes) -> tuple[str, bytes]:
    """Return the name and the content of a file in a stream `Ole10Native` ([MS-OLEDS] 2.3.6).

    What the shell packs has a label, a path and the size before it; other data stands bare.
    """
    (size,) = struct.unpack_from("<I", data)
    native = data[4 : 4 + size]
    found = re.match(rb"\x02\x00([^\0]{0,260})\0([^\0]{0,260})\0.{4}(.{4})", native, re.DOTALL)
    if found is None:
        return "", native
    place = found.end() + int.from_bytes(found[3], "little")
    if place + 4 > len(native):
        return "", native
    (length,) = struct.unpack_from("<I", native, place)
    name = decode(found[1]).replace("\\", "/").rpartition("/")[2]
    return name, native[place + 4 : place + 4 + length]
