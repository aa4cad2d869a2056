"""Inzage: the sources opened again, and what they hold of the person, redacted."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final, Literal

from pii_scan.detect import joined
from pii_scan.inzage.opening import Opened, Reopen, Wanted
from pii_scan.inzage.places import Place
from pii_scan.inzage.redact import Redactor
from pii_scan.inzage.subject import Kind, judged
from pii_scan.model import Chunk, Hit, Item, Table

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
    is_partial: bool = False
    """A part of the file could not be read."""


def copies(places: Iterable[Place], reopen: Reopen, redactor: Redactor) -> dict[Place, Copy]:
    """Return the copy of each place; members of files are reached through the file they lie in."""
    by_file: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        item = place.result.item
        by_file[item.locator][item.uri].append(place)
    files = {
        locator: {uri: _wanted(ones) for uri, ones in by_uri.items()}
        for locator, by_uri in by_file.items()
    }
    found: dict[Place, Copy] = {}
    for locator, opened in reopen(files):
        ones = [one for one in by_file[locator][opened.item.uri] if one not in found]
        found |= _copies(ones, opened, redactor)
    for by_uri in by_file.values():
        for ones in by_uri.values():
            for place in ones:
                found.setdefault(place, Copy("gone"))
    return found


def _wanted(places: list[Place]) -> Wanted:
    rows = frozenset(place.row for place in places if place.row is not None)
    is_all = any(place.part is None for place in places)
    return Wanted(places[0].result.digest, None if is_all else rows)


def _copies(places: list[Place], opened: Opened, redactor: Redactor) -> dict[Place, Copy]:
    """Return the copies of the places of one item."""
    found = {place: _copy(place, opened, redactor) for place in places}
    taken = {it.where for copy in found.values() for it in copy.passages}
    for place, copy in found.items():
        if copy.state == "changed" and not copy.passages and place.row is not None:
            moved = [it for it in _moved(opened.parts, redactor) if it.where not in taken]
            taken |= {it.where for it in moved}
            found[place] = replace(copy, passages=tuple(moved))
    return found


def _copy(place: Place, opened: Opened, redactor: Redactor) -> Copy:
    if opened.state == "unreadable":
        return Copy("unreadable")
    is_same = opened.digest == place.result.digest
    state: State = "unchanged" if is_same else "changed"
    passages = tuple(_passages(place, opened.parts, redactor, is_same))
    if place.part is not None or not is_same:
        is_refuted = is_same and not passages and opened.is_complete
        return Copy(state, passages, is_refuted, is_partial=not opened.is_complete)
    size = 0
    kept: list[Passage] = []
    for passage in passages:
        size += len(passage.text)
        if size > MAX_CHARS and kept:
            return Copy(state, tuple(kept), is_cut=True, is_partial=not opened.is_complete)
        kept.append(passage)
    return Copy(state, tuple(kept), is_partial=not opened.is_complete)


def _moved(parts: tuple[Chunk | Table, ...], redactor: Redactor) -> Iterator[Passage]:
    """Yield the rows of a changed table in which the person is now."""
    for table in parts:
        if isinstance(table, Table):
            rows: dict[int | None, list[Hit]] = defaultdict(list)
            for hit in redactor.detect(table)[1]:
                rows[hit.row].append(hit)
            for number, row in zip(table.numbers, table.rows, strict=True):
                if _is_theirs(rows[number], redactor):
                    yield _row(table, number, row, redactor)


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
        yield _row(table, number, row, redactor)


def _row(table: Table, number: int, row: tuple[str, ...], redactor: Redactor) -> Passage:
    cells = redactor.row(table.columns, row)
    headings = (*table.columns, *("" for _ in range(len(cells) - len(table.columns))))
    where = f"{table.where} row {number}".strip()
    return Passage(where, cells=tuple(zip(headings, cells, strict=False)))


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
    return "/".join(
        step if redactor.is_firm(step) else redactor.text(step) for step in item.uri.split("/")
    )
