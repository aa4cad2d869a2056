"""What stands around a statement: persons, and cues that raise or lower it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pii_scan.detect._terms import fold
from pii_scan.detect.layout import Layout
from pii_scan.model import Hit

Reason = tuple[str, float]
Place = Literal["before", "after", "sentence", "near"]

NEAR = 300
"""Characters on either side that count as near."""
RECORD = 1500
"""The same for a note, a letter, a record of a register."""
_WORD = re.compile(rb"[a-z0-9]+(?:[-'][a-z0-9]+)*|[?,]")
_END = re.compile(rb"[.!?;](?=\s)|\n(?=[^a-z])|\n\r?\n")
_LAST_WORD = re.compile(rb"[a-z0-9]{1,12}\Z")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that change what a term means."""

    name: str
    weight: float
    place: Place
    words: tuple[str, ...]
    """Words and phrases; "?" is the end of a question."""
    reach: int = 3
    """For "before" and "after": how many words on it may stand; it does not pass a comma."""


@dataclass(frozen=True, slots=True)
class Person:
    """How it is seen that a person is spoken of, and what that weighs."""

    words: tuple[str, ...]
    """Pronouns, titles, roles and relatives."""
    entities: frozenset[str]
    """What stands for a person where it was found before: names, birth dates, customer numbers."""
    sentence: float
    near: float
    record: float
    nobody: float


_FULL_STOP = ord(".")
_PERSON = "person"

_Words = list[tuple[int, bytes]]
"""Where words begin, and the words."""
_Index = dict[bytes, list[tuple[list[bytes], Cue]]]
"""First word -> its phrases."""


class Evidence:
    """The cues of a language and its entities, ready to look around terms with."""

    def __init__(
        self,
        person: Person,
        own: Mapping[str, Iterable[Cue]],
        abbreviations: Iterable[str],
    ) -> None:
        """Index the cues; `own` holds by entity all that count for it."""
        self.person = person
        seen = Cue(_PERSON, 0, "near", person.words)
        self.cues = {entity: _index((*cues, seen)) for entity, cues in own.items()}
        self._abbreviations = frozenset(map(fold, abbreviations))
        words = "|".join(re.escape(word) for word in person.words)
        self.person_words = re.compile(rf"\b(?:{words})\b".encode())

    def of(self, lower: bytes, layout: Layout, hits: Iterable[Hit]) -> "Around":
        """Return what there is around places in a text (folded, in lower case)."""
        ends = [m.end() for m in _END.finditer(lower) if not self._abbreviates(lower, m.start())]
        people = sorted(hit.start for hit in hits if hit.entity in self.person.entities)
        return Around(self, lower, layout, ends, people)

    def _abbreviates(self, lower: bytes, stop: int) -> bool:
        """Tell whether the full stop at `stop` belongs to an abbreviation."""
        if lower[stop] != _FULL_STOP:
            return False
        word = _LAST_WORD.search(lower, max(0, stop - 12), stop)
        return word is not None and word[0] in self._abbreviations


@dataclass(frozen=True, slots=True)
class Around:
    """One text, with its sentences and the persons in it."""

    evidence: Evidence
    lower: bytes
    layout: Layout
    ends: Sequence[int]
    people: Sequence[int]

    def reasons(self, start: int, end: int, entity: str, ignores: frozenset[str]) -> list[Reason]:
        """Return what speaks for and against a term at `start` to `end`."""
        index = bisect_right(self.ends, start)
        first = self.ends[index - 1] if index else 0
        last = self.ends[index] if index < len(self.ends) else len(self.lower)
        first, last = max(first, start - NEAR), min(last, end + NEAR)
        low, high = max(0, start - NEAR), min(len(self.lower), end + NEAR)
        words = [(m.start(), m[0]) for m in _WORD.finditer(self.lower, low, high)]
        before = bisect_left(words, start, key=lambda word: word[0])
        cell = self.layout.at(start)
        if cell and cell.heading:
            heading = [(start, m[0]) for m in _WORD.finditer(fold(cell.heading).lower())]
            words[before:before] = heading
            before += len(heading)
        behind = bisect_left(words, end, before, key=lambda word: word[0])
        met: dict[str, float] = {}
        person_near = person_here = False
        for place, stop, cue in _cues(words, self.evidence.cues[entity]):
            is_here = first <= words[place][0] < last
            if cue.name == _PERSON:
                person_near, person_here = True, person_here or is_here
            elif cue.name in ignores or (place < behind and stop > before):
                continue
            elif cue.place == "near" or (
                is_here and _stands(cue, words, place, stop, before, behind)
            ):
                met[cue.name] = cue.weight
        person = self._person(start, end, first, last, here=person_here, near=person_near)
        return [person, *met.items()]

    def _person(
        self, start: int, end: int, first: int, last: int, *, here: bool, near: bool
    ) -> Reason:
        person = self.evidence.person
        if here or self._named(first, last):
            return "person in the sentence", person.sentence
        if near or self._named(start - NEAR, end + NEAR):
            return "person near", person.near
        low, high = max(0, start - RECORD), end + RECORD
        if self._named(low, high) or self.evidence.person_words.search(self.lower, low, high):
            return "person in the record", person.record
        return "no person", person.nobody

    def _named(self, low: int, high: int) -> bool:
        index = bisect_left(self.people, low)
        return index < len(self.people) and self.people[index] < high


def _cues(words: _Words, index: _Index) -> Iterator[tuple[int, int, Cue]]:
    """Yield where phrases of cues stand, as half-open spans in `words`."""
    for place, (_, word) in enumerate(words):
        for phrase, cue in index.get(word, ()):
            stop = place + len(phrase)
            if len(phrase) == 1 or [one for _, one in words[place:stop]] == phrase:
                yield place, stop, cue


def _stands(cue: Cue, words: _Words, place: int, stop: int, before: int, behind: int) -> bool:
    """Tell whether a cue in the sentence of a term stands where it must."""
    if cue.place == "sentence":
        return True
    gap = words[stop:before] if cue.place == "before" else words[behind:place]
    is_side = stop <= before if cue.place == "before" else place >= behind
    return is_side and len(gap) < cue.reach and all(word != b"," for _, word in gap)


def _index(cues: Iterable[Cue]) -> _Index:
    index: _Index = {}
    for cue in cues:
        for words in cue.words:
            phrase = _WORD.findall(fold(words).lower())
            index.setdefault(phrase[0], []).append((phrase, cue))
    return index
