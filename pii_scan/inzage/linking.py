"""Inzage: from what a request states to what else is known to be the person's, hop by hop.

A row or a small document that is surely the person's ties what stands beside it to them: a customer
number to an e-mail address. It does so only where nobody else is named, where the thing is nobody
else's in the rest of the scan, and never on a name alone. All of it is under the key of one
controller, so that nothing leads from one opdrachtgever to another.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from pii_scan.inzage.judging import ADDRESS, conflicts, is_somebody_elses, verdict
from pii_scan.inzage.spots import TOGETHER, Spot, kind_of, spots
from pii_scan.inzage.subject import ENTITIES, NAME, UNIQUE, Kind, Link, Match, Subject
from pii_scan.model import Finding, Result

MOST_HOPS: Final = 3
MOST_LINKS: Final = 25
MOST_SPOTS: Final = 300
"""What stands at more places than this is no one person's."""
MOST_OF_A_KIND: Final = 2
"""In one row: a fixed telephone and a mobile one."""
_LINKABLE: Final[tuple[Kind, ...]] = (
    *("customer_number", "email", "phone", "iban", "birth_date", "street", "postcode"),
)
"""Not a BSN: it may be searched by only where a law says so (art. 46 UAVG), which is asked."""
_LABELS: Final[Mapping[Kind, str]] = {
    **UNIQUE,
    **NAME,
    "birth_date": "geboortedatum",
    "street": "adres",
    "postcode": "postcode",
    "given": "voornaam",
}

Around = Callable[[Iterable[str]], Iterator[Result]]
"""Fingerprints -> the items that hold one, each with all that stands in those rows and texts."""
Tally = Callable[[Iterable[str]], Mapping[str, int]]
"""Fingerprints -> how often each is in the scan."""


def extended(person: Subject, around: Around, tally: Tally) -> Subject:
    """Return the person with what is linked to them, and with what is known of their doubles."""
    known: dict[tuple[str, str, int | None], Spot] = {}
    fresh = {print_ for print_, kind in person.prints.items() if kind not in (*NAME, "given")}
    for hop in range(1, MOST_HOPS + 1):
        for item in around(fresh):
            known |= {spot.address: spot for spot in spots(item, person)}
        person = _apart(person, known.values())
        links = _links(person, known.values(), hop, around, tally)
        links = dict(list(links.items())[: MOST_LINKS - len(person.links)])
        if not links:
            break
        fresh = set(links)
        prints = {**person.prints, **{print_: link.kind for print_, link in links.items()}}
        person = replace(person, prints=prints, links={**person.links, **links})
    return person


def _apart(person: Subject, found: Iterable[Spot]) -> Subject:
    """Return the person with what others share with them, and with what numbers those have."""
    shared: set[str] = set()
    foreign: set[str] = set()
    numbers: set[str] = set()
    births: set[str] = set()
    has_double = False
    for spot in found:
        kinds = spot.kinds(person)
        has_name = bool(kinds & frozenset(("full", "surname_initial")))
        if is_somebody_elses(spot, person):
            shared |= _values(spot.own(person), "email", "phone", "iban")
            if spot.unit == "row" or any(conflicts(spot, person)):
                foreign |= _values(spot.findings, "customer_number")
            has_double |= has_name and bool(kinds & {*ADDRESS, *UNIQUE})
        elif has_name and kinds & ADDRESS and not kinds & {"birth_date", *UNIQUE}:
            numbers |= _values(spot.findings, "customer_number")
            births |= _values(spot.findings, "birth_date")
    own = set(person.prints)
    return replace(
        person,
        shared=person.shared | shared & own,
        foreign=person.foreign | foreign - own,
        has_double=person.has_double or has_double or len(numbers) > 1 or len(births) > 1,
    )


def _links(
    person: Subject, found: Iterable[Spot], hop: int, around: Around, tally: Tally
) -> dict[str, Link]:
    """Return what the spots tie to the person and nobody else has, the surest first."""
    offered: dict[str, Link] = {}
    for spot in found:
        judgement = verdict(spot, person)
        if judgement is None or judgement[0] == "mogelijk" or spot.item.role == "verwerker":
            continue
        for print_, kind in _beside(spot, person):
            link = _link(spot, person, kind, judgement[0], hop)
            if print_ not in offered or link.match == "zeker":
                offered[print_] = link
    counted = tally(offered)
    few = {print_ for print_ in offered if counted.get(print_, 0) <= MOST_SPOTS}
    others = _others(few, replace(person, prints={**person.prints, **_kinds(offered)}), around)
    kept = {print_: link for print_, link in offered.items() if print_ in few - others}
    return dict(sorted(kept.items(), key=lambda it: (it[1].match != "zeker", it[1].kind, it[0])))


