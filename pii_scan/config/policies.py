"""Retention policies: a TOML pack, with the pack beneath it, as one `Policy`. See `load_policy`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pii_scan.config._pack import Example, ExampleEntry, PackFile, RecordsFile, RuleEntry
from pii_scan.config._promises import processing, promise, wrong_in_promises
from pii_scan.config._rules import read_toml, rules_dir
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.errors import ConfigError
from pii_scan.model import Evidence, Policy, Rule, Trigger

_Parsed = TypeVar("_Parsed", PackFile, RecordsFile)

_RANKS = {"instruction": 4, "statement": 5, "internal": 6, "guidance": 7}


def policy_names() -> tuple[str, ...]:
    """Return the names of the shipped policies, sorted."""
    files = (rules_dir() / "policies").iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".toml")))


def load_policy(name_or_path: str) -> Policy:
    """Return a shipped policy by its name, or the one that a TOML file states.

    Raises:
        ConfigError: there is no such policy, or its file is wrong, and where.
    """
    return _load(name_or_path, ()).policy


def policy_files(name_or_path: str) -> tuple[Traversable, ...]:
    """Return the file of a policy and those of the policies beneath it.

    Raises:
        ConfigError: as for `load_policy`.
    """
    _load(name_or_path, ())
    found, name = [], name_or_path
    while name:
        file = _file(name)
        found.append(file)
        name = _parse(PackFile, read_toml(file), str(file)).policy.beneath or ""
    return tuple(found)


def load_examples(name_or_path: str) -> tuple[Example, ...]:
    """Return the examples of a pack's own rules: what its author says must come out.

    Raises:
        ConfigError: as for `load_policy`.
    """
    return _load(name_or_path, ()).examples


@dataclass(frozen=True, slots=True)
class _Loaded:
    policy: Policy
    examples: tuple[Example, ...]


def _load(name_or_path: str, above: tuple[str, ...]) -> _Loaded:
    if name_or_path in above:
        raise ConfigError(f"policy {name_or_path!r} lies beneath itself")
    file = _file(name_or_path)
    pack = _parse(PackFile, read_toml(file), str(file))
    for place, what in wrong_in_promises(pack):
        raise ConfigError(f"{file}: {_place(pack.model_dump(), place)}{what}")
    head = pack.policy
    beneath = _load(head.beneath, (*above, name_or_path)).policy if head.beneath else None
    vocabulary = load_vocabulary()
    triggers = beneath.triggers if beneath else vocabulary.triggers
    triggers += tuple(entry.named(trigger) for trigger, entry in pack.triggers.items())
    name = file.name.removesuffix(".toml")
    reader = _Reader(str(file), name, triggers, tuple(rule.id for rule in pack.rule))
    own = tuple(rule for entry in pack.rule for rule in reader.rules(entry))
    policy = Policy(
        name=name,
        title=head.title or name,
        rules=own + (beneath.rules if beneath else ()),
        triggers=triggers,
        verdict_labels=tuple(vocabulary.verdicts.items()),
        statement=head.statement,
        organisation=head.organisation,
        contact=head.contact,
        answer_term=head.answer_term,
        book_year_end=head.book_year_end,
        promises=tuple(promise(entry, name) for entry in pack.promise)
        + (beneath.promises if beneath else ()),
        processing=tuple(processing(entry) for entry in pack.processing),
    )
    examples = tuple(
        reader.example(entry, example) for entry in pack.rule for example in entry.example
    )
    return _Loaded(policy, examples)


def _file(name_or_path: str) -> Traversable:
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.name != name_or_path:
        return path
    if name_or_path not in policy_names():
        known = ", ".join(policy_names())
        raise ConfigError(
            f"unknown policy {name_or_path!r}: choose {known}, or give the path of a .toml file"
        )
    return rules_dir() / "policies" / f"{name_or_path}.toml"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the entries of one pack into values, and says which entry is wrong."""

    file: str
    policy: str
    triggers: tuple[Trigger, ...]
    ids: tuple[str, ...]

    def rules(self, entry: RuleEntry) -> Iterator[Rule]:
        """Yield a rule for every group and type that the entry names."""
        if self.ids.count(entry.id) > 1:
            raise self._wrong(entry, "the id is used twice")
        if entry.next_stage is not None and entry.next_stage not in self.ids:
            raise self._wrong(entry, f"next_stage {entry.next_stage!r} is no rule of this pack")
        self._check_trigger(entry, entry.trigger)
        for group, doc_type in self._covered(entry):
            yield Rule(
                id=entry.id,
                policy=self.policy,
                subject_group=group,
                doc_type=doc_type,
                bound=entry.bound,
                term=entry.term,
                trigger=entry.trigger,
                shift=entry.shift,
                consent=entry.condition.consent,
                customer=entry.condition.customer,
                action=entry.action,
                next_stage=entry.next_stage,
                role=entry.role,
                source=entry.source,
                rank=_rank(entry),
                confirmed=entry.confirmed,
                title=entry.title or entry.id,
                assumption=entry.assumption,
            )

    def example(self, entry: RuleEntry, example: ExampleEntry) -> Example:
        """Return what an example of the entry states."""
        for trigger in example.events:
            self._check_trigger(entry, trigger)
        group, doc_type = next(self._covered(entry))
        return Example(
            rule=entry.id,
            subject_group=example.subject_group or group,
            doc_type=example.doc_type or doc_type,
            role=example.role,
            consent=example.consent,
            customer=example.customer,
            evidence=tuple(
                Evidence(trigger, day, example.read_from) for trigger, day in example.events.items()
            ),
            today=example.today,
            verdict=example.verdict,
            keep_until=example.keep_until,
            must_keep_until=example.must_keep_until,
        )

    def _covered(self, entry: RuleEntry) -> Iterator[tuple[str, str | None]]:
        vocabulary = load_vocabulary()
        groups, doc_types = entry.subject_group, entry.doc_type
        if entry.record is not None:
            records = _records()
            if entry.record not in records:
                raise self._wrong(entry, f"record {entry.record!r} is not in records.toml")
            groups, doc_types = records[entry.record]
        for group in groups:
            if group != "*" and group not in vocabulary.subject_groups:
                raise self._wrong(entry, f"unknown subject_group {group!r}")
        for doc_type in doc_types:
            if doc_type not in vocabulary.doc_types:
                raise self._wrong(entry, f"unknown doc_type {doc_type!r}")
        yield from product(groups, doc_types or (None,))

    def _check_trigger(self, entry: RuleEntry, trigger: str) -> None:
        if not any(trigger in (known.id, *known.aliases) for known in self.triggers):
            raise self._wrong(entry, f"unknown trigger {trigger!r}; declare it under [triggers]")

    def _wrong(self, entry: RuleEntry, what: str) -> ConfigError:
        return ConfigError(f"{self.file}: rule {entry.id!r}: {what}")


