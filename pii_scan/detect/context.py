"""How the words around a candidate raise or lower it. Knows distances, not languages.

A score is a chance, summed in log-odds: what the pattern proves by itself (`Pattern.prior`) plus
the weight of each piece of evidence (docs/scores.md). The label nearest to the left counts, as
people read: it belongs to the first value that follows it, and a label of something else takes a
candidate down.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from pii_scan.detect._columns import Columns
from pii_scan.detect.engine import REACH, Candidate, Engine, Label, Words
from pii_scan.detect.layout import Cell, Layout

Reason = tuple[str, float]
Evidence = tuple[str, str]
"""A kind of evidence, a key of `WEIGHTS`, and the word it rests on."""

QUESTION_REACH = 160
"""The same where a question mark lies between: "Wat is uw BSN?" and the answer."""
AROUND = 100
"""Characters on either side in which a context word counts."""

WEIGHTS: Mapping[str, float] = {
    "heading": 5.9,
    "context heading": 2.5,
    "against heading": -6.1,
    "other heading": -2.0,
    "full column": 1.6,
    "mixed column": -2.4,
    "label": 5.5,
    "near label": 2.8,
    "asked label": 3.1,
    "label above": 2.1,
    "used label": 1.2,
    "label behind": 2.5,
    "against": -4.4,
    "near against": -1.7,
    "against behind": -1.5,
    "other label": -1.7,
    "context": 1.3,
}
"""What each kind of evidence adds to the log-odds; fitted by `training.calibrate_context`."""

_FILLER = re.compile(
    r"[\s:=.,;#\"'()\[\]<>/|*_-]*"
    r"(?:\b(?:is|was|wordt|werd|nu|nr|nrs|no|nummer|van|voor|mijn|uw|haar|zijn|de|het|op|als|dat)\b"
    r"[\s:=.,;#\"'()\[\]<>/|*_-]*){0,3}"
)
_NEXT_VALUE = re.compile(r"[ .]{0,2}[:=]|[^\n]{0,12}\d")
_DIGITS = re.compile(r"\d{4}")
_MAX_ADJACENT = 40


class Surroundings:
    """A text with its labels, made ready to be asked what stands around a candidate."""

    def __init__(
        self,
        text: str,
        labels: Sequence[Label],
        layout: Layout,
        engine: Engine,
        candidates: Collection[Candidate],
    ) -> None:
        """Keep the labels, which are in order of place, with their ends apart."""
        self.text = text
        self.labels = labels
        self.engine = engine
        self.starts = [label.start for label in labels]
        self.ends = [label.end for label in labels]
        self.cells = {one.start: layout.at(one.start) for one in candidates}
        """Of each candidate, by its start."""
        self._columns = Columns(layout.filled(), self.cells, candidates)
        self._in_column: dict[tuple[int, str, str], list[Evidence]] = {}

    def in_column(self, cell: Cell, entity: str, words: Words) -> list[Evidence]:
        """Say what its column tells of an entity in `cell`: the same for all of its cells."""
        key = cell.column, cell.heading, entity
        known = self._in_column.get(key)
        if known is None:
            known = _heading(cell.heading, words, self.engine) if cell.heading else []
            if kind := self._columns.kind(cell, entity):
                known.append(kind)
            self._in_column[key] = known
        return known


def weigh(candidate: Candidate, around: Surroundings) -> tuple[float, tuple[Reason, ...]]:
    """Return the candidate's chance of being right and what made it so."""
    reasons = [_prior(candidate.pattern.prior)]
    total = reasons[0][1]
    for kind, word in _evidence(candidate, around):
        weight = WEIGHTS[kind]
        reasons.append((f"{kind} {word}", weight))
        total += weight
    return 1 / (1 + math.exp(-total)), tuple(reasons)


@cache
def _prior(chance: float) -> Reason:
    return "prior", math.log(chance / (1 - chance))


