"""Stage 4, detect: what a text tells of a person's health, convictions, beliefs and the like.

Knows no language: terms, cues and their weights come from rules/special/. All terms are sought in
one pass. Each that is met is weighed in log-odds, as identifiers are: what its group proves by
itself, whether a person is near, and the cues around it (negations, institutions, hypotheses).
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import hyperscan

from pii_scan.detect._database import database
from pii_scan.detect._evidence import Cue, Evidence, Form, Kind, Person
from pii_scan.detect._terms import Sought, fold, sought
from pii_scan.detect.layout import Layout
from pii_scan.model import Hit

__all__ = ["Cue", "Form", "Group", "Kind", "Language", "Person", "SpecialFinder", "Vocabulary"]


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that prove equally much."""

    name: str
    weight: float
    """Log-odds that such a term tells something of a person, before any context."""
    terms: tuple[str, ...]
    ignores: frozenset[str] = frozenset()
    """Names of cues that do not count: "no convictions" is itself the outcome of a screening."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is said of one entity."""

    entity: str
    groups: tuple[Group, ...]
    exclude: tuple[str, ...] = ()
    """Longer terms that mean something else: a fund, a street, an insurance."""
    sets: dict[str, str] = field(default_factory=dict)
    """Words that terms share: name -> "a|b|c"."""
    cues: tuple[Cue, ...] = ()
    """Beside those of the language."""


@dataclass(frozen=True, slots=True)
class Language:
    """What all entities share."""

    person: Person
    form: Form
    cues: tuple[Cue, ...]
    joints: frozenset[str]
    """Words between two terms that make one statement of them: "sick with", "fined for"."""
    stops: frozenset[str]
    """Words that no cue reaches over: what is not done because of an illness does not deny it."""
    common: Mapping[str, float]
    """Words too frequent to seek a term by, with how often they are met beside others as long."""
    abbreviations: frozenset[str]
    """Words whose full stop ends no sentence."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A term of an entity; without a group it excludes."""

    sought: Sought
    entity: str
    group: Group | None


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    group: Group


class SpecialFinder:
    """The compiled vocabularies; make it once a process. Called, it is a `Finder`."""

    def __init__(self, vocabularies: Sequence[Vocabulary], language: Language) -> None:
        """Compile the terms.

        Raises:
            ConfigError: a term is not well written.
        """
        self._entries: dict[bytes, list[_Entry]] = {}
        for vocabulary in vocabularies:
            for entry in _entries(vocabulary):
                for anchor in entry.sought.anchors(language.common):
                    self._entries.setdefault(anchor, []).append(entry)
        self._anchors = tuple(self._entries)
        self._joints = frozenset(fold(word) for word in language.joints)
        self._evidence = Evidence(
            language.person,
            language.form,
            {"": language.cues, **{one.entity: one.cues for one in vocabularies}},
            language.stops,
            language.abbreviations,
        )

    def __call__(self, text: str, layout: Layout, hits: Sequence[Hit]) -> Iterator[Hit]:
        """Yield the statements in `text`; `hits` tell where persons are named."""
        plain = fold(text)
        lower = plain.lower()
        found = self._found(plain, lower)
        if not found:
            return
        joined = {entity: [*self._joined(spans, lower)] for entity, spans in found.items()}
        places = [(span.start, span.end) for spans in joined.values() for span in spans]
        around = self._evidence.of(lower, layout, hits, places)
        alone = (("alone", round(_alone(lower), 3)),) if _is_alone(hits) else ()
        for entity, spans in joined.items():
            for span in spans:
                reasons = (
                    (span.group.name, span.group.weight),
                    *alone,
                    *around.reasons(span.start, span.end, entity, span.group.ignores),
                )
                score = 1 / (1 + math.exp(-sum(weight for _, weight in reasons)))
                cell = layout.at(span.start)
                row, column = (cell.row, cell.heading) if cell else (None, None)
                value = text[span.start : span.end]
                yield Hit(entity, span.start, span.end, score, "", value, row, column, reasons)

    @cached_property
    def _database(self) -> "hyperscan.Database":
        return database(list(self._anchors), [0] * len(self._anchors))

    def _found(self, plain: bytes, lower: bytes) -> dict[str, list[_Span]]:
        """Return by entity the terms met that lie in no excluded one."""
        events: set[tuple[int, int]] = set()

        def met(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            events.add((end, number))

        self._database.scan(lower, match_event_handler=met)
        found: dict[str, set[_Span]] = {}
        excluded: dict[str, list[tuple[int, int]]] = {}
        for end, number in sorted(events):
            for entry in self._entries[self._anchors[number]]:
                span = entry.sought.find(plain, lower, end)
                if span is None:
                    continue
                if entry.group is None:
                    excluded.setdefault(entry.entity, []).append(span)
                else:
                    found.setdefault(entry.entity, set()).add(_Span(*span, entry.group))
        return {
            entity: _kept(spans, _merged(excluded.get(entity, ())))
            for entity, spans in found.items()
        }

    def _joined(self, spans: Sequence[_Span], lower: bytes) -> Iterator[_Span]:
        """Make one of spans that overlap or that a joint links; the stronger group stays."""
        last: _Span | None = None
        for span in spans:
            if last is None:
                last = span
            elif span.start < last.end or self._is_joint(
                lower[last.end : min(span.start, last.end + _MAX_JOINT + 1)]
            ):
                stronger = max(last, span, key=lambda s: s.group.weight)
                last = _Span(last.start, max(last.end, span.end), stronger.group)
            else:
                yield last
                last = span
        if last is not None:
            yield last

    def _is_joint(self, gap: bytes) -> bool:
        if len(gap) > _MAX_JOINT or b"  " in gap:
            return False
        return all(
            word in self._joints or word.isdigit() for word in gap.replace(b"(", b" ").split()
        )


_MAX_JOINT = 20
_PLACE = "LOCATION"
"""A town tells of no person."""
_LIKELY = 0.5
_SHORT = 400
_ALONE = -1.2
"""Log-odds for each doubling of `_SHORT`, two at most, of a text in which nobody is found:
a note need not name its subject; what goes on about illness without naming anybody is a leaflet."""


def _is_alone(hits: Iterable[Hit]) -> bool:
    return not any(hit.score >= _LIKELY and hit.entity != _PLACE for hit in hits)


def _alone(text: bytes) -> float:
    return _ALONE * min(2.0, max(0.0, math.log2(max(len(text), 1) / _SHORT)))


def _entries(vocabulary: Vocabulary) -> Iterator[_Entry]:
    for group in vocabulary.groups:
        for term in group.terms:
            yield _Entry(sought(term, vocabulary.sets), vocabulary.entity, group)
    for term in vocabulary.exclude:
        yield _Entry(sought(term, vocabulary.sets), vocabulary.entity, None)


def _kept(spans: Iterable[_Span], excluded: Sequence[tuple[int, int]]) -> list[_Span]:
    """Return in order the spans that lie in no excluded one."""
    kept = (span for span in spans if not _within(span, excluded))
    return sorted(kept, key=lambda span: (span.start, -span.end, span.group.name))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _within(span: _Span, excluded: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a span lies in one of `excluded`, which are in order and do not overlap."""
    index = bisect_right(excluded, span.start, key=lambda one: one[0]) - 1
    return index >= 0 and span.end <= excluded[index][1]
