"""Stage 5, classify: what kind of document it is and whose data it holds, by weighted evidence.

Evidence is gathered part by part from the opening of the item; every term and shape adds its weight
to the types and groups that rules/doctypes.toml gives it to, and the highest sum is the answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pii_scan.classify.knowledge import DocTypes, Terms
from pii_scan.model import Chunk, Table

OPENING: Final = 20_000
"""Characters of an item that are weighed; what comes later says little that is new."""
TITLE: Final = 200
"""Characters at the start of an item that count as its title."""
HEADING: Final = 80
"""Characters of the first line that count as its heading, which says most."""
_COLUMNS: Final = 200
_LONGEST_TERM: Final = 4
_WORD: Final = re.compile(r"[^\W_]+")

CUES: Final[Mapping[str, tuple[re.Pattern[str], int]]] = {
    "mail_header": (
        re.compile(r"^(?:van|from|verzonden|sent|aan|to|onderwerp|subject|cc|datum)\s*:", re.M),
        3,
    ),
    "mail_quote": (re.compile(r"^(?:re|fw|fwd|antw)\s*:|^>|oorspronkelijk bericht", re.M), 1),
    "clock_lines": (re.compile(r"^[^\n]{0,24}\b\d{1,2}[:.]\d\d(?::\d\d)?\b", re.M), 4),
    "speaker_lines": (
        re.compile(
            r"^\W*(?:[\d:. ]+\W+)?(?:[a-z]|agent|medewerker|klant|bot|gast|bezoeker|spreker \d)\b"
            r"[^\n:]{0,24}[:>]",
            re.M,
        ),
        3,
    ),
    "hesitation": (re.compile(r"\b(?:eh|ehm|uhm|uh|hè|euh)\b"), 2),
    "salutation": (re.compile(r"^(?:geachte|beste|dag|hallo|hoi|l\.s\.)\b", re.M), 1),
    "closing": (re.compile(r"^(?:met vriendelijke groet|hoogachtend|groet|mvg|vr\.? gr)", re.M), 1),
    "place_and_date": (re.compile(r"^[^\n,]{2,30}, \d{1,2} [a-z]{3,9} \d{4}\s*$", re.M), 1),
    "dated_start": (re.compile(r"\A\W{0,3}\d{1,2}[-/. ]?(?:\d{1,2}|[a-z]{3,9})\b"), 1),
    "label_lines": (re.compile(r"^[^\n:]{1,40}:", re.M), 5),
    "amounts": (re.compile(r"(?:€ ?|\beur )\d|\d,\d\d\b"), 4),
    "stars": (
        re.compile(r"[★☆⭐]|\b\d ?/ ?(?:5|10)\b|\b(?:\d|een|twee|drie|vier|vijf) sterren\b"),
        1,
    ),
    "mrz": (re.compile(r"[pi]<[a-z]{3}|<<<"), 1),
    "delimited": (re.compile(r"^[^\n;|\t]*(?:[;|\t][^\n;|\t]*){3}", re.M), 3),
    "long": (re.compile(r"[^\n]{5}\n", re.M), 25),
    "first_person": (re.compile(r"\b(?:ik|mijn|mij)\b"), 4),
}
"""Shapes of a lower-cased text: what is sought, and how often at least."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, with what spoke for it."""

    doc_type: str
    groups: tuple[str, ...]
    """The first is the main one."""
    reasons: tuple[tuple[str, float], ...]
    """(evidence, weight) for the type, heaviest first."""


class Evidence:
    """What has been seen of one item so far."""

    def __init__(self, uri: str) -> None:
        """Begin with the address of the item, which is evidence by itself."""
        self._uri = uri
        self._texts: list[str] = []
        self._length = 0
        self._columns: list[str] = []

    def add(self, part: Chunk | Table, text: str) -> None:
        """Take in a part and its text; beyond the opening nothing is kept."""
        if self._length < OPENING:
            taken = text[: OPENING - self._length]
            self._texts.append(taken)
            self._length += len(taken) + 1
        if isinstance(part, Table) and len(self._columns) < _COLUMNS:
            self._columns.extend(part.columns[:_COLUMNS])

    @property
    def opening(self) -> str:
        """The text that is weighed."""
        return "\n".join(self._texts)

    def weigh(self, doctypes: DocTypes) -> Verdict:
        """Return the type and the groups that the evidence speaks for."""
        seen = self._seen(doctypes.prefixes)
        weights = {name: _weights(terms, seen) for name, terms in doctypes.types.items()}
        doc_type = _best(weights, doctypes.types, doctypes.fallback_type)
        usual = doctypes.usual_groups.get(doc_type, {})
        scores = {
            name: terms.bias + usual.get(name, 0.0) + sum(_weights(terms, seen).values())
            for name, terms in doctypes.groups.items()
        }
        main = max(scores, key=lambda name: scores[name])
        others = [
            name
            for name, score in sorted(scores.items(), key=lambda pair: -pair[1])
            if name not in (main, doctypes.fallback_group)
            and score > scores[main] - doctypes.second_group
        ]
        ranked = sorted(weights.get(doc_type, {}).items(), key=lambda pair: -pair[1])
        return Verdict(doc_type, (main, *others), tuple(ranked))

    def _seen(self, prefixes: frozenset[str]) -> dict[str, set[str]]:
        """Return the terms that are there, by place."""
        text = self.opening.lower()
        return {
            "heading": _terms(text.lstrip().partition("\n")[0][:HEADING], prefixes),
            "title": _terms(text[:TITLE], prefixes),
            "text": _terms(text, prefixes),
            "columns": _terms("\n".join(self._columns).lower(), prefixes),
            "path": _terms(self._uri.lower(), prefixes),
            "cues": {
                name for name, (pattern, least) in CUES.items() if _at_least(pattern, text, least)
            },
        }


def _weights(terms: Terms, seen: Mapping[str, set[str]]) -> dict[str, float]:
    """Return the weights of all evidence that is there, by a name that a reader understands."""
    places = {
        "heading": terms.heading,
        "title": terms.title,
        "text": terms.text,
        "columns": terms.columns,
        "path": terms.path,
        "cues": terms.cues,
    }
    return {
        f"{place}: {term}": weight
        for place, weighted in places.items()
        for term, weight in weighted.items()
        if term in seen[place]
    }


def _best(
    weights: Mapping[str, Mapping[str, float]], types: Mapping[str, Terms], fallback: str
) -> str:
    scores = {name: types[name].bias + sum(found.values()) for name, found in weights.items()}
    if not any(weights.values()):
        return fallback
    return max(scores, key=lambda name: scores[name])


def _terms(text: str, prefixes: frozenset[str]) -> set[str]:
    """Return the runs of one to four words of a text, and those `prefixes` that begin a word."""
    words = _WORD.findall(text)
    found = set(words)
    for length in range(2, _LONGEST_TERM + 1):
        found.update(map(" ".join, zip(*(words[step:] for step in range(length)), strict=False)))
    lengths = {len(prefix) - 1 for prefix in prefixes}
    for word in set(words):
        found.update(term for length in lengths if (term := word[:length] + "*") in prefixes)
    return found


def _at_least(pattern: re.Pattern[str], text: str, least: int) -> bool:
    return sum(1 for _, _ in zip(range(least), pattern.finditer(text), strict=False)) >= least
