"""Stage 5, classify: what kind of document it is and whose data it holds, by weighted evidence.

Evidence is gathered part by part from the opening of the item; every term and shape adds its weight
to the types and groups that rules/doctypes.toml gives it to, and the highest sum is the answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pii_scan.classify._terms import repaired
from pii_scan.classify.exports import Profile
from pii_scan.classify.knowledge import DocTypes, Outcomes
from pii_scan.model import Chunk, Hit, Table

OPENING: Final = 20_000
"""Characters of an item that are weighed; what comes later says little that is new."""
TITLE: Final = 200
"""Characters at the start of an item that count as its title."""
HEADING: Final = 80
"""Characters of the first line that count as the heading, which with the file's name says most."""
_COLUMNS: Final = 200
_HEADING_ROW: Final = re.compile(
    r"\A(?:[^\n]{0,200}\n){0,3}?"
    r"((?:[^\n;|\t,]{1,40}[;|\t]){2}[^\n]{1,400}|(?:[^\n;|\t,]{1,30},){2}[^\n]{1,400})"
    r"\n(?=[^\n]{0,200}[;|\t,][^\n]{0,200}[;|\t,])"
)
"""The first line of a table that is written out in a text."""
_RECORD: Final = re.compile(r"\A\s*[\[{]")
_KEY: Final = re.compile(r'[{,]\s*"([^"\n]{1,40})"\s*:')
"""What a record written as JSON calls its fields: the headings of a table that lies on its side."""
_KNOWN_LAYOUT: Final = 12.0
_ASSUMED_LAYOUT: Final = 8.0
"""Words in a long export add up to six or seven for any type."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, with what spoke for it."""

    doc_type: str
    groups: tuple[str, ...]
    """The first is the main one."""
    reasons: tuple[tuple[str, float], ...]
    """(evidence, weight) for the type, heaviest first."""
    group_reasons: tuple[tuple[str, float], ...]
    """The same for the main group."""
    scores: tuple[tuple[str, float], ...]
    """(type, sum) of all types, highest first."""


class Evidence:
    """What has been seen of one item so far."""

    def __init__(self, uri: str) -> None:
        """Begin with the address of the item, which is evidence by itself."""
        self._uri = uri
        self._texts: list[str] = []
        self._length = 0
        self._columns: list[str] = []
        self._found: set[str] = set()
        self._profile: Profile | None = None

    def recognise(self, profile: Profile | None) -> None:
        """Take in the layout that the item's tables have."""
        self._profile = profile

    def add(self, part: Chunk | Table, text: str, hits: Sequence[Hit] = ()) -> None:
        """Take in a part, its text and what was found; beyond the opening nothing is kept."""
        if self._length < OPENING:
            self._found.update(hit.entity for hit in hits)
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
        seen = self.seen(doctypes)
        weights = _weights(doctypes.types, seen)
        if self._profile and self._profile.doc_type in weights:
            weights[self._profile.doc_type] |= _by_layout(self._profile)
        scores = _scores(doctypes.types, weights)
        ranked = sorted(scores, key=lambda name: -scores[name])
        doc_type = ranked[0] if any(weights.values()) else doctypes.fallback_type
        usual = doctypes.usual_groups.get(doc_type, {}) if weights[doc_type] else {}
        own = _weights(doctypes.groups, seen)
        if self._profile and self._profile.subject_group in own:
            own[self._profile.subject_group] |= _by_layout(self._profile)
        if usual or any(own.values()):
            groups = _groups(doctypes, usual, own)
        else:
            groups = (doctypes.fallback_group,)
        told = {**own[groups[0]], f"type: {doc_type}": usual.get(groups[0], 0.0)}
        return Verdict(
            doc_type,
            groups,
            _heaviest({**weights[doc_type], "bias": doctypes.types.bias[doc_type]}),
            _heaviest({**told, "bias": doctypes.groups.bias[groups[0]]}),
            tuple((name, scores[name]) for name in ranked),
        )

    def seen(self, doctypes: DocTypes) -> dict[str, set[str]]:
        """Return the terms that are there, by place."""
        text, terms = repaired(self.opening.lower()), doctypes.vocabulary.found
        first_line = text.lstrip().partition("\n")[0][:HEADING]
        folders, name = _address(self._uri.lower())
        return {
            "heading": terms(f"{first_line}\n{name}"),
            "title": terms(text[:TITLE]),
            "text": terms(text),
            "columns": terms("\n".join((*self._columns, *_headings(text))).lower()),
            "path": terms(f"{folders}\n{name}"),
            "cues": doctypes.cues.found(text),
            "found": self._found,
        }


def _headings(text: str) -> list[str]:
    """Return what the fields of a table or a record are called that is written out in a text."""
    return [*_HEADING_ROW.findall(text), *(_KEY.findall(text) if _RECORD.match(text) else ())]


def told_by_address(uri: str, doctypes: DocTypes) -> frozenset[str]:
    """Return what of an address can weigh beside its name: equal for two, equal evidence."""
    bearing = doctypes.types.bearing["path"].keys() | doctypes.groups.bearing["path"].keys()
    folders, name = _address(uri.lower())
    return frozenset(doctypes.vocabulary.found(f"{folders}\n{name}") & bearing)


def _address(uri: str) -> tuple[str, str]:
    """Return the folders and the name of an item; the file that holds it counts as neither.

    >>> _address("share/mail/vraag.eml!/cv.pdf")
    ('share/mail', 'cv.pdf')
    """
    folders, _, name = uri.rpartition("/")
    while folders.endswith("!"):
        folders = folders.rpartition("/")[0]
    return folders, name


def _weights(outcomes: Outcomes, seen: Mapping[str, set[str]]) -> dict[str, dict[str, float]]:
    """Return by outcome the weights of all evidence, by a name that a reader understands."""
    weights: dict[str, dict[str, float]] = {name: {} for name in outcomes.bias}
    for place, terms in outcomes.bearing.items():
        for term in sorted(terms.keys() & seen[place]):
            named = f"{place}: {term}"
            for name, weight in terms[term].items():
                weights[name][named] = weight
    return weights


def _scores(outcomes: Outcomes, weights: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {name: bias + sum(weights[name].values()) for name, bias in outcomes.bias.items()}


def _heaviest(weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(weights.items(), key=lambda pair: -abs(pair[1])))


def _groups(
    doctypes: DocTypes, usual: Mapping[str, float], own: Mapping[str, Mapping[str, float]]
) -> tuple[str, ...]:
    """Return the group with the highest sum, and those that come close with terms of theirs."""
    scores = {
        name: usual.get(name, 0.0) + score for name, score in _scores(doctypes.groups, own).items()
    }
    main, *others = sorted(scores, key=lambda name: -scores[name])
    close = (
        name
        for name in others
        if name != doctypes.fallback_group
        and scores[name] > scores[main] - doctypes.second_group
        and any(weight > 0 and not _is_shape(told) for told, weight in own[name].items())
    )
    return (main, *close)


def _is_shape(evidence: str) -> bool:
    """Tell whether evidence is of the kind that any document may have."""
    return evidence.startswith(("cues: ", "found: "))


def _by_layout(profile: Profile) -> dict[str, float]:
    """Weigh a recognised export: what its rows tell of matters less than what it is a list of."""
    return {f"export: {profile.id}": _ASSUMED_LAYOUT if profile.is_assumed else _KNOWN_LAYOUT}
