"""The compiled patterns, kept between runs: compiling takes a second, loading a millisecond."""

import hashlib
import logging
import os
import platform
import secrets
import stat
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import hyperscan

from pii_scan.errors import ConfigError

log = logging.getLogger(__name__)

_MODE = hyperscan.HS_MODE_BLOCK


def database(expressions: Sequence[bytes], flags: Sequence[int]) -> "hyperscan.Database":
    """Return a database of `expressions`, each numbered by its place.

    Raises:
        ConfigError: one of them is not valid.
    """
    kept = _folder() / f"{_name(expressions, flags)}.hs"
    return _loaded(kept) or _compiled(expressions, flags, kept)


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pii-scan"


def _name(expressions: Sequence[bytes], flags: Sequence[int]) -> str:
    """Different patterns, another engine or another kind of processor: another name."""
    digest = hashlib.sha256(f"{version('hyperscan')} {platform.platform()}\n".encode())
    for expression, flag in zip(expressions, flags, strict=True):
        digest.update(b"%d %d " % (flag, len(expression)) + expression)
    return digest.hexdigest()[:32]


def _loaded(path: Path) -> "hyperscan.Database | None":
    """Return what was kept, if it is there, is ours alone and fits this processor."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        open_to_others = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if status.st_uid != os.getuid() or open_to_others:
            log.warning("%s is not ours alone and is passed by", path)
            return None
        data = file.read()
    try:
        found = hyperscan.loadb(data, _MODE)
        found.scratch = hyperscan.Scratch(found)
    except hyperscan.error:
        return None
    return found


def _compiled(
    expressions: Sequence[bytes], flags: Sequence[int], keep: Path
) -> "hyperscan.Database":
    made = hyperscan.Database(mode=_MODE)
    try:
        made.compile(
            expressions=list(expressions),
            ids=list(range(len(expressions))),
            elements=len(expressions),
            flags=list(flags),
        )
    except hyperscan.error as error:
        raise ConfigError(f"a pattern is not valid: {error}") from None
    try:
        keep.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = keep.with_name(f".{keep.name}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(hyperscan.dumpb(made))
        draft.replace(keep)
    except OSError:
        log.info("the compiled patterns cannot be kept in %s", keep.parent)
    return made
