"""What a policy pack may say, checked where it enters."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

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


TermText = Annotated[str, AfterValidator(_term)]
"""An ISO 8601 duration kept as written: pydantic's own would make 365 days of a year."""

Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]

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


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Entry):
    """Whom a rule is limited to."""

    consent: Literal["yes", "no"] | None = None
    customer: bool | None = None


class ExampleEntry(_Entry):
    """An example as written under a rule; group and type are the rule's unless stated."""

    today: date
    verdict: Verdict
    events: dict[str, date] = {}
    read_from: DateSource = "register"
    consent: Consent = "unknown"
    customer: bool | None = None
    role: Role = "unknown"
    subject_group: str | None = None
    doc_type: str | None = None
    keep_until: date | None = None
    must_keep_until: date | None = None


class RuleEntry(_Entry):
    """A rule as written: for a record type of records.toml, or for groups and types."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str = ""
    record: str | None = None
    subject_group: Names = ()
    doc_type: Names = ()
    bound: Bound
    term: TermText | None = None
    trigger: str
    shift: Shift = "none"
    condition: Condition = Condition()
    action: Action
    next_stage: str | None = None
    role: Role | None = None
    authority: Authority = "internal"
    confirmed: bool = True
    source: Annotated[str, Field(min_length=1)]
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


class PromiseEntry(_Entry):
    """A promise about place or content as written."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Annotated[str, Field(min_length=1)]
    kind: PromiseKind
    clause: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
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


class ProcessingEntry(_Entry):
    """Which data of whom the statement names."""

    subject_group: Annotated[Names, Field(min_length=1)]
    categories: Annotated[Names, Field(min_length=1)]
    """Ids in categories.toml."""
    source: Annotated[str, Field(min_length=1)]


class Head(_Entry):
    """The pack as a whole."""

    title: str = ""
    beneath: str | None = None
    statement: str = ""
    organisation: str = ""
    contact: tuple[str, ...] = ()
    answer_term: TermText = "P1M"
    book_year_end: Annotated[tuple[int, int], BeforeValidator(_month_day)] = (12, 31)


class PackFile(_Entry):
    """A file in rules/policies."""

    policy: Head = Head()
    triggers: dict[str, TriggerEntry] = {}
    rule: Annotated[tuple[RuleEntry, ...], Field(min_length=1)]
    promise: tuple[PromiseEntry, ...] = ()
    processing: tuple[ProcessingEntry, ...] = ()


class RecordEntry(_Entry):
    """A kind of records that a law or guideline speaks of."""

    title: str
    subject_group: Names
    doc_type: Names = ()


class RecordsFile(_Entry):
    """rules/records.toml."""

    records: dict[str, RecordEntry]
