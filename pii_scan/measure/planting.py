"""Planting documents in a folder, and taking away exactly those.

One of the two places of the program that write to a source. The list of what is planted is written
before the first file, so that whatever happens in between, all of it can be removed.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pii_scan.errors import ConfigError
from pii_scan.measure.documents import Pools, content
from pii_scan.measure.formats import TABLES, WRITERS

SCHEMA = 1
MOST = 10_000
"""Documents at a time."""

Outcome = Literal["removed", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted document."""

    name: str
    digest: str
    """ "sha256:…" of its content."""
    format: str
    expected: tuple[tuple[str, str], ...]
    """(entity, value): all of it made up."""


@dataclass(frozen=True, slots=True)
class Planting:
    """What was planted at one time in one folder."""

    id: str
    folder: str
    """Absolute, links resolved."""
    planted: str
    """Moment, in UTC."""
    operator: str
    files: tuple[Canary, ...]


def made(pools: Pools, identity: str, count: int) -> Iterator[tuple[Canary, bytes]]:
    """Yield documents and their bytes, every format in turn."""
    suffixes = list(WRITERS)
    for number in range(count):
        suffix = suffixes[number % len(suffixes)]
        told = content(pools, number, identity, is_table=suffix in TABLES)
        data = WRITERS[suffix](told)
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        name = f"pii-scan-kanarie-{identity}-{number:04}.{suffix}"
        yield Canary(name, digest, suffix, told.expected), data


def plant(
    documents: Sequence[tuple[Canary, bytes]], planting: Planting, manifest: Path
) -> Planting:
    """Write documents into the folder of a planting, and what they are into the manifest.

    Raises:
        ConfigError: the folder or the manifest cannot be written, or a file is there already.
    """
    planting = replace(planting, files=tuple(canary for canary, _ in documents))
    with _opened(planting.folder) as folder:
        for canary, _ in documents:
            if _status(canary.name, folder) is not None:
                raise ConfigError(f"{planting.folder} has a file {canary.name} already")
        save(manifest, [*load(manifest), planting])
        for canary, data in documents:
            _write(canary.name, data, folder, planting.folder)
    return planting


def remove(planting: Planting) -> Iterator[tuple[Canary, Outcome]]:
    """Take away what was planted and is as it was planted; all else stays, and is named."""
    try:
        with _opened(planting.folder) as folder:
            for canary in planting.files:
                yield canary, _removed(canary, folder)
    except FileNotFoundError:
        yield from ((canary, "gone") for canary in planting.files)


def load(manifest: Path) -> list[Planting]:
    """Return what a manifest lists; nothing where there is none.

    Raises:
        ConfigError: it cannot be read, or is no manifest.
    """
    try:
        held = json.loads(manifest.read_text(encoding="utf-8"))
        return [_planting(it) for it in held["plantings"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"{manifest}: cannot be read as a list of canaries") from None


def save(manifest: Path, plantings: Iterable[Planting]) -> None:
    """Write a manifest, readable by its owner alone: all of it, or as it was.

    Raises:
        ConfigError: it cannot be written.
    """
    told = {"schema": SCHEMA, "type": "canaries", "plantings": [_as_dict(it) for it in plantings]}
    draft = manifest.with_name(f".{manifest.name}.new")
    try:
        manifest.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(told, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(manifest)
    except OSError as error:
        raise ConfigError(f"cannot write {manifest}: {error.strerror}") from None


def _planting(told: dict[str, Any]) -> Planting:
    files = tuple(
        Canary(it["name"], it["digest"], it["format"], tuple((e, v) for e, v in it["expected"]))
        for it in told["files"]
    )
    # A name with a path in it would reach beyond the folder.
    if any(Path(it.name).name != it.name for it in files):
        raise ValueError
    return Planting(told["id"], told["folder"], told["planted"], told["operator"], files)


def _as_dict(it: Planting) -> dict[str, Any]:
    files = [
        {"name": f.name, "digest": f.digest, "format": f.format, "expected": f.expected}
        for f in it.files
    ]
    told = {"id": it.id, "folder": it.folder, "planted": it.planted, "operator": it.operator}
    return {**told, "files": files}


@contextmanager
def _opened(folder: str) -> Iterator[int]:
    """Give a handle of a folder: what is done by it stays there, whatever is renamed."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be opened as a folder ({error.strerror})") from None
    try:
        yield handle
    finally:
        os.close(handle)


def _status(name: str, folder: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _write(name: str, data: bytes, folder: int, path: str) -> None:
    # Never over a file, nor through a link: O_EXCL refuses both. Readable by whoever may read what
    # is beside it, as far as the umask lets it, so that a scan under another account reads it.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        handle = os.open(name, flags, 0o644, dir_fd=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        raise ConfigError(
            f"cannot write {name} in {path}: {error.strerror}; canary remove takes away the others"
        ) from None


def _removed(canary: Canary, folder: int) -> Outcome:
    before = _status(canary.name, folder)
    if before is None:
        return "gone"
    if not stat.S_ISREG(before.st_mode):
        return "changed"
    try:
        handle = os.open(canary.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
    except OSError:
        return "changed"
    with os.fdopen(handle, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        read = os.fstat(file.fileno())
        now = _status(canary.name, folder)
        is_same = now is not None and (now.st_dev, now.st_ino) == (read.st_dev, read.st_ino)
        if f"sha256:{digest}" != canary.digest or not is_same:
            return "changed"
        os.unlink(canary.name, dir_fd=folder)
    return "removed"
