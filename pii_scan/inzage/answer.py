"""Inzage: the flow of a case, from a checked request to all that the documents say."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import get_args

from pii_scan.classify.headings import Headings
from pii_scan.classify.knowledge import OrganisationCues
from pii_scan.inzage.casefile import Choice
from pii_scan.inzage.choosing import chosen, standing
from pii_scan.inzage.copies import Copy, Passage, copies, masked_path, named
from pii_scan.inzage.masks import Added, Decision, Review
from pii_scan.inzage.opening import Reopen
from pii_scan.inzage.places import Place, linked, places
from pii_scan.inzage.redact import Redactor, Roles
from pii_scan.inzage.request import Case
from pii_scan.inzage.subject import Detect, Link, Match, Subject, subject, tied
from pii_scan.model import Recognizer, Role, Scan
from pii_scan.store import Store

REFER = "gegevens die wij als verwerker hebben: de verzoeker doorverwijzen naar de opdrachtgever"
_DECIDER = re.compile(r" \(.*, \d{4}-\d\d-\d\d\)$")
"""Ends the reason that says what a person decided."""
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
    headings: Headings = field(default_factory=Headings)
    """Tell under which headings what stands in a row of the person is theirs."""
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
    """Of the item, with the names of others masked; so is the next."""
    where: str
    """Inside the item: the name of a sheet may be somebody's."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why this is in the answer; who decided so is for those who handle the case."""
        return tuple(_DECIDER.sub("", reason) for reason in self.place.reasons)


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
    targets: tuple[str, ...] = ()
    """What was scanned, with the names of others masked."""

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
    store: Store,
    scan: Scan,
    case: Case,
    tools: Tools,
    known: Known | None = None,
    refused: frozenset[str] = frozenset(),
) -> Searched:
    """Find the places of a case in the inventory of a scan.

    What is `refused` is tied to the person by nothing; read in clear it is somebody else's.
    """
    known = known or Known()
    links = {print_: link for print_, link in known.links.items() if print_ not in refused}
    person = _person(store, scan, case, tools, case.controller, links, refused)
    held = (_held(place, case) for place in places(store, scan.id, person))
    own = tuple(chosen(held, known.choices, known.lapsed))
    others = _elsewhere(store, scan, case, tools) if case.controller is None else []
    return Searched(person, own, tuple(others))


def find(store: Store, scan: Scan, case: Case, tools: Tools, known: Known | None = None) -> Answer:
    """Work out a case on the inventory of a scan.

    What was tied to the person and turns out to be somebody else's, by the heading under which it
    stands, leads nowhere: the case is then worked out again without it.
    """
    refused: frozenset[str] = frozenset()
    while True:
        searched = search(store, scan, case, tools, known, refused)
        redactor = _redactor(searched.person, case, tools)
        own = tuple(standing(searched.own, tools.reopen))
        decided = frozenset(place for place in own if place.decision)
        included = (place for place in own if place.included)
        copied = copies(included, tools.reopen, redactor, decided)
        if redactor.ties.refused <= refused:
            break
        refused |= redactor.ties.refused
    judged = [_verified(place, copied.get(place)) for place in own]
    found = tuple(
        Found(
            place,
            copied[before],
            named(place.result.item, redactor),
            redactor.heading(place.where),
        )
        for before, place in zip(own, judged, strict=True)
        if place.included
    )
    everything = sorted([*judged, *searched.elsewhere], key=lambda place: place.result.item.uri)
    is_processors = tools.controllers.get(case.controller or "") == "verwerker"
    counts = store.counts(scan.id)
    targets = tuple(masked_path(target, redactor) for target in scan.targets)
    return covered(
        Answer(case, scan, counts, tuple(everything), found, is_processors, redactor, targets)
    )


def _redactor(person: Subject, case: Case, tools: Tools) -> Redactor:
    return Redactor(
        person,
        tools.detect,
        tools.run_chars,
        tools.phrase,
        firms=tools.firms,
        roles=tools.roles,
        cues=tools.cues,
        names=case.names,
        headings=tools.headings,
        review=Review(tools.key(case.controller), tools.decisions, tools.added),
    )


def covered(answer: Answer) -> Answer:
    """Return an answer in which what is masked at one place is masked at all of them.

    A name that was known by what stood beside it may stand elsewhere by itself.
    """
    redactor, review = answer.redactor, answer.redactor.review
    # A number of the household is masked in the row of a partner, and theirs in their own.
    own = (*answer.own, *sorted(review.own))

    def plain(text: str, *more: str) -> str:
        return review.spread(text, (*own, *more), redactor.phrase)

    def passage(it: Passage) -> Passage:
        cells = tuple((plain(heading), plain(value, *it.claimed)) for heading, value in it.cells)
        return replace(it, where=plain(it.where), text=plain(it.text), cells=cells)

    found = tuple(
        Found(
            one.place,
            replace(one.copy, passages=tuple(map(passage, one.copy.passages))),
            plain(one.address),
            plain(one.where),
        )
        for one in answer.found
    )
    return replace(answer, found=found, targets=tuple(map(plain, answer.targets)))


def _held(place: Place, case: Case) -> Place:
    """Take out of the answer what only the opdrachtgever may answer for."""
    if place.result.role != "verwerker" or case.controller is not None:
        return place
    return replace(place, included=False, is_held=True, reasons=(*place.reasons, REFER))


def _verified(place: Place, copy: Copy | None) -> Place:
    """Lower a place whose reasons do not hold in the source itself."""
    if copy is None or not copy.is_refuted:
        return place
    reasons = (*place.reasons, REFUTED, *copy.doubts)
    return replace(place, match="mogelijk", reasons=reasons, included=False)


def _person(
    store: Store,
    scan: Scan,
    case: Case,
    tools: Tools,
    controller: str | None,
    links: Mapping[str, Link],
    refused: frozenset[str] = frozenset(),
) -> Subject:
    """Return the person under the key of one controller, with what the scan ties to them there."""
    key = tools.key(controller)
    stated = subject(case, tools.recognizers, key, tools.detect, tools.nicknames)
    return linked(store, scan.id, tied(stated, links), refused)


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
