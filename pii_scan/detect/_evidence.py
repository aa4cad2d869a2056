"""What stands around a statement: persons, boxes of forms, and cues that raise or lower it.

Words are read once for all terms whose surroundings overlap, so that a text full of terms costs no
more than its length.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Literal

from pii_scan.detect._boxes import is_ticked
from pii_scan.detect._terms import fold
from pii_scan.detect.layout import Layout
from pii_scan.model import Hit

Reason = tuple[str, float]
Place = Literal["before", "after", "answer", "sentence", "near"]

NEAR = 300
"""Characters on either side that count as near."""
RECORD = 1500
"""The same for a note, a letter, a record of a register."""
_WORD = re.compile(rb"[a-z0-9]+(?:[-'][a-z0-9]+)*|[?,]")
_END = re.compile(rb"[.!?;](?=\s)|\n(?=[^a-z])|\n\r?\n")
_LAST_WORD = re.compile(rb"[a-z0-9]{1,12}\Z")
_ASKED = re.compile(rb"[^.!;:?|\t\n]{0,60}[:?|\t]")
"""From a term to the mark behind which its answer stands."""
_QUOTES = (b'"', b"'", b"\xab", b"\xbb", b"\x1d")
"""`fold` turns the quotation marks that Latin-1 lacks into the last one."""
_ALONE = re.compile(rb"(?:\A|\n)[ \t]*(?:[-*\x1a#]+|[0-9.]{1,6})?[ \t]*\Z")
_ENDS = re.compile(rb"[ \t.:,;]*(?:\n|\r|\Z)")
_EDGE = 20
"""Characters of a bullet, a number and spaces that may stand before a term alone on its line."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that change what a term means."""

    name: str
    weight: float
    place: Place
    words: tuple[str, ...]
    """Words and phrases; "?" is the end of a question."""
    reach: int = 3
    """For "before" and "after": how many words on it may stand; it passes no stop."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A way in which it is seen that a person is spoken of."""

    name: str
    sentence: float
    """What it weighs in the sentence of a term."""
    near: float
    words: tuple[str, ...] = ()
    entities: frozenset[str] = frozenset()
    """What stands for a person where it was found before: names, birth dates, customer numbers."""

    def seen(self, *, is_here: bool) -> tuple[float, str]:
        """Return what it weighs in the sentence of a term or near it, and how that is called."""
        if is_here:
            return self.sentence, f"{self.name} in the sentence"
        return self.near, f"{self.name} near"


@dataclass(frozen=True, slots=True)
class Person:
    """How it is seen that a person is spoken of; of all that is seen the heaviest counts."""

    kinds: tuple[Kind, ...]
    record: float
    nobody: float


@dataclass(frozen=True, slots=True)
class Form:
    """What the place of a term on a page weighs."""

    ticked: float
    """Its box is ticked."""
    empty: float
    """Its box is not."""
    quoted: float
    """It stands between quotation marks: a word is spoken of."""
    alone: float
    """It has a line for itself: a heading, an option, an entry of a list."""


_FULL_STOP = ord(".")
_BOXED = ("ticked", "empty box")
_PLACE = attrgetter("place")
_LOW = attrgetter("low")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A phrase met, as a half-open span of words."""

    place: int
    stop: int
    shown: Cue | Kind
    entity: str
    """Of which it tells; empty: of all."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a text in words, and the phrases among them, in order."""

    low: int
    starts: Sequence[int]
    words: Sequence[bytes]
    marks: Sequence[_Mark]

    def near(self, start: int, end: int) -> Sequence[_Mark]:
        """Return the phrases near a place in the text."""
        first = bisect_left(self.starts, start - NEAR)
        last = bisect_left(self.starts, end + NEAR, first)
        low = bisect_left(self.marks, first, key=_PLACE)
        return self.marks[low : bisect_left(self.marks, last, low, key=_PLACE)]


