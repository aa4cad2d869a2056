"""Inzage: from what a request states to what else is known to be the person's, hop by hop.

A row or a small document that is surely the person's ties what stands beside it to them: a customer
number to an e-mail address. It does so only where nobody else is named, where the thing is nobody
else's in the rest of the scan, and never on a name alone. All of it is under the key of one
controller, so that nothing leads from one opdrachtgever to another.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pii_scan.inzage.judging import ADDRESS, conflicts, is_somebody_elses, verdict
from pii_scan.inzage.spots import TOGETHER, Spot, kind_of, spots
from pii_scan.inzage.subject import ENTITIES, NAME, UNIQUE, Kind, Link, Match, Subject, tied
from pii_scan.model import Finding, Result

MOST_HOPS: Final = 3
MOST_LINKS: Final = 25
MOST_SPOTS: Final = 300
"""What stands at more places than this is no one person's."""
MOST_IN_A_HOUSEHOLD: Final = 5
"""Others who use a mailbox, a telephone or an address too; with more it is no household's."""
MOST_OF_A_KIND: Final = 2
"""In one row: a fixed telephone and a mobile one."""
_LINKABLE: Final[tuple[Kind, ...]] = (
    *("customer_number", "email", "phone", "iban", "birth_date", "street", "postcode"),
)
"""Not a BSN: it may be searched by only where a law says so (art. 46 UAVG), which is asked."""
_FULL: Final[frozenset[Kind]] = frozenset({"full", "surname_initial"})
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


def extended(
    person: Subject, around: Around, tally: Tally, refused: frozenset[str] = frozenset()
) -> Subject:
    """Return the person with what is linked to them, and with what is known of their doubles.

    What is `refused` is never linked: read in clear it turned out to be somebody else's.
    """
    known: dict[tuple[str, str, int | None], Spot] = {}
    fresh = {
        print_ for print_, kind in person.prints.items() if kind not in (*NAME, "given", "near")
    }
    for _ in range(MOST_HOPS):
        for item in around(fresh):
            known |= {spot.address: spot for spot in spots(item, person)}
        person = _apart(person, known.values())
        search = _Search(around, tally)
        links = search.links(person, known.values(), is_tied) or (
            search.links(person, known.values(), is_alone_there)
        )
        kept = [it for it in links.items() if it[0] not in refused]
        links = dict(kept[: MOST_LINKS - len(person.links)])
        if not links:
            break
        fresh = set(links)
        person = tied(person, links)
    return person


def _apart(person: Subject, found: Iterable[Spot]) -> Subject:
    """Return the person with what others share with them, and with what numbers those have."""
    users: dict[str, set[str]] = defaultdict(set)
    of_double: set[str] = set()
    foreign: set[str] = set()
    numbers: set[str] = set()
    births: set[str] = set()
    has_double = False
    for spot in found:
        kinds = spot.kinds(person)
        has_name = bool(kinds & {*_FULL, "near"})
        if is_somebody_elses(spot, person):
            used = _shareable(spot, person)
            for print_ in used:
                users[print_] |= _who(spot)
            of_double |= used if has_name else set()
            if spot.unit == "row" or any(conflicts(spot, person)):
                foreign |= _values(spot.findings, "customer_number")
            has_double |= has_name and bool(kinds & {*ADDRESS, *UNIQUE})
        elif has_name and kinds & ADDRESS and not spot.others(person):
            numbers |= _values(spot.findings, "customer_number")
            births |= _values(spot.findings, "birth_date")
    own = set(person.prints)
    many = {print_ for print_, who in users.items() if len(who) > MOST_IN_A_HOUSEHOLD}
    return replace(
        person,
        functional=person.functional | many & own,
        shared=person.shared | users.keys() & own,
        of_double=person.of_double | of_double & own,
        foreign=person.foreign | foreign - own,
        has_double=person.has_double or has_double or len(numbers) > 1 or len(births) > 1,
    )


def _shareable(spot: Spot, person: Subject) -> set[str]:
    """Return what of the person's stands there that others may use too, at a firm as well."""
    entities = {ENTITIES[kind] for kind in ("email", "phone", "iban")}
    own = (it for it in spot.own(person) if it.entity in entities)
    return {print_ for it in own for _, print_ in it.fingerprints}


@dataclass(frozen=True, slots=True)
class _Search:
    """One step from what is known."""

    around: Around
    tally: Tally

    def links(
        self, person: Subject, found: Iterable[Spot], is_source: Callable[[Spot, Subject], bool]
    ) -> dict[str, Link]:
        """Return what the spots tie to the person and nobody else has, the surest first."""
        offered: dict[str, Link] = {}
        for spot in found:
            judgement = verdict(spot, person)
            if judgement is None or judgement[0] == "mogelijk" or _is_nobodys(spot):
                continue
            if not is_source(spot, person) or (hop := _hops(spot, person) + 1) > MOST_HOPS:
                continue
            for print_, kind in _beside(spot, person):
                link = _link(spot, person, kind, judgement[0], hop)
                if print_ not in offered or link.match == "zeker":
                    offered[print_] = link
        offered = _of_one_day(offered)
        counted = self.tally(offered)
        few = {print_ for print_ in offered if counted.get(print_, 0) <= MOST_SPOTS}
        users = _users(few, replace(person, prints=person.prints | _kinds(offered)), self.around)
        kept = {
            print_: _kept(offered[print_], users[print_])
            for print_ in offered
            if print_ in few and _may_stay(offered[print_], users[print_])
        }
        return dict(
            sorted(kept.items(), key=lambda it: (it[1].match != "zeker", it[1].kind, it[0]))
        )


