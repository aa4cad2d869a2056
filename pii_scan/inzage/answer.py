"""Inzage: the flow of a case, from a checked request to all that the documents say."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import get_args

from pii_scan.classify.knowledge import OrganisationCues
from pii_scan.inzage.casefile import Choice
from pii_scan.inzage.choosing import chosen, standing
from pii_scan.inzage.copies import Copy, Passage, copies, named
from pii_scan.inzage.masks import Added, Decision, Review
from pii_scan.inzage.opening import Reopen
from pii_scan.inzage.places import Place, linked, places
from pii_scan.inzage.redact import Redactor, Roles
from pii_scan.inzage.request import Case
from pii_scan.inzage.subject import Detect, Link, Match, Subject, subject, tied
from pii_scan.model import Recognizer, Role, Scan
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
    reopen: Reopen
    """How files are opened for the copy: in a worker process."""
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
    cues: OrganisationCues | None = None
    """Tell what is an organisation's."""
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """Id of a text -> what a person decided on it."""
    added: tuple[Added, ...] = ()
    """Texts that a person wants masked besides."""
    nicknames: tuple[frozenset[str], ...] = ()
    """Groups of first names that stand for each other, for a case that asks for them."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a case knows from before."""

    choices: Mapping[str, Choice] = field(default_factory=dict)
    """By the id of a place."""
    links: Mapping[str, Link] = field(default_factory=dict)
    """By fingerprint."""
    lapsed: Mapping[str, Choice] = field(default_factory=dict)
    """Decisions that hold no more, by the id of a place."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What the inventory holds of a person; no source has been opened."""

    person: Subject
    own: tuple[Place, ...]
    """In the order of their URIs."""
    elsewhere: tuple[Place, ...]
    """With opdrachtgevers, who have to answer for it."""

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of places by match, and of those that go into the answer."""
        found = Counter(place.match for place in self.own)
        matches = {match: found[match] for match in get_args(Match)}
        return {**matches, "included": sum(place.included for place in self.own)}


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
    redactor: Redactor = field(repr=False)
    """What was masked, and on what decisions."""

    @property
    def own(self) -> tuple[str, ...]:
        """What the person said of themselves."""
        case = self.case
        return (
            *(*case.names, *case.email, *case.phone, *case.address, *case.customer_number),
            *(*case.iban, *((case.bsn,) if case.bsn else ())),
        )

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


def search(
    store: Store, scan: Scan, case: Case, tools: Tools, known: Known | None = None
) -> Searched:
    """Find the places of a case in the inventory of a scan."""
    known = known or Known()
    person = _person(store, scan, case, tools, case.controller, known.links)
    held = (_held(place, case) for place in places(store, scan.id, person))
    own = tuple(chosen(held, known.choices, known.lapsed))
    others = _elsewhere(store, scan, case, tools) if case.controller is None else []
    return Searched(person, own, tuple(others))


def find(store: Store, scan: Scan, case: Case, tools: Tools, known: Known | None = None) -> Answer:
    """Work out a case on the inventory of a scan."""
    searched = search(store, scan, case, tools, known)
    own = tuple(standing(searched.own, tools.reopen))
    redactor = Redactor(
        searched.person,
        tools.detect,
        tools.run_chars,
        tools.phrase,
        tools.firms,
        tools.roles,
        tools.cues,
        Review(tools.key(case.controller), tools.decisions, tools.added),
    )
    copied = copies((place for place in own if place.included), tools.reopen, redactor)
    judged = [_verified(place, copied.get(place)) for place in own]
    found = tuple(
        Found(place, copied[before], named(place.result.item, redactor))
        for before, place in zip(own, judged, strict=True)
        if place.included
    )
    everything = sorted([*judged, *searched.elsewhere], key=lambda place: place.result.item.uri)
    is_processors = tools.controllers.get(case.controller or "") == "verwerker"
    counts = store.counts(scan.id)
    return covered(Answer(case, scan, counts, tuple(everything), found, is_processors, redactor))


def covered(answer: Answer) -> Answer:
    """Return an answer in which what is masked at one place is masked at all of them.

    A name that was known by what stood beside it may stand elsewhere by itself.
    """
    review, own = answer.redactor.review, answer.own

    def plain(text: str) -> str:
        return review.spread(text, own)

    def passage(it: Passage) -> Passage:
        cells = tuple((heading, plain(value)) for heading, value in it.cells)
        return Passage(it.where, plain(it.text), cells)

    found = tuple(
        Found(
            one.place,
            replace(one.copy, passages=tuple(map(passage, one.copy.passages))),
            plain(one.address),
        )
        for one in answer.found
    )
    return replace(answer, found=found)


def _held(place: Place, case: Case) -> Place:
    """Take out of the answer what only the opdrachtgever may answer for."""
    if place.result.role != "verwerker" or case.controller is not None:
        return place
    return replace(place, included=False, is_held=True, reasons=(*place.reasons, REFER))


def _verified(place: Place, copy: Copy | None) -> Place:
    """Lower a place whose weak reasons do not hold in the source itself."""
    if copy is None or not copy.is_refuted or place.match != "waarschijnlijk":
        return place
    reasons = (*place.reasons, REFUTED)
    return replace(place, match="mogelijk", reasons=reasons, included=False)


def _person(
    store: Store,
    scan: Scan,
    case: Case,
    tools: Tools,
    controller: str | None,
    links: Mapping[str, Link],
) -> Subject:
    """Return the person under the key of one controller, with what the scan ties to them there."""
    key = tools.key(controller)
    stated = subject(case, tools.recognizers, key, tools.detect, tools.nicknames, tools.cues)
    return linked(store, scan.id, tied(stated, links))


def _elsewhere(store: Store, scan: Scan, case: Case, tools: Tools) -> list[Place]:
    """Return what lies with opdrachtgevers, each under its own key; none of it is opened."""
    found: list[Place] = []
    for controller in tools.controllers:
        person = _person(store, scan, case, tools, controller, {})
        found.extend(
            replace(
                place,
                included=False,
                is_held=True,
                reasons=(
                    *place.reasons,
                    f"gegevens van {controller}: behandelen als apart verzoek",
                ),
            )
            for place in places(store, scan.id, person)
            if place.match != "mogelijk"
        )
    return found
