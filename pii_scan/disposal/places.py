"""Files by hand: opened without following a link anywhere, and held against what was judged."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BLOCK_BYTES = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Unfit(Exception):
    """A file is not as it must be to be touched; `reason` goes into the report and the log."""

    def __init__(self, reason: str) -> None:
        """Keep the reason apart."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Held:
    """A file that is open, and the folder that it is in."""

    folder: int
    """Descriptor: names are looked up in it and nowhere else."""
    name: str
    stream: BinaryIO
    status: os.stat_result

    @property
    def folder_inode(self) -> int:
        """What tells the folder from another that is mounted or made in its place."""
        return os.fstat(self.folder).st_ino

    def remove(self) -> None:
        """Take the name away, if it is still that of this very file.

        Raises:
            Unfit: another file has taken the name, or this one was written meanwhile.
        """
        self._require_same()
        os.unlink(self.name, dir_fd=self.folder)
        os.fsync(self.folder)

    def replace(self, draft: str) -> None:
        """Put a draft in the same folder in the place of this file.

        Raises:
            Unfit: as for `remove`.
        """
        self._require_same()
        os.replace(draft, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        os.fsync(self.folder)

    def _require_same(self) -> None:
        try:
            now = os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            raise Unfit("is not there any more") from None
        if _identity(now) != _identity(self.status):
            raise Unfit("changed while it was looked at")


@contextmanager
def held(path: str, digest: str, inode: int | None = None) -> Iterator[Held]:
    """Open a plain file with one name whose content is the one that was judged.

    Raises:
        Unfit: it is anything else.
    """
    with folder_of(path) as folder:
        name = Path(path).name
        try:
            number = os.open(
                name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=folder
            )
        except FileNotFoundError:
            raise Unfit("is not there any more") from None
        except OSError:
            raise Unfit("cannot be opened, or is a link") from None
        with os.fdopen(number, "rb") as stream:
            status = os.fstat(number)
            if not stat.S_ISREG(status.st_mode):
                raise Unfit("is no plain file any more")
            if status.st_nlink != 1:
                raise Unfit("has other names (hard links) that would keep its content")
            if inode is not None and status.st_ino != inode:
                raise Unfit("is another file under the same name")
            if digest_of(stream) != digest:
                raise Unfit("changed since the plan")
            stream.seek(0)
            yield Held(folder, name, stream, status)


@contextmanager
def folder_of(path: str) -> Iterator[int]:
    """Open the folder that a path without links lies in, step by step from the root.

    Raises:
        Unfit: a step is not there, or is a link now.
    """
    at = os.open("/", _FOLDER)
    try:
        for step in Path(path).parent.parts[1:]:
            try:
                below = os.open(step, _FOLDER, dir_fd=at)
            except OSError:
                raise Unfit("its folder is not there any more, or is a link") from None
            os.close(at)
            at = below
        yield at
    finally:
        os.close(at)


def digest_of(stream: BinaryIO) -> str:
    """Return "sha256:…" of what is left of a stream."""
    digest = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    return f"sha256:{digest.hexdigest()}"


def file_digest(path: Path) -> str | None:
    """Return "sha256:…" of a plain file; `None` when there is none."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(number, "rb") as stream:
        return digest_of(stream) if stat.S_ISREG(os.fstat(number).st_mode) else None


def write_new(
    path: str,
    folder: int,
    content: BinaryIO,
    mode: int = 0o600,
    owner: tuple[int, int] | None = None,
) -> None:
    """Write a file that must not be there yet, down to the disk; `owner` as far as one may.

    Raises:
        FileExistsError: it is there.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    number = os.open(path, flags, 0o600, dir_fd=folder)
    with os.fdopen(number, "wb") as sink:
        if owner is not None:
            with suppress(PermissionError):
                os.fchown(number, *owner)
        os.fchmod(number, mode)
        while block := content.read(BLOCK_BYTES):
            sink.write(block)
        sink.flush()
        os.fsync(number)
    os.fsync(folder)


def _identity(status: os.stat_result) -> tuple[int, int, int, int, int]:
    return (
        *(status.st_dev, status.st_ino, status.st_size),
        *(status.st_mtime_ns, status.st_nlink),
    )
