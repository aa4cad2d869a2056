"""How the words around a candidate raise or lower it. Knows distances, not languages.

A score is a chance, summed in log-odds: what the pattern proves by itself (`Pattern.prior`) plus
the weight of each piece of evidence. The label nearest to the left counts, as people read: it
belongs to the first value that follows it, and a label of something else takes a candidate down.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from pii_scan.detect.engine import Candidate, Engine, Label
from pii_scan.detect.layout import Layout

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


def weigh(
    candidate: Candidate, text: str, labels: Sequence[Label], layout: Layout, engine: Engine
) -> tuple[float, tuple[Reason, ...]]:
    """Return the candidate's chance of being right and what made it so."""
    prior = candidate.pattern.prior
    reasons = [("prior", math.log(prior / (1 - prior)))]
    reasons += _heading(candidate, layout, engine)
    reasons += _before(candidate, text, labels, layout, engine)
    reasons += _behind(candidate, text, labels)
    reasons += _around(candidate, labels)
    return 1 / (1 + math.exp(-sum(weight for _, weight in reasons))), tuple(reasons)


def _heading(candidate: Candidate, layout: Layout, engine: Engine) -> list[Reason]:
    cell = layout.at(candidate.start)
    if cell is None or not cell.heading:
        return []
    words = engine.words_of(cell.heading)
    recognizer = candidate.recognizer
    if any(word in recognizer.labels for word in words):
        return [(f"heading {cell.heading}", HEADING_OWN)]
    if any(word in recognizer.against for word in words):
        return [(f"against heading {cell.heading}", HEADING_AGAINST)]
    if any(word in engine.names for word in words):
        return [(f"other heading {cell.heading}", HEADING_OTHER)]
    if any(word in recognizer.context for word in words):
        return [(f"context heading {cell.heading}", HEADING_CONTEXT)]
    return []


def _before(
    candidate: Candidate, text: str, labels: Sequence[Label], layout: Layout, engine: Engine
) -> list[Reason]:
    """Weigh the nearest label to the left that says something about this kind of value.

    Under a heading only labels in the same row count: the row above is about something else.
    """
    recognizer = candidate.recognizer
    cell = layout.at(candidate.start)
    first = text.rfind("\n", 0, cell.start) + 1 if cell and cell.heading else 0
    index = bisect_right(labels, candidate.start, key=lambda label: label.end) - 1
    nearest = labels[index].end if index >= 0 else 0
    other: list[Reason] = []
    while index >= 0:
        label = labels[index]
        index -= 1
        distance = candidate.start - label.end
        if distance > QUESTION_REACH or (other and label.end < nearest) or label.end <= first:
            break
        own, against = label.word in recognizer.labels, label.word in recognizer.against
        if own or against:
            weight = _weight(text[label.end : candidate.start], own=own)
            return [(f"{'label' if own else 'against'} {label.word}", weight)] if weight else []
        is_label = label.word in engine.names and label.word not in recognizer.context
        is_nearest = label.end == nearest and _is_adjacent(text[label.end : candidate.start])
        if is_nearest and is_label:
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


def _behind(candidate: Candidate, text: str, labels: Sequence[Label]) -> list[Reason]:
    """A label right behind, as in "123456782 (bsn)"; not one that names the next value."""
    index = bisect_left(labels, candidate.end, key=lambda label: label.start)
    if index >= len(labels) or labels[index].start - candidate.end > 3:
        return []
    label, recognizer = labels[index], candidate.recognizer
    if "\n" in text[candidate.end : label.start] or _NEXT_VALUE.match(text, label.end):
        return []
    last = bisect_right(labels, label.start, index, key=lambda label: label.start)
    words = [one.word for one in labels[index:last]]
    if text[candidate.end : label.start].strip(" "):
        for word in words:
            if word in recognizer.labels:
                return [(f"label behind {word}", BEHIND_OWN)]
    for word in words:
        if word in recognizer.against:
            return [(f"against behind {word}", BEHIND_AGAINST)]
    return []


def _around(candidate: Candidate, labels: Sequence[Label]) -> list[Reason]:
    context = candidate.recognizer.context
    if not context:
        return []
    first = bisect_left(labels, candidate.start - AROUND, key=lambda label: label.start)
    last = bisect_right(labels, candidate.end + AROUND, first, key=lambda label: label.start)
    for label in labels[first:last]:
        if label.word in context:
            return [(f"context {label.word}", CONTEXT)]
    return []
