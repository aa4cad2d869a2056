"""Makes a text into others: other names, other places, lower case, capitals, typing errors."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate

from training.markup import Document, Span
from training.outside import NameLists

PREFIXES = frozenset(
    [
        *("van", "von", "vd", "v.d.", "v/d", "de", "den", "der", "het", "'t", "ten", "ter", "te"),
        *("op", "in", "uit", "aan", "bij", "el", "al", "la", "le", "du", "des", "da", "das", "dos"),
        *("do", "di", "del", "della", "bin", "ben", "ibn", "e/v"),
    ]
)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each change is made to a document."""

    names: float = 0.5
    places: float = 0.25
    lower: float = 0.3
    upper: float = 0.03
    typos: float = 0.06


class Augmenter:
    """Changes documents; the same seed gives the same changes."""

    def __init__(self, lists: NameLists, places: list[str], rng: random.Random) -> None:
        """Make ready to draw names, half by how common they are and half evenly."""
        self._lists = lists
        self._places = places
        self._rng = rng
        self._given = list(accumulate(lists.given_counts))
        self._surnames = list(accumulate(lists.surname_counts))

    def given(self) -> str:
        """Draw a given name."""
        return self._drawn(self._lists.given, self._given)

    def surname(self) -> str:
        """Draw a surname with its tussenvoegsels."""
        return self._drawn(self._lists.surnames, self._surnames)

    def _drawn(self, names: tuple[str, ...], cumulative: list[int]) -> str:
        if self._rng.random() < 0.5:
            return self._rng.choice(names)
        return self._rng.choices(names, cum_weights=cumulative)[0]

    def changed(self, document: Document, rates: Rates) -> Document:
        """Return the document with what the dice say changed."""
        rng = self._rng
        if rng.random() < rates.names:
            document = self._swapped(document, "PERSON", self._renamed({}))
        if rng.random() < rates.places:
            document = self._swapped(document, "LOCATION", lambda _: rng.choice(self._places))
        if rng.random() < rates.typos:
            document = self._mistyped(document)
        case = rng.random()
        if case < rates.lower:
            return _recased(document, str.lower)
        if case < rates.lower + rates.upper:
            return _recased(document, str.upper)
        return document

    def _renamed(self, known: dict[str, str]) -> Callable[[str], str]:
        """Return what gives a name another, word by word, and the same word always the same."""
        given = {name.lower() for name in self._lists.given}

        def another(name: str) -> str:
            return " ".join(one(word) for word in name.split(" "))

        def one(word: str) -> str:
            key = word.lower().strip(".,")
            if key in PREFIXES or not key or not any(c.isalpha() for c in word):
                return word
            if len(key) <= 2 or "." in word.rstrip(".") or word != word.strip(",.;:()"):
                return word
            if key not in known:
                drawn = self.given() if key in given else self.surname().split(" ")[-1]
                if word.islower():
                    drawn = drawn.lower()
                known[key] = drawn.upper() if word.isupper() else drawn
            return known[key]

        return another

    def _swapped(self, document: Document, label: str, to: Callable[[str], str]) -> Document:
        pieces: list[str] = []
        marks = sorted(
            [*((s, True) for s in document.spans), *((s, False) for s in document.unknown)],
            key=lambda one: one[0].start,
        )
        spans: list[Span] = []
        unknown: list[Span] = []
        last = length = 0
        for span, is_known in marks:
            value = document.text[span.start : span.end]
            if span.label == label:
                value = to(value) or value
            pieces += (document.text[last : span.start], value)
            start = length + span.start - last
            length = start + len(value)
            (spans if is_known else unknown).append(Span(start, length, span.label))
            last = span.end
        pieces.append(document.text[last:])
        return replace(document, text="".join(pieces), spans=tuple(spans), unknown=tuple(unknown))

    def _mistyped(self, document: Document) -> Document:
        """Swap, in one word of fifteen, two neighbouring letters; lengths stay as they are."""
        text = list(document.text)
        for index in range(1, len(text) - 2):
            pair = text[index : index + 2]
            if all(c.isalpha() and c.islower() for c in pair) and self._rng.random() < 0.012:
                text[index : index + 2] = reversed(pair)
        return replace(document, text="".join(text))


def _recased(document: Document, case: Callable[[str], str]) -> Document:
    """Change the case of letters whose length that does not change ("ß", "İ" stay)."""
    text = "".join(c if len(case(c)) != 1 else case(c) for c in document.text)
    return replace(document, text=text)


def lowered(document: Document) -> Document:
    """Return the document without capitals, its spans in place."""
    return _recased(document, str.lower)