def _hops(spot: Spot, person: Subject) -> int:
    """Return how far from what was stated a spot is, by the nearest of what makes it the person's.

    What an earlier search has tied is no nearer for it.
    """
    tying = frozenset((*UNIQUE, "birth_date", *ADDRESS))
    own = (it for it in spot.own(person) if kind_of(it, person) in tying)
    hops = (
        person.links[print_].hop if print_ in person.links else 0
        for it in own
        for _, print_ in it.fingerprints
    )
    return min(hops, default=0)


def _is_nobodys(spot: Spot) -> bool:
    """Tell whether data is held for an opdrachtgever who is not told: it may be anybody's."""
    return spot.item.role == "verwerker" and spot.item.controller is None


def _may_stay(link: Link, users: frozenset[str]) -> bool:
    """Tell whether nobody else has a thing, or a household shares it."""
    if not users:
        return True
    if link.kind in ADDRESS:  # a family lives there, or an office has its desk there
        return len(users) <= MOST_IN_A_HOUSEHOLD
    is_shareable = link.kind in ("email", "phone")
    return is_shareable and link.match == "zeker" and len(users) <= MOST_IN_A_HOUSEHOLD


def _kept(link: Link, users: frozenset[str]) -> Link:
    if not users or link.kind in ADDRESS:
        return link
    return replace(link, match="waarschijnlijk", reason=f"{link.reason}; ook bij een ander")


def _of_one_day(offered: Mapping[str, Link]) -> dict[str, Link]:
    """Leave birth dates out unless there is one: nobody has two."""
    births = [print_ for print_, link in offered.items() if link.kind == "birth_date"]
    return {
        print_: link
        for print_, link in offered.items()
        if link.kind != "birth_date" or (len(births) == 1 and link.match == "zeker")
    }


def _link(spot: Spot, person: Subject, kind: Kind, match: Match, hop: int) -> Link:
    kinds = spot.kinds(person)
    beside = [_LABELS[it] for it in _LABELS if it in kinds and it != kind]
    has_name = bool(kinds & {*NAME, "near"})
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


def is_tied(spot: Spot, person: Subject) -> bool:
    """Tell whether a spot holds something unique of the person, or a birth date with the name."""
    kinds = spot.kinds(person)
    return bool(kinds & frozenset(UNIQUE)) or ("birth_date" in kinds and bool(kinds & _FULL))


def is_alone_there(spot: Spot, person: Subject) -> bool:
    """Tell whether a spot has name and address, which nobody else is known to have both."""
    kinds = spot.kinds(person)
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


def _users(prints: set[str], person: Subject, around: Around) -> dict[str, frozenset[str]]:
    """Return who else uses what, by fingerprint, where that is a tenth of its spots or more."""
    at: dict[str, int] = defaultdict(int)
    elsewhere: dict[str, int] = defaultdict(int)
    users: dict[str, set[str]] = defaultdict(set)
    for item in around(prints):
        for spot in spots(item, person):
            for print_ in prints & _values(spot.findings, *_LINKABLE):
                if len(_values(spot.findings, person.prints[print_])) > 1 and spot.unit != "row":
                    continue  # of whom each is, is not told
                at[print_] += 1
                if _is_anothers(spot, print_, person):
                    elsewhere[print_] += 1
                    users[print_] |= _who(spot)
    return {
        print_: frozenset(users[print_] if elsewhere[print_] * 10 > at[print_] else ())
        for print_ in prints
    }


def _who(spot: Spot) -> set[str]:
    """Return by what the person of a spot is told from others: the name with the initial."""
    names = (dict(it.fingerprints) for it in spot.findings if it.person_role != "agent")
    found = {it.get("surname_initial") for it in names}
    return {print_ for print_ in found if print_} or {spot.item.item.uri}


def _is_anothers(spot: Spot, print_: str, person: Subject) -> bool:
    """Tell whether a spot with a thing that may be the person's is plainly about another."""
    if person.prints[print_] == "postcode":
        # Neighbours have it too, which says nothing against it.
        return False
    bare = replace(person, prints={it: kind for it, kind in person.prints.items() if it != print_})
    if any(conflicts(spot, bare)):
        return True
    return bool(spot.others(bare)) and not spot.kinds(bare) & frozenset(
        (*UNIQUE, *NAME, "given", "near")
    )
