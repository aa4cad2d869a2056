"""Local folders: every entry below a root, in order of name, links and special files told apart."""

import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pii_scan.errors import ExtractError
from pii_scan.model import DENIED, LINK, SPECIAL, VANISHED, Coverage, Item, Result, Source, Status

ESCAPE = re.compile(r"\\(x[0-9a-f]{2})")


def printable(path: str) -> str:
    r"""Return a path as an address of its own: no two paths share one.

    Bytes that are no UTF-8 are written as escapes, and so is what would read as such an escape.

    >>> printable(os.fsdecode(b"caf\xe9.txt"))
    'caf\\xe9.txt'
    >>> printable(r"caf\xe9.txt")
    'caf\\x5cxe9.txt'
    """
    literal = ESCAPE.sub(r"\\x5c\1", path)
    return os.fsencode(literal).decode("utf-8", "backslashreplace")


def items(root: str) -> Iterator[Item | Result]:
    """Yield everything at or below `root`: an item for each file, a result for what is no file.

    A root that is itself a link is followed, and the addresses say where it leads.
    """
    trimmed = root.rstrip("/") or "/"
    if Path(trimmed).is_symlink():
        trimmed = str(Path(trimmed).resolve())
    try:
        yield from _entry(trimmed, printable(trimmed), Path(trimmed).lstat())
    except OSError as error:
        yield _unread(trimmed, printable(trimmed), "unreadable", _reason(error))


def open_item(item: Item) -> BinaryIO:
    """Open a file for reading only, without following a link or touching its access time.

    Raises:
        ExtractError: it cannot be opened, or is no plain file any more.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        try:
            handle = os.open(item.locator, flags | os.O_NOATIME)
        except PermissionError:  # only the owner may leave the access time alone
            handle = os.open(item.locator, flags)
    except OSError as error:
        raise ExtractError(_reason(error)) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ExtractError(SPECIAL)
    return os.fdopen(handle, "rb")


def _entry(path: str, uri: str, status: os.stat_result) -> Iterator[Item | Result]:
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, uri)
    elif stat.S_ISREG(status.st_mode):
        modified = datetime.fromtimestamp(status.st_mtime, tz=UTC)
        yield Item(uri, path, status.st_size, modified, str(status.st_ino))
    else:
        reason = LINK if stat.S_ISLNK(status.st_mode) else SPECIAL
        yield _unread(path, uri, "skipped", reason)


def _folder(path: str, uri: str) -> Iterator[Item | Result]:
    try:
        with os.scandir(path) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError as error:
        yield _unread(path, uri, "unreadable", _reason(error))
        return
    known = frozenset(names)
    for name in names:
        below = f"{path.rstrip('/')}/{name}"
        shown = printable(name)
        if name.endswith("!") and name[:-1] in known:  # beside "a.zip", "a.zip!/b" is a member
            shown = f"{shown[:-1]}\\x21"
        address = f"{uri.rstrip('/')}/{shown}"
        try:
            status = os.lstat(below)
        except OSError as error:
            yield _unread(below, address, "unreadable", _reason(error))
        else:
            yield from _entry(below, address, status)


def _unread(path: str, uri: str, status: Status, reason: str) -> Result:
    return Result(Item(uri, path, 0), Coverage(status, "walk", reason))


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return DENIED
    return VANISHED if isinstance(error, FileNotFoundError) else "cannot be opened"


SOURCE = Source(scheme="file", items=items, open=open_item)
