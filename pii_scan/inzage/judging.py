"""Inzage: how sure it is that a spot is about the person, and why. docs/inzage.md has the rules."""

from collections.abc import Iterator
from typing import Final

from pii_scan.inzage.spots import TOGETHER, Spot, kind_of
from pii_scan.inzage.subject import NAME, UNIQUE, Kind, Match, Subject, judged
from pii_scan.model import Finding

Verdict = tuple[Match, tuple[str, ...]]
"""How sure, and why."""

ADDRESS: Final[frozenset[Kind]] = frozenset({"street", "postcode"})
_NAMES: Final[frozenset[Kind]] = frozenset((*NAME, "given", "near"))
_FULL: Final[frozenset[Kind]] = frozenset({"full", "surname_initial"})
_MANYS: Final[frozenset[Kind]] = frozenset({"of_organisation", "functional"})
_PERSONAL: Final[frozenset[Kind]] = frozenset({"bsn", "customer_number"})
"""What an organisation or the state gives to one person; the rest of `UNIQUE` may be shared."""
_RECORDS: Final[tuple[tuple[Kind, str], ...]] = (
    ("birth_date", "een andere geboortedatum"),
    ("bsn", "een ander burgerservicenummer"),
)
"""What nobody has two of."""
_ADDRESSES: Final[tuple[tuple[Kind, str], ...]] = (
    ("street", "een ander adres"),
    ("postcode", "een andere postcode"),
)
_NUMBER: Final = "een ander klantnummer"
_FOREIGN: Final = "een klantnummer van iemand anders"


def verdict(spot: Spot, person: Subject) -> Verdict | None:
    """Say how sure it is that a spot is about the person; `None`: it is not at all."""
    kinds = spot.kinds(person)
    found = judged(kinds, TOGETHER[spot.unit])
    if found is None:
        return _as_staff({kind_of(it, person) for it in spot.findings})
    match, reasons = found
    reasons = (*reasons, *_linked(spot, person))
    doubts = tuple(_doubts(spot, person, kinds))
    if match == "mogelijk" or doubts:
        namesake = ("waarschijnlijk een naamgenoot",) if _is_namesake(spot, person, kinds) else ()
        return "mogelijk", (*reasons, *doubts, *namesake)
    if against := tuple(f"met {label}" for label in _against(spot, person)):
        return "waarschijnlijk", (*reasons, *against)
    if match == "zeker" and _is_weakly_linked(spot, person):
        return "waarschijnlijk", reasons
    return match, reasons


def conflicts(spot: Spot, person: Subject) -> Iterator[str]:
    """Yield what of somebody else stands there, of which nobody has two."""
    yield from (label for kind, label in _RECORDS if spot.is_others(kind, person))
    if any(print_ in person.foreign for print_ in _prints(spot)):
        yield _FOREIGN


def is_somebody_elses(spot: Spot, person: Subject) -> bool:
    """Tell whether a spot that holds something of the person is somebody else's all the same."""
    kinds = spot.kinds(person)
    if any(conflicts(spot, person)):
        return not kinds & _PERSONAL
    others = spot.others(person) if person.has_name else ()
    return bool(others) and not kinds & (_NAMES | _PERSONAL | {"birth_date"})


def _doubts(spot: Spot, person: Subject, kinds: frozenset[Kind]) -> Iterator[str]:
    """Yield why a spot that seems the person's may be somebody else's.

    Father and son may share a name, an address and a telephone; a customer and a member of staff
    a number.
    """
    unique = kinds & frozenset(UNIQUE)
    # Who is taken for a member of staff by mistake is named all the same.
    has_name = any(kind_of(it, person) in _NAMES for it in spot.findings)
    others = spot.others(person) if person.has_name else ()
    if "bsn" in kinds or (len(unique) > 1 and kinds & _PERSONAL):
        return
    yield from (f"maar {label}" for label in conflicts(spot, person))
    # Who has married is named otherwise; a twin has the surname, and another initial.
    has_twin = not unique & _PERSONAL and any(_bears_surname(it, person) for it in others)
    if others and not has_name and (has_twin or "birth_date" not in kinds):
        yield "maar bij een andere naam"
    if unique & _PERSONAL:
        return
    if not unique:
        yield from _weak_doubts(spot, person, kinds)
        return
    used = _used(spot, person, unique)
    if used <= person.shared and not (has_name or "birth_date" in kinds):
        yield "maar dat gebruikt ook iemand anders"
    elif used <= person.of_double and "birth_date" not in kinds:
        yield "maar iemand van dezelfde naam gebruikt het ook"
    elif not has_name and spot.is_others("customer_number", person):
        yield f"maar {_NUMBER}"


def _bears_surname(name: Finding, person: Subject) -> bool:
    """Tell whether somebody who is not the person has their surname."""
    return person.prints.get(dict(name.fingerprints).get("surname", "")) == "surname"


def _weak_doubts(spot: Spot, person: Subject, kinds: frozenset[Kind]) -> Iterator[str]:
    """Yield why two weak things together may be somebody else's: anything that is not theirs."""
    told = set(conflicts(spot, person))
    yield from (f"maar {label}" for label in _against(spot, person) if label not in told)
    if "birth_date" in kinds:
        return
    if person.has_double and not kinds & _MANYS:
        yield "maar op dat adres is iemand van dezelfde naam"
    if not kinds & ADDRESS and _used(spot, person, _MANYS) & person.of_double:
        yield "maar iemand van dezelfde naam gebruikt het ook"


def _used(spot: Spot, person: Subject, kinds: frozenset[Kind]) -> set[str]:
    """Return the fingerprints of what stands there of some kinds of the person's things."""
    return {print_ for it in spot.findings if kind_of(it, person) in kinds for print_ in _of(it)}


def _against(spot: Spot, person: Subject) -> Iterator[str]:
    """Yield what speaks against it, though beside an identifier it need not: people move."""
    certain = tuple(conflicts(spot, person))
    yield from certain
    if _FOREIGN not in certain and spot.is_others("customer_number", person):
        yield _NUMBER
    yield from [label for kind, label in _ADDRESSES if spot.is_others(kind, person)][:1]


def _is_namesake(spot: Spot, person: Subject, kinds: frozenset[Kind]) -> bool:
    """Tell whether but the name nothing fits, and something does not."""
    if not kinds & _NAMES or kinds - _NAMES - _MANYS:
        return False
    return any(_against(spot, person))


def _as_staff(kinds: set[Kind | None]) -> Verdict | None:
    name = next((NAME[kind] for kind in NAME if kind in kinds & _FULL), None)
    return ("mogelijk", (f"alleen {name} gelijk, als medewerker",)) if name else None


def _prints(spot: Spot) -> Iterator[str]:
    for finding in spot.findings:
        if finding.entity == "CUSTOMER_NUMBER":
            yield from _of(finding)


def _of(finding: Finding) -> Iterator[str]:
    return (print_ for _, print_ in finding.fingerprints)


def _linked(spot: Spot, person: Subject) -> tuple[str, ...]:
    """Return, for what was not stated in the request, why it is the person's."""
    found = {
        person.links[print_].reason: None
        for finding in spot.findings
        for print_ in _of(finding)
        if print_ in person.links
    }
    return tuple(found)


def _is_weakly_linked(spot: Spot, person: Subject) -> bool:
    """Tell whether every unique thing here was found by linking, and is no more than likely."""
    strong = [
        person.links.get(print_)
        for finding in spot.findings
        if kind_of(finding, person) in UNIQUE
        for print_ in _of(finding)
    ]
    return all(link is not None and link.match == "waarschijnlijk" for link in strong)
