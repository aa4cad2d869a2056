"""Stage 5, classify: what one document of a file dates for its person, in the person's others.

A personnel file tells in one letter when somebody left; the papers beside it say nothing of it. An
event reaches another document only where that is of the same group and surely about the same
person: by a number that both hold, or by the one name that the first is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pii_scan.classify.dates import DateRules
from pii_scan.classify.knowledge import RoleCues
from pii_scan.classify.names import parse
from pii_scan.classify.roles import roles
from pii_scan.classify.sections import Section
from pii_scan.model import Evidence, Hit

_NUMBERS: Final = frozenset({"NL_BSN", "CUSTOMER_NUMBER", "DATE_OF_BIRTH"})
"""Entities of which one person has one; with two different ones of a kind nobody is the same."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom a document is about."""

    group: str
    names: frozenset[tuple[str, str]]
    """(first letter, surname) of each person whose matter it may be."""
    numbers: Mapping[str, frozenset[str]]
    """By entity."""

    def is_surely(self, other: "_Subject") -> bool:
        """Tell whether the document is about the one person of `other`."""
        if self.group != other.group:
            return False
        numbers = [(self.numbers[kind], other.numbers[kind]) for kind in _NUMBERS]
        if any(mine and its and not mine & its for mine, its in numbers):
            return False
        is_named = len(other.names) == 1 and bool(self.names & other.names)
        return is_named or any(len(its) == 1 and mine & its for mine, its in numbers)


def with_shared(
    sections: Sequence[Section],
    told: Sequence[Sequence[Evidence]],
    rules: DateRules,
    cues: RoleCues | None,
) -> list[tuple[Evidence, ...]]:
    """Return what dates each of the documents of a file: what it tells, and what others tell of it.

    `told`: what each of them tells itself. Only events of a person's are shared, and not with a
    document that dates the event itself.
    """
    subjects = [_subject(one, cues) for one in sections]
    found = []
    for mine, subject in zip(told, subjects, strict=True):
        known = {piece.trigger for piece in mine}
        others = (
            replace(piece, where=section.where)
            for section, its, theirs in zip(sections, told, subjects, strict=True)
            if its is not mine and subject.is_surely(theirs)
            for piece in its
            if piece.trigger in rules.of_person and piece.trigger not in known
        )
        found.append((*mine, *dict.fromkeys(others)))
    return found


def _subject(section: Section, cues: RoleCues | None) -> _Subject:
    text = ""
    hits: list[Hit] = []
    for chunk, found in section.pieces:
        shift = len(text)
        hits += (replace(it, start=it.start + shift, end=it.end + shift) for it in found)
        text += chunk.text + "\n"
    who = roles(text, hits, cues) if cues else {}
    people = (
        hit
        for hit in hits
        if hit.entity == "PERSON" and (hit not in who or who[hit].role in ("subject", "unknown"))
    )
    return _Subject(
        section.verdict.groups[0],
        frozenset(name for hit in people if (name := _name(hit)) is not None),
        {
            entity: frozenset(
                "".join(filter(str.isalnum, hit.value)) for hit in hits if hit.entity == entity
            )
            for entity in _NUMBERS
        },
    )


def _name(hit: Hit) -> tuple[str, str] | None:
    """Return how a full name is compared; `None` for a surname or a given name alone."""
    name = parse(hit.value)
    return (name.given[0][:1], name.surname) if name and name.given else None
