"""Stage 2, walk: Item -> Item | Result. What the operator left out is a result too."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from pii_scan.model import (
    EXCLUDED,
    OWN,
    PROTECTED,
    TOO_LARGE,
    TOO_LARGE_ASKED,
    Coverage,
    Item,
    Result,
)

MAX_FILE_SIZE = 1 << 30
"""Bytes that are read of one file unless the operator says otherwise."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a target is to be read."""

    include: tuple[str, ...] = ()
    """Globs over the path below the target or the name alone; empty means everything."""
    exclude: tuple[str, ...] = ()
    max_size: int | None = None
    """Bytes; `None` is `MAX_FILE_SIZE`, and then a larger file counts as not read in full."""
    own: frozenset[str] = frozenset()
    """Absolute paths of the store that is being written."""
    protected: tuple[str, ...] = ()
    """Globs over addresses: what is there is counted, and neither opened nor named."""


def walk(met: Iterable[Item | Result], root: str, selection: Selection) -> Iterator[Item | Result]:
    """Pass on what is to be read; turn the rest into results that say why not."""
    own = frozenset(path.rpartition("/")[2] for path in selection.own)
    counts: Counter[str] = Counter()
    for one in met:
        uri = one.item.uri if isinstance(one, Result) else one.uri
        zone = _zone(uri, selection.protected) if selection.protected else None
        if zone is not None:
            # First of all, so that no other reason leads to a name: names tell of people too.
            counts[zone] += 1
            address = f"{zone}/{PROTECTED} {counts[zone]}"
            yield Result(Item(address, address, 0), Coverage("skipped", "walk", PROTECTED))
            continue
        reason = _left_out(one, root, selection, own) if isinstance(one, Item) else None
        if isinstance(one, Item) and reason:
            yield Result(one, Coverage("skipped", "walk", reason))
        else:
            yield one


def _zone(uri: str, globs: tuple[str, ...]) -> str | None:
    """Return the outermost folder above an address that is protected; a file's own is its folder.

    >>> _zone("share/hr/bedrijfsarts/2020/jansen.pdf", ("*/bedrijfsarts/*",))
    'share/hr/bedrijfsarts'
    """
    whole = any(fnmatchcase(uri, glob) or fnmatchcase(uri, f"*/{glob}") for glob in globs)
    if not whole:
        return None
    ends = [at for at, char in enumerate(uri) if char == "/" and at]
    for end in ends:
        folder = uri[:end]
        for glob in globs:
            narrow = glob.removesuffix("/*")
            if fnmatchcase(folder, narrow) or fnmatchcase(folder, f"*/{narrow}"):
                return folder
    return uri[: ends[-1]] if ends else "."


def _left_out(item: Item, root: str, selection: Selection, own: frozenset[str]) -> str | None:
    """Say why an item is not read; `own` are the names of the files of the store."""
    # By name first: making a path absolute costs more than the rest of the walk.
    if item.locator.rpartition("/")[2] in own and _absolute(item) in selection.own:
        return OWN
    if not (selection.include or selection.exclude):
        return _size_reason(item, selection)
    path = item.uri.removeprefix(root.rstrip("/")).lstrip("/") or item.uri.rsplit("/", 1)[-1]
    if selection.include and not _matches(path, selection.include):
        return EXCLUDED
    if _matches(path, selection.exclude):
        return EXCLUDED
    return _size_reason(item, selection)


def _absolute(item: Item) -> str:
    return str(Path(item.locator).absolute())


def _size_reason(item: Item, selection: Selection) -> str | None:
    if selection.max_size is not None and item.size > selection.max_size:
        return TOO_LARGE_ASKED
    return TOO_LARGE if item.size > MAX_FILE_SIZE else None


def _matches(path: str, globs: tuple[str, ...]) -> bool:
    """Match a glob on the whole path, on any folder above it, or on the name."""
    name = path.rsplit("/", 1)[-1]
    return any(
        fnmatchcase(path, glob)
        or fnmatchcase(name, glob)
        or fnmatchcase(path, f"{glob.rstrip('/')}/*")
        for glob in globs
    )
