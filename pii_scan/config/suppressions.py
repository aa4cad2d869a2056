"""Lists of what an organisation has judged: what is suppressed, why, by whom and until when."""

import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.config.categories import load_categories
from pii_scan.errors import ConfigError
from pii_scan.model import Suppression

Line = Annotated[str, Field(min_length=1, max_length=300)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Entry(Strict):
    entity: Line | None = None
    category: Line | None = None
    fingerprints: tuple[Digest, ...] = ()
    pattern: Line | None = None
    path: Line | None = None
    reason: Line
    by: Line
    added: date
    until: date


class _File(Strict):
    suppress: tuple[_Entry, ...] = ()


def load_suppressions(lists: Iterable[str]) -> tuple[Suppression, ...]:
    """Return the suppressions of shipped lists, by name, and of TOML files, by path.

    Raises:
        ConfigError: there is no such list, or an entry is wrong or states what another states.
    """
    found: dict[str, Suppression] = {}
    for name in dict.fromkeys(lists):
        file = list_file(name)
        for number, entry in enumerate(read(file, _File).suppress, start=1):
            where = f"{file}, suppress {number}"
            one = _suppression(entry, where)
            if one.id in found:
                raise ConfigError(f"{where}: states what another does ({one.id}); remove one")
            found[one.id] = one
    return tuple(found.values())


def list_file(name: str) -> Traversable:
    """Return the file of a shipped list, or the one at a path.

    Raises:
        ConfigError: there is none.
    """
    shipped = shipped_lists()
    if name in shipped:
        return shipped[name]
    path = Path(name).expanduser()
    if not path.is_file():
        raise ConfigError(f"{name}: no such file of suppressions, nor one of {', '.join(shipped)}")
    return path


def shipped_lists() -> dict[str, Traversable]:
    """Return the files of the shipped lists by name."""
    files = (rules_dir() / "suppressions").iterdir()
    return {file.name.removesuffix(".toml"): file for file in files}


def value_suppression(
    entity: str, fingerprints: tuple[str, ...], reason: str, by: str, added: date, until: date
) -> Suppression:
    """Return the suppression of one value.

    Raises:
        ConfigError: it would end before it begins, or a text is empty or of more than one line.
    """
    one = Suppression("", entity, None, fingerprints, None, None, reason, by, added, until)
    _check(one, "this suppression")
    return replace(one, id=_id(one))


def place_suppression(
    entity: str, folder: str, reason: str, by: str, added: date, until: date
) -> Suppression:
    """Return the suppression of all of an entity in a folder and below.

    Raises:
        ConfigError: as for `value_suppression`, or the folder has no name.
    """
    # What means something in a glob stands for itself in a name.
    path = re.sub(r"([*?[])", r"[\1]", folder) + "/*"
    one = Suppression("", entity, None, (), None, path, reason, by, added, until)
    _check(one, "this suppression")
    return replace(one, id=_id(one))


def append(path: Path, suppressions: Iterable[Suppression], without: str = "") -> None:
    """Add suppressions of values or places to a file, all or none; it is made when not there.

    `without` is the id of one that is taken out of it, if it is there.

    Raises:
        ConfigError: the file is wrong or cannot be written, or one of them is in it already.
    """
    try:
        with _alone(path.parent):
            _append(path, suppressions, without)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from None


def _append(path: Path, suppressions: Iterable[Suppression], without: str) -> None:
    known = [one.id for one in load_suppressions([str(path)])] if path.exists() else []
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if without in known:
        blocks = re.split(r"(?m)^(?=\[\[suppress\]\])", text)
        if len(blocks) != len(known) + 1:
            raise ConfigError(f"{path}: take suppression {without} out of it by hand")
        del blocks[known.index(without) + 1]
        known.remove(without)
        text = "".join(blocks)
    for one in suppressions:
        if one.id in known:
            raise ConfigError(f"{path} has this already, as {one.id}: change that entry")
        known.append(one.id)
        text += ("\n" if text else "") + _written(one)
    with tempfile.TemporaryDirectory(prefix=".suppress-", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        draft.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o600)
        draft.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others from changing a list in a folder meanwhile: of two at once one would be lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _suppression(entry: _Entry, where: str) -> Suppression:
    one = Suppression("", **dict(entry))
    _check(one, where)
    if one.category is not None and one.category not in load_categories().by_id:
        raise ConfigError(f"{where}: category {one.category} is not in categories.toml")
    return replace(one, id=_id(one))


def _check(one: Suppression, where: str) -> None:
    is_of_value = bool(one.fingerprints) or one.pattern is not None
    if one.fingerprints and one.pattern is not None:
        raise ConfigError(f"{where}: has fingerprints and a pattern; make it two")
    if is_of_value and (one.entity is None or one.category is not None):
        raise ConfigError(f"{where}: a value or pattern is of one entity: say which, no category")
    if not is_of_value and one.path is None:
        raise ConfigError(f"{where}: says neither which value, nor a pattern, nor a path")
    if (one.entity is None) == (one.category is None):
        raise ConfigError(f"{where}: must name an entity or a category, and not both")
    if one.path is not None and not any(char.isalnum() for char in one.path):
        raise ConfigError(f"{where}: the path must name a folder or file")
    if one.until < one.added:
        raise ConfigError(f"{where}: ends on {one.until}, before it was added on {one.added}")
    for text in (one.reason, one.by):
        if not text.strip() or not text.isprintable():
            raise ConfigError(f"{where}: reason and by must each be a line of text")


def _id(one: Suppression) -> str:
    what = (one.entity, one.category, one.fingerprints, one.pattern, one.path)
    return hashlib.sha256(repr(what).encode("utf-8", "backslashreplace")).hexdigest()[:10]


def _written(one: Suppression) -> str:
    # A JSON string of printable characters is a TOML string.
    text = {name: json.dumps(getattr(one, name), ensure_ascii=False) for name in _TEXTS}
    what = (
        f"path = {text['path']}"
        if one.path is not None
        else f"fingerprints = {json.dumps(one.fingerprints)}"
    )
    return (
        f"[[suppress]]\nentity = {text['entity']}\n{what}\n"
        f"reason = {text['reason']}\nby = {text['by']}\n"
        f"added = {one.added}\nuntil = {one.until}\n"
    )


_TEXTS = ("entity", "path", "reason", "by")
