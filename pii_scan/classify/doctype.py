"""Stage 5, classify: what kind of document it is and whose data it holds, by weighted evidence.

Evidence is gathered part by part from the opening of the item; every term and shape adds its weight
to the types and groups that rules/doctypes.toml gives it to, and the highest sum is the answer.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pii_scan.classify.exports import Profile
from pii_scan.classify.knowledge import DocTypes, Terms
from pii_scan.model import Chunk, Table

OPENING: Final = 20_000
"""Characters of an item that are weighed; what comes later says little that is new."""
TITLE: Final = 200
"""Characters at the start of an item that count as its title."""
HEADING: Final = 80
"""Characters of the first line that count as the heading, which with the file's name says most."""
_COLUMNS: Final = 200
_LONGEST_TERM: Final = 4
_KNOWN_LAYOUT: Final = 12.0
_ASSUMED_LAYOUT: Final = 8.0
"""Words in a long export add up to six or seven for any type."""
_WORD: Final = re.compile(r"[^\W_]+")


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
        self._profile: Profile | None = None

    def recognise(self, profile: Profile | None) -> None:
        """Take in the layout that the item's tables have."""
        self._profile = profile

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
        seen = self._seen(doctypes)
        weights = {name: _weights(terms, seen) for name, terms in doctypes.types.items()}
        if self._profile and self._profile.doc_type in weights:
            weights[self._profile.doc_type] |= _by_layout(self._profile)
        doc_type = _best(weights, doctypes.types, doctypes.fallback_type)
        usual = doctypes.usual_groups.get(doc_type, {}) if weights[doc_type] else {}
        groups = self._groups(doctypes, usual, seen)
        ranked = sorted(weights.get(doc_type, {}).items(), key=lambda pair: -pair[1])
        return Verdict(doc_type, groups, tuple(ranked))

    def _groups(
        self, doctypes: DocTypes, usual: Mapping[str, float], seen: Mapping[str, set[str]]
    ) -> tuple[str, ...]:
        """Return the group with the highest sum, and those that come close with terms of theirs."""
        own = {name: _weights(terms, seen) for name, terms in doctypes.groups.items()}
        if self._profile and self._profile.subject_group in own:
            own[self._profile.subject_group] |= _by_layout(self._profile)
        if not usual and not any(own.values()):
            return (doctypes.fallback_group,)
        scores = {
            name: terms.bias + usual.get(name, 0.0) + sum(own[name].values())
            for name, terms in doctypes.groups.items()
        }
        main, *others = sorted(scores, key=lambda name: -scores[name])
        close = (
            name
            for name in others
            if name != doctypes.fallback_group
            and scores[name] > scores[main] - doctypes.second_group
            and any(not evidence.startswith("cues") for evidence in own[name])
        )
        return (main, *close)

    def _seen(self, doctypes: DocTypes) -> dict[str, set[str]]:
        """Return the terms that are there, by place."""
        text = self.opening.lower()
        first_line = text.lstrip().partition("\n")[0][:HEADING]
        folders, name = _address(self._uri.lower())
        return {
            "heading": _terms(f"{first_line}\n{name}", doctypes),
            "title": _terms(text[:TITLE], doctypes),
            "text": _terms(text, doctypes),
            "columns": _terms("\n".join(self._columns).lower(), doctypes),
            "path": _terms(f"{folders}\n{name}", doctypes),
            "cues": {name for name, cue in doctypes.cues.items() if cue.is_in(text)},
        }


def told_by_address(uri: str, doctypes: DocTypes) -> frozenset[str]:
    """Return what of an address can weigh beside its name: equal for two, equal evidence."""
    terms = (*doctypes.types.values(), *doctypes.groups.values())
    bearing = {term for one in terms for term in one.path}
    folders, name = _address(uri.lower())
    return frozenset(_terms(f"{folders}\n{name}", doctypes) & bearing)


def _address(uri: str) -> tuple[str, str]:
    """Return the folders and the name of an item; the file that holds it counts as neither.

    >>> _address("share/mail/vraag.eml!/cv.pdf")
    ('share/mail', 'cv.pdf')
    """
    folders, _, name = uri.rpartition("/")
    while folders.endswith("!"):
        folders = folders.rpartition("/")[0]
    return folders, name


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


def _by_layout(profile: Profile) -> dict[str, float]:
    """Weigh a recognised export: what its rows tell of matters less than what it is a list of."""
    return {f"export: {profile.id}": _ASSUMED_LAYOUT if profile.is_assumed else _KNOWN_LAYOUT}


def _best(
    weights: Mapping[str, Mapping[str, float]], types: Mapping[str, Terms], fallback: str
) -> str:
    scores = {name: types[name].bias + sum(found.values()) for name, found in weights.items()}
    if not any(weights.values()):
        return fallback
    return max(scores, key=lambda name: scores[name])


def _terms(text: str, doctypes: DocTypes) -> set[str]:
    """Return the words of a text, the runs of two to four that may be terms, and the prefixes."""
    words = _WORD.findall(text)
    found = set(words)
    ordered = sorted(found)
    for prefix in doctypes.prefixes:
        first = bisect_left(ordered, prefix[:-1])
        if first < len(ordered) and ordered[first].startswith(prefix[:-1]):
            found.add(prefix)
    for start, word in enumerate(words):
        if word in doctypes.openers:
            run = words[start : start + _LONGEST_TERM]
            found.update(" ".join(run[:length]) for length in range(2, len(run) + 1))
    return found
