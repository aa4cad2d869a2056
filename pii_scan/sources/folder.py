"""Local folders: every entry below a root, in order of name, links and special files told apart."""

import os
import stat
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pii_scan.errors import ExtractError
from pii_scan.model import (
    DENIED,
    LINK,
    SPECIAL,
    VANISHED,
    Access,
    Coverage,
    Item,
    Result,
    Source,
    Status,
)
from pii_scan.sources._names import printable, shown
from pii_scan.sources._rights import account, narrower, of_mode


def items(root: str) -> Iterator[Item | Result]:
    """Yield everything at or below `root`: an item for each file, a result for what is no file.

    A root that is itself a link is followed, and the addresses say where it leads.
    """
    path = _path(root)
    try:
        yield from _entry(path, printable(path), Path(path).lstat(), None)
    except OSError as error:
        yield _unread(path, printable(path), "unreadable", _reason(error))


def address(root: str) -> str:
    """Return what the addresses below a root begin with: of a link, where it leads."""
    return printable(_path(root))


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


def state(stream: BinaryIO) -> Hashable:
    """Return what changes when an open file is written to."""
    status = os.fstat(stream.fileno())
    return status.st_size, status.st_mtime_ns


def _path(root: str) -> str:
    trimmed = root.rstrip("/") or "/"
    return os.path.realpath(trimmed) if Path(trimmed).is_symlink() else trimmed


def _entry(
    path: str, uri: str, status: os.stat_result, above: Access | None
) -> Iterator[Item | Result]:
    """Yield what is at a path; `above` is who may pass the folders between it and the root."""
    access = narrower(above, of_mode(status.st_mode))
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, uri, access)
    elif stat.S_ISREG(status.st_mode):
        modified = datetime.fromtimestamp(status.st_mtime, tz=UTC)
        owner = account(status.st_uid)
        yield Item(uri, path, status.st_size, modified, str(status.st_ino), owner, access)
    else:
        reason = LINK if stat.S_ISLNK(status.st_mode) else SPECIAL
        yield _unread(path, uri, "skipped", reason)


def _folder(path: str, uri: str, above: Access | None) -> Iterator[Item | Result]:
    try:
        with os.scandir(path) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError as error:
        yield _unread(path, uri, "unreadable", _reason(error))
        return
    known = frozenset(names)
    for name in names:
        below = f"{path.rstrip('/')}/{name}"
        address = f"{uri.rstrip('/')}/{shown(name, known)}"
        try:
            status = os.lstat(below)
        except OSError as error:
            yield _unread(below, address, "unreadable", _reason(error))
        else:
            yield from _entry(below, address, status, above)


def _unread(path: str, uri: str, status: Status, reason: str) -> Result:
    return Result(Item(uri, path, 0), Coverage(status, "walk", reason))


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return DENIED
    return VANISHED if isinstance(error, FileNotFoundError) else "cannot be opened"


SOURCE = Source(scheme="file", items=items, open=open_item, state=state, address=address)
