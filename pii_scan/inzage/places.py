"""Inzage: the places in the inventory that hold something of the person, by fingerprint alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pii_scan.inzage.judging import verdict
from pii_scan.inzage.linking import extended
from pii_scan.inzage.spots import Spot, spots
from pii_scan.inzage.subject import Match, Subject
from pii_scan.model import Judgement, Result
from pii_scan.store import Store

_ROW: Final = re.compile(r"(?:(?P<sheet>.*) )?row (?P<row>\d+)")
_ROWS: Final = re.compile(r"(?:(?P<sheet>.*) )?rows? (?P<rows>\d[\d,\- ]*)")


@dataclass(frozen=True, slots=True)
class Place:
    """A row, a passage or a small item that may be about the person."""

    result: Result
    """The item; its findings are those at this place only."""
    where: str
    """Address inside the item as reports write it; empty for the whole item."""
    part: str | None
    """Address of the part that it lies in, as extract gives it; `None` for the whole item."""
    row: int | None
    match: Match
    reasons: tuple[str, ...]
    """Dutch."""
    included: bool
    """Whether it is part of the answer."""
    is_held: bool = False
    """Whether an opdrachtgever has to answer for it, so that no decision puts it in."""

    decision: bool | None = None
    """What a person decided of it, in force; `None`: nobody did, or not of what stands there now.
    """
    is_outdated: bool = False
    """Whether a decision is not followed, as the file is not what was scanned."""

    @property
    def content(self) -> str:
        """What tells what stands there from what stood there before: the content of the item.

        Where that could not be read to its end, by what the source says of it.
        """
        item = self.result.item
        return self.result.digest or f"{item.size} {item.modified} {item.version}"

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """What the policy says of this place."""
        return tuple(it for it in self.result.judgements if covers(it.where, self.where))


def covers(judged_where: str, where: str) -> bool:
    """Tell whether a judgement of `judged_where` holds for a place.

    >>> covers("", "page 2"), covers("rows 2-4,9", "row 9"), covers("A rows 2-4", "B row 3")
    (True, True, False)
    """
    rows = _ROWS.fullmatch(judged_where)
    place = _ROW.fullmatch(where)
    if not judged_where or where == "":
        return True
    if rows is None or place is None:
        return judged_where == where
    number = int(place["row"])
    spans = (span.split("-") for span in rows["rows"].replace(" ", "").split(",") if span)
    inside = any(int(span[0]) <= number <= int(span[-1]) for span in spans)
    return inside and (rows["sheet"] or "") == (place["sheet"] or "")


def linked(
    store: Store, scan_id: int, person: Subject, refused: frozenset[str] = frozenset()
) -> Subject:
    """Return the person with what the scan ties to them, but for what is refused."""

    def around(prints: Iterable[str]) -> Iterator[Result]:
        return store.around(scan_id, prints)

    return extended(person, around, lambda prints: store.tally(scan_id, prints), refused)


def places(store: Store, scan_id: int, person: Subject) -> Iterator[Place]:
    """Yield the places of a scan in the order of their URIs, each judged by what stands there."""
    for item in store.around(scan_id, person.prints):
        for spot in spots(item, person):
            if (found := verdict(spot, person)) is not None:
                yield _place(spot, person, *found)


def _place(spot: Spot, person: Subject, match: Match, reasons: tuple[str, ...]) -> Place:
    own = spot.own(person)
    if spot.unit == "document":
        wheres = {finding.where for finding in own}
        where, part, result = wheres.pop() if len(wheres) == 1 else "", None, spot.item
    else:
        where, part = _shown(spot.where, spot.row), spot.where
        result = replace(spot.item, findings=own)
    return Place(result, where, part, spot.row, match, reasons, included=match != "mogelijk")


def _shown(part: str, row: int | None) -> str:
    """Return the address of a row of running text by its line where that is known."""
    return f"line {row}" if row is not None and not part else part
