"""Inzage: the flow of a case, from a checked request to all that the documents say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pii_scan.inzage.copies import Copy, copies, named
from pii_scan.inzage.places import Place, places
from pii_scan.inzage.redact import Redactor, Roles
from pii_scan.inzage.request import Case
from pii_scan.inzage.subject import Detect, Subject, subject
from pii_scan.model import Recognizer, Role, Scan, Source
from pii_scan.store import Store

REFER = "gegevens die wij als verwerker hebben: de verzoeker doorverwijzen naar de opdrachtgever"
REFUTED = "maar in het document zelf staat het niet bij elkaar of is de voornaam anders"


@dataclass(frozen=True, slots=True)
class Tools:
    """What a case is worked out with."""

    recognizers: Mapping[str, Recognizer]
    """By entity."""
    detect: Detect
    """Better one that reports too much: what it misses of others is not masked."""
    source_of: Callable[[str], Source]
    """Locator of an item -> where it is opened again."""
    key: Callable[[str | None], bytes] = field(repr=False)
    """Controller -> the key of its fingerprints."""
    run_chars: int
    """Characters of neighbouring text that a scan reads as one."""
    phrase: Callable[[str], str]
    """Entity -> Dutch name of its category."""
    controllers: Mapping[str, Role] = field(default_factory=dict)
    """Opdrachtgevers that the settings name, with the role in which their data is held; searched
    to refer, never to answer for."""
    firms: frozenset[str] = frozenset()
    """Names of organisations, which are nobody's, however much they look it."""
    roles: Roles | None = None
    """Tells who is who in a text, for the reason of a mask."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place of the answer with what stands there now."""

    place: Place
    copy: Copy
    address: str
    """Of the item, with the names of others masked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the documents of a case say."""

    case: Case
    scan: Scan
    counts: Mapping[str, int]
    """Status -> number of items in the scan."""
    places: tuple[Place, ...]
    """Every place, in the answer or not, in the order of URIs."""
    found: tuple[Found, ...]
    """The places of the answer."""
    is_processors: bool
    """Whether the case as a whole is an opdrachtgever's, who has to answer it."""

    @property
    def referred(self) -> tuple[Place, ...]:
        """The places of which an opdrachtgever has to give the answer."""
        return tuple(
            place
            for place in self.places
            if place.result.role == "verwerker"
            and place.match != "mogelijk"
            and self.case.controller is None
        )


def find(store: Store, scan: Scan, case: Case, tools: Tools) -> Answer:
    """Work out a case on the inventory of a scan."""
    person = subject(case, tools.recognizers, tools.key(case.controller), tools.detect)
    redactor = Redactor(
        person, tools.detect, tools.run_chars, tools.phrase, tools.firms, tools.roles
    )
    own = [_held(place, case) for place in places(store, scan.id, person)]
    copied = copies((place for place in own if place.included), tools.source_of, redactor)
    judged = [_verified(place, copied.get(place)) for place in own]
    found = tuple(
        Found(place, copied[before], named(place.result.item, redactor))
        for before, place in zip(own, judged, strict=True)
        if place.included
    )
    others = _elsewhere(store, scan, case, tools) if case.controller is None else []
    everything = sorted([*judged, *others], key=lambda place: place.result.item.uri)
    is_processors = tools.controllers.get(case.controller or "") == "verwerker"
    return Answer(case, scan, store.counts(scan.id), tuple(everything), found, is_processors)


def _held(place: Place, case: Case) -> Place:
    """Take out of the answer what only the opdrachtgever may answer for."""
    if place.result.role != "verwerker" or case.controller is not None:
        return place
    return replace(place, included=False, reasons=(*place.reasons, REFER))


def _verified(place: Place, copy: Copy | None) -> Place:
    """Lower a place whose weak reasons do not hold in the source itself."""
    if copy is None or not copy.is_refuted or place.match != "waarschijnlijk":
        return place
    reasons = (*place.reasons, REFUTED)
    return replace(place, match="mogelijk", reasons=reasons, included=False)


def _elsewhere(store: Store, scan: Scan, case: Case, tools: Tools) -> list[Place]:
    """Return what lies with opdrachtgevers, each under its own key; none of it is opened."""
    found: list[Place] = []
    for controller in tools.controllers:
        person: Subject = subject(case, tools.recognizers, tools.key(controller), tools.detect)
        found.extend(
            replace(
                place,
                included=False,
                reasons=(
                    *place.reasons,
                    f"gegevens van {controller}: behandelen als apart verzoek",
                ),
            )
            for place in places(store, scan.id, person)
            if place.match != "mogelijk"
        )
    return found
