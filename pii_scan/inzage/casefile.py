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
    """By the id of a place."""
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
        """Return the file with the check of who asks."""
        _ = self.request
        return replace(self, identity=identity)

    def made_longer(self, extension: Extension) -> "CaseFile":
        """Return the file with a longer term.

        Raises:
            ConfigError: told too late, or it is longer already.
        """
        _ = self.request
        if self.extension is not None:
            raise ConfigError(
                f"case {self.number} was extended already, on {self.extension.told.isoformat()}; "
                "art. 12(3) AVG allows it once"
            )
        check_extension(self.received, extension.told)
        return replace(self, extension=extension)

    def amended(self, asked: Case) -> "CaseFile":
        """Return the file with what the person states now; the day of receipt stays."""
        asked = replace(
            asked, received=self.received, channel=self.channel, controller=self.controller
        )
        _ = self.request
        return replace(self, asked=asked, links={})

    def after_search(self, search: Search, links: Mapping[str, Link]) -> "CaseFile":
        """Return the file with what a search found and tied to the person."""
        _ = self.request
        return replace(self, searched=search, links=self.links | dict(links))

    def decided(self, choices: Mapping[str, Choice]) -> "CaseFile":
        """Return the file with decisions on places, each in the place of an earlier one."""
        _ = self.request
        return replace(self, choices=self.choices | dict(choices))

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
        if outcome in ("gedeeltelijk", "geweigerd") and not reason:
            raise ConfigError(f"{outcome}: give the --reason (art. 12(4) AVG)")
        if outcome in ("volledig", "gedeeltelijk") and self.exported is None:
            raise ConfigError(
                f"case {self.number} has no answer yet: run pii-scan inzage export first, or close "
                "it as geweigerd, ingetrokken or doorverwezen"
            )
        closing = Closing(outcome, reason, on, by, add(on, KEPT))  # type: ignore[arg-type]
        return replace(self, asked=None, choices={}, masks={}, added=(), links={}, closing=closing)


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


_ADAPTER: Final = TypeAdapter(CaseFile)
_ = (Kind, Match)  # names that pydantic resolves in the annotations of Link
