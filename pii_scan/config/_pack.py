"""What a policy pack may say, checked where it enters."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)

from pii_scan.config._schema import Strict
from pii_scan.config.vocabulary import TriggerEntry
from pii_scan.model import (
    Action,
    Bound,
    Consent,
    DateSource,
    Evidence,
    PromiseKind,
    Role,
    Shift,
    Verdict,
)
from pii_scan.retain.calendar import parse_term


def _term(text: str) -> str:
    parse_term(text)
    return text


def _month_day(text: object) -> object:
    """Read "06-30"."""
    if not isinstance(text, str):
        return text
    day = date.fromisoformat(f"2000-{text}")
    return day.month, day.day


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


TermText = Annotated[
    str,
    AfterValidator(_term),
    WithJsonSchema({"type": "string", "pattern": r"^P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$"}),
]
"""An ISO 8601 duration kept as written: pydantic's own would make 365 days of a year."""

Names = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One name or several."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Said = Annotated[str, Field(min_length=1)]

MonthDay = Annotated[
    tuple[int, int],
    BeforeValidator(_month_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d-\d\d$"}),
]

Authority = Literal["statute", "instruction", "statement", "internal", "guidance"]


@dataclass(frozen=True, slots=True)
class Example:
    """What the author of a rule says must come out of it."""

    rule: str
    subject_group: str
    doc_type: str | None
    role: Role
    consent: Consent
    customer: bool | None
    evidence: tuple[Evidence, ...]
    today: date
    verdict: Verdict
    keep_until: date | None
    """`None`: not stated, or none."""
    must_keep_until: date | None


class Condition(Strict):
    """Whom a rule is limited to."""

    consent: Literal["yes", "no"] | None = None
    customer: bool | None = None


class ExampleEntry(Strict):
    """An example as written under a rule; group and type are the rule's unless stated."""

    today: date
    verdict: Verdict
    events: dict[str, date] = Field(default_factory=dict)
    read_from: DateSource = "register"
    consent: Consent = "unknown"
    customer: bool | None = None
    role: Role = "unknown"
    subject_group: str | None = None
    doc_type: str | None = None
    keep_until: date | None = None
    must_keep_until: date | None = None


class RuleEntry(Strict):
    """A rule as written: for a record type of records.toml, or for groups and types."""

    id: Slug
    title: str = ""
    only_for: str = ""
    """Dutch: which organisations the rule is for; it waits until a pack adopts it by its id."""
    record: str | None = None
    subject_group: Names = ()
    doc_type: Names = ()
    bound: Bound
    term: TermText | None = None
    trigger: str
    shift: Shift = "none"
    condition: Condition = Condition()
    withdrawal: str = ""
    """Where somebody withdraws the consent that the condition asks for."""
    action: Action
    next_stage: str | None = None
    role: Role | None = None
    authority: Authority = "internal"
    confirmed: bool = True
    source: Said
    assumption: str = ""
    example: tuple[ExampleEntry, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> "RuleEntry":
        if (self.record is None) == (not self.subject_group):
            raise ValueError("name either a record or a subject_group")
        if self.record is not None and self.doc_type:
            raise ValueError("a record has its own doc_type")
        if self.bound == "min" and self.term is None:
            raise ValueError("a minimum needs a term")
        if self.bound == "open" and self.term is not None:
            raise ValueError("an open bound has no term")
        return self


_NEEDS: dict[PromiseKind, str] = {
    "only_in": "folders",
    "stored_in": "locations",
    "least_age": "age",
}
"""Kind of promise -> the parameter that it cannot do without; `controllers` may be none."""
_TAKES = _NEEDS | {"no_recording": "controllers"}


class PromiseEntry(Strict):
    """A promise about place or content as written."""

    id: Slug
    title: Said
    kind: PromiseKind
    clause: Said
    source: Said
    subject_group: Names = ()
    doc_type: Names = ()
    profile: Names = ()
    folders: Names = ()
    locations: Names = ()
    controllers: Names = ()
    age: Annotated[int, Field(ge=0, le=120)] = 0

    @model_validator(mode="after")
    def _has_its_own(self) -> "PromiseEntry":
        needed = _NEEDS.get(self.kind)
        if needed and not getattr(self, needed):
            raise ValueError(f"a promise of kind {self.kind} needs {needed}")
        for name in ("folders", "locations", "controllers", "age"):
            if getattr(self, name) and _TAKES.get(self.kind) != name:
                raise ValueError(f"a promise of kind {self.kind} has no {name}")
        return self


class Head(Strict):
    """The pack as a whole."""

    title: str = ""
    beneath: str | None = None
    adopts: Names = ()
    """Ids of rules, here or beneath, that wait for an organisation like this one."""
    statement: str = ""
    organisation: str = ""
    contact: tuple[str, ...] = ()
    officer: str = ""
    """Where the data protection officer (FG) is reached."""
    identification: str = ""
    """How somebody who asks is identified (art. 12(6) AVG)."""
    rights: tuple[str, ...] = ()
    """Articles of the AVG whose rights the statement names."""
    answer_term: TermText = "P1M"
    """Unless stated: art. 12(3) AVG."""
    book_year_end: MonthDay = (12, 31)


class ProcessingEntry(Strict):
    """What an organisation does with the data of a group: what art. 15(1) AVG asks it to tell."""

    subject_group: Annotated[Names, Field(min_length=1)]
    doc_type: Names = ()
    """Empty: all of the group that no narrower entry tells of."""
    data: Said
    categories: Names = ()
    """Ids in categories.toml of what `data` names."""
    purpose: Said
    legal_basis: str = ""
    """Empty: the source names none."""
    recipients: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    origin: str = ""
    """Where data comes from that the person did not give."""
    role: Role
    source: Said


OpenCode = Literal[
    "no-term", "no-basis", "doubtful-basis", "contradiction", "outdated", "vague",
    "unnamed-recipient", "third-country", "pseudonymous", "risk", "elsewhere", "no-kind",
    "no-ground",
]  # fmt: skip


class OpenPointEntry(Strict):
    """What only a person can settle, because it does not follow from the rules."""

    id: Slug
    code: OpenCode
    rule: str | None = None
    """The rule that it is about."""
    text: Said
    """Dutch."""
    source: Said


class PackFile(Strict):
    """A file in rules/policies."""

    policy: Head = Head()
    triggers: dict[str, TriggerEntry] = Field(default_factory=dict)
    rule: tuple[RuleEntry, ...] = ()
    processing: tuple[ProcessingEntry, ...] = ()
    promise: tuple[PromiseEntry, ...] = ()
    open_point: tuple[OpenPointEntry, ...] = ()

    @model_validator(mode="after")
    def _has_rules(self) -> "PackFile":
        if not self.rule and self.policy.beneath is None:
            raise ValueError("a pack has a rule of its own, or a pack beneath it")
        return self


class RecordEntry(Strict):
    """A kind of records that a law or guideline speaks of."""

    title: str
    subject_group: Names
    doc_type: Names = ()


class RecordsFile(Strict):
    """rules/records.toml."""

    records: dict[str, RecordEntry]
