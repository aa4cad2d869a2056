"""Inzage: the sources opened again, and what they hold of the person, redacted."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final, Literal

from pii_scan.detect import joined
from pii_scan.inzage.clear import is_theirs, reread
from pii_scan.inzage.judging import Verdict
from pii_scan.inzage.opening import Opened, Reopen, Wanted
from pii_scan.inzage.places import Place
from pii_scan.inzage.redact import Redactor
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
    claimed: tuple[str, ...] = field(default=(), repr=False)
    """What is the person's by what this row says, and is masked anywhere else."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What was found at a place when its source was opened again."""

    state: State
    passages: tuple[Passage, ...] = ()
    is_refuted: bool = False
    """The source is as it was, and read in clear the place is not surely about the person: what
    seemed to belong together stands far apart, or the first name is another."""
    doubts: tuple[str, ...] = ()
    """Why, in Dutch."""
    is_cut: bool = False
    """There is more than is shown."""
    is_partial: bool = False
    """A part of the file could not be read."""


def copies(
    places: Iterable[Place],
    reopen: Reopen,
    redactor: Redactor,
    decided: Container[Place] = (),
) -> dict[Place, Copy]:
    """Return the copy of each place; members of files are reached through the file they lie in.

    What a person `decided` to put in the answer is copied whatever it looks like in clear.
    """
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
        found |= _copies(ones, opened, redactor, decided)
    for by_uri in by_file.values():
        for ones in by_uri.values():
            for place in ones:
                found.setdefault(place, Copy("gone"))
    return found


def _wanted(places: list[Place]) -> Wanted:
    rows = frozenset(place.row for place in places if place.row is not None)
    is_all = any(place.part is None for place in places)
    return Wanted(places[0].result.digest, None if is_all else rows)


def _copies(
    places: list[Place], opened: Opened, redactor: Redactor, decided: Container[Place]
) -> dict[Place, Copy]:
    """Return the copies of the places of one item."""
    found = {
        place: _copy(place, opened, redactor, place.match == "mogelijk" or place in decided)
        for place in places
    }
    taken = {it.where for copy in found.values() for it in copy.passages}
    for place, copy in found.items():
        if copy.state == "changed" and not copy.passages and place.row is not None:
            moved = [it for it in _moved(place, opened.parts, redactor) if it.where not in taken]
            taken |= {it.where for it in moved}
            found[place] = replace(copy, passages=tuple(moved))
    return found


def _copy(place: Place, opened: Opened, redactor: Redactor, is_decided: bool) -> Copy:
    if opened.state == "unreadable":
        return Copy("unreadable")
    is_same = opened.digest == place.result.digest
    state: State = "unchanged" if is_same else "changed"
    if place.part is None and is_same and not is_decided:
        found = _whole(place, opened.parts, redactor)
        if not is_theirs(found):
            doubts = tuple(it for it in found[1] if it not in place.reasons) if found else ()
            return Copy(state, is_refuted=True, doubts=doubts)
    passages = tuple(_passages(place, opened.parts, redactor, is_same, is_decided))
    if place.part is not None or not is_same:
        is_read = is_same and opened.is_complete and _is_there(place, opened.parts)
        is_refuted = is_read and not passages and not is_decided
        return Copy(state, passages, is_refuted, is_partial=not opened.is_complete)
    size = 0
    kept: list[Passage] = []
    for passage in passages:
        size += len(passage.text)
        if size > MAX_CHARS and kept:
            return Copy(state, tuple(kept), is_cut=True, is_partial=not opened.is_complete)
        kept.append(passage)
    return Copy(state, tuple(kept), is_partial=not opened.is_complete)


def _is_there(place: Place, parts: tuple[Chunk | Table, ...]) -> bool:
    """Tell whether the row of a place is in its file."""
    tables = [part for part in parts if isinstance(part, Table)]
    return place.row is None or not tables or any(place.row in it.numbers for it in tables)