@dataclass(frozen=True, slots=True)
class _Term:
    """Where a term stands among the words of a stretch."""

    words: Sequence[bytes]
    before: int
    """Its first word."""
    behind: int
    """The word behind its last."""
    answer: int
    """The first word of the answer to it; -1: it asks nothing."""
    stops: frozenset[bytes]

    def allows(self, cue: Cue, place: int, stop: int, *, is_here: bool) -> bool:
        """Tell whether a cue counts where it stands, in the sentence of the term or out of it."""
        if place < self.behind and stop > self.before:
            return False
        match cue.place:
            case "near":
                return True
            case "answer":
                return place == self.answer
            case "sentence":
                return is_here
            case "before":
                gap = self.words[stop : self.before]
                return is_here and stop <= self.before and self._reaches(cue, gap)
            case "after":
                gap = self.words[self.behind : place]
                return is_here and place >= self.behind and self._reaches(cue, gap)

    def _reaches(self, cue: Cue, gap: Sequence[bytes]) -> bool:
        return len(gap) < cue.reach and self.stops.isdisjoint(gap)


class Evidence:
    """The cues of a language and its entities, ready to look around terms with."""

    def __init__(
        self,
        person: Person,
        form: Form,
        cues: Mapping[str, Iterable[Cue]],
        stops: Iterable[str],
        abbreviations: Iterable[str],
    ) -> None:
        """Index the cues, which are given by entity; those of "" count for all.

        No cue reaches over one of `stops`.
        """
        self.person = person
        self.form = form
        self.stops = frozenset(map(fold, stops)) | {b","}
        self._index: dict[bytes, list[tuple[list[bytes], Cue | Kind, str]]] = {}
        self._abbreviations = frozenset(map(fold, abbreviations))
        told: list[tuple[str, Iterable[Cue | Kind]]] = [*cues.items(), ("", person.kinds)]
        for entity, some in told:
            for one in some:
                for words in one.words:
                    phrase = _WORD.findall(fold(words).lower())
                    self._index.setdefault(phrase[0], []).append((phrase, one, entity))
        either = _by_letter(word for kind in person.kinds for word in kind.words)
        self.person_words = re.compile(rf"\b(?:{either})\b".encode())

    def of(
        self,
        lower: bytes,
        layout: Layout,
        hits: Sequence[Hit],
        spans: Iterable[tuple[int, int]],
    ) -> "Around":
        """Return what there is around `spans` of a text (folded, in lower case)."""
        ends = [m.end() for m in _END.finditer(lower) if not self._abbreviates(lower, m.start())]
        named = [
            (kind, sorted(hit.start for hit in hits if hit.entity in kind.entities))
            for kind in self.person.kinds
            if kind.entities
        ]
        stretches = [self._read(lower, low, high) for low, high in _windows(spans)]
        return Around(self, lower, layout, ends, named, stretches)

    def marks(self, words: Sequence[bytes]) -> Iterator[_Mark]:
        """Yield, in order, the phrases that stand in `words`."""
        for place, word in enumerate(words):
            for phrase, shown, entity in self._index.get(word, ()):
                stop = place + len(phrase)
                if len(phrase) == 1 or words[place:stop] == phrase:
                    yield _Mark(place, stop, shown, entity)

    def _read(self, lower: bytes, low: int, high: int) -> _Stretch:
        found = [(m.start(), m[0]) for m in _WORD.finditer(lower, low, high)]
        words = [word for _, word in found]
        return _Stretch(low, [start for start, _ in found], words, list(self.marks(words)))

    def _abbreviates(self, lower: bytes, stop: int) -> bool:
        """Tell whether the full stop at `stop` belongs to an abbreviation."""
        if lower[stop] != _FULL_STOP:
            return False
        word = _LAST_WORD.search(lower, max(0, stop - 12), stop)
        return word is not None and word[0] in self._abbreviations