def _link(spot: Spot, person: Subject, kind: Kind, match: Match, hop: int) -> Link:
    kinds = spot.kinds(person)
    beside = [_LABELS[it] for it in _LABELS if it in kinds and not (it == kind)]
    has_name = bool(kinds & frozenset(NAME))
    is_sure = match == "zeker" and spot.unit == "row" and has_name
    told = " en ".join(dict.fromkeys(beside[:2]))
    reason = f"{_LABELS[kind]} gekoppeld (stap {hop}): staat {TOGETHER[spot.unit]} als {told}"
    return Link(kind, hop, "zeker" if is_sure else "waarschijnlijk", reason)


def _kinds(links: Mapping[str, Link]) -> dict[str, Kind]:
    return {print_: link.kind for print_, link in links.items()}


def _beside(spot: Spot, person: Subject) -> Iterator[tuple[str, Kind]]:
    """Yield the fingerprints of what stands beside the person, with what it is of."""
    if spot.unit == "passage" or spot.others(person):
        return
    if not _is_source(spot, person):
        return
    findings = spot.findings if spot.unit == "row" else tuple(_following(spot, person))
    known = set(person.prints.values())
    for kind in _LINKABLE:
        values = _values(findings, kind) - set(person.prints)
        if len(values) > (MOST_OF_A_KIND if kind in UNIQUE else 1):
            continue
        # One birth date is enough, and of an address both halves are.
        if kind == "birth_date" and (kind in known or spot.unit != "row"):
            continue
        if kind in ADDRESS and (spot.unit != "row" or not spot.kinds(person) & frozenset(NAME)):
            continue
        yield from ((value, kind) for value in sorted(values))


def _is_source(spot: Spot, person: Subject) -> bool:
    """Tell whether a spot ties things: something unique, a birth date with a name, or the one
    person of a name at an address."""
    kinds = spot.kinds(person)
    has_name = bool(kinds & frozenset(("full", "surname_initial")))
    if kinds & frozenset(UNIQUE):
        return True
    if has_name and "birth_date" in kinds:
        return True
    return "full" in kinds and "street" in kinds and not person.has_double


def _following(spot: Spot, person: Subject) -> Iterator[Finding]:
    """Yield what follows a name of the person, with no member of staff or other between.

    Before the first name what stands in a text is the person's where something of theirs comes
    first.
    """
    is_own = True
    for finding in spot.findings:
        if finding.entity == "PERSON" and finding.level != "Openbaar":
            is_own = kind_of(finding, person) is not None and finding.person_role != "agent"
        elif is_own:
            yield finding


def _values(findings: Iterable[Finding], *kinds: Kind) -> set[str]:
    entities = {ENTITIES[kind] for kind in kinds}
    return {
        print_
        for it in findings
        if it.entity in entities and it.level != "Openbaar"
        for print_ in dict(it.fingerprints).values()
    }


def _others(prints: set[str], person: Subject, around: Around) -> set[str]:
    """Return those fingerprints that somebody else has too, in a tenth of their spots or more."""
    at: dict[str, int] = defaultdict(int)
    elsewhere: dict[str, int] = defaultdict(int)
    for item in around(prints):
        for spot in spots(item, person):
            here = prints & _values(spot.findings, *_LINKABLE)
            for print_ in here:
                at[print_] += 1
                elsewhere[print_] += _is_anothers(spot, print_, person)
    return {print_ for print_ in prints if elsewhere[print_] * 10 > at[print_]}


def _is_anothers(spot: Spot, print_: str, person: Subject) -> bool:
    """Tell whether a spot with a thing that may be the person's is plainly about another."""
    if person.prints[print_] in ADDRESS:
        # A family lives at one address; that others do too says nothing against it.
        return False
    bare = replace(
        person, prints={it: kind for it, kind in person.prints.items() if it != print_}
    )
    if any(conflicts(spot, bare)):
        return True
    return bool(spot.others(bare)) and not spot.kinds(bare) & frozenset((*UNIQUE, *NAME, "given"))
