"""Inzage: whose the cells of a row are, by their headings and by what else stands in the row."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pii_scan.classify.headings import Headings
from pii_scan.classify.mask import PHRASES
from pii_scan.inzage.masks import Review
from pii_scan.inzage.subject import NAME, Kind, Subject
from pii_scan.model import Hit

_OWN_ALONE: Final = frozenset[Kind]({"customer_number", "bsn", "birth_date"})
"""What father and son do not share, nor those who share a mailbox."""
_ONE_EACH: Final[Mapping[str, Kind]] = {
    "DATE_OF_BIRTH": "birth_date",
    "NL_BSN": "bsn",
    "CUSTOMER_NUMBER": "customer_number",
}
"""Of what a person has one; a row with another than theirs is somebody else's."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell stands in its row, without the spaces around what is in it."""

    start: int
    end: int
    heading: str
    text: str = field(repr=False)


def cells_of(line: str, columns: tuple[str, ...]) -> Iterator[Cell]:
    """Yield the cells of a row, whose columns may be fewer."""
    start = 0
    for index, text in enumerate(line.split("\t")):
        heading = columns[index] if index < len(columns) else ""
        yield Cell(start, start + len(text), heading, text)
        start += len(text) + 1


def holding(cells: Iterable[Cell], hits: Iterable[Hit]) -> dict[Hit, Cell]:
    """Return what stands in a cell, with that cell."""
    ones = tuple(cells)
    return {hit: it for hit in hits for it in ones if it.start <= hit.start and hit.end <= it.end}


def filling(cells: Iterable[Cell], hits: Iterable[Hit]) -> dict[Hit, Cell]:
    """Return what fills a cell but for signs, with that cell."""
    return {hit: it for hit, it in holding(cells, hits).items() if _is_all(hit, it)}


def _is_all(hit: Hit, cell: Cell) -> bool:
    around = cell.text[: hit.start - cell.start] + cell.text[hit.end - cell.start :]
    return not any(map(str.isalnum, around))


@dataclass(frozen=True, slots=True)
class Ties:
    """What the sources, read in clear, say of what was tied to the person."""

    disputed: set[str] = field(default_factory=set)
    """Fingerprints met where they are somebody else's."""
    confirmed: set[str] = field(default_factory=set)
    """Those met where they are the person's."""

    def confirm(self, person: Subject, hits: Iterable[Hit]) -> None:
        """Take down that what was tied to the person stands where it is theirs."""
        self.confirmed.update(print_ for hit in hits for print_ in tied_by(person, hit))

    def dispute(self, person: Subject, hits: Iterable[Hit]) -> None:
        """Take down that what was tied to the person stands where it is somebody else's."""
        self.disputed.update(print_ for hit in hits for print_ in tied_by(person, hit))

    @property
    def refused(self) -> frozenset[str]:
        """What was tied to the person and is somebody else's wherever that can be told."""
        return frozenset(self.disputed - self.confirmed)


def tied_by(person: Subject, hit: Hit) -> frozenset[str]:
    """Return the fingerprints by which something was linked to the person, not stated."""
    prints = (print_ for _, print_ in person.fingerprints_of(hit))
    return frozenset(print_ for print_ in prints if print_ in person.links)


@dataclass(frozen=True, slots=True)
class Told:
    """What a row as a whole tells, before anything of it is masked."""

    claimable: frozenset[str] = frozenset()
    """The entities of which its own cells are the person's."""
    is_shared: bool = False
    """Whether somebody else but staff is named beside the person, or has a number there."""
    is_anothers: bool = False
    """Whether its own cells are of somebody else, whatever it says of the person."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Tells of the rows of one person whose the cells are."""

    person: Subject
    headings: Headings
    review: Review
    ties: Ties

    def is_name(self, cell: Cell) -> bool:
        """Tell whether a cell is somebody's name, whether a detector says so or not."""
        return self.headings.is_names(cell.heading) and _is_words(cell.text)

    def told(self, cells: list[Cell], hits: list[Hit], staff: Container[Hit] = ()) -> Told:
        """Say of whom a row is.

        Its own cells are the person's in a row with their name and what they share with nobody that
        names nobody else but `staff`; where another is named beside them, only what its subject has
        one of is, and no telephone number: it may be that other's.
        """
        whole = filling(cells, hits)
        kinds = {self.person.kind_of(hit) for hit in whole}
        own = (hit for hit, it in whole.items() if self.headings.is_own(hit.entity, it.heading))
        is_anothers = any(map(self._is_anothers, own))
        is_shared = self._has_others(cells, hits, staff)
        if is_anothers or not (kinds & _OWN_ALONE and kinds & set(NAME)):
            return Told(frozenset(), is_shared, is_anothers)
        claimable = frozenset(_ONE_EACH) if is_shared else PHRASES | self.headings.own.keys()
        return Told(claimable, is_shared)

    def whose(self, cells: list[Cell], hits: list[Hit], row: Told) -> Mapping[Hit, bool]:
        """Tell of what stands in a row whether it is the person's, as far as the row tells.

        It is where it fills a cell under a heading that says so: their telephone number is owed to
        them though they did not state it. What was tied to them by what stands beside it is not,
        under a heading that tells of others or in the own cells of another: it is of a partner, or
        of who made the row.
        """
        told: dict[Hit, bool] = {}
        whole = filling(cells, hits)
        is_named = any(self.person.kind_of(hit) in NAME for hit in whole)
        for hit, cell in holding(cells, hits).items():
            is_own = self.headings.is_own(hit.entity, cell.heading)
            is_others = self.headings.is_names(cell.heading)
            if (row.is_anothers if is_own else is_others) and tied_by(self.person, hit):
                self.ties.dispute(self.person, [hit])
                told[hit] = False
            elif is_own and is_named and not row.is_shared:
                self.ties.confirm(self.person, [hit])
            is_theirs = is_own or (hit.entity in PHRASES and not is_others)
            is_claimed = is_theirs and hit in whole and hit.entity in row.claimable
            if is_claimed and not self.review.hides(hit.value):
                told[hit] = True
        return told

    def _has_others(
        self, cells: Iterable[Cell], hits: Iterable[Hit], staff: Container[Hit]
    ) -> bool:
        """Tell whether a row shows that it is about somebody else, or about two."""
        held = holding(cells, hits)
        named = (
            Hit("PERSON", it.start, it.end, 1.0, "", it.text)
            for it in cells
            if self.is_name(it) and not self.headings.is_staffs(it.heading)
        )
        others = (
            it
            for it, cell in held.items()
            if it not in staff and not self.headings.is_staffs(cell.heading)
        )
        return any(map(self._is_anothers, (*named, *others)))

    def _is_anothers(self, hit: Hit) -> bool:
        """Tell whether a value is another's, of what everybody has one of."""
        kind = _ONE_EACH.get(hit.entity)
        is_known = hit.entity == "PERSON" or kind in self.person.prints.values()
        return is_known and self.person.kind_of(hit) is None


def _is_words(cell: str) -> bool:
    """Tell whether a cell holds words, or a name to log in by: "pverzonnen01"."""
    has_letters = any(char.isalpha() for char in cell)
    is_one = re.fullmatch(r"[\w.-]+", cell) is not None
    return has_letters and (is_one or not re.search(r"[\d@]", cell))
