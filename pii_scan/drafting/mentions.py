"""Folded text -> what it mentions: durations, subjects, events."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pii_scan.drafting.values import Language, Subject, TriggerWords
from pii_scan.model import Bound

NEAR: Final = 24
"""Characters before and after a duration that tell an age from a term."""


_PUNCTUATION: Final = re.compile(r"[,;(:]")


@dataclass(frozen=True, slots=True)
class Duration:
    """A stretch of time as a text states it."""

    start: int
    end: int
    term: str
    """ISO 8601."""
    is_rounded: bool
    bound: Bound | None = None
    """Of a range: which end it is."""


@dataclass(frozen=True, slots=True)
class Span:
    """A mention of something of the language's lists."""

    start: int
    end: int
    what: Subject | TriggerWords


def durations(text: str, language: Language) -> Iterator[Duration]:
    """Yield the durations of a text; ages and periods in the past are none."""
    for match in language.terms.finditer(text):
        before = text[max(0, match.start() - NEAR) : match.start()]
        after = text[match.end() : match.end() + NEAR]
        if language.has("age_before", before) or language.has("age_after", after):
            continue
        letter, factor = language.units[match["unit"]]
        rounded = match["unit"] in language.rounded
        half = 0.5 if match["half"] else 0.0
        number = language.numbers.get(match["number"]) or _digits(match["number"])
        # "een half jaar" is half a year, "twee en een half jaar" two and a half.
        number = half if half and number <= 1 else number + half
        least = _iso(_number(match["first"], language), letter, factor)
        most = _iso(number, letter, factor)
        if least is not None and most is not None:
            yield Duration(match.start(), match.end(), least, rounded, "min")
            yield Duration(match.start(), match.end(), most, rounded, "max")
        elif most is not None:
            yield Duration(match.start(), match.end(), most, rounded)


def _number(word: str | None, language: Language) -> float:
    return (language.numbers.get(word) or _digits(word)) if word else 0.0


def _digits(text: str) -> float:
    return float(text.replace(",", "."))


def _iso(number: float, letter: str, factor: int) -> str | None:
    """Return the term; parts of a year become months, of a week days, and hours whole days.

    >>> _iso(1.5, "Y", 1), _iso(4, "W", 1), _iso(0.5, "M", 1), _iso(1, "M", 3), _iso(48, "H", 1)
    ('P18M', 'P4W', None, 'P3M', 'P2D')
    """
    if letter == "H":
        letter, number = "D", float(-(-number // 24))
    number *= factor
    if number != int(number):
        letter, size = {"Y": ("M", 12), "W": ("D", 7)}.get(letter, (letter, 1))
        number *= size
    if number != int(number) or not 0 < number < 10_000:
        return None
    return f"P{int(number)}{letter}"


def subjects(text: str, language: Language) -> list[Span]:
    """Return what a text speaks of, in order; of mentions that overlap the longest."""
    return _longest(
        Span(match.start(), match.end(), one)
        for one in language.subjects
        for match in one.words.finditer(text)
    )


def triggers(text: str, language: Language) -> list[Span]:
    """Return the events that a text mentions, in order; of mentions that overlap the longest."""
    return _longest(
        Span(match.start(), match.end(), one)
        for one in language.triggers
        for match in one.words.finditer(text)
    )


def _longest(spans: Iterator[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=_weight):
        if all(span.end <= one.start or one.end <= span.start for one in kept):
            kept.append(span)
    return sorted(kept, key=lambda one: one.start)


def _weight(span: Span) -> tuple[bool, int, int]:
    """Rank a mention: one that also says the end of a year first, then the longest."""
    is_plain = not isinstance(span.what, TriggerWords) or span.what.shift == "none"
    return is_plain, span.start - span.end, span.start


def segments(
    text: str, anchors: list[tuple[int, int]], language: Language
) -> list[tuple[int, int]]:
    """Cut a sentence between its terms, so that each has the words that go with it.

    Args:
        text: folded.
        anchors: half-open spans of the terms, in order.
        language: its cues "separator" and "from".
    """
    cuts = [0]
    for (_, end), (start, _) in pairwise(anchors):
        between = text[end:start]
        begin = 0
        if (lead := language.cues["from"].match(between.lstrip(" ,"))) is not None:
            events = triggers(between, language)
            begin = events[0].end if events else lead.end()
        found = (
            _PUNCTUATION.search(between, begin),
            language.cues["separator"].search(between, begin),
        )
        cut = min((one for one in found if one), key=lambda one: one.start(), default=None)
        cuts.append(end + cut.start() if cut else max(end, start - 1) if start > end else end)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def nearest(pattern: re.Pattern[str], text: str, position: int) -> int | None:
    """Return how far before a position the pattern last ends, `None` if it is not there."""
    found = [match.end() for match in pattern.finditer(text, 0, position)]
    return position - found[-1] if found else None
