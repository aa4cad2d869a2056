"""Promises about place and content against what an item is and holds. Pure, like the terms.

Each kind of promise is a function from the promise and the item to what breaks it. Nothing is
opened and nothing is guessed: where what would decide is not known, that is what is said.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from pii_scan.model import Breach, Finding, Outcome, Promise, PromiseKind, Result, Spots
from pii_scan.retain.rows import rows_told

_RECORDING = ("audio/", "video/")
_RECORDING_TYPE = "gespreksopname"
_CLOSED = "afhandeling_verzoek"

Found = tuple[Outcome, str, str]
"""(outcome, where, Dutch reason)"""


@dataclass(frozen=True, slots=True)
class _Case:
    result: Result
    location: str | None
    """Where the item is kept, as the settings declare it."""
    today: date

    def findings(self, entity: str) -> Iterator[Finding]:
        return (it for it in self.result.findings if it.entity == entity)


def breaches(
    promises: Iterable[Promise], result: Result, location: str | None, today: date
) -> tuple[Breach, ...]:
    """Return the promises that an item breaks, or for which it cannot be told, in their order.

    `location` is where the settings say that the item is kept.
    """
    case = _Case(result, location, today)
    is_personal = any(finding.level != "Openbaar" for finding in result.findings)
    return tuple(
        Breach(
            policy=promise.policy,
            promise=promise.id,
            kind=promise.kind,
            title=promise.title,
            clause=promise.clause,
            outcome=outcome,
            where=where,
            reason=reason,
        )
        for promise in promises
        if (is_personal or promise.kind == "no_recording") and _concerns(promise, result)
        for outcome, where, reason in _CHECKS[promise.kind](promise, case)
    )


def born_by(promises: Iterable[Promise], today: date) -> date | None:
    """Return the last birthday of who is old enough for every promise; `None`: all ages are."""
    age = max((it.age for it in promises if it.kind == "least_age"), default=0)
    if not age:
        return None
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year - age, today.month, day)


def _concerns(promise: Promise, result: Result) -> bool:
    """Tell whether an item is of the people and the kind that a promise is about."""
    is_theirs = not promise.subject_groups or set(promise.subject_groups) & {*result.subject_groups}
    of_any_kind = not promise.doc_types and not promise.profiles
    is_of_kind = result.doc_type in promise.doc_types or result.profile in promise.profiles
    return bool(is_theirs) and (of_any_kind or is_of_kind)


def _only_in(promise: Promise, case: _Case) -> Iterator[Found]:
    folders = case.result.item.uri.lower().split("/")[:-1]
    if any(fnmatchcase(name, glob) for name in folders for glob in promise.folders):
        return
    system = case.result.contents.system
    export = f"Een export uit {system}" if system else "Persoonsgegevens"
    yield "broken", "", f"{export} buiten de mappen van de genoemde systemen."


def _stored_in(promise: Promise, case: _Case) -> Iterator[Found]:
    if case.location is None:
        yield "undetermined", "", "Van deze plaats is niet opgegeven waar hij ligt (location)."
    elif case.location not in promise.locations:
        yield "broken", "", f"Volgens de instellingen bewaard in: {case.location}."


def _no_paper(_: Promise, case: _Case) -> Iterator[Found]:
    if case.result.contents.is_scanned:
        yield "possibly_broken", "", "Een afbeelding met persoonsgegevens: een scan of een foto."


def _no_content(_: Promise, case: _Case) -> Iterator[Found]:
    for where in _places(case.result.contents.texts):
        yield "broken", where, "Een ingevulde kolom met vrije tekst bij gespreksgegevens."


def _no_recording(promise: Promise, case: _Case) -> Iterator[Found]:
    result = case.result
    is_sound = (result.media_type or "").startswith(_RECORDING)
    if not is_sound and result.doc_type != _RECORDING_TYPE:
        return
    if result.controller is None:
        yield "possibly_broken", "", "Niet bekend voor welke opdrachtgever is opgenomen."
    elif result.controller not in promise.controllers:
        yield "broken", "", "Voor deze opdrachtgever staat geen afgenomen opnamedienst vermeld."


def _no_withheld_number(_: Promise, case: _Case) -> Iterator[Found]:
    for where in _places(case.result.contents.withheld):
        yield "broken", where, "Een nummer bij een gesprek waarvan het nummer was afgeschermd."


def _no_readable_ip(_: Promise, case: _Case) -> Iterator[Found]:
    for where in _found_at(case.findings("IP_ADDRESS")):
        yield "broken", where, "Een leesbaar IP-adres in een rapportage."


def _no_readable_bsn(_: Promise, case: _Case) -> Iterator[Found]:
    for where in _found_at(case.findings("NL_BSN")):
        yield "broken", where, "Het burgerservicenummer is leesbaar op de kopie."


def _gone_after_request(_: Promise, case: _Case) -> Iterator[Found]:
    closed = [it.date for it in case.result.evidence if it.trigger == _CLOSED]
    if not closed:
        yield "undetermined", "", "Niet bekend of en wanneer het verzoek is afgehandeld."
    elif max(closed) < case.today:
        yield "broken", "", f"Het verzoek is afgehandeld op {max(closed):%d-%m-%Y}."


def _one_controller(_: Promise, case: _Case) -> Iterator[Found]:
    count = case.result.contents.controllers
    if count > 1:
        yield "broken", "", f"Gegevens van {count} opdrachtgevers in één bestand."


def _least_age(promise: Promise, case: _Case) -> Iterator[Found]:
    for where in _places(case.result.contents.young):
        yield "broken", where, f"Een geboortedatum van iemand jonger dan {promise.age} jaar."


_CHECKS: Mapping[PromiseKind, Callable[[Promise, _Case], Iterator[Found]]] = {
    "only_in": _only_in,
    "stored_in": _stored_in,
    "no_paper": _no_paper,
    "no_content": _no_content,
    "no_recording": _no_recording,
    "no_withheld_number": _no_withheld_number,
    "no_readable_ip": _no_readable_ip,
    "no_readable_bsn": _no_readable_bsn,
    "gone_after_request": _gone_after_request,
    "one_controller": _one_controller,
    "least_age": _least_age,
}


def _found_at(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the places of findings: the rows of a sheet together, the rest one by one."""
    rows: dict[str, list[int]] = {}
    for it in findings:
        if it.row is None:
            rows.setdefault(it.where, [])
        else:
            rows.setdefault(it.where.removesuffix(f"row {it.row}").strip(), []).append(it.row)
    for where, numbers in rows.items():
        yield f"{where} {rows_told(sorted(numbers))}".strip() if numbers else where


def _places(spots: Spots) -> Iterator[str]:
    for where, runs in spots:
        numbers = [number for first, last in runs for number in range(first, last + 1)]
        yield f"{where} {rows_told(numbers)}".strip() if numbers else where
