"""Stage 3, extract: OLE containers ([MS-CFB]): streams, properties, macros, what is inside."""

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import code_page, decode
from pii_scan.extract._guard import each, guarded
from pii_scan.extract._limits import MAX_EXPANDED_BYTES, MAX_MEMBERS, MAX_PART_BYTES
from pii_scan.extract._reasons import EXPANDS, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Gap, Member, Part

if TYPE_CHECKING:
    from olefile import OleFileIO

PROPERTIES: Final = {
    "author": "author",
    "last_saved_by": "lastModifiedBy",
    "title": "title",
    "subject": "subject",
    "keywords": "keywords",
    "comments": "comments",
    "category": "category",
    "manager": "manager",
    "company": "company",
    "template": "template",
}
MOMENTS: Final = {"create_time": "created", "last_saved_time": "modified"}
SUMMARY: Final = "\x05DocumentSummaryInformation"
NATIVE: Final = "\x01ole10native"
FILES: Final = ("package", "contents")
"""Streams that are a file, in lower case: what the shell packed, an OOXML package, a PDF."""
STORAGE: Final = re.compile(r"ObjectPool/[^/]+|MBD[0-9A-F]+|EmbeddedObjects/[^/]+")
"""Where Word and Excel keep what is embedded."""
SIGNATURE: Final = b"\x00Attribut"
"""How the source of every module begins, compressed: a flag byte, then eight characters."""


def opened(stream: BinaryIO) -> "OleFileIO":
    """Open a container.

    Raises:
        ExtractError: it is none, or its directory is damaged.
    """
    from olefile import OleFileIO

    stream.seek(0)
    return guarded(lambda: OleFileIO(stream))


def read(ole: "OleFileIO", name: str) -> bytes:
    """Return a stream by its path, nothing if it is not there.

    Raises:
        ExtractError: it is cut off, or larger than a part may be.
    """
    if not ole.exists(name):
        return b""
    if ole.get_size(name) > MAX_PART_BYTES:
        raise ExtractError(EXPANDS)
    return guarded(lambda: bytes(ole.openstream(name).read()))


def beside(ole: "OleFileIO") -> Iterator[Part]:
    """Yield properties, macros and embedded files; what cannot be read of them is a gap."""
    for where, parts in (
        ("properties", properties(ole)),
        ("macros", macros(ole)),
        ("embedded files", members(ole)),
    ):
        try:
            yield from each(parts)
        except ExtractError as error:
            yield Gap(error.reason, where)


def properties(ole: "OleFileIO") -> Iterator[Part]:
    """Yield what the property sets say ([MS-OLEPS]): who, for whom, when, and people's own."""
    known = ole.get_metadata()
    page = known.codepage or 1252
    for key, label in PROPERTIES.items():
        yield from fields([("", _text(getattr(known, key), page))], f"property {label}")
    for key, label in MOMENTS.items():
        moment = getattr(known, key)
        # FILETIME 0 reads as 1601: it was never filled in.
        if isinstance(moment, datetime) and moment.year > 1601:
            yield Evidence("documentdatum", moment.date(), "metadata", f"property {label}")
    own = ole.get_userdefined_properties(SUMMARY) if ole.exists(SUMMARY) else []
    for entry in own:
        name, value = (_text(entry.get(key), page) for key in ("property_name", "value"))
        # Blobs of Office itself: the links are in the text as well.
        if not name.startswith("_PID_"):
            yield from fields([(name, value)], "property custom")


def _text(value: object, page: int) -> str:
    """Return a value of a property set as text, by its code page ([MS-OLEPS] 2.4)."""
    if isinstance(value, bytes):
        # The number is stored signed.
        return decode(value, code_page(page % 65536)).strip("\0 ")
    return "" if value is None else str(value).strip("\0 ")


# Macros


def macros(ole: "OleFileIO") -> Iterator[Part]:
    """Yield the source of macros, a module a part ([MS-OVBA] 2.3.4.3)."""
    for path in ole.listdir(streams=True, storages=False):
        if len(path) > 1 and path[-2].upper() == "VBA":
            data = read(ole, "/".join(path))
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


def members(ole: "OleFileIO") -> Iterator[Part]:
    """Yield embedded files: as they are where a stream is one, else packed as a container."""
    streams = ["/".join(path) for path in ole.listdir(streams=True, storages=False)]
    held: dict[str, list[str]] = {}
    for name in streams:
        found = STORAGE.match(name)
        if found and name[found.end() : found.end() + 1] == "/":
            held.setdefault(found[0], []).append(name)
    total = 0
    for number, (storage, names) in enumerate(held.items(), start=1):
        member = embedded(ole, storage, names)
        total += len(member.data)
        if number > MAX_MEMBERS or total > MAX_EXPANDED_BYTES:
            yield Gap(TOO_MANY_PARTS, "embedded files")
            return
        yield member


