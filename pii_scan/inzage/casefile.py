"""Inzage: the file of a case, from the day it is opened until nothing of it is kept.

Every step gives a new file; what cannot be done is refused before anything has changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, get_args

from pydantic import TypeAdapter

from pii_scan.errors import ConfigError
from pii_scan.inzage.deadline import Deadline, check_extension, deadline
from pii_scan.inzage.masks import Added, Decision
from pii_scan.inzage.request import Case
from pii_scan.inzage.subject import Kind, Link, Match
from pii_scan.retain.calendar import add

KEPT: Final = "P2Y"
"""How long the file of a closed case is kept, less the identity data: as long as a person may
dispute the answer. Rule nl-cc-05-klachten-verzoeken; no law sets a term."""

Outcome = Literal["volledig", "gedeeltelijk", "geweigerd", "ingetrokken", "doorverwezen"]
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Identity:
    """That somebody made sure who asks (art. 12(6) AVG); of what they saw no copy is kept."""

    means: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Extension:
    """Why it takes longer, complexity or number (art. 12(3) AVG), and when the person was told."""

    reason: str
    told: date
    by: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's decision on a place."""

    included: bool
    by: str
    on: date
    why: str = ""
    """For who handles the case; it goes into no document."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found, in numbers."""

    scan: int
    on: date
    counts: dict[str, int]
    """By match, and "included"."""
    places: tuple[str, ...] = ()
    """Their ids."""


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case ended."""

    outcome: Outcome
    reason: str
    on: date
    by: str
    kept_until: date


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that is kept of a case; the store holds it encrypted."""

    number: str
    opened: date
    by: str
    received: date
    asked: Case | None = field(repr=False)
    """What was stated; `None` once the case is closed."""
    channel: str | None = None
    policy: str | None = None
    controller: str | None = None
    answer_term: str = "P1M"
    """The organisation's own promise when the case was opened, ISO 8601."""
    identity: Identity | None = None
    extension: Extension | None = None
    choices: dict[str, Choice] = field(default_factory=dict)
    """By the id of a place, which tells what stood there as well."""
    lapsed: dict[str, Choice] = field(default_factory=dict)
    """Decisions that hold no more: the place, or the request, is not what it was."""
    masks: dict[str, Decision] = field(default_factory=dict)
    """By the id of a text: whether it is masked."""
    added: tuple[Added, ...] = field(default=(), repr=False)
    """Texts that a person wants masked besides."""
    links: dict[str, Link] = field(default_factory=dict, repr=False)
    """What was linked to the person so far: once erased in one place, it still finds the others."""
    searched: Search | None = None
    exported: date | None = None
    erased: bool | None = None
    """What the last check after erasure found: `True`, nothing any more."""
    closing: Closing | None = None

    @property
    def deadline(self) -> Deadline:
        """Until when it must be answered."""
        is_extended = self.extension is not None
        return deadline(self.received, self.answer_term, is_extended=is_extended)

    @property
    def request(self) -> Case:
        """What was stated.

        Raises:
            ConfigError: the case is closed.
        """
        if self.asked is None or self.closing is not None:
            day = f" on {self.closing.on.isoformat()}" if self.closing else ""
            raise ConfigError(f"case {self.number} was closed{day}; what was stated is gone")
        return self.asked

    def identified(self, identity: Identity) -> "CaseFile":
        """Return the file with the check of who asks.

        Raises:
            ConfigError: it is closed, or how it was checked is not said.
        """
        _ = self.request
        if not identity.means.strip():
            raise ConfigError("say by which --means it was checked who asks")
        return replace(self, identity=identity)

    def made_longer(self, extension: Extension) -> "CaseFile":
        """Return the file with a longer term.

        Raises:
            ConfigError: told too late, without a reason, or it is longer already.
        """
        _ = self.request
        if not extension.reason.strip():
            raise ConfigError("a longer term needs a --reason that the person is told (art. 12(3))")
        if self.extension is not None:
            raise ConfigError(
                f"case {self.number} was extended already, on {self.extension.told.isoformat()}; "
                "art. 12(3) AVG allows it once"
            )
        check_extension(self.received, extension.told)
        return replace(self, extension=extension)

    def amended(self, asked: Case, answer_term: str | None = None) -> "CaseFile":
        """Return the file with what the person states now; the day of receipt stays.

        What was searched, decided and answered was about the request as it was, and has to be done
        again. Of the masks those stay that hide something.

        Args:
            asked: What is stated.
            answer_term: Of another policy that it names; `None`: as it was.

        Raises:
            ConfigError: it is closed, or the data of another opdrachtgever is asked for.
        """
        _ = self.request
        if asked.controller is not None and asked.controller != self.controller:
            raise ConfigError(
                f"case {self.number} is not about the data of that controller: open another case"
            )
        policy = asked.policy or self.policy
        return replace(
            self,
            asked=replace(
                asked,
                received=self.received,
                channel=self.channel,
                controller=self.controller,
                policy=policy,
            ),
            policy=policy,
            answer_term=answer_term or self.answer_term,
            links={},
            choices={},
            lapsed=self.lapsed | self.choices,
            masks={key: one for key, one in self.masks.items() if not one.shows},
            searched=None,
            exported=None,
            erased=None,
        )

    @property
    def was_searched(self) -> Search:
        """What the last search found.

        Raises:
            ConfigError: there was none since the request is as it is.
        """
        _ = self.request
        if self.searched is None:
            raise ConfigError(
                f"case {self.number} was not searched yet, as its request is now: run pii-scan "
                f"inzage search {self.number}"
            )
        return self.searched

    def after_search(self, search: Search, links: Mapping[str, Link]) -> "CaseFile":
        """Return the file with what a search found and tied to the person.

        Decisions on what has changed since they were taken lapse.
        """
        _ = self.request
        made = self.lapsed | self.choices
        past = _changed(made, search.places)
        return replace(
            self,
            searched=search,
            links=self.links | dict(links),
            choices={key: one for key, one in self.choices.items() if key not in past},
            lapsed={key: one for key, one in made.items() if key in past or key in self.lapsed},
        )

    def decided(self, choices: Mapping[str, Choice]) -> "CaseFile":
        """Return the file with decisions on places, each in the place of an earlier one.

        Raises:
            ConfigError: it is closed, or a place was not found by the last search.
        """
        _ = self.request
        self.require_found(choices)
        places = {spot_of(key) for key in choices}
        return replace(
            self,
            choices=self.choices | dict(choices),
            lapsed={key: one for key, one in self.lapsed.items() if spot_of(key) not in places},
        )

    def require_found(self, places: Iterable[str]) -> None:
        """Refuse places, by their ids, that the last search has not found.

        Raises:
            ConfigError: there are some, or there was no search.
        """
        wanted = set(places)
        unknown = wanted - set(self.was_searched.places) if wanted else ()
        if unknown:
            raise ConfigError(
                f"{len(unknown)} places are not of this case's last search, or have changed since; "
                f"run pii-scan inzage search {self.number} again and review what it writes"
            )

    @property
    def awaited(self) -> tuple[str, ...]:
        """The ids of places on which a decision lapsed, and none was taken since."""
        there = self.searched.places if self.searched else ()
        past = {spot_of(key) for key in self.lapsed}
        return tuple(key for key in there if spot_of(key) in past)

    def masked(self, decisions: Mapping[str, Decision], added: Iterable[Added]) -> "CaseFile":
        """Return the file with decisions on masks, each in the place of an earlier one."""
        _ = self.request
        texts = {one.text: one for one in (*self.added, *added)}
        return replace(self, masks=self.masks | dict(decisions), added=tuple(texts.values()))

    def closed(self, outcome: str, reason: str, on: date, by: str) -> "CaseFile":
        """Return the file without what tells who the person is.

        Raises:
            ConfigError: it is closed already, or something has to be done first.
        """
        _ = self.request
        if outcome not in OUTCOMES:
            raise ConfigError(f"outcome: choose from {', '.join(OUTCOMES)}")
        if outcome in ("gedeeltelijk", "geweigerd") and not reason.strip():
            raise ConfigError(f"{outcome}: give the --reason (art. 12(4) AVG)")
        if outcome in ("volledig", "gedeeltelijk") and self.exported is None:
            raise ConfigError(
                f"case {self.number} has no answer yet: run pii-scan inzage export first, or close "
                "it as geweigerd, ingetrokken or doorverwezen"
            )
        closing = Closing(outcome, reason, on, by, add(on, KEPT))  # type: ignore[arg-type]
        found = self.searched and replace(self.searched, places=())
        return replace(
            self,
            asked=None,
            choices={},
            lapsed={},
            masks={},
            added=(),
            links={},
            searched=found,
            closing=closing,
        )


def dump(file: CaseFile) -> bytes:
    """Return a file as it is sealed."""
    return _ADAPTER.dump_json(file)


def load(data: bytes) -> CaseFile:
    """Return the file that was sealed."""
    return _ADAPTER.validate_json(data)


def choices(
    given: Iterable[tuple[str, bool | None]], by: str, on: date, why: str = ""
) -> dict[str, Choice]:
    """Return decisions as they come out of a review; what nobody decided stays as it is."""
    return {key: Choice(it, by, on, why) for key, it in given if it is not None}


def spot_of(place: str) -> str:
    """Return by an id of a place which one it is, whatever stands there."""
    return place.partition("-")[0]


def _changed(choices: Iterable[str], places: Iterable[str]) -> frozenset[str]:
    """Return the ids among `choices` of places at which something else stands now."""
    there = set(places)
    spots = {spot_of(key) for key in there}
    return frozenset(key for key in choices if key not in there and spot_of(key) in spots)


_ADAPTER: Final = TypeAdapter(CaseFile)
_ = (Kind, Match)  # names that pydantic resolves in the annotations of Link