def _whole(place: Place, parts: tuple[Chunk | Table, ...], redactor: Redactor) -> Verdict | None:
    """Judge a small document by all that stands in it."""
    texts: list[str] = []
    hits: list[Hit] = []
    start = 0
    for run in _runs(parts, redactor.run_chars):
        text, ones = redactor.detect(run if isinstance(run, Table) else joined(run))
        hits += [it.moved(start + it.start, start + it.end, it.value, it.where) for it in ones]
        texts.append(text)
        start += len(text) + 1
    return reread(place, "document", "\n".join(texts), hits, redactor)


def _moved(place: Place, parts: tuple[Chunk | Table, ...], redactor: Redactor) -> Iterator[Passage]:
    """Yield the rows of a changed table in which the person is now."""
    for table in parts:
        if isinstance(table, Table):
            person = redactor.person
            near = {it.row for it in redactor.detect(table)[1] if person.kind_of(it) is not None}
            for number, row in zip(table.numbers, table.rows, strict=True):
                if number in near and _is_their_row(place, table, number, row, redactor):
                    yield _row(table, number, row, redactor)


def _passages(
    place: Place,
    parts: tuple[Chunk | Table, ...],
    redactor: Redactor,
    is_same: bool,
    is_decided: bool,
) -> Iterator[Passage]:
    for run in _runs(parts, redactor.run_chars):
        if isinstance(run, Table):
            # A table in a small document is a form as well as a list: it is copied with the rest.
            yield from _rows(place, run, redactor, is_same and (is_decided or place.part is None))
        elif place.part is None and is_same:
            yield from _document(place, run, redactor)
        else:
            yield from _stretches(place, run, redactor, is_decided)


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
        yield Passage(redactor.heading(place.where), redactor.text(joined(kept).text))


def _rows(place: Place, table: Table, redactor: Redactor, is_decided: bool) -> Iterator[Passage]:
    """Yield the row of the place, if read in clear it shows the person or somebody decided so."""
    sheet = f"{table.where} " if table.where else ""
    for number, row in zip(table.numbers, table.rows, strict=True):
        where = f"{sheet}row {number}"
        if place.part is not None and (place.row != number or place.part != where):
            continue
        if is_decided or _is_their_row(place, table, number, row, redactor):
            yield _row(table, number, row, redactor)


def _is_their_row(
    place: Place, table: Table, number: int, row: tuple[str, ...], redactor: Redactor
) -> bool:
    text, hits = redactor.detect(Table(table.columns, (row,), (number,), table.where))
    return is_theirs(reread(place, "row", text, hits, redactor))


def _row(table: Table, number: int, row: tuple[str, ...], redactor: Redactor) -> Passage:
    shown = redactor.row(table.columns, row)
    headings = (*map(redactor.heading, table.columns), *("" for _ in shown.cells))
    where = f"{redactor.heading(table.where)} row {number}".strip()
    return Passage(where, "", tuple(zip(headings, shown.cells, strict=False)), shown.claimed)


def _stretches(
    place: Place, run: tuple[Chunk, ...], redactor: Redactor, is_decided: bool
) -> Iterator[Passage]:
    """Yield the paragraphs, or the line, in which the person is told of for certain or likely.

    Of a place that somebody decided on, those with anything of the person.
    """
    if place.part is not None and all(chunk.where != place.part for chunk in run):
        return
    text, hits = redactor.detect(joined(run))
    starts = list(accumulate((len(chunk.text) + 1 for chunk in run), initial=0))
    for start, end in _lines(text, place.row) if place.row else _paragraphs(text):
        inside = [hit for hit in hits if start <= hit.start < end]
        wheres = {run[bisect_right(starts, hit.start) - 1].where for hit in inside}
        is_here = place.part is None or place.part in wheres
        if not is_here:
            continue
        is_any = is_decided and any(redactor.person.kind_of(it) for it in inside)
        if is_any or is_theirs(reread(place, "passage", text, inside, redactor)):
            shown = redactor.text(text, start, end).strip("\n")
            yield Passage(redactor.heading(place.where), shown)


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


def named(item: Item, redactor: Redactor) -> str:
    """Return the address of an item with the names of others in it masked."""
    return masked_path(item.uri, redactor)


def masked_path(path: str, redactor: Redactor) -> str:
    """Return a path with what is others' masked in each of its steps."""
    return "/".join(
        step if redactor.is_firm(step) else redactor.step(step) for step in path.split("/")
    )
