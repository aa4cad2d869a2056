"""Inzage: a place judged once more when its source is open and the names in it are read in clear.

Fingerprints cannot tell Joost from Jan where the scan kept "J. de Vries", nor the son who writes
"jr." behind the name of his father. What is somebody else's by its first name or by such a word is
nobody's name here, and then the rules for places hold as they do for the inventory.
"""

from collections.abc import Iterable, Iterator, Sequence

from pii_scan.classify.names import generation, parse
from pii_scan.inzage.judging import Verdict, verdict
from pii_scan.inzage.places import Place
from pii_scan.inzage.redact import Redactor
from pii_scan.inzage.spots import Spot, Unit, kind_of
from pii_scan.inzage.subject import NAME, Subject
from pii_scan.model import Finding, Hit

LEAST_SCORE = 0.5
"""What a scan reports at; masking itself goes lower."""
_BEHIND = 12
"""Characters behind a name in which "junior" is a part of it."""


def reread(
    place: Place, unit: Unit, text: str, hits: Sequence[Hit], redactor: Redactor
) -> Verdict | None:
    """Say how sure it is that what stands in clear is about the person; `None`: it is not.

    Where a name only seemed theirs, what was tied to them may have been so by that name: it counts
    for nothing there, and is disputed.
    """
    person, stated = redactor.person, redactor.person.stated()
    others = frozenset(_others(text, hits, redactor))
    is_named = any(person.kind_of(it) in NAME for it in hits if it not in others)
    findings = tuple(_findings(text, hits, redactor, others))
    spot = Spot(place.result, unit, place.where, place.row, findings)
    found = verdict(spot, person if is_named or not others else stated)
    if not is_theirs(found):
        redactor.ties.dispute(person, hits)
    elif unit != "row" and not _has_others(spot, person) and is_theirs(verdict(spot, stated)):
        # In a row every cell tells for itself; and nothing is confirmed by where it led, nor where
        # it may be that of somebody else who is named.
        redactor.ties.confirm(person, hits)
    return found


def _has_others(spot: Spot, person: Subject) -> bool:
    people = (it for it in spot.findings if it.entity == "PERSON" and it.person_role != "agent")
    return any(kind_of(it, person) is None for it in people)


def is_theirs(found: Verdict | None) -> bool:
    """Tell whether a verdict puts a place in the answer without a person's decision."""
    return found is not None and found[0] != "mogelijk"


def _findings(
    text: str, hits: Sequence[Hit], redactor: Redactor, others: frozenset[Hit]
) -> Iterator[Finding]:
    person = redactor.person
    hits = [it for it in hits if it.score >= LEAST_SCORE or person.kind_of(it) is not None]
    who = redactor.roles(text, hits) if redactor.roles else {}
    roles = {hit: standing.role for hit, standing in who.items()}
    for hit in hits:
        is_staff = hit.entity == "PERSON" and redactor.headings.is_staffs(hit.column or "")
        yield Finding(
            entity=hit.entity,
            category="",
            level="Openbaar" if redactor.is_firms(hit, text) else "Intern",
            where="",
            score=hit.score,
            masked="",
            fingerprints=() if hit in others else person.fingerprints_of(hit),
            person_role="agent" if is_staff else roles.get(hit),
        )


def _others(text: str, hits: Iterable[Hit], redactor: Redactor) -> Iterator[Hit]:
    """Yield the names that only seem the person's.

    Where another first name is given to the surname with the initial, and the person's own is
    nowhere, the initial stands for that other.
    """
    person = redactor.person
    own_generations = {generation(name) for name in redactor.names} - {""}
    seeming = [it for it in hits if it.entity == "PERSON" and person.seems(it)]
    another = [it for it in seeming if person.kind_of(it) is None]
    firsts = {_first(it) for it in seeming if it not in another}
    is_named = any(len(first) > 1 for first in firsts)
    for hit in seeming:
        told = generation(hit.value) or generation(text[hit.end : hit.end + _BEHIND], is_first=True)
        is_initial = len(_first(hit)) == 1
        if (
            hit in another
            or (told and told not in own_generations)
            or (another and not is_named and is_initial)
        ):
            yield hit


def _first(hit: Hit) -> str:
    name = parse(hit.value)
    return name.given[0] if name and name.given else ""
