"""Inzage: the rows, small documents and passages of an item, each with all that stands there."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pii_scan.inzage.subject import ENTITIES, NAME, Kind, Subject
from pii_scan.model import Finding, Result

SMALL_FINDINGS: Final = 40
SMALL_PERSONS: Final = 3
"""An item with no more than these is about one person or their matter, and is one spot."""
TOGETHER: Final = {
    "row": "in dezelfde rij",
    "document": "in hetzelfde document",
    "passage": "in dezelfde passage",
}
_ONE_EACH: Final = frozenset({"DATE_OF_BIRTH", "NL_BSN", "CUSTOMER_NUMBER"})
"""With two different ones of these an item holds records of several persons."""
_ROW: Final = re.compile(r"(?:.* )?row \d+")

Unit = Literal["row", "document", "passage"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where things stand so close together that they are of one person or matter."""

    item: Result
    """Its findings are not only those of the spot."""
    unit: Unit
    where: str
    """Address of the part; empty for a whole document."""
    row: int | None
    findings: tuple[Finding, ...]
    """All that stand there, in the order of the text."""

    @property
    def address(self) -> tuple[str, str, int | None]:
        """What tells the spot from others."""
        return self.item.item.uri, self.where, self.row

    def kinds(self, person: Subject) -> frozenset[Kind]:
        """Return what of the person stands here.

        A name of theirs as a member of staff does not count, unless their birth date or their
        whole address is there too: then it is who is written to.
        """
        by_role = [(kind_of(it, person), it.person_role) for it in self.findings]
        found = {kind for kind, role in by_role if kind is not None and role != "agent"}
        if "birth_date" in found or {"street", "postcode"} <= found:
            found |= {kind for kind, _ in by_role if kind is not None}
        return frozenset(found)

    def own(self, person: Subject) -> tuple[Finding, ...]:
        """Return the findings that are of the person."""
        return tuple(it for it in self.findings if kind_of(it, person) is not None)

    def others(self, person: Subject) -> tuple[Finding, ...]:
        """Return the names of others whose matter it may be.

        In a row whoever is no member of staff; in a text those who are plainly named in passing
        are left out as well.
        """
        passing = ("agent",) if self.unit == "row" else ("agent", "third_party")
        return tuple(
            it
            for it in self.findings
            if it.entity == "PERSON"
            and it.level != "Openbaar"
            and it.person_role not in passing
            and kind_of(it, person) is None
        )

    def is_others(self, kind: Kind, person: Subject) -> bool:
        """Tell whether a birth date or number is known of the person and another's stands here.

        A passage with several is of no one person, and what is an organisation's is of none.
        """
        if kind not in person.prints.values():
            return False
        here = [
            it for it in self.findings if it.entity == ENTITIES[kind] and it.level != "Openbaar"
        ]
        if self.unit == "passage" and len({it.fingerprints for it in here}) > 1:
            return False
        return bool(here) and all(kind_of(it, person) != kind for it in here)


def kind_of(finding: Finding, person: Subject) -> Kind | None:
    """Return what of the person a finding is; `None`: it is somebody else's."""
    return person.kind(finding.fingerprints, finding.level == "Openbaar")


def spots(item: Result, person: Subject) -> Iterator[Spot]:
    """Yield the spots of an item at which something of the person stands.

    `item` has all findings of the rows, and of texts, that hold something of the person.
    """
    if not any(it.row is not None for it in item.findings) and is_small(item, person):
        if any(kind_of(it, person) is not None for it in item.findings):
            yield Spot(item, "document", "", None, item.findings)
        return
    by_place: dict[tuple[str, int | None], list[Finding]] = defaultdict(list)
    for finding in item.findings:
        by_place[finding.where, finding.row].append(finding)
    for (where, row), findings in by_place.items():
        if any(kind_of(it, person) is not None for it in findings):
            unit: Unit = "row" if row is not None or _ROW.fullmatch(where) else "passage"
            yield Spot(item, unit, where, row, tuple(findings))


def is_small(item: Result, person: Subject) -> bool:
    """Tell whether an item is one document about one person, rather than a list of many."""
    if len(item.findings) > SMALL_FINDINGS or any(it.row is not None for it in item.findings):
        return False
    names: set[str] = set()
    records: dict[str, set[str]] = defaultdict(set)
    for finding in item.findings:
        prints = dict(finding.fingerprints)
        if finding.entity == "PERSON" and kind_of(finding, person) not in (*NAME, "given", "near"):
            names.add(prints.get("surname", ""))
        elif finding.entity in _ONE_EACH:
            records[finding.entity].add(prints.get("value", ""))
    return len(names) <= SMALL_PERSONS and all(len(values) == 1 for values in records.values())