def embedded(ole: "OleFileIO", storage: str, names: Sequence[str]) -> Member:
    """Return what a storage holds as a file.

    Args:
        ole: the container.
        storage: the path of the storage; "" for the whole container.
        names: paths of the streams in it.
    """
    prefix = f"{storage}/" if storage else ""
    label = storage.rpartition("/")[2] or "object"
    # Names are equal whatever their case ([MS-CFB] 2.6.4).
    known = {name.removeprefix(prefix).lower(): name for name in names}
    if NATIVE in known:
        name, data = packaged(read(ole, known[NATIVE]))
        return Member(f"{label}/{name}" if name else label, data)
    for file in FILES:
        if file in known:
            return Member(label, read(ole, known[file]))
    streams = {name.removeprefix(prefix): read(ole, name) for name in names}
    return Member(label, compound(streams))


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


# Writing

SECTOR: Final = 4096
MINI: Final = 64
CUTOFF: Final = 4096
"""Streams that are smaller stand in the mini stream ([MS-CFB] 2.2)."""
END, FREE, FAT_SECTOR, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a container of version 4 with streams by their paths, so that it can be read alone.

    Raises:
        ExtractError: they do not fit in what the header alone can address, some 450 MB.
    """
    fat: list[int] = []
    body = bytearray()
    # One sector that nobody uses: calamine takes a root without any for a damaged one.
    mini, mini_fat = bytearray(MINI), [FREE]
    starts: dict[str, int] = {}
    for name, data in streams.items():
        small = len(data) < CUTOFF
        starts[name] = _put(data, *((mini, mini_fat, MINI) if small else (body, fat, SECTOR)))
    mini_start = _put(bytes(mini), body, fat, SECTOR)
    mini_fat_data = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
    mini_fat_start = _put(mini_fat_data, body, fat, SECTOR, b"\xff")
    directory = _directory(streams, starts, mini_start, len(mini))
    directory_start = _put(directory, body, fat, SECTOR)
    per_sector = SECTOR // 4
    count = 1
    while count * per_sector < len(fat) + count:
        count += 1
    if count > 109:
        raise ExtractError(EXPANDS)
    places = [len(fat) + each for each in range(count)]
    fat += [FAT_SECTOR] * count
    fat += [FREE] * (count * per_sector - len(fat))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 4, 0xFFFE, 12, 6,
        len(directory) // SECTOR, count, directory_start, 0, CUTOFF,
        mini_fat_start, -(-len(mini_fat_data) // SECTOR), END, 0,
        *places, *[FREE] * (109 - count),
    )  # fmt: skip
    return header.ljust(SECTOR, b"\0") + bytes(body) + struct.pack(f"<{len(fat)}I", *fat)


def _put(data: bytes, body: bytearray, fat: list[int], size: int, fill: bytes = b"\0") -> int:
    """Add data in sectors and chain them; gives the first."""
    if not data:
        return END
    first, count = len(fat), -(-len(data) // size)
    body += data.ljust(count * size, fill)
    fat += [*range(first + 1, first + count), END]
    return first


def _directory(
    streams: Mapping[str, bytes], starts: Mapping[str, int], mini_start: int, mini_size: int
) -> bytes:
    """Return the directory: each storage with a balanced tree of what it holds ([MS-CFB] 2.6)."""
    children: dict[str, list[str]] = {"": []}
    for name in streams:
        while name:
            folder = name.rpartition("/")[0]
            held = children.setdefault(folder, [])
            if name in held:
                break
            held.append(name)
            name = folder
    order = [""]
    for folder in order:
        order.extend(children.get(folder, ()))
    number = {name: index for index, name in enumerate(order)}
    left, right, child = ([NONE] * len(order) for _ in range(3))

    def root_of(names: list[str]) -> int:
        if not names:
            return NONE
        middle = len(names) // 2
        index = number[names[middle]]
        left[index], right[index] = root_of(names[:middle]), root_of(names[middle + 1 :])
        return index

    for folder, names in children.items():
        child[number[folder]] = root_of(sorted(names, key=_sort_key))
    out = bytearray()
    for index, name in enumerate(order):
        raw = (name.rpartition("/")[2] or "Root Entry")[:31].encode("utf-16-le", "surrogatepass")
        kind = 5 if not name else 1 if name in children else 2
        start, size = (mini_start, mini_size) if not name else (0, 0)
        if kind == 2:
            start, size = starts[name], len(streams[name])
        out += struct.pack(
            "<64sHBBIII16xI16xIQ", raw, len(raw) + 2, kind, 1,
            left[index], right[index], child[index], 0, start, size,
        )  # fmt: skip
    while len(out) % SECTOR:
        out += struct.pack("<64sHBBIII52x", b"", 0, 0, 0, NONE, NONE, NONE)
    return bytes(out)


def _sort_key(path: str) -> tuple[int, str]:
    """Return how names in a storage are ordered: by length, then in upper case."""
    name = path.rpartition("/")[2]
    return len(name.encode("utf-16-le", "surrogatepass")), name.upper()
