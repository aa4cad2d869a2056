"""Local folders: every entry below a root, in order of name, links and special files told apart."""

import os
import stat
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
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

DEEPEST = 200
"""Folders within folders that are walked, each of which stays open meanwhile."""
TOO_DEEP = "too deeply nested"


def items(root: str) -> Iterator[Item | Result]:
    """Yield everything at or below `root`: an item for each file, a result for what is no file.

    A root that is itself a link is followed, and the addresses say where it leads.
    """
    path = _path(root)
    uri = printable(path)
    try:
        status = Path(path).lstat()
    except OSError as error:
        yield _unread(path, uri, "unreadable", _reason(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _tree(path, uri, _narrowed(None, status.st_mode))
    else:
        yield _met(path, uri, status, None)


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


@dataclass(slots=True)
class _Folder:
    """A folder that is being walked; open, so that a name in it means what it meant."""

    path: str
    uri: str
    access: Access | None
    """Who may pass it, and all the folders between it and the root."""
    handle: int
    names: Iterator[str]
    known: frozenset[str]


def _tree(path: str, uri: str, access: Access | None) -> Iterator[Item | Result]:
    """Yield all below a folder, what a name leads to before the next name.

    Every folder is opened from the one it is in, never through a link: what takes its place
    meanwhile is not followed.
    """
    way: list[_Folder] = []
    try:
        yield from _opened(path, uri, access, None, way)
        while way:
            folder = way[-1]
            above, known, handle = folder.access, folder.known, folder.handle
            start, begin = f"{folder.path.rstrip('/')}/", f"{folder.uri.rstrip('/')}/"
            for name in folder.names:
                address = begin + shown(name, known)
                try:
                    status = os.stat(name, dir_fd=handle, follow_symlinks=False)
                except OSError as error:
                    yield _unread(start + name, address, "unreadable", _reason(error))
                    continue
                if stat.S_ISDIR(status.st_mode):
                    inner = _narrowed(above, status.st_mode)
                    yield from _opened(start + name, address, inner, handle, way)
                    break
                yield _met(start + name, address, status, above)
            else:
                os.close(way.pop().handle)
    finally:
        for folder in way:
            os.close(folder.handle)


def _opened(
    path: str, uri: str, access: Access | None, above: int | None, way: list[_Folder]
) -> Iterator[Result]:
    """Open a folder in the one `above` and put it at the end of the way; yield why not, if so."""
    if len(way) == DEEPEST:
        yield _unread(path, uri, "unreadable", TOO_DEEP)
        return
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        handle = os.open(path if above is None else path.rpartition("/")[2], flags, dir_fd=above)
    except OSError as error:
        yield _unread(path, uri, "unreadable", _reason(error))
        return
    try:
        names = sorted(os.listdir(handle))  # noqa: PTH208 - of what is open, not of a path
    except OSError as error:
        os.close(handle)
        yield _unread(path, uri, "unreadable", _reason(error))
        return
    way.append(_Folder(path, uri, access, handle, iter(names), frozenset(names)))


def _met(path: str, uri: str, status: os.stat_result, above: Access | None) -> Item | Result:
    """Return what is at a path and is no folder."""
    if stat.S_ISREG(status.st_mode):
        owner, access = account(status.st_uid), _narrowed(above, status.st_mode)
        modified = _moment(status.st_mtime)
        return Item(uri, path, status.st_size, modified, str(status.st_ino), owner, access)
    reason = LINK if stat.S_ISLNK(status.st_mode) else SPECIAL
    return _unread(path, uri, "skipped", reason)


@cache
def _narrowed(above: Access | None, mode: int) -> Access | None:
    return narrower(above, of_mode(mode))


def _moment(seconds: float) -> datetime | None:
    """Return the time of a file, unless a calendar has no such year: anyone can set it."""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _unread(path: str, uri: str, status: Status, reason: str) -> Result:
    return Result(Item(uri, path, 0), Coverage(status, "walk", reason))


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return DENIED
    return VANISHED if isinstance(error, FileNotFoundError) else "cannot be opened"


SOURCE = Source(scheme="file", items=items, open=open_item, state=state, address=address)
