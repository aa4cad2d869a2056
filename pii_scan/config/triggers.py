"""The words next to dates, and what they make of them: `rules/triggers.toml`."""

from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from pii_scan.classify.dates import Cue, DateRules
from pii_scan.config._rules import read_toml, rules_dir


class _Cue(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    trigger: str
    weight: int
    before: tuple[str, ...]
    after: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    weekdays: tuple[str, ...]
    against: tuple[str, ...]
    close: tuple[str, ...]
    until_withdrawn: tuple[str, ...]
    of_person: frozenset[str]
    months: dict[str, int]
    cue: tuple[_Cue, ...]
    columns: dict[str, tuple[str, ...]]
    reference: dict[str, tuple[str, ...]]


@cache
def load_date_rules() -> DateRules:
    """Return the shipped rules for reading dates."""
    file = TypeAdapter(_File).validate_python(read_toml(rules_dir() / "triggers.toml"))
    return DateRules(
        months=tuple(file.months.items()),
        weekdays=file.weekdays,
        against=file.against,
        close=file.close,
        until_withdrawn=file.until_withdrawn,
        of_person=file.of_person,
        cues=tuple(Cue(cue.trigger, cue.weight, cue.before, cue.after) for cue in file.cue),
        columns=tuple(
            (heading, trigger) for trigger, headings in file.columns.items() for heading in headings
        ),
        reference=tuple(file.reference.items()),
    )
