"""Inzage: the sources opened again, and what they hold of the person, redacted."""

import hashlib
import io
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import BinaryIO, Final, Literal

from pii_scan import extract
from pii_scan.detect import joined
from pii_scan.errors import ConfigError, ExtractError
from pii_scan.inzage.places import Place
from pii_scan.inzage.redact import Redactor
from pii_scan.inzage.subject import Kind, judged
from pii_scan.model import Chunk, Hit, Item, Member, Part, Result, Source, Table

SHORT_CHARS: Final = 3_000
"""A paragraph up to this length is judged as one, a longer one line by line."""
MAX_CHARS: Final = 20_000
"""Of a small document so much is shown; the report says when there is more."""
_BLANK: Final = re.compile(r"\n\s*\n")

State = Literal["unchanged", "changed", "gone", "unreadable"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the copy; only the person's own names and numbers are in clear."""

    where: str
    text: str = field(default="", repr=False)
    cells: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(heading, value) of a row; empty for running text."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What was found at a place when its source was opened again."""

    state: State
    passages: tuple[Passage, ...] = ()
    is_refuted: bool = False
    """The source is as it was, and read in clear the place is not about the person: what seemed
    to belong together stands far apart, or the first name is another."""
    is_cut: bool = False
    """There is more than is shown."""


def copies(
    places: Iterable[Place], source_of: Callable[[str], Source], redactor: Redactor
) -> dict[Place, Copy]:
    """Return the copy of each place; members of files are reached through the file they lie in."""
    by_file: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        item = place.result.item
        by_file[item.locator][item.uri].append(place)
    found: dict[Place, Copy] = {}
    for locator, wanted in by_file.items():
        for uri, opened in _opened(locator, wanted, source_of(locator)):
            for place in wanted[uri]:
                found[place] = _copy(place, opened, redactor)
        for places_of_item in wanted.values():
            for place in places_of_item:
                found.setdefault(place, Copy("gone"))
    return found


@dataclass(frozen=True, slots=True)
class _Opened:
    digest: str
    parts: tuple[Chunk | Table, ...] = field(repr=False)
    is_readable: bool


def _opened(
    locator: str, wanted: Mapping[str, list[Place]], source: Source
) -> Iterator[tuple[str, _Opened]]:
    """Yield (URI, content) of the wanted items in a file of a source.

    Addresses are made on the way in, as a scan makes them, and compared: a name may hold "!/".
    """
    try:
        for item in source.items(locator):
            if isinstance(item, Result):
                continue
            try:
                if source.parts:
                    yield from _walk_parts(item.uri, source.parts(item), wanted)
                    continue
                with source.open(item) as stream:
                    yield from _walk(item.uri, stream, wanted)
            except (ExtractError, OSError):
                if item.uri in wanted:
                    yield item.uri, _Opened("", (), is_readable=False)
    except ConfigError:  # a server that cannot be reached is no file that is gone
        yield from ((uri, _Opened("", (), is_readable=False)) for uri in wanted)


def _walk_parts(
    uri: str, parts: Iterator[Part], wanted: Mapping[str, list[Place]]
) -> Iterator[tuple[str, _Opened]]:
    """Yield the wanted rows of a table of a database, and the wanted files in its cells."""
    digest = hashlib.sha256()
    kept: list[Chunk | Table] = []
    for part in extract.named(extract.digested(parts, digest)):
        if isinstance(part, Member):
            address = extract.member_uri(uri, part.name)
            yield from _walk(address, io.BytesIO(part.data), wanted, part.media_type)
        elif isinstance(part, Chunk | Table) and uri in wanted:
            kept.append(_wanted_rows(part, wanted[uri]))
    if uri in wanted:
        yield uri, _Opened(f"sha256:{digest.hexdigest()}", tuple(kept), is_readable=True)


def _walk(
    uri: str, stream: BinaryIO, wanted: Mapping[str, list[Place]], stated: str | None = None
) -> Iterator[tuple[str, _Opened]]:
    if not any(address == uri or address.startswith(f"{uri}!/") for address in wanted):
        return
    digest = f"sha256:{_sha256(stream)}"
    parts: list[Chunk | Table] = []
    is_readable = True
    try:
        for part in _parts(uri, stream, stated):
            if isinstance(part, Member):
                address = extract.member_uri(uri, part.name)
                yield from _walk(address, io.BytesIO(part.data), wanted, part.media_type)
            elif isinstance(part, Chunk | Table) and uri in wanted:
                parts.append(_wanted_rows(part, wanted[uri]))
    except ExtractError:
        is_readable = bool(parts)
    if uri in wanted:
        yield uri, _Opened(digest, tuple(parts), is_readable)


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


def _wanted_rows(part: Chunk | Table, places: list[Place]) -> Chunk | Table:
    """Let go of the rows of a table that no place is about; an export may have millions."""
    if isinstance(part, Chunk) or any(place.part is None for place in places):
        return part
    numbers = {place.row for place in places}
    kept = [
        (number, row)
        for number, row in zip(part.numbers, part.rows, strict=True)
        if number in numbers
    ]
    rows = tuple(row for _, row in kept)
    return Table(part.columns, rows, tuple(number for number, _ in kept), part.where)


def _copy(place: Place, opened: _Opened, redactor: Redactor) -> Copy:
    if not opened.is_readable:
        return Copy("unreadable")
    is_same = opened.digest == place.result.digest
    state: State = "unchanged" if is_same else "changed"
    passages = tuple(_passages(place, opened.parts, redactor, is_same))
    if place.part is not None or not is_same:
        return Copy(state, passages, is_refuted=is_same and not passages)
    size = 0
    kept: list[Passage] = []
    for passage in passages:
        size += len(passage.text)
        if size > MAX_CHARS and kept:
            return Copy(state, tuple(kept), is_cut=True)
        kept.append(passage)
    return Copy(state, tuple(kept))


def _passages(
    place: Place, parts: tuple[Chunk | Table, ...], redactor: Redactor, is_same: bool
) -> Iterator[Passage]:
    for run in _runs(parts, redactor.run_chars):
        if isinstance(run, Table):
            yield from _rows(place, run, redactor, is_same)
        elif place.part is None and is_same:
            yield from _document(place, run, redactor)
        else:
            yield from _stretches(place, run, redactor)


def _runs(parts: tuple[Chunk | Table, ...], run_chars: int) -> Iterator[Table | tuple[Chunk, ...]]:
    """Put neighbouring text together as a scan reads it: a label may stand a paragraph earlier."""
    held: list[Chunk] = []
    size = 0
    for part in parts:
        if isinstance(part, Chunk):
            held.append(part)
            size += len(part.text)
        if held and (isinstance(part, Table) or size >= run_chars):
            yield tuple(held)
            held, size = [], 0
        if isinstance(part, Table):
            yield part
    if held:
        yield tuple(held)


def _document(place: Place, run: tuple[Chunk, ...], redactor: Redactor) -> Iterator[Passage]:
    """Yield the text of a small document, without properties that tell nothing of the person."""
    kept = [it for it in run if not it.where.startswith("property ") or _tells(it, redactor)]
    if kept:
        yield Passage(place.where, redactor.text(joined(kept).text))


def _rows(place: Place, table: Table, redactor: Redactor, is_same: bool) -> Iterator[Passage]:
    """Yield the row of the place; where it is not certain, only if it still shows the person."""
    sheet = f"{table.where} " if table.where else ""
    for number, row in zip(table.numbers, table.rows, strict=True):
        where = f"{sheet}row {number}"
        if place.part is not None and (place.row != number or place.part != where):
            continue
        if not is_same or place.match == "waarschijnlijk":
            hits = redactor.detect(Table(table.columns, (row,), (number,), table.where))[1]
            if not _is_theirs(hits, redactor):
                continue
        cells = redactor.row(table.columns, row)
        headings = (*table.columns, *("" for _ in range(len(cells) - len(table.columns))))
        yield Passage(where, cells=tuple(zip(headings, cells, strict=False)))


def _stretches(place: Place, run: tuple[Chunk, ...], redactor: Redactor) -> Iterator[Passage]:
    """Yield the paragraphs, or the line, in which the person is told of for certain or likely."""
    if place.part is not None and all(chunk.where != place.part for chunk in run):
        return
    text, hits = redactor.detect(joined(run))
    starts = list(accumulate((len(chunk.text) + 1 for chunk in run), initial=0))
    for start, end in _lines(text, place.row) if place.row else _paragraphs(text):
        inside = [hit for hit in hits if start <= hit.start < end]
        wheres = {run[bisect_right(starts, hit.start) - 1].where for hit in inside}
        is_here = place.part is None or place.part in wheres
        if is_here and _is_theirs(inside, redactor):
            yield Passage(place.where, redactor.text(text, start, end).strip("\n"))


def _lines(text: str, number: int) -> Iterator[tuple[int, int]]:
    """Yield where one line begins and ends; nothing when the text has fewer."""
    lines = text.split("\n")
    if number <= len(lines):
        start = sum(len(line) + 1 for line in lines[: number - 1])
        yield start, start + len(lines[number - 1])


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the stretches of a text begin and end that are judged each by itself."""
    start = 0
    for gap in (*_BLANK.finditer(text), None):
        end = gap.start() if gap else len(text)
        yield from _shorter(text, start, end)
        start = gap.end() if gap else end


def _shorter(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of a paragraph that is too long to be about one thing, else the whole."""
    if end - start <= SHORT_CHARS:
        yield start, end
        return
    for line in text[start:end].splitlines(keepends=True):
        yield start, start + len(line)
        start += len(line)


def _tells(chunk: Chunk, redactor: Redactor) -> bool:
    return any(redactor.person.kind_of(hit) for hit in redactor.detect(chunk)[1])


def _is_theirs(hits: list[Hit], redactor: Redactor) -> bool:
    found: set[Kind] = {kind for hit in hits if (kind := redactor.person.kind_of(hit)) is not None}
    verdict = judged(frozenset(found), "")
    return verdict is not None and verdict[0] != "mogelijk"


def named(item: Item, redactor: Redactor) -> str:
    """Return the address of an item with the names of others in it masked."""
    return "/".join(redactor.text(step) for step in item.uri.split("/"))
