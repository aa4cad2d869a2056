"""6, retain: rules, what they go by, and what they say."""

from dataclasses import dataclass, field
from datetime import date

from pii_scan.model.words import (
    Action,
    Bound,
    Consent,
    DateSource,
    Outcome,
    PromiseKind,
    Role,
    Shift,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One retention rule of a policy pack."""

    id: str
    policy: str
    subject_group: str
    """A subject group of rules/vocabulary.toml, or "*"."""
    doc_type: str | None
    """`None`: those types of the group that no narrower rule of the pack covers."""
    bound: Bound
    term: str | None
    """ISO 8601 ("P4W", "P2Y"); weeks and days stay weeks and days. `None` with `open` and where the
    controller decides."""
    trigger: str
    shift: Shift
    consent: Consent | None
    """Applies only with or without consent; `None`: whatever it is."""
    customer: bool | None
    action: Action
    next_stage: str | None
    """Id of the rule that follows when this one has ended (P400D, then P20Y anonymised)."""
    role: Role | None
    """Applies only to data held in this role; `None`: any."""
    source: str
    rank: int
    """Place in the conflict order of the law: 2 statutory minimum, 3 statutory maximum,
    4 controller's instruction, 5 published statement, 6 internal policy, 7 guidance."""
    confirmed: bool
    """A privacy officer stands behind it; otherwise it gives at most `possibly_overdue`."""
    title: str = ""
    """Dutch, for reports."""
    assumption: str = ""
    """Dutch sentence: what the rule takes for granted where its source is silent."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that terms run from."""

    id: str
    label: str
    """Dutch: "einde dienstverband"."""
    last: bool = False
    """Of several dates the latest is meant (last contact); otherwise they span an interval."""
    within_file: bool = False
    """Cannot be later than the file that tells of it: any date of the file proves expiry."""
    stand_in: bool = True
    """Another date of the item may stand in for it; not where it may never have happened."""
    dates_item: bool = False
    """Says when the item itself was made; other events happen to a person or a contract."""
    not_after: tuple[str, ...] = ()
    """Events that it cannot be later than, so that their date proves expiry too."""
    aliases: tuple[str, ...] = ()
    """Other ids of the same event."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What an organisation says of the place and the content of its data, beside terms."""

    id: str
    policy: str
    kind: PromiseKind
    title: str
    """Dutch, for reports."""
    clause: str
    """How the research names the place in the statement: "QN-15"."""
    source: str
    subject_groups: tuple[str, ...] = ()
    """Whose data it is about; empty: everybody's."""
    doc_types: tuple[str, ...] = ()
    """What it is about, with `profiles`; both empty: everything."""
    profiles: tuple[str, ...] = ()
    """Ids of layouts in rules/exports/."""
    folders: tuple[str, ...] = ()
    """Of `only_in`: globs over the name of a folder, lower case."""
    locations: tuple[str, ...] = ()
    """Of `stored_in`: values of `location` in a scope."""
    controllers: tuple[str, ...] = ()
    """Of `no_recording`: the opdrachtgevers who asked for recordings."""
    age: int = 0
    """Of `least_age`: years."""


@dataclass(frozen=True, slots=True)
class Processing:
    """What an organisation does with the data of a group (art. 15(1) AVG). Texts are Dutch."""

    subject_groups: tuple[str, ...]
    doc_types: tuple[str, ...]
    """Empty: all of the groups that no narrower entry tells of."""
    data: str
    categories: tuple[str, ...]
    """Ids in rules/categories.toml of what `data` names; empty: not worked out."""
    purpose: str
    legal_basis: str
    """Empty: the statement names none."""
    recipients: tuple[str, ...]
    systems: tuple[str, ...]
    origin: str
    """Where data comes from that the person did not give; empty: not said."""
    role: Role
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What an organisation promised, with the law beneath it."""

    name: str
    title: str
    rules: tuple[Rule, ...]
    """Of the pack first, then those of the pack beneath it."""
    triggers: tuple[Trigger, ...]
    verdict_labels: tuple[tuple[Verdict, str], ...]
    """Dutch."""
    statement: str = ""
    """The document that the pack was made from, with its date."""
    organisation: str = ""
    contact: tuple[str, ...] = ()
    """Where a data subject turns to: an e-mail address first, then telephone or post."""
    answer_term: str = "P1M"
    """ISO 8601: within which a request of a data subject is answered, from its receipt."""
    book_year_end: tuple[int, int] = (12, 31)
    """Month and day."""
    processing: tuple[Processing, ...] = ()
    """Of the pack itself: what is done with whose data, as its statement says."""
    promises: tuple[Promise, ...] = ()
    """Of the pack first, then those of the pack beneath it."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a register that the organisation handed in: what happened to whom, and when."""

    subject: str = field(repr=False)
    """A name as it is written in documents; may be empty when there is a key."""
    key: str = field(repr=False)
    """What identifies the subject: a personnel, vacancy, debtor or request number, an address."""
    trigger: str
    date: date
    consent: Consent


@dataclass(frozen=True, slots=True)
class Hold:
    """Why something may not be deleted, whatever its term: litigation, a request, an audit.

    It is about a person, by keyed fingerprints; about what lies below a path; or about a case.
    """

    label: str
    """Where it is written down: "holds.csv, line 4"."""
    reason: str
    by: str
    since: date
    until: date | None
    """The last day on which it holds; `None`: until it is lifted."""
    prints: frozenset[str] = field(default=frozenset(), repr=False)
    """Hex, of one name or identifier: under the key of every controller."""
    path: str | None = None
    """Glob over the address of an item."""
    case: str | None = field(default=None, repr=False)
    """What the case is known by, as it stands in texts and in names of files."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What an opdrachtgever has laid down on its data: rules of rank 4."""

    controller: str
    rules: tuple[Rule, ...]
    ended: date | None
    """Last day of the service; `None`: not known to have ended."""
    contact: str
    source: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policy says of an item, or of rows of it, on a day."""

    policy: str
    rule: str | None
    where: str
    """Empty for the whole item; "rows 12-480,512" for rows with equal judgements."""
    verdict: Verdict
    trigger: str | None
    reference_date: date | None
    reference_source: DateSource | None
    keep_until: date | None
    """Last day on which the item may be there."""
    must_keep_until: date | None
    """Last day on which the item must be there."""
    action: Action | None
    assumptions: tuple[str, ...] = ()
    """Dutch sentences for the privacy officer: what was taken for granted."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise about place or content that an item breaks, or seems to."""

    policy: str
    promise: str
    kind: PromiseKind
    title: str
    clause: str
    outcome: Outcome
    where: str
    """Empty for the whole item; otherwise like the `where` of a judgement."""
    reason: str
    """Dutch sentence for the privacy officer."""
