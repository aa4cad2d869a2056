"""The values that travel from stage to stage. Imports nothing of ours.

    source -> walk -> extract -> detect -> classify -> retain    -> store -> report
    Item      Item    Part       Hit       Finding     Judgement    Result

Personal data in clear lives in `Chunk`, `Table`, `Member` and `Hit` only, all of which end in
classify; what goes on from there is masked and fingerprinted.
"""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

Status = Literal["scanned", "partial", "skipped", "unreadable"]
Level = Literal["Openbaar", "Intern", "Vertrouwelijk", "Geheim"]
Role = Literal["verantwoordelijke", "verwerker", "unknown"]
PersonRole = Literal["subject", "agent", "third_party", "unknown"]
Consent = Literal["yes", "no", "unknown"]
Bound = Literal["min", "max", "fixed", "open"]
Shift = Literal["none", "calendar_year_end", "book_year_end"]
Action = Literal["delete", "anonymise", "return", "review"]
Verdict = Literal[
    "overdue",
    "possibly_overdue",
    "within",
    "must_keep",
    "no_rule",
    "undetermined",
    "controller_decides",
    "on_hold",
]
Access = Literal["private", "group", "everyone"]
DateSource = Literal["register", "row", "text", "metadata", "path", "file"]
GroupStatus = Literal["open", "busy", "done", "accepted"]
PromiseKind = Literal[
    "only_in",
    "stored_in",
    "no_paper",
    "no_content",
    "no_recording",
    "no_withheld_number",
    "no_readable_ip",
    "no_readable_bsn",
    "gone_after_request",
    "one_controller",
    "least_age",
]
"""What can be promised about where data is and what is in it; retain/promises.py checks each."""
Outcome = Literal["broken", "possibly_broken", "undetermined"]
DecisionKind = Literal["finding", "date", "doc_type"]


# 1-2 source and walk


@dataclass(frozen=True, slots=True)
class Item:
    """One file, or one member of a file, that the walk met."""

    uri: str
    """Printable address: `share/x.zip!/cv.docx`. Bytes that are not UTF-8 show as `\\xff`."""
    locator: str
    """What the source opens: for a folder the path, undecodable bytes as surrogates."""
    size: int
    """Bytes."""
    modified: datetime | None = None
    """UTC, aware."""
    version: str | None = None
    """Inode, etag or the like; a change of it means a change of content."""
    owner: str | None = None
    """Whose the source says it is: an account, or its number or SID where it has no name there."""
    access: Access | None = None
    """Who may read it by the rights that the source tells; `None` where it tells none."""
    within: str | None = None
    """Address of the file of the source that this is a part of, however deep; `None`: it is one."""


LINK = "symbolic link"
SPECIAL = "pipe, socket or device"
EXCLUDED = "excluded by request"
TOO_LARGE_ASKED = "excluded by request: larger than --max-file-size"
TOO_LARGE = "too large"
DENIED = "permission denied"
VANISHED = "vanished during the scan"
CHANGED = "changed while being read"
LOST = "connection lost"
SAMPLED = "sampled by request"
EMPTY = "empty file"
PROTECTED = "protected zone"
OWN = "the scanner's own store"
DATABASE_TABLE = "application/x-database-table"
"""In place of a media type, of what is no file."""
NO_READER = "no reader for this type"
_NOT_MISSED = (LINK, SPECIAL, EXCLUDED, TOO_LARGE_ASKED, OWN, PROTECTED)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far an item was read, and why not further."""

    status: Status
    stage: str = ""
    """The stage that stopped: walk, extract, detect …; empty when all went well."""
    reason: str | None = None
    """Short, stable, without content: "encrypted", "damaged", "too large" …; `None` if scanned,
    but for `EMPTY`."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing was missed: read in full, no file at all, or left out by request."""
        match self.status:
            case "skipped":
                return self.reason in _NOT_MISSED
            case "partial":
                return self.reason == SAMPLED
        return self.status == "scanned"


# 3 extract: what a file is made of, in reading order


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of running text with one address: a page, a paragraph, a header, a mail body."""

    text: str = field(repr=False)
    where: str
    """ "page 3", "paragraph 12", "header", "subject" …; empty when the file is one stretch."""


@dataclass(frozen=True, slots=True)
class Table:
    """A block of rows of one table. A long table comes as several blocks with equal columns."""

    columns: tuple[str, ...]
    """The heading, a name a column; empty when the table has none."""
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    """Cells as written: leading zeros kept, empty cells as ""."""
    numbers: tuple[int, ...]
    """The row number in the file of each of `rows`; the heading is row 1."""
    where: str = ""
    """Sheet or part the table stands in: "Blad1"; empty when the file is one table."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside the file: an attachment, an archive member. Becomes an `Item` of its own."""

    name: str
    """Relative path inside the parent, as written there; unique within it."""
    data: bytes = field(repr=False)
    modified: datetime | None = None
    media_type: str | None = None
    """As the parent states it; the content decides."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A date that a retention term may run from, and where it was read."""

    trigger: str
    """Trigger id of the policy vocabulary: `documentdatum`, `einde_vacature`, `opname` …"""
    date: date
    source: DateSource
    where: str = ""
    """Where in the item: "row 12", "property modified", "subject"; empty for the whole item."""