def _evidence(candidate: Candidate, around: Surroundings) -> list[Evidence]:
    words = around.engine.words_for(candidate.recognizer)
    cell = around.cells[candidate.start]
    found: list[Evidence] = []
    if cell is not None:
        found += around.in_column(cell, candidate.recognizer.entity, words)
    if around.labels:
        found += _before(candidate, words, cell, around)
        found += _behind(candidate, words, around)
        found += _around(candidate, words, around)
    return found


def _heading(heading: str, own: Words, engine: Engine) -> list[Evidence]:
    """Weigh a heading by a word of ours in it: the rest may be somebody's name or number."""
    words = engine.words_of(heading)
    kinds = (
        ("heading", own.labels),
        ("against heading", own.against),
        ("other heading", engine.names),
        ("context heading", own.context),
    )
    for kind, sought in kinds:
        for word in words:
            if word in sought:
                return [(kind, word)]
    return []


def _before(
    candidate: Candidate, words: Words, cell: Cell | None, around: Surroundings
) -> list[Evidence]:
    """Weigh the nearest label to the left that says something about this kind of value.

    Under a heading only labels in the same row count: the row above is about something else.
    """
    ends = around.ends
    index = bisect_right(ends, candidate.start) - 1
    nearest = ends[index] if index >= 0 else 0
    furthest = max(0, candidate.start - QUESTION_REACH - 1)
    if nearest <= furthest:
        return []
    text, labels = around.text, around.labels
    if cell and cell.heading:
        furthest = max(furthest, text.rfind("\n", furthest, cell.start) + 1)
    other: list[Evidence] = []
    while index >= 0:
        label = labels[index]
        index -= 1
        if label.end <= furthest or (other and label.end < nearest):
            break
        own, against = label.word in words.labels, label.word in words.against
        if own or against:
            kind = _kind(text[label.end : candidate.start], own=own)
            return [(kind, label.word)] if kind else []
        if (
            label.end == nearest
            and label.word in around.engine.names
            and label.word not in words.context
            and _is_adjacent(text[label.end : candidate.start])
        ):
            other = [("other label", label.word)]
    return other


def _is_adjacent(gap: str) -> bool:
    return len(gap) <= _MAX_ADJACENT and gap.count("\n") <= 1 and _FILLER.fullmatch(gap) is not None


def _kind(gap: str, *, own: bool) -> str:
    """Say what a label is to a value that stands `gap` further on; "" if nothing."""
    if _is_adjacent(gap):
        return "label" if own else "against"
    if _DIGITS.search(gap):
        return "used label" if own and len(gap) <= REACH else ""
    if "?" in gap:
        return "asked label" if own else ""
    if "\n" in gap:
        return "label above" if own and gap.count("\n") == 1 and len(gap) <= REACH else ""
    if len(gap) > REACH:
        return ""
    return "near label" if own else "near against"


def _behind(candidate: Candidate, words: Words, around: Surroundings) -> list[Evidence]:
    """A label right behind, as in "123456782 (bsn)"; not one that names the next value."""
    starts = around.starts
    index = bisect_left(starts, candidate.end)
    if index >= len(starts) or starts[index] - candidate.end > 3:
        return []
    text, labels = around.text, around.labels
    first = starts[index]
    if "\n" in text[candidate.end : first] or _NEXT_VALUE.match(text, labels[index].end):
        return []
    behind = [label.word for label in labels[index : bisect_right(starts, first, index)]]
    if text[candidate.end : first].strip(" "):
        for word in behind:
            if word in words.labels:
                return [("label behind", word)]
    for word in behind:
        if word in words.against:
            return [("against behind", word)]
    return []


def _around(candidate: Candidate, words: Words, around: Surroundings) -> list[Evidence]:
    if not words.context:
        return []
    starts, context = around.starts, words.context
    last = candidate.end + AROUND
    for index in range(bisect_left(starts, candidate.start - AROUND), len(starts)):
        if starts[index] > last:
            break
        word = around.labels[index].word
        if word in context:
            return [("context", word)]
    return []
