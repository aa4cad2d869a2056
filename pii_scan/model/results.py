"""7-8, store and report: what is kept of an item and of a scan, and what people did about it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from pii_scan.model.findings import Contents, DatedRows, DatedSection, Finding, Suppression
from pii_scan.model.items import Coverage, Item, Point
from pii_scan.model.parts import Evidence
from pii_scan.model.terms import Breach, Judgement
from pii_scan.model.words import Consent, DecisionKind, GroupStatus, Level, Role


@dataclass(frozen=True, slots=True)
class Result:
    """All that is kept of an item."""

    item: Item
    coverage: Coverage
    media_type: str | None = None
    digest: str | None = None
    """ "sha256:…" of the content."""
    doc_type: str | None = None
    subject_groups: tuple[str, ...] = ()
    """The first is the main one."""
    controller: str | None = None
    """The opdrachtgever whose data it is, when known."""
    role: Role = "unknown"
    level: Level | None = None
    """`None` when nothing personal was found or nothing was read."""
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[tuple[str, int], ...] = ()
    """(id of a suppression, findings left out by it)."""
    evidence: tuple[Evidence, ...] = ()
    reference: Evidence | None = None
    """The date that the item's term runs from, as far as the item itself tells."""
    consent: Consent = "unknown"
    """What registers know of the item as a whole."""
    rows: tuple[DatedRows, ...] = ()
    """With evidence, consent and holds: all that judging needs; no file is opened for it."""
    sections: tuple[DatedSection, ...] = ()
    """The documents in it, where it is several."""
    holds: tuple[str, ...] = ()
    """Labels of what holds the item as a whole."""
    judgements: tuple[Judgement, ...] = ()
    profile: str | None = None
    """Id of the layout in rules/exports/ that most rows have: out of which system they came."""
    contents: Contents = field(default_factory=Contents)
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """One run of the scanner, as the store knows it."""

    id: int
    targets: tuple[str, ...]
    """As the operator named them."""
    started: datetime
    finished: datetime | None
    """`None` while it runs or when it was cut off."""
    today: date
    policy: str
    tool_version: str
    config_digest: str
    """ "sha256:…" over the settings, rules, policies and recognizers that were used."""
    operator: str
    suppressions: tuple[Suppression, ...] = ()
    """All that were handed in, those past their date as well."""
    grounds: tuple[str, ...] = ()
    """Why mailboxes and home folders were searched: "mailbox post/*: onderzoek 2026-14"."""
    detection_digest: str = ""
    """ "sha256:…" over what decides what is read and found; another one: every file is read."""
    policy_digest: str = ""
    """ "sha256:…" over what decides the verdicts on what was found; another one: all are judged."""
    key_id: str | None = None
    """Which key the fingerprints are under."""
    series: int = 0
    """Id of the first scan of the same places: what did not change is carried over within it."""
    is_full: bool = False
    """Whether every file was to be read, changed or not."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file at the places of a scan that is not as the scan before it left it."""

    uri: str
    kind: Literal["new", "changed", "moved", "gone"]
    """Gone and new elsewhere with the same content is moved."""
    before: str | None = None
    """Of what was moved: where it was."""


@dataclass(frozen=True, slots=True)
class Total:
    """Items of a scan that are alike, counted."""

    media_type: str | None
    coverage: Coverage
    level: Level | None
    items: int
    bytes: int
    items_with_findings: int
    findings: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on something that a scan says."""

    kind: DecisionKind
    subject: str
    """Of a finding, what is alike: "NL_BSN share/hr", or a fingerprint; else an address."""
    choice: str
    """Of a finding right, wrong, hold or open; of a date or type, what holds instead."""
    data: Mapping[str, Any]
    """What goes with it: a reason, until when, of which event the date is."""
    by: str
    at: datetime
    revision: int
    """From 1, one more with every decision on the same."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: what was done, when and by whom, chained to the one before it."""

    number: int
    """From 1, without gaps."""
    time: datetime
    operator: str
    kind: str
    """ "scan.started", "purge" …"""
    data: Mapping[str, Any]
    """JSON; never a value that was found."""
    previous: str
    """The hash of the entry before it, in hex."""
    hash: str
    key_id: str | None
    """Of the key that signed the hash, if it was signed."""
    signature: str | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who deals with a group of findings, by when, and how far that is: one step of its history."""

    path: str
    """Address of an item; or, with an entity, of a folder."""
    entity: str | None
    """`None`: all that was found in the item."""
    owner: str
    due: date | None
    status: GroupStatus
    note: str
    by: str
    """Who decided it."""
    at: datetime
    revision: int
    """From 1, one more with every step."""

    @property
    def group(self) -> str:
        """The id of the group."""
        return group_id(self.path, self.entity)


def group_id(path: str, entity: str | None) -> str:
    """Return what tells a group of findings from others, the same in every scan.

    >>> group_id("share/hr", "NL_BSN")
    'cdce853b680c'
    """
    told = f"{path}\0{entity or ''}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(told).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a report shows beside the scan."""

    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    """By the id of their group: the last step of each."""
    trend: tuple[Point, ...] = ()
    """Scans of the same places up to this one, the oldest first."""


NOTHING_BESIDE = Beside()