Runs = tuple[tuple[int, int], ...]
"""Row numbers, as (first, last) of each run."""


@dataclass(frozen=True, slots=True)
class DatedRows:
    """The rows of a table whose rows have dates, equal ones together."""

    where: str
    """Sheet or part that the table stands in."""
    consent: Consent
    dates: tuple[tuple[Runs, tuple[Evidence, ...]], ...]
    """(rows, their dates); rows without any are there too."""
    controller: str | None = None
    """The opdrachtgever that the rows name; `None`: whose the item is."""
    holds: tuple[str, ...] = ()
    """Labels of what holds them, beside what holds the item."""


@dataclass(frozen=True, slots=True)
class DatedSection:
    """One of several documents that a file is made of."""

    where: str
    """ "pages 3-5"."""
    doc_type: str
    subject_groups: tuple[str, ...]
    consent: Consent
    evidence: tuple[Evidence, ...]
    """What its own text and registers tell; what dates the place of the file holds as well."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the file that could not be read; makes the item `partial`."""

    reason: str
    where: str = ""


Part = Chunk | Table | Member | Evidence | Gap


@dataclass(frozen=True, slots=True)
class Extractor:
    """A plugin of `pii_scan.extract`: reads files of some types."""

    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    """Lower case with the dot; only used where the content does not tell the type."""
    parts: Callable[[BinaryIO], Iterator[Part]] = field(repr=False)
    """Yields the parts of a seekable stream. Raises `ExtractError` when nothing more can be read;
    parts yielded before count."""
    missing: Callable[[], str | None] = field(default=lambda: None, repr=False)
    """Says what has to be installed before this machine reads all of such files; `None`: nothing.
    """


# 4 detect


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way an identifier is written, in syntax that linear-time engines share.

    No look-around, no back-references, bounded length. Before matching, every kind of space has
    become " " and every kind of hyphen "-". Where a group is named `value`, that group is what is
    found and the rest must stand around it: a street before a postcode.
    """

    regex: str
    prior: float
    """Chance (0-1) that a match which passes the check is what it seems, without any context."""
    anchor: str | None = None
    """A cheaper pattern that must match inside every match, but for one character beyond its end;
    sought instead of `regex` by the multi-pattern engine (which has no bounds on what follows).
    Where `regex` begins with it, word for word, less text is searched. `None`: `regex` itself; of
    an `after_label` pattern, none."""
    after_label: bool = False
    """Sought only straight after one of the recognizer's labels, or in a cell under one."""
    is_valid: Callable[[str], bool] | None = field(default=None, repr=False)
    """The check for this spelling, in place of the recognizer's."""


@dataclass(frozen=True, slots=True)
class Recognizer:
    """A plugin of a recognizer pack: an identifier as data. `pii-scan recognizers` shows them."""

    entity: str
    category: str
    """Id in rules/categories.toml."""
    patterns: tuple[Pattern, ...]
    source: str
    """Law, standard or URL that says how the identifier is made."""
    match: tuple[str, ...]
    """At least three texts in which exactly one finding of `entity` scores 0.5 or more."""
    no_match: tuple[str, ...]
    """At least five texts in which no finding of `entity` does."""
    edges: Literal["digit", "word", "none"] = "word"
    """What may not touch a match: another digit, another letter or digit, nothing."""
    labels: tuple[str, ...] = ()
    """Words that name the value ("bsn", "klantnummer"): before it, or as its column's heading."""
    context: tuple[str, ...] = ()
    """Words nearby that make it likelier without naming it, unless as the heading of a column."""
    against: tuple[str, ...] = ()
    """Labels of other things ("ordernummer"): as the nearest label they take a match down."""
    is_valid: Callable[[str], bool] | None = field(default=None, repr=False)
    """The check on the matched text: check digits, exclusions. It removes, it does not prove."""
    normalise: Callable[[str], str] | None = field(default=None, repr=False)
    """The one spelling that is fingerprinted: "06-12 34" and "+31 6 1234" become equal."""
    mask: Callable[[str], str] | None = field(default=None, repr=False)
    """How the value is shown (of a BSN the last three); `None`: first letter and stars."""