@dataclass(frozen=True)
class Around:
    """One text, with its sentences and the persons in it."""

    evidence: Evidence
    lower: bytes
    layout: Layout
    ends: Sequence[int]
    named: Sequence[tuple[Kind, Sequence[int]]]
    stretches: Sequence[_Stretch]

    def reasons(self, start: int, end: int, entity: str, ignores: frozenset[str]) -> list[Reason]:
        """Return what speaks for and against a term at `start` to `end`."""
        index = bisect_right(self.ends, start)
        first = max(self.ends[index - 1] if index else 0, start - NEAR)
        last = min(self.ends[index] if index < len(self.ends) else len(self.lower), end + NEAR)
        stretch = self.stretches[bisect_right(self.stretches, start, key=_LOW) - 1]
        term = self._term(stretch, start, end)
        persons = list(self._persons(start, end, first, last))
        form = dict(self._form(start, end))
        is_boxed = not form.keys().isdisjoint(_BOXED)
        met: dict[str, float] = {}
        for mark in stretch.near(start, end):
            is_here = first <= stretch.starts[mark.place] < last
            shown = mark.shown
            if isinstance(shown, Kind):
                persons.append(shown.seen(is_here=is_here))
            elif is_boxed and shown.place == "answer":
                continue  # behind the first box stands an answer, not the answer
            elif mark.entity in ("", entity) and term.allows(
                shown, mark.place, mark.stop, is_here=is_here
            ):
                met[shown.name] = shown.weight
        met |= {cue.name: cue.weight for cue in self._heading(start, entity)}
        weight, name = max(persons) if persons else self._record(start, end)
        reasons = [(name, weight), *met.items(), *form.items()]
        return [reason for reason in reasons if reason[0] not in ignores]

    def _term(self, stretch: _Stretch, start: int, end: int) -> _Term:
        before = bisect_left(stretch.starts, start)
        behind = bisect_left(stretch.starts, end, before)
        asked = _ASKED.match(self.lower, end)
        answer = bisect_left(stretch.starts, asked.end(), behind) if asked else -1
        return _Term(stretch.words, before, behind, answer, self.evidence.stops)

    def _persons(self, start: int, end: int, first: int, last: int) -> Iterator[tuple[float, str]]:
        for kind, starts in self.named:
            if _any(starts, first, last):
                yield kind.seen(is_here=True)
            elif _any(starts, start - NEAR, end + NEAR):
                yield kind.seen(is_here=False)

    def _record(self, start: int, end: int) -> tuple[float, str]:
        low, high = start - RECORD, end + RECORD
        if any(_any(starts, low, high) for _, starts in self.named) or _any(self._words, low, high):
            return self.evidence.person.record, "person in the record"
        return self.evidence.person.nobody, "no person"

    @cached_property
    def _words(self) -> Sequence[int]:
        """Where words for persons stand in the whole text."""
        return [m.start() for m in self.evidence.person_words.finditer(self.lower)]

    def _heading(self, start: int, entity: str) -> Iterator[Cue]:
        """Yield what the heading of a column says: it stands before the term."""
        cell = self.layout.at(start)
        words = _WORD.findall(fold(cell.heading).lower()) if cell and cell.heading else []
        for mark in self.evidence.marks(words):
            shown = mark.shown
            if isinstance(shown, Kind) or mark.entity not in ("", entity):
                continue
            if shown.place in ("sentence", "near") or (
                shown.place == "before" and len(words) - mark.stop < shown.reach
            ):
                yield shown

    def _form(self, start: int, end: int) -> Iterator[Reason]:
        form, lower = self.evidence.form, self.lower
        ticked = is_ticked(lower, start, end)
        if ticked is not None:
            yield (_BOXED[0], form.ticked) if ticked else (_BOXED[1], form.empty)
        if lower[start - 1 : start] in _QUOTES and lower[end : end + 1] in _QUOTES:
            yield "quoted", form.quoted
        if _ALONE.search(lower, max(0, start - _EDGE), start) and _ENDS.match(lower, end):
            yield "alone", form.alone


def _windows(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what lies near `spans`, in order, those that overlap as one."""
    windows: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        low, high = max(0, start - NEAR), end + NEAR
        if windows and low <= windows[-1][1]:
            windows[-1] = windows[-1][0], max(high, windows[-1][1])
        else:
            windows.append((low, high))
    return windows


def _by_letter(words: Iterable[str]) -> str:
    """Return a pattern of any of `words`, those with one first letter together, as is faster."""
    return "|".join(
        rf"{re.escape(first)}(?:{'|'.join(re.escape(word[1:]) for word in same)})"
        for first, same in groupby(sorted(words, reverse=True), key=itemgetter(0))
    )


def _any(starts: Sequence[int], low: int, high: int) -> bool:
    index = bisect_left(starts, low)
    return index < len(starts) and starts[index] < high
