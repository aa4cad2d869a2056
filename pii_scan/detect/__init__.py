"""Stage 4, detect: Chunk | Table -> Hit.

Candidates from one pass over the text, checks on each, then context; of readings that overlap the
likeliest stays.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from pii_scan.detect import context
from pii_scan.detect._normalise import normalise
from pii_scan.detect.engine import Candidate, Engine, Label
from pii_scan.detect.layout import Layout, render, sniff
from pii_scan.model import Chunk, Hit, Table

MIN_SCORE = 0.5
SEGMENT = 200_000
"""Code points of running text that are scanned at once, so that memory is bounded."""
OVERLAP = 400
"""Code points that a segment sees of its neighbours."""


def detect(part: Chunk | Table, engine: Engine, min_score: float) -> tuple[str, list[Hit]]:
    """Return the text that was scanned and the hits in it, in order, none overlapping."""
    if isinstance(part, Table):
        text, layout = render(part)
        hits = best(readings(normalise(text), engine, layout, min_score))
        sheet = f"{part.where} " if part.where else ""
        return text, [
            replace(h, where=f"{sheet}row {h.row}", value=text[h.start : h.end]) for h in hits
        ]
    return part.text, [replace(h, where=part.where) for h in hits_in(part.text, engine, min_score)]


def joined(chunks: Sequence[Chunk]) -> Chunk:
    """Return neighbouring stretches as one, so that a label and its value meet across a border."""
    return Chunk("\n".join(chunk.text for chunk in chunks), "")


def placed(hits: Iterable[Hit], chunks: Sequence[Chunk]) -> list[Hit]:
    """Say of hits in `joined` chunks in which of them each begins."""
    starts = list(accumulate((len(chunk.text) + 1 for chunk in chunks), initial=0))
    return [replace(h, where=chunks[bisect_right(starts, h.start) - 1].where) for h in hits]


def hits_in(text: str, engine: Engine, min_score: float) -> Iterator[Hit]:
    """Yield the hits in running text, in order, none overlapping."""
    for first, last in _segments(text):
        start, stop = max(0, first - OVERLAP), min(len(text), last + OVERLAP)
        part = normalise(text[start:stop])
        for hit in best(readings(part, engine, sniff(part), min_score)):
            begin, end = hit.start + start, hit.end + start
            if first <= begin < last:
                yield replace(hit, start=begin, end=end, value=text[begin:end])


def readings(text: str, engine: Engine, layout: Layout, min_score: float) -> list[Hit]:
    """Return every candidate that scores enough, overlapping ones too; `text` is normalised."""
    candidates, labels = engine.scan(text)
    candidates.extend(labelled(text, labels, layout, engine))
    found: dict[tuple[int, int, str], Hit] = {}
    for candidate in candidates:
        score, reasons = context.weigh(candidate, text, labels, layout, engine)
        if score < min_score:
            continue
        start, end, entity = candidate.start, candidate.end, candidate.recognizer.entity
        known = found.get((start, end, entity))
        if known is None or known.score < score:
            cell = layout.at(start)
            row, column = (cell.row, cell.heading) if cell else (None, None)
            found[start, end, entity] = Hit(
                entity, start, end, score, "", text[start:end], row, column, reasons
            )
    return list(found.values())


def best(hits: Iterable[Hit]) -> list[Hit]:
    """Of hits that overlap keep the likeliest, then the longest; return them in order."""
    starts: list[int] = []
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.score, h.start - h.end, h.start, h.entity)):
        index = bisect_left(starts, hit.end)
        if index and kept[index - 1].end > hit.start:
            continue
        starts.insert(index, hit.start)
        kept.insert(index, hit)
    return kept


def labelled(
    text: str, labels: Iterable[Label], layout: Layout, engine: Engine
) -> Iterator[Candidate]:
    """Yield what only a label makes likely: after the label, or in the cells under it."""
    for label in labels:
        yield from engine.after(text, label, context.REACH)
    for cell in layout.cells:
        for word in engine.words_of(cell.heading):
            yield from engine.within(text, cell.start, cell.end, word)


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Cut at line ends where there are any, else at spaces, else anywhere."""
    first = 0
    while len(text) - first > SEGMENT:
        low, high = first + SEGMENT // 2, first + SEGMENT
        last = text.rfind("\n", low, high) + 1 or text.rfind(" ", low, high) + 1 or high
        yield first, last
        first = last
    yield first, len(text)
