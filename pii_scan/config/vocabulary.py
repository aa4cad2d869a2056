"""The words that packs, registers, commands and reports share: `rules/vocabulary.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from pii_scan.config._rules import read_toml, rules_dir
from pii_scan.model import Action, Trigger, Verdict


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Ids and their Dutch labels, in the order of the file."""

    doc_types: Mapping[str, str]
    subject_groups: Mapping[str, str]
    verdicts: Mapping[Verdict, str]
    actions: Mapping[Action, str]
    triggers: tuple[Trigger, ...]


class TriggerEntry(BaseModel):
    """A trigger as a file declares it, under its id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    last: bool = False
    within_file: bool = False
    stand_in: bool = True
    dates_item: bool = False
    not_after: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def named(self, trigger: str) -> Trigger:
        """Return the value that stands for it."""
        return Trigger(
            id=trigger,
            label=self.label,
            last=self.last,
            within_file=self.within_file,
            stand_in=self.stand_in,
            dates_item=self.dates_item,
            not_after=self.not_after,
            aliases=self.aliases,
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    doc_types: dict[str, str]
    subject_groups: dict[str, str]
    verdicts: dict[Verdict, str]
    actions: dict[Action, str]
    triggers: dict[str, TriggerEntry]


@cache
def load_vocabulary() -> Vocabulary:
    """Return the shipped vocabulary."""
    file = TypeAdapter(_File).validate_python(read_toml(rules_dir() / "vocabulary.toml"))
    return Vocabulary(
        doc_types=file.doc_types,
        subject_groups=file.subject_groups,
        verdicts=file.verdicts,
        actions=file.actions,
        triggers=tuple(entry.named(trigger) for trigger, entry in file.triggers.items()),
    )
