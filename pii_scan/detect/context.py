"""How the words around a candidate raise or lower it. Knows distances, not languages.

A score is a chance, summed in log-odds: what the pattern proves by itself (`Pattern.prior`) plus
the weight of each piece of evidence. The label nearest to the left counts, as people read: it
belongs to the first value that follows it, and a label of something else takes a candidate down.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from pii_scan.detect.engine import Candidate, Engine, Label, Words
from pii_scan.detect.layout import Cell, Layout

Reason = tuple[str, float]

REACH = 60
"""Characters between a label and the value it may still name, on one line."""
QUESTION_REACH = 160
"""The same where a question mark lies between: "Wat is uw BSN?" and the answer."""
AROUND = 100
"""Characters on either side in which a context word counts."""

HEADING_OWN, HEADING_CONTEXT, HEADING_AGAINST, HEADING_OTHER = 5.0, 2.5, -5.0, -2.5
ADJACENT_OWN, ADJACENT_AGAINST, ADJACENT_OTHER = 4.5, -4.5, -2.0
NEAR_OWN, NEAR_AGAINST = 2.5, -2.5
QUESTION_OWN, LINE_ABOVE_OWN, USED_OWN = 2.5, 1.5, 1.5
BEHIND_OWN, BEHIND_AGAINST = 2.5, -1.5
CONTEXT = 1.0

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

    def __init__(self, text: str, labels: Sequence[Label], layout: Layout, engine: Engine) -> None:
        """Keep the labels, which are in order of place, with their ends apart."""
        self.text = text
        self.labels = labels
        self.layout = layout
        self.engine = engine
        self.starts = [label.start for label in labels]
        self.ends = [label.end for label in labels]


def weigh(candidate: Candidate, around: Surroundings) -> tuple[float, tuple[Reason, ...]]:
    """Return the candidate's chance of being right and what made it so."""
    prior = candidate.pattern.prior
    words = around.engine.words_for(candidate.recognizer)
    reasons = [("prior", math.log(prior / (1 - prior)))]
    cell = around.layout.at(candidate.start)
    if cell is not None and cell.heading:
        reasons += _heading(cell.heading, words, around.engine)
    reasons += _before(candidate, words, cell, around)
    reasons += _behind(candidate, words, around)
    reasons += _around(candidate, words, around)
    return 1 / (1 + math.exp(-sum(weight for _, weight in reasons))), tuple(reasons)


def _heading(heading: str, own: Words, engine: Engine) -> list[Reason]:
    words = engine.words_of(heading)
    if not own.labels.isdisjoint(words):
        return [(f"heading {heading}", HEADING_OWN)]
    if not own.against.isdisjoint(words):
        return [(f"against heading {heading}", HEADING_AGAINST)]
    if not engine.names.isdisjoint(words):
        return [(f"other heading {heading}", HEADING_OTHER)]
    if not own.context.isdisjoint(words):
        return [(f"context heading {heading}", HEADING_CONTEXT)]
    return []


def _before(
    candidate: Candidate, words: Words, cell: Cell | None, around: Surroundings
) -> list[Reason]:
    """Weigh the nearest label to the left that says something about this kind of value.

    Under a heading only labels in the same row count: the row above is about something else.
    """
    text, labels = around.text, around.labels
    first = text.rfind("\n", 0, cell.start) + 1 if cell and cell.heading else 0
    furthest = max(first, candidate.start - QUESTION_REACH - 1)
    index = bisect_right(around.ends, candidate.start) - 1
    nearest = labels[index].end if index >= 0 else 0
    other: list[Reason] = []
    while index >= 0:
        label = labels[index]
        index -= 1
        if label.end <= furthest or (other and label.end < nearest):
            break
        own, against = label.word in words.labels, label.word in words.against
        if own or against:
            weight = _weight(text[label.end : candidate.start], own=own)
            return [(f"{'label' if own else 'against'} {label.word}", weight)] if weight else []
        if (
            label.end == nearest
            and label.word in around.engine.names
            and label.word not in words.context
            and _is_adjacent(text[label.end : candidate.start])
        ):
            other = [(f"other label {label.word}", ADJACENT_OTHER)]
    return other


def _is_adjacent(gap: str) -> bool:
    return len(gap) <= _MAX_ADJACENT and gap.count("\n") <= 1 and _FILLER.fullmatch(gap) is not None


def _weight(gap: str, *, own: bool) -> float:
    """Say how strongly a label speaks for a value that stands `gap` further on."""
    if _is_adjacent(gap):
        return ADJACENT_OWN if own else ADJACENT_AGAINST
    if _DIGITS.search(gap):
        return USED_OWN if own and len(gap) <= REACH else 0.0
    if "?" in gap:
        return QUESTION_OWN if own else 0.0
    if "\n" in gap:
        return LINE_ABOVE_OWN if own and gap.count("\n") == 1 and len(gap) <= REACH else 0.0
    if len(gap) > REACH:
        return 0.0
    return NEAR_OWN if own else NEAR_AGAINST


def _behind(candidate: Candidate, words: Words, around: Surroundings) -> list[Reason]:
    """A label right behind, as in "123456782 (bsn)"; not one that names the next value."""
    text, labels, starts = around.text, around.labels, around.starts
    index = bisect_left(starts, candidate.end)
    if index >= len(labels) or starts[index] - candidate.end > 3:
        return []
    first = starts[index]
    if "\n" in text[candidate.end : first] or _NEXT_VALUE.match(text, labels[index].end):
        return []
    behind = [label.word for label in labels[index : bisect_right(starts, first, index)]]
    if text[candidate.end : first].strip(" "):
        for word in behind:
            if word in words.labels:
                return [(f"label behind {word}", BEHIND_OWN)]
    for word in behind:
        if word in words.against:
            return [(f"against behind {word}", BEHIND_AGAINST)]
    return []


def _around(candidate: Candidate, words: Words, around: Surroundings) -> list[Reason]:
    if not words.context:
        return []
    first = bisect_left(around.starts, candidate.start - AROUND)
    last = bisect_right(around.starts, candidate.end + AROUND, first)
    for label in around.labels[first:last]:
        if label.word in words.context:
            return [(f"context {label.word}", CONTEXT)]
    return []
