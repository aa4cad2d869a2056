"""Stage 4, detect: Chunk | Table -> Hit.

Candidates from one pass over the text, checks on each, then context; of readings that overlap the
likeliest stays.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from operator import attrgetter

from pii_scan.detect import context
from pii_scan.detect._normalise import normalise
from pii_scan.detect.engine import Candidate, Engine, Scanned
from pii_scan.detect.layout import Layout, render, sniff
from pii_scan.model import Chunk, Hit, Table

MIN_SCORE = 0.5
SEGMENT = 200_000
"""Code points of running text that are scanned at once, so that memory is bounded."""
OVERLAP = 400
"""Code points that a segment sees of its neighbours."""

Finder = Callable[[str, Layout, Sequence[Hit]], Iterable[Hit]]
"""Finds more in a normalised text, by its layout and what has been found before."""
Namer = Callable[[str, Sequence[Hit], Layout], list[Hit]]
"""Adds names to all that patterns may have found, and weighs those anew: `voters.Names.weighed`."""


def detect(
    part: Chunk | Table,
    engine: Engine,
    min_score: float,
    finders: Sequence[Finder] = (),
    names: Namer | None = None,
) -> tuple[str, list[Hit]]:
    """Return the text that was scanned and the hits in it, in order, none overlapping.

    The engine finds the identifiers, `names` the names; each finder then adds what it finds beside
    them.
    """
    if isinstance(part, Table):
        text, layout = render(part)
        hits = best(_all(normalise(text), engine, layout, min_score, finders, names))
        sheet = f"{part.where} " if part.where else ""
        return text, [
            h.moved(h.start, h.end, text[h.start : h.end], f"{sheet}row {h.row}") for h in hits
        ]
    found = hits_in(part.text, engine, min_score, finders, names)
    if part.where:
        found = (h.moved(h.start, h.end, h.value, part.where) for h in found)
    return part.text, list(found)


def joined(chunks: Sequence[Chunk]) -> Chunk:
    """Return neighbouring stretches as one, so that a label and its value meet across a border."""
    return Chunk("\n".join(chunk.text for chunk in chunks), "")


def parted(hits: Iterable[Hit], chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, list[Hit]]]:
    """Yield each of the `joined` chunks with the hits that begin in it, placed within it."""
    starts = list(accumulate((len(chunk.text) + 1 for chunk in chunks), initial=0))
    own: list[list[Hit]] = [[] for _ in chunks]
    for hit in hits:
        index = bisect_right(starts, hit.start) - 1
        first, where = starts[index], chunks[index].where
        own[index].append(hit.moved(hit.start - first, hit.end - first, hit.value, where))
    yield from zip(chunks, own, strict=True)


def hits_in(
    text: str,
    engine: Engine,
    min_score: float,
    finders: Sequence[Finder] = (),
    names: Namer | None = None,
) -> Iterator[Hit]:
    """Yield the hits in running text, in order, none overlapping."""
    for first, last in _segments(text):
        start, stop = max(0, first - OVERLAP), min(len(text), last + OVERLAP)
        part = normalise(text[start:stop])
        for hit in best(_all(part, engine, sniff(part), min_score, finders, names)):
            begin, end = hit.start + start, hit.end + start
            if first <= begin < last:
                yield hit if part is text else hit.moved(begin, end, text[begin:end], hit.where)


def _all(
    text: str,
    engine: Engine,
    layout: Layout,
    min_score: float,
    finders: Sequence[Finder],
    names: Namer | None,
) -> list[Hit]:
    hits = readings(text, engine, layout, min_score, names)
    for find in finders:
        hits.extend(hit for hit in find(text, layout, hits) if hit.score >= min_score)
    return hits


def readings(
    text: str, engine: Engine, layout: Layout, min_score: float, names: Namer | None = None
) -> list[Hit]:
    """Return every candidate that scores enough, overlapping ones too; `text` is normalised."""
    scanned = engine.scan(text)
    strongest: dict[tuple[int, int, str], Candidate] = {}
    for one in chain(scanned.candidates, labelled(scanned, layout, engine)):
        key = (one.start, one.end, one.recognizer.entity)
        known = strongest.get(key)
        if known is None or known.pattern.prior < one.pattern.prior:
            strongest[key] = one
    least = min_score if names is None else 0.0
    found = list(_weighed(scanned, strongest.values(), layout, engine, least)) if strongest else []
    if names is None:
        return found
    return [hit for hit in names(text, found, layout) if hit.score >= min_score]


def _weighed(
    scanned: Scanned,
    candidates: Collection[Candidate],
    layout: Layout,
    engine: Engine,
    min_score: float,
) -> Iterator[Hit]:
    text = scanned.text
    surroundings = context.Surroundings(text, scanned.labels, layout, engine, candidates)
    for one in candidates:
        score, reasons = context.weigh(one, surroundings)
        if score >= min_score:
            cell = surroundings.cells[one.start]
            row, column = (cell.row, cell.heading) if cell else (None, None)
            value = text[one.start : one.end]
            entity = one.recognizer.entity
            yield Hit(entity, one.start, one.end, score, "", value, row, column, reasons)


def best(hits: Iterable[Hit]) -> list[Hit]:
    """Of hits that overlap keep the likeliest, then the longest; return them in order."""
    kept: list[Hit] = []
    for group in _overlapping(hits):
        kept += group if len(group) == 1 else _likeliest(group)
    return kept


def _overlapping(hits: Iterable[Hit]) -> Iterator[list[Hit]]:
    """Yield hits by what they overlap, in order: by far the most stand alone."""
    group: list[Hit] = []
    end = 0
    for hit in sorted(hits, key=attrgetter("start")):
        if group and hit.start >= end:
            yield group
            group = []
        end = max(end, hit.end)
        group.append(hit)
    if group:
        yield group


def _likeliest(hits: Sequence[Hit]) -> list[Hit]:
    starts: list[int] = []
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.score, h.start - h.end, h.start, h.entity)):
        index = bisect_left(starts, hit.end)
        if index and kept[index - 1].end > hit.start:
            continue
        starts.insert(index, hit.start)
        kept.insert(index, hit)
    return kept


def labelled(scanned: Scanned, layout: Layout, engine: Engine) -> Iterator[Candidate]:
    """Yield what only a label makes likely: after the label, or in the cells under it."""
    following: dict[str, int] = {}
    for label in reversed(scanned.labels):  # a value belongs to the last of equal labels before it
        if not engine.is_followed(label):
            continue
        until = following.get(label.word, len(scanned.text))
        following[label.word] = label.start
        yield from engine.after(scanned, label, until)
    yield from engine.within(scanned, layout)


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Cut at line ends where there are any, else at spaces, else anywhere."""
    first = 0
    while len(text) - first > SEGMENT:
        low, high = first + SEGMENT // 2, first + SEGMENT
        last = text.rfind("\n", low, high) + 1 or text.rfind(" ", low, high) + 1 or high
        yield first, last
        first = last
    yield first, len(text)
