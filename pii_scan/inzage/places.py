"""Inzage: the places in the inventory that hold something of the person, by fingerprint alone."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pii_scan.inzage.subject import UNIQUE, Kind, Match, Subject, judged
from pii_scan.model import Finding, Judgement, Result
from pii_scan.store import Store

Verdict = tuple[Match, tuple[str, ...]]
"""How sure, and why."""

SMALL_FINDINGS: Final = 40
SMALL_PERSONS: Final = 3
"""An item with no more than these is about one person or their matter, and is one place."""
_ONE_EACH: Final = frozenset({"DATE_OF_BIRTH", "NL_BSN", "CUSTOMER_NUMBER"})
"""With two different ones of these an item holds records of several persons."""
_TELLING: Final[tuple[tuple[str, Kind, str], ...]] = (
    ("DATE_OF_BIRTH", "birth_date", "geboortedatum"),
    ("NL_BSN", "bsn", "BSN"),
)
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


def places(store: Store, scan_id: int, person: Subject) -> Iterator[Place]:
    """Yield the places of a scan in the order of their URIs, each judged by what stands there."""
    for found in store.places(scan_id, person.prints):
        if judged(_kinds(found.findings, person), "") is None:
            continue
        rows = any(finding.row is not None for finding in found.findings)
        whole = None if rows else store.result(scan_id, found.item.uri)
        if whole is not None and is_small(whole, person):
            yield from _whole(found, whole, person)
        else:
            yield from _apart(store, scan_id, found, person)


def is_small(item: Result, person: Subject) -> bool:
    """Tell whether an item is one document about one person, rather than a list of many."""
    if len(item.findings) > SMALL_FINDINGS or any(it.row is not None for it in item.findings):
        return False
    names: set[str] = set()
    records: dict[str, set[str]] = defaultdict(set)
    for finding in item.findings:
        prints = dict(finding.fingerprints)
        if finding.entity == "PERSON" and person.kind(finding.fingerprints) is None:
            names.add(prints.get("surname", ""))
        elif finding.entity in _ONE_EACH:
            records[finding.entity].add(prints.get("value", ""))
    return len(names) <= SMALL_PERSONS and all(len(values) == 1 for values in records.values())


def _whole(found: Result, whole: Result, person: Subject) -> Iterator[Place]:
    kinds = _kinds(found.findings, person)
    verdict = judged(kinds, "in hetzelfde document")
    if verdict is None:
        return
    verdict = _doubted(verdict, whole.findings, person)
    wheres = {finding.where for finding in found.findings}
    where = wheres.pop() if len(wheres) == 1 else ""
    yield Place(whole, where, None, None, *verdict, included=verdict[0] != "mogelijk")


def _apart(store: Store, scan_id: int, found: Result, person: Subject) -> Iterator[Place]:
    spots: dict[tuple[str, int | None], list[Finding]] = defaultdict(list)
    for finding in found.findings:
        spots[finding.where, finding.row].append(finding)
    around: dict[tuple[str, int | None], list[Finding]] | None = None
    for (part, row), findings in spots.items():
        is_row = row is not None or _ROW.fullmatch(part) is not None
        verdict = judged(
            _kinds(tuple(findings), person),
            "in dezelfde rij" if is_row else "in dezelfde passage",
        )
        if verdict is None:
            continue
        if verdict[0] != "mogelijk" and is_row:
            if around is None:
                around = _by_spot(store.result(scan_id, found.item.uri) or found)
            findings = around.get((part, row), findings)
            verdict = _doubted(verdict, findings, person)
        at_place = replace(found, findings=tuple(findings))
        included = verdict[0] != "mogelijk"
        yield Place(at_place, _shown(part, row), part, row, *verdict, included=included)


def _doubted(verdict: Verdict, findings: Sequence[Finding], person: Subject) -> Verdict:
    """Lower what rests on weak reasons where another's birth date, BSN or name stands.

    Father and son may share a name and an address; a customer and an employee a number.
    """
    names = [finding for finding in findings if finding.entity == "PERSON"]
    is_number = verdict[1] == (f"{UNIQUE['customer_number']} gelijk",)
    if is_number and person.has_name and names:
        return "mogelijk", (*verdict[1], "maar bij een andere naam")
    for entity, kind, label in _TELLING:
        here = [finding for finding in findings if finding.entity == entity]
        is_known = kind in person.prints.values()
        is_others = here and all(person.kind(it.fingerprints) != kind for it in here)
        if (verdict[0] == "waarschijnlijk" or is_number) and is_known and is_others:
            return "mogelijk", (*verdict[1], f"maar een andere {label}")
    return verdict


def _by_spot(item: Result) -> dict[tuple[str, int | None], list[Finding]]:
    spots: dict[tuple[str, int | None], list[Finding]] = defaultdict(list)
    for finding in item.findings:
        spots[finding.where, finding.row].append(finding)
    return spots


def _kinds(findings: tuple[Finding, ...], person: Subject) -> frozenset[Kind]:
    kinds = (person.kind(it.fingerprints, it.level == "Openbaar") for it in findings)
    return frozenset(kind for kind in kinds if kind is not None)


def _shown(part: str, row: int | None) -> str:
    """Return the address of a row of running text by its line where that is known."""
    return f"line {row}" if row is not None and not part else part
