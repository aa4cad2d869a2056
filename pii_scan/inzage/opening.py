"""Inzage: files opened again for a copy, in a worker process: they are as hostile as in a scan.

A file goes in as `Wanted`, what stands at the wanted addresses within it comes out as `Opened`.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from pii_scan import extract
from pii_scan.engines.job import Job
from pii_scan.engines.local import run
from pii_scan.errors import ConfigError, ExtractError
from pii_scan.model import Chunk, Gap, Item, Member, Part, Result, Source, Table
from pii_scan.sources import source_of

MAX_ROWS: Final = 20_000
"""Of a table that has changed so many rows are looked through for where the person is now."""
MAX_DEPTH: Final = 20
"""Files within files; a scan goes less deep, so that no place lies deeper."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of an item."""

    digest: str | None
    """As the scan saw it."""
    rows: frozenset[int] | None
    """Of its tables; `None`: all of them."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands in an item now."""

    item: Item
    state: str
    """ "read", "unreadable", or "end": everything within the file was given."""
    digest: str = ""
    parts: tuple[Chunk | Table, ...] = field(default=(), repr=False)
    is_complete: bool = True
    """Nothing of the item was left unread."""


Files = Mapping[str, Mapping[str, Wanted]]
"""Locator of a file -> address -> what is wanted there."""
Reopen = Callable[[Files], Iterator[tuple[str, Opened]]]
"""Gives (locator, what stands there); a file that ends without an address does not have it."""


def in_worker(timeout_seconds: float) -> Reopen:
    """Return a way to open files in one worker process with limits of time and memory."""

    def reopen(files: Files) -> Iterator[tuple[str, Opened]]:
        tasks = {f"reopen {number}": locator for number, locator in enumerate(files)}
        items = [Item(task, locator, 0) for task, locator in tasks.items()]
        for one in run(items, Job(_prepare, files), 1, timeout_seconds):
            if isinstance(one, Result):
                locator = tasks[one.item.uri]
                for uri in files[locator]:
                    yield locator, Opened(Item(uri, locator, 0), "unreadable")
            elif one.state != "end":
                yield one.item.locator, one

    return reopen


def here(source: Source) -> Reopen:
    """Return a way to open files of a source in this process: those known to be harmless."""

    def reopen(files: Files) -> Iterator[tuple[str, Opened]]:
        for locator, wanted in files.items():
            yield from ((locator, one) for one in _opened(locator, wanted, source))

    return reopen


def _prepare(files: Files) -> Callable[[Item], Iterable[Opened]]:
    def scanner(task: Item) -> Iterator[Opened]:
        locator = task.locator
        yield from _opened(locator, files[locator], source_of(locator))
        yield Opened(task, "end")

    return scanner


def _opened(locator: str, wanted: Mapping[str, Wanted], source: Source) -> Iterator[Opened]:
    """Yield the wanted items in a file of a source.

    Addresses are made on the way in, as a scan makes them, and compared: a name may hold "!/".
    """
    try:
        for item in source.items(locator):
            if isinstance(item, Result):
                continue
            try:
                yield from _item(Item(item.uri, locator, 0), item, source, wanted)
            except (ExtractError, OSError):
                if item.uri in wanted:
                    yield Opened(Item(item.uri, locator, 0), "unreadable")
    except ConfigError:  # a server that cannot be reached is no file that is gone
        yield from (Opened(Item(uri, locator, 0), "unreadable") for uri in wanted)


def _item(
    named: Item, item: Item, source: Source, wanted: Mapping[str, Wanted]
) -> Iterator[Opened]:
    if source.parts:
        yield from _rows_of(named, source.parts(item), wanted)
        return
    with source.open(item) as stream:
        yield from _walk(named, stream, wanted, 0)


def _rows_of(item: Item, parts: Iterator[Part], wanted: Mapping[str, Wanted]) -> Iterator[Opened]:
    """Yield the wanted rows of a table of a database, and the wanted files in its cells."""
    digest = hashlib.sha256()
    kept: list[Chunk | Table] = []
    want = wanted.get(item.uri)
    for part in extract.named(extract.digested(parts, digest)):
        if isinstance(part, Member):
            yield from _member(item, part, wanted, 1)
        elif isinstance(part, Chunk | Table) and want:
            # Whether it is as it was shows at the end only, and a table may be of any length.
            kept.append(_wanted_rows(part, want, is_same=True))
    if want:
        yield Opened(item, "read", f"sha256:{digest.hexdigest()}", tuple(kept))


def _walk(
    item: Item,
    stream: BinaryIO,
    wanted: Mapping[str, Wanted],
    depth: int,
    stated: str | None = None,
) -> Iterator[Opened]:
    uri = item.uri
    is_way = any(address.startswith(f"{uri}!/") for address in wanted)
    if (uri not in wanted and not is_way) or depth > MAX_DEPTH:
        return
    digest = f"sha256:{_sha256(stream)}"
    want = wanted.get(uri)
    parts: list[Chunk | Table] = []
    state, is_complete = "read", True
    try:
        for part in _parts(uri, stream, stated):
            if isinstance(part, Member):
                yield from _member(item, part, wanted, depth + 1)
            elif isinstance(part, Gap):
                is_complete = False
            elif isinstance(part, Chunk | Table) and want:
                parts.append(_wanted_rows(part, want, digest == want.digest))
    except ExtractError:
        state, is_complete = ("read" if parts else "unreadable"), False
    if want:
        yield Opened(item, state, digest, tuple(parts), is_complete)


def _member(
    item: Item, member: Member, wanted: Mapping[str, Wanted], depth: int
) -> Iterator[Opened]:
    within = Item(extract.member_uri(item.uri, member.name), item.locator, 0)
    yield from _walk(within, io.BytesIO(member.data), wanted, depth, member.media_type)


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def _parts(uri: str, stream: BinaryIO, stated: str | None = None) -> Iterator[Part]:
    media_type = extract.media_type(stream, uri.rsplit("/", 1)[-1], stated)
    extractor = extract.extractor_for(media_type)
    if extractor is None:
        raise ExtractError("no reader for this type")
    return extract.extract(stream, extractor)


def _wanted_rows(part: Chunk | Table, want: Wanted, is_same: bool) -> Chunk | Table:
    """Let go of the rows of a table that no place is about; an export may have millions."""
    if isinstance(part, Chunk) or want.rows is None:
        return part
    kept = [
        (number, row)
        for number, row in zip(part.numbers, part.rows, strict=True)
        if number in want.rows or (not is_same and number <= MAX_ROWS)
    ]
    rows = tuple(row for _, row in kept)
    return Table(part.columns, rows, tuple(number for number, _ in kept), part.where)