@dataclass(frozen=True, slots=True)
class NameModel:
    """A plugin of a recognizer pack, its constant `NAMES`: how names are found in its language."""

    pipeline: Path
    """The folder of the spaCy pipeline that ships with the pack."""
    trim: Callable[[str], tuple[int, int]] = field(repr=False)
    """Gives the span of the name within what a model took for one, less titles and labels; empty
    when nothing is left."""
    against: Callable[[str, int, int], Iterable[tuple[str, float]]] = field(repr=False)
    """Gives what in a text and around a span speaks against a person's name, in log-odds."""
    is_word: Callable[[str], bool] = field(repr=False)
    """Tells whether a word in lower case is an ordinary one of the language too: "bos", "roos"."""
    particles: frozenset[str] = frozenset()
    """Words in names that are no name by themselves, in lower case: "van", "der"."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A span that seems personal data. The one type with a person's value in clear."""

    entity: str
    start: int
    """Half-open span in the scanned text, code points."""
    end: int
    score: float
    """Chance of being right, 0-1."""
    where: str
    value: str = field(repr=False)
    row: int | None = None
    """Row number when it stands in a table."""
    column: str | None = None
    """Heading of its column, or the label of its field."""
    reasons: tuple[tuple[str, float], ...] = ()
    """What raised and lowered the score, in log-odds: (("prior", -1.4), ("label bsn", 4.0))."""

    def moved(self, start: int, end: int, value: str, where: str) -> "Hit":
        """Return the hit at another place; `dataclasses.replace` takes three times as long."""
        return Hit(
            self.entity, start, end, self.score, where, value, self.row, self.column, self.reasons
        )


# 5 classify


Spots = tuple[tuple[str, Runs], ...]
"""Places in an item: (sheet, rows of it), or (place in a text, nothing)."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What bears on promises about content, beside findings; none of it is a value."""

    system: str = ""
    """The system that an export is out of, as reports name it."""
    is_scanned: bool = False
    """It is a picture: of paper, or taken with a camera."""
    controllers: int = 0
    """Different opdrachtgevers: in a column that names them, and of the item itself."""
    texts: Spots = ()
    """Rows with something in a column of free text."""
    withheld: Spots = ()
    """Rows with a telephone number that its owner did not send along."""
    young: Spots = ()
    """Dates of birth of persons younger than the policy allows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit after classify: whose and what it is, and no value any more."""

    entity: str
    category: str
    level: Level
    where: str
    score: float
    masked: str
    fingerprints: tuple[tuple[str, str], ...]
    """(kind, hex HMAC-SHA256): "value" for most; "full", "surname_initial", "surname" for names."""
    row: int | None = None
    person_role: PersonRole | None = None
    """Of a PERSON: whose matter it is, who acts or writes for the organisation, or somebody else;
    `None` for all else, and where nobody looked."""
    role_reasons: tuple[tuple[str, float], ...] = ()
    """What spoke for the role and against it, in log-odds, without any value."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Findings that an organisation has judged and does not want reported, until a day.

    What has `fingerprints` is about a value, what has a `pattern` about values of one shape;
    otherwise it is about all of an entity or category below a path.
    """

    id: str
    """Follows from what is suppressed, so that it stays when the reason or the date changes."""
    entity: str | None
    category: str | None
    fingerprints: tuple[str, ...]
    """Hex, of one value: one for each controller's key."""
    pattern: str | None
    """Matches the whole of a value in its normal form."""
    path: str | None
    """Glob over the address of an item; `None`: anywhere."""
    reason: str
    by: str
    """The person who judged."""
    added: date
    until: date
    """The last day on which it holds."""


# 6 retain


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


# 7-8 store and report


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
    contents: Contents = Contents()
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
class Point:
    """What a scan came to, for a line through several."""

    scan: int
    day: date
    items: int
    personal: int
    """With personal data, above Openbaar."""
    overdue: int
    missed: int
    """Not read in full, where nobody asked for that."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a report shows beside the scan."""

    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    """By the id of their group: the last step of each."""
    trend: tuple[Point, ...] = ()
    """Scans of the same places up to this one, the oldest first."""


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin of `pii_scan.sources`: a place where items are."""

    scheme: str
    """ "file", "smb" …"""
    items: Callable[[str], Iterable[Item | Result]]
    """Everything below a root in a stable order; a `Result` for what is met and not opened.
    Raises `ConfigError` at once where the root is elsewhere and cannot be reached at all."""
    open: Callable[[Item], BinaryIO]
    state: Callable[[BinaryIO], Hashable] = lambda stream: None
    """Of a stream that `open` gave: differs when the file was written to in between."""
    told: Callable[[Item], Item] = lambda item: item
    """Adds owner and access to an item, where that costs the source a question of its own."""
    address: Callable[[str], str] = lambda root: root
    """Of a root: what the addresses of all items below it begin with."""
    parts: Callable[[Item], Iterator[Part]] | None = None
    """In place of `open`, of a source whose items are tables and no files."""


@dataclass(frozen=True, slots=True)
class Report:
    """A plugin of `pii_scan.report`: one way to write a scan down."""

    format: str
    """ "jsonl", "html" …"""
    write: Callable[[Scan, Callable[[], Iterator[Result]], BinaryIO, Beside], None]
    """Gets the scan, a function that starts a pass over its results in order of URI, a sink, and
    what is shown beside the scan."""