def _rank(entry: RuleEntry) -> int:
    if entry.authority == "statute":
        return 2 if entry.bound in ("min", "fixed") else 3
    return _RANKS[entry.authority]


@cache
def _records() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    file = rules_dir() / "records.toml"
    records = _parse(RecordsFile, read_toml(file), str(file)).records
    return {name: (record.subject_group, record.doc_type) for name, record in records.items()}


def _parse(kind: type[_Parsed], tables: dict[str, Any], file: str) -> _Parsed:
    try:
        return kind.model_validate(tables)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    message = re.sub(r"^Value error, ", "", first["msg"])
    raise ConfigError(f"{file}: {_place(tables, first['loc'])}{message}")


def _place(tables: dict[str, Any], loc: tuple[int | str, ...]) -> str:
    """Name the entry by its id rather than by its number, and then the field."""
    parts = [str(part) for part in loc]
    kind = loc[0] if loc else ""
    if len(loc) > 1 and kind in ("rule", "promise", "processing") and isinstance(loc[1], int):
        entry = tables[kind][loc[1]]
        known = entry.get("id") if isinstance(entry, dict) else None
        parts = [f"{kind} {known!r}" if known else f"{kind} number {loc[1] + 1}", *parts[2:]]
    return ": ".join(parts) + ": " if parts else ""
