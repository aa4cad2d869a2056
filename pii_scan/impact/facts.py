"""What folders hold, gathered from counts of the store."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pii_scan.model import Scan
from pii_scan.report import Estimate, Mention, People

Identifier = tuple[int, int, int, int | None, str, str, str, str, str | None, str, str]
"""(scan, item, finding, row, where, entity, category, level, role of a person, kind of fingerprint,
fingerprint)."""

SUBJECTS = ("subject", "unknown")
"""Roles of a name that whom the data is about may have."""
UNREAD = ("partial", "skipped", "unreadable")


class Group(Protocol):
    """Items that are alike, as the store counts them."""

    @property
    def status(self) -> str:
        """How far they were read."""

    @property
    def reason(self) -> str | None:
        """Why not further."""

    @property
    def level(self) -> str | None:
        """Of the heaviest in them."""

    @property
    def controller(self) -> str | None:
        """The opdrachtgever."""

    @property
    def role(self) -> str:
        """In which they are held."""

    @property
    def subject_groups(self) -> tuple[str, ...]:
        """Whom they are about."""

    @property
    def items(self) -> int:
        """How many."""

    @property
    def bytes(self) -> int:
        """Together."""


@dataclass(frozen=True, slots=True)
class Law:
    """What the rules say of a category."""

    name: str
    """Dutch."""
    legal: str
    """The article it falls under: "art. 9 AVG; 30 UAVG"."""


@dataclass(slots=True)
class Impact:
    """What would be out."""

    scan: Scan
    paths: tuple[str, ...]
    laws: Mapping[str, Law]
    people: Estimate
    items: int = 0
    bytes: int = 0
    personal: int = 0
    """Items with personal data above Openbaar."""
    unread: Counter[str] = field(default_factory=Counter)
    """Why items were not read in full -> items."""
    levels: Counter[str] = field(default_factory=Counter)
    subject_groups: Counter[str] = field(default_factory=Counter)
    controllers: Counter[str] = field(default_factory=Counter)
    """Opdrachtgevers whose data it is -> items."""
    unknown_controller: int = 0
    """Items held for somebody else, nobody knows whom."""
    categories: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Category -> (items, findings), the most items first."""
    verdicts: Mapping[str, int] = field(default_factory=dict)

    @property
    def special(self) -> list[str]:
        """Special categories of data (AVG art. 9)."""
        return self._under("art. 9 ")

    @property
    def criminal(self) -> list[str]:
        """Data on crimes (AVG art. 10)."""
        return self._under("art. 10 ")

    @property
    def children(self) -> list[str]:
        """What tells that somebody is a child (AVG art. 8, UAVG art. 5)."""
        return self._under("art. 8 ")

    def _under(self, article: str) -> list[str]:
        return [it for it in self.categories if self.laws[it].legal.startswith(article)]


def impact(
    scan: Scan,
    paths: Iterable[str],
    groups: Iterable[Group],
    kinds: Iterable[tuple[str, str, int, int]],
    verdicts: Mapping[str, int],
    identifiers: Iterable[Identifier],
    laws: Mapping[str, Law],
) -> Impact:
    """Gather what paths hold.

    Args:
        scan: Whose inventory it is.
        paths: The folders and files that are asked about.
        groups: Their items, alike ones together.
        kinds: (category, level, items, findings).
        verdicts: Verdict -> items.
        identifiers: What tells people apart, that of a finding and of an item after each other.
        laws: What the rules say of each category; of an unknown one nothing is taken for granted.
    """
    people = People()
    for mentions in _of_items(identifiers):
        people.add(mentions)
    told = Impact(scan, tuple(paths), dict(laws), people.estimate(), verdicts=verdicts)
    for it in groups:
        told.items += it.items
        told.bytes += it.bytes
        if it.status in UNREAD:
            told.unread[it.reason or "unknown"] += it.items
        if it.level:
            told.levels[it.level] += it.items
        if it.level in {None, "Openbaar"}:
            continue
        told.personal += it.items
        told.subject_groups.update(dict.fromkeys(it.subject_groups or ("",), it.items))
        if it.controller:
            told.controllers[it.controller] += it.items
        elif it.role == "verwerker":
            told.unknown_controller += it.items
    found: dict[str, tuple[int, int]] = {}
    for category, level, items, findings in kinds:
        if level != "Openbaar":
            held = found.get(category, (0, 0))
            # Of one category items at two levels may be the same; the most is not too many.
            found[category] = (max(held[0], items), held[1] + findings)
    told.categories = dict(sorted(found.items(), key=lambda it: (-it[1][0], it[0])))
    told.laws = {it: laws.get(it, Law(it, "")) for it in told.categories}
    return told


def _of_items(identifiers: Iterable[Identifier]) -> Iterator[list[Mention]]:
    """Yield the mentions of each item: one for the fingerprints of one finding."""
    held: list[Mention] = []
    at: tuple[int, int] | None = None
    finding, prints = -1, dict[str, str]()
    for scan, item, number, row, where, entity, category, level, role, kind, digest in identifiers:
        if at != (scan, item):
            if held:
                yield held
            at, held, finding = (scan, item), [], -1
        if number != finding:
            finding, prints = number, {}
            is_subject = role is None or role in SUBJECTS
            place = "" if row is None else where
            held.append(Mention(place, entity, category, level == "Openbaar", is_subject, prints))
        prints[kind] = digest
    if held:
        yield held
