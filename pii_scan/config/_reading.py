"""The entries of one pack as values, and what is wrong with them beyond their schema."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from pii_scan.config._lines import Path
from pii_scan.config._pack import (
    Example,
    ExampleEntry,
    PackFile,
    ProcessingEntry,
    RecordsFile,
    RuleEntry,
)
from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import read
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.model import Evidence, Processing, Rule, Trigger

_RANKS = {"instruction": 4, "statement": 5, "internal": 6, "guidance": 7}

Wrong = tuple[Path, str]
"""Where in the file, and what."""


@cache
def records() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the groups and the types of each record of rules/records.toml."""
    entries = read(rules_dir() / "records.toml", RecordsFile).records
    return {name: (record.subject_group, record.doc_type) for name, record in entries.items()}


def covered(entry: RuleEntry) -> Iterator[tuple[str, str | None]]:
    """Yield every group and type that a rule bears on; `None`: what no narrower rule covers."""
    groups, doc_types = entry.subject_group, entry.doc_type
    if entry.record is not None:
        groups, doc_types = records()[entry.record]
    yield from product(groups, doc_types or (None,))


def wrong_in_rules(
    entries: Sequence[tuple[int, RuleEntry]], triggers: Sequence[Trigger]
) -> Iterator[Wrong]:
    """Yield what is wrong with rules, by their numbers: ids, and words that nobody knows."""
    known = {name for trigger in triggers for name in (trigger.id, *trigger.aliases)}
    ids = [entry.id for _, entry in entries]
    unknown = "unknown trigger {!r}; declare it under [triggers]"
    for number, (index, entry) in enumerate(entries):
        at: Path = ("rule", index)
        if entry.id in ids[:number]:
            yield (*at, "id"), "the id is used twice"
        if entry.next_stage is not None and entry.next_stage not in ids:
            yield (*at, "next_stage"), f"next_stage {entry.next_stage!r} is no rule of this pack"
        if entry.record is not None and entry.record not in records():
            yield (*at, "record"), f"record {entry.record!r} is not in records.toml"
        yield from _wrong_words(at, entry.subject_group, entry.doc_type)
        if entry.trigger not in known:
            yield (*at, "trigger"), unknown.format(entry.trigger)
        for place, example in enumerate(entry.example):
            for name in example.events:
                if name not in known:
                    yield (*at, "example", place, "events", name), unknown.format(name)


def wrong_in_rest(pack: PackFile, adoptable: frozenset[str]) -> Iterator[Wrong]:
    """Yield what is wrong with a pack apart from its rules."""
    for index, adopted in enumerate(pack.policy.adopts):
        if adopted not in adoptable:
            yield ("policy", "adopts", index), f"no rule {adopted!r} waits to be adopted"
    for index, entry in enumerate(pack.processing):
        yield from _wrong_words(("processing", index), entry.subject_group, entry.doc_type)
    ids = {entry.id for entry in pack.rule}
    for index, point in enumerate(pack.open_point):
        if point.rule is not None and point.rule not in ids:
            yield ("open_point", index, "rule"), f"{point.rule!r} is no rule of this pack"


def _wrong_words(at: Path, groups: Sequence[str], doc_types: Sequence[str]) -> Iterator[Wrong]:
    vocabulary = load_vocabulary()
    for index, group in enumerate(groups):
        if group != "*" and group not in vocabulary.subject_groups:
            yield (*at, "subject_group", index), f"unknown subject_group {group!r}"
    for index, doc_type in enumerate(doc_types):
        if doc_type not in vocabulary.doc_types:
            yield (*at, "doc_type", index), f"unknown doc_type {doc_type!r}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns the entries of one pack, in which nothing is wrong, into values."""

    policy: str

    def rules(self, entry: RuleEntry) -> Iterator[Rule]:
        """Yield a rule for every group and type that the entry names."""
        for group, doc_type in covered(entry):
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
        group, doc_type = next(covered(entry))
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


def processing(entry: ProcessingEntry) -> Processing:
    """Return the value of an entry."""
    return Processing(
        subject_groups=entry.subject_group,
        doc_types=entry.doc_type,
        data=entry.data,
        categories=entry.categories,
        purpose=entry.purpose,
        legal_basis=entry.legal_basis,
        recipients=entry.recipients,
        systems=entry.systems,
        origin=entry.origin,
        role=entry.role,
        source=entry.source,
    )


def _rank(entry: RuleEntry) -> int:
    if entry.authority == "statute":
        return 2 if entry.bound in ("min", "fixed") else 3
    return _RANKS[entry.authority]
