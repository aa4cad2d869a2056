"""Stage 5, classify: out of which system a table came, by its columns, and what they mean.

A profile is data (`rules/exports/`). Where one fits, its columns are read under the headings that
the recognizers know, date rows by the events that it names, and tell the type and the group.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pii_scan.model import PersonRole, Table

Meaning = Literal["text", "controller", "caller", "withheld"]
"""Free text; the name of an opdrachtgever; a caller's number; whether the caller withheld it."""

_KEPT: Final = 1_000
"""Different headings that are remembered; a hostile file has any number of them."""
_FIELD: Final = re.compile(r"[a-z][A-Za-z0-9_.]*")
"""A name out of a program, in which capitals begin words; in a person's they need not: LinkedIn."""
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of an export means."""

    id: str
    headings: frozenset[str]
    """As `spoken` gives them."""
    reads: str = ""
    """The heading under which the recognizers read it; empty: its own."""
    entity: str | None = None
    role: PersonRole | None = None
    """Of names: whose they are."""
    trigger: str | None = None
    """Of dates: what happened on that day."""
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A layout: what one export of a system looks like."""

    id: str
    title: str
    system: str
    is_assumed: bool
    """No description of it is public, so that headings are matched by the words in them."""
    doc_type: str
    subject_group: str
    columns: tuple[Column, ...]
    needed: frozenset[str]
    """Ids of columns."""
    likely: frozenset[str]
    least: int
    """So many of the likely ones have to be there."""
    against: frozenset[str]
    """Headings that no such export has."""
    term_from: str | None
    """Id of the column whose date a row's term runs from."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The meaning of a table's columns, by their place."""

    profile: Profile | None
    """`None`: no layout that is known, but some columns speak for themselves."""
    columns: Mapping[int, Column]

    @property
    def triggers(self) -> Mapping[int, str | None]:
        """What the dates of a column are of; `None`: of nothing that a term runs from."""
        if self.profile is None:
            return {}
        return {place: column.trigger for place, column in self.columns.items()}

    @property
    def leading(self) -> frozenset[int]:
        """The columns whose date goes before that of others with the same trigger."""
        lead = self.profile.term_from if self.profile else None
        return frozenset(place for place, column in self.columns.items() if column.id == lead)

    def places(self, meaning: Meaning) -> tuple[int, ...]:
        """Return where the columns with a meaning stand."""
        return tuple(p for p, column in self.columns.items() if column.meaning == meaning)


class Exports:
    """All profiles, and the columns that mean the same in any table."""

    def __init__(
        self,
        profiles: tuple[Profile, ...] = (),
        common: tuple[Column, ...] = (),
        yes: frozenset[str] = frozenset(),
    ) -> None:
        """Keep them; `yes` is what a cell says that means so, in lower case."""
        self.profiles = profiles
        self.yes = yes
        self._common = common
        self._certain = tuple(profile for profile in profiles if not profile.is_assumed)
        self._known: dict[tuple[str, ...], Recognised] = {}

    def recognise(self, columns: tuple[str, ...]) -> Recognised:
        """Tell what the columns of a table mean: by the profile that explains most of them."""
        known = self._known.get(columns)
        if known is None:
            known = self._recognise(columns)
            if len(self._known) < _KEPT:
                self._known[columns] = known
        return known

    def read_as(self, table: Table) -> Table:
        """Return a table under the headings that the recognizers know."""
        read = {
            place: column.reads
            for place, column in self.recognise(table.columns).columns.items()
            if column.reads
        }
        if not read:
            return table
        named = (read.get(place, name) for place, name in enumerate(table.columns))
        return replace(table, columns=tuple(named))

    def _recognise(self, columns: tuple[str, ...]) -> Recognised:
        headings = [spoken(name) for name in columns]
        found = [
            Recognised(profile, meant)
            for profile in self.profiles
            if (meant := _meant(profile, headings)) is not None
        ]
        common = _placed(headings, self._common, by_words=False)
        if not found:
            return Recognised(None, common)
        # Of equal ones that whose layout is known.
        best = max(found, key=lambda it: (len(it.columns), it.profile in self._certain))
        return replace(best, columns={**common, **best.columns})


def spoken(heading: str) -> str:
    """Return a heading as words: without case, signs, and the numbers that lists count by.

    >>> spoken("Person - E-mail (Work)"), spoken("callNumber"), spoken("phone.0.value")
    ('person e mail work', 'call number', 'phone value')
    """
    opened = _CAMEL.sub(" ", heading) if _FIELD.fullmatch(heading) else heading
    parts = _PART.findall(opened.lower())
    return " ".join(part for part in parts if not part.isdecimal())


def _meant(profile: Profile, headings: Sequence[str]) -> dict[int, Column] | None:
    """Return the columns that a profile explains, or `None` where it does not fit."""
    if profile.against & set(headings):
        return None
    placed = _placed(headings, profile.columns, by_words=profile.is_assumed)
    there = {column.id for column in placed.values()}
    fits = profile.needed <= there and len(profile.likely & there) >= profile.least
    return placed if fits else None


def _placed(
    headings: Sequence[str], columns: Iterable[Column], *, by_words: bool
) -> dict[int, Column]:
    placed: dict[int, Column] = {}
    for place, heading in enumerate(headings):
        column = _column(heading, columns, by_words=by_words)
        if column is not None:
            placed[place] = column
    return placed


def _column(heading: str, columns: Iterable[Column], *, by_words: bool) -> Column | None:
    """Return the column that a heading names; by its words, the one that has most of them."""
    words = set(heading.split())
    best, most = None, 0
    for column in columns:
        if heading in column.headings:
            return column
        for name in column.headings if by_words else ():
            named = name.split()
            if len(named) > most and words.issuperset(named):
                best, most = column, len(named)
    return best
