"""The zip around a bundle: written in one form only, and read as if made to harm.

Entries stand in order of name, stored without compression, one straight after the other. So the
same parts are the same bytes with every version of every library, nothing can hide between the
entries, and no entry is larger than the file it stands in.
"""

import hashlib
import os
import re
import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pii_scan.errors import ConfigError

MAX_PARTS = 1_000
MAX_DIRECTORY_BYTES = 1 << 20
BLOCK_BYTES = 1 << 20
UNIX = 3
MODE = stat.S_IFREG | 0o600

NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,99}/){0,3}[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
"""A name that every system can unpack below the folder it is told to."""

_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_TAIL_BYTES = 56 + 20 + 22


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about a bundle that is not as it was made."""

    part: str
    """Name of the part, printable; empty for the bundle as a whole."""
    what: str
    """What is wrong with it: "changed: …", "added: …", "removed: …" …"""


@dataclass(frozen=True, slots=True)
class Sum:
    """What is known of the content of a part."""

    sha256: str
    size: int


def pack(folder: Path, sink: BinaryIO, when: datetime) -> None:
    """Write every file below `folder` as one zip; every entry bears the time `when`."""
    utc = max(when.astimezone(UTC), datetime(1980, 1, 1, tzinfo=UTC))
    stamp = (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name in names_below(folder):
            entry = zipfile.ZipInfo(name, stamp)
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            entry.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(entry, "w") as target:
                while block := source.read(BLOCK_BYTES):
                    target.write(block)


def names_below(folder: Path) -> list[str]:
    """Return the names of the files below `folder`, sorted, with "/" between folders."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def sum_of(stream: BinaryIO) -> Sum:
    """Return the digest and size of what is left of a stream."""
    digest, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
        size += len(block)
    return Sum(digest.hexdigest(), size)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file as `sha256sum` prints it.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return sum_of(stream).sha256
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None


def shown(name: str) -> str:
    r"""Return a name from a bundle without what would move a cursor or fill a screen.

    >>> shown("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
    return text if len(text) <= 200 else text[:199] + "…"


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a bundle that may have been made to harm.

    Raises:
        ConfigError: it cannot be read, or is no zip of a size that a bundle has.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    with os.fdopen(number, "rb") as stream:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ConfigError(f"{path} is no file")
        if not _is_bounded(stream):
            raise ConfigError(f"{path} is no evidence bundle: its end is not that of such a zip")
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError):
            raise ConfigError(f"{path} is no evidence bundle: no zip can be read") from None
        with archive:
            # Entries that lie over each other would be read as often as there are entries.
            if sum(one.compress_size for one in archive.infolist()) > os.fstat(number).st_size:
                raise ConfigError(f"{path} is no evidence bundle: its entries lie over each other")
            yield archive


def _is_bounded(stream: BinaryIO) -> bool:
    """Whether the list of entries is short enough to read; `zipfile` would read any."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL_BYTES))
    tail = stream.read()
    stream.seek(0)
    if tail[-22:-18] != _END:
        return False
    count, length = struct.unpack("<HL", tail[-12:-6])
    if tail[-42:-38] == _LOCATOR64:
        if tail[:4] != _END64:
            return False
        count64, length64 = struct.unpack("<QQ", tail[32:48])
        count, length = max(count, count64), max(length, length64)
    return bool(0 < count <= MAX_PARTS and length <= MAX_DIRECTORY_BYTES)


def shape_problems(archive: zipfile.ZipFile) -> list[Problem]:
    """Return what no bundle that was written here has, name by name and in the file as a whole."""
    entries = archive.infolist()
    found = [Problem(shown(one.filename), what) for one in entries for what in _wrong(one)]
    counted = Counter(one.filename for one in entries)
    found += [
        Problem(shown(name), f"duplicated: the zip holds it {count} times")
        for name, count in counted.items()
        if count > 1
    ]
    last = {name.casefold(): name for name in sorted(counted)}
    found += [
        Problem(shown(name), "unsafe name: another differs from it in case alone")
        for name in counted
        if last[name.casefold()] != name
    ]
    if [one.filename for one in entries] != sorted(one.filename for one in entries):
        found.append(Problem("", "rewritten: the entries are not in order of name"))
    if len({one.date_time for one in entries}) > 1:
        found.append(Problem("", "rewritten: the entries do not bear one time"))
    if not _is_gapless(archive):
        found.append(Problem("", "rewritten: bytes stand between, before or within the entries"))
    return found


def is_readable(entry: zipfile.ZipInfo) -> bool:
    """Whether reading the entry cannot give more bytes than the bundle has."""
    return entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & 0x1


def _wrong(entry: zipfile.ZipInfo) -> Iterator[str]:
    mode = entry.external_attr >> 16
    if not NAME.fullmatch(entry.orig_filename):
        yield "unsafe name: it could be unpacked elsewhere or under another name"
    if entry.is_dir() or stat.S_ISDIR(mode):
        yield "added: a folder"
    elif stat.S_ISLNK(mode):
        yield "added: a symbolic link"
    elif (entry.create_system, entry.external_attr) != (UNIX, MODE << 16):
        yield "rewritten: its mode is not that of a part"
    version = (entry.create_version, entry.extract_version)
    rest = (entry.flag_bits & ~0x1, entry.reserved, entry.volume, entry.internal_attr)
    if version not in {(20, 20), (45, 45)} or any(rest):
        yield "rewritten: its header is not that of a part"
    if not is_readable(entry):
        yield "rewritten: it is compressed or encrypted, and was not read"
    elif entry.compress_size != entry.file_size:
        yield "rewritten: it states two sizes"
    if entry.comment:
        yield "added: a comment on the entry"


def _is_gapless(archive: zipfile.ZipFile) -> bool:
    """Whether the entries follow each other from the first byte to the list of entries."""
    stream, at = archive.fp, 0
    if stream is None:
        return False
    for entry in sorted(archive.infolist(), key=lambda one: one.header_offset):
        if entry.header_offset != at:
            return False
        stream.seek(at)
        header = stream.read(30)
        if len(header) < 30:
            return False
        # Twenty bytes hold the sizes of an entry of gigabytes; nothing else is written there.
        extra = struct.unpack_from("<H", header, 28)[0]
        written = header + stream.read(len(entry.orig_filename) + extra)
        if extra not in {0, 20} or written != _header(entry, is_large=extra == 20):
            return False
        at += len(written) + entry.compress_size
    return at == archive.start_dir and _is_end(archive)


def _header(entry: zipfile.ZipInfo, *, is_large: bool) -> bytes:
    """Return what stands before an entry, as it is written here: other programs may read that."""
    as_made = zipfile.ZipInfo(entry.orig_filename, entry.date_time)
    as_made.create_system = UNIX
    as_made.CRC = entry.CRC
    as_made.compress_size, as_made.file_size = entry.compress_size, entry.file_size
    return as_made.FileHeader(zip64=is_large)


def _is_end(archive: zipfile.ZipFile) -> bool:
    """Whether the end of the file says what the list of entries is, and nothing else."""
    stream, count, start = archive.fp, len(archive.infolist()), archive.start_dir
    if stream is None:
        return False
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL_BYTES))
    tail = stream.read()
    large = tail[-42:-38] == _LOCATOR64
    length = size - start - (_TAIL_BYTES if large else 22)
    if not _is_bare(archive, length, extras=(0, 12, 20, 28) if large else (0,)):
        return False
    short = [min(length, 0xFFFFFFFF), min(start, 0xFFFFFFFF)]
    told = list(struct.unpack("<4H2LH", tail[-18:]))
    if told[0:4] != [0, 0, count, count] or told[6] != 0:
        return False
    if not large:
        return told[4:6] == short
    end64 = struct.pack("<4sQ2H2L4Q", _END64, 44, 45, 45, 0, 0, count, count, length, start)
    locator = struct.pack("<4sLQL", _LOCATOR64, 0, start + length, 1)
    return tail[:-22] == end64 + locator


def _is_bare(archive: zipfile.ZipFile, length: int, extras: tuple[int, ...]) -> bool:
    """Whether the list of entries holds nothing but them; sizes of gigabytes stand in an extra."""
    if archive.fp is None:
        return False
    archive.fp.seek(archive.start_dir)
    listed, at = archive.fp.read(length), 0
    for entry in archive.infolist():
        if at + 46 > len(listed):
            return False
        name, extra, comment = struct.unpack_from("<3H", listed, at + 28)
        if name != len(entry.orig_filename) or extra not in extras or comment:
            return False
        at += 46 + name + extra
    return at == length
