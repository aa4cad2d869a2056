"""Retention policies: a TOML pack, with the pack beneath it, as one `Policy`. See `load_policy`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pii_scan.config import _lines
from pii_scan.config._pack import Example, Head, PackFile, RuleEntry
from pii_scan.config._promises import promise, wrong_in_promises
from pii_scan.config._reading import Reader, Wrong, processing, wrong_in_rest, wrong_in_rules
from pii_scan.config._rules import read_toml, rules_dir
from pii_scan.config.vocabulary import TriggerEntry, load_vocabulary
from pii_scan.errors import ConfigError
from pii_scan.model import Policy, Trigger


def policy_names() -> tuple[str, ...]:
    """Return the names of the shipped policies, sorted."""
    files = (rules_dir() / "policies").iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".toml")))


def load_policy(name_or_path: str) -> Policy:
    """Return a shipped policy by its name, or the one that a TOML file states.

    Raises:
        ConfigError: there is no such policy, or its file is wrong, and where.
    """
    return load_pack(name_or_path).policy


def policy_files(name_or_path: str) -> tuple[Traversable, ...]:
    """Return the file of a policy and those of the policies beneath it.

    Raises:
        ConfigError: as for `load_policy`.
    """
    pack: Pack | None = load_pack(name_or_path)
    found = []
    while pack is not None:
        found.append(pack.file)
        pack = pack.beneath
    return tuple(found)


def load_examples(name_or_path: str) -> tuple[Example, ...]:
    """Return the examples of a pack's own rules: what its author says must come out.

    Raises:
        ConfigError: as for `load_policy`.
    """
    pack = load_pack(name_or_path)
    reader = Reader(pack.name)
    return tuple(
        reader.example(entry, example) for entry in pack.entries.rule for example in entry.example
    )


@dataclass(frozen=True, slots=True)
class Pack:
    """A policy with the file that it was read from."""

    name: str
    file: Traversable
    entries: PackFile
    """As written: with the rules that wait to be adopted, and what is left open."""
    lines: dict[_lines.Path, int]
    policy: Policy
    beneath: "Pack | None"
    adopted: frozenset[str]
    """Ids that this pack or one above it adopts."""

    def line(self, place: _lines.Path) -> int:
        """Return the line of a place in the file, or of the nearest that stands there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def applies(self, entry: RuleEntry) -> bool:
        """Tell whether a rule counts: not while it waits to be adopted."""
        return not entry.only_for or entry.id in self.adopted


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a pack, and where."""

    file: str
    line: int | None
    """`None`: of the file as a whole."""
    what: str

    def __str__(self) -> str:
        """Return it as compilers do: file, line, what."""
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}: {self.what}"


def load_pack(name_or_path: str) -> Pack:
    """Return a policy with the entries of its file.

    Raises:
        ConfigError: as for `load_policy`.
    """
    pack, problems = _load(name_or_path, (), frozenset())
    if pack is None:
        more = f" (and {len(problems) - 1} more: pii-scan policy check)" if problems[1:] else ""
        raise ConfigError(f"{problems[0]}{more}")
    return pack


def find_problems(name_or_path: str) -> tuple[Problem, ...]:
    """Return all that is wrong with a pack, in the order of its lines.

    Raises:
        ConfigError: there is no such policy, or it cannot be read at all.
    """
    return _load(name_or_path, (), frozenset())[1]


def _load(
    name_or_path: str, above: tuple[str, ...], adopted: frozenset[str]
) -> tuple[Pack | None, tuple[Problem, ...]]:
    if name_or_path in above:
        raise ConfigError(f"policy {name_or_path!r} lies beneath itself")
    file = _file(name_or_path)
    tables = read_toml(file)
    lines = _lines.lines_of(file.read_text(encoding="utf-8"))
    schema = _wrong_in_schema(tables)
    head = _head(tables)
    beneath = None
    adopted |= frozenset(head.adopts)
    if head.beneath:
        beneath, problems = _load(head.beneath, (*above, name_or_path), adopted)
        if beneath is None:
            return None, problems
    triggers = beneath.policy.triggers if beneath else load_vocabulary().triggers
    triggers += tuple(_triggers(tables))
    wrong = [*schema, *wrong_in_rules(list(_rules(tables)), triggers)]
    if not schema:
        entries = PackFile.model_validate(tables)
        wrong += wrong_in_rest(entries, _adoptable(entries, beneath))
        wrong += wrong_in_promises(entries)
    if wrong:
        found = {_problem(str(file), tables, lines, *one) for one in wrong}
        return None, tuple(sorted(found, key=lambda one: (one.line or 0, one.what)))
    name = file.name.removesuffix(".toml")
    policy = _policy(name, entries, triggers, beneath, adopted)
    return Pack(name, file, entries, lines, policy, beneath, adopted), ()


def _policy(
    name: str,
    entries: PackFile,
    triggers: tuple[Trigger, ...],
    beneath: Pack | None,
    adopted: frozenset[str],
) -> Policy:
    head, reader = entries.policy, Reader(name)
    own = tuple(
        rule
        for entry in entries.rule
        if not entry.only_for or entry.id in adopted
        for rule in reader.rules(entry)
    )
    return Policy(
        name=name,
        title=head.title or name,
        rules=own + (beneath.policy.rules if beneath else ()),
        triggers=triggers,
        verdict_labels=tuple(load_vocabulary().verdicts.items()),
        statement=head.statement,
        organisation=head.organisation,
        contact=head.contact,
        answer_term=head.answer_term,
        book_year_end=head.book_year_end,
        processing=tuple(processing(entry) for entry in entries.processing),
        promises=tuple(promise(entry, name) for entry in entries.promise)
        + (beneath.policy.promises if beneath else ()),
    )


def _adoptable(entries: PackFile, beneath: Pack | None) -> frozenset[str]:
    waiting = {entry.id for entry in entries.rule if entry.only_for}
    while beneath is not None:
        waiting |= {entry.id for entry in beneath.entries.rule if entry.only_for}
        beneath = beneath.beneath
    return frozenset(waiting)


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


# What can be read of a pack is checked although something else in it is wrong, so that whoever
# writes one sees all at once.


def _wrong_in_schema(tables: dict[str, Any]) -> list[Wrong]:
    try:
        PackFile.model_validate(tables)
    except ValidationError as error:
        return [
            (one["loc"], _field(one["loc"]) + re.sub(r"^Value error, ", "", one["msg"]))
            for one in error.errors(include_url=False, include_input=False)
        ]
    return []


def _field(loc: _lines.Path) -> str:
    named = loc[2:] if len(loc) > 1 and isinstance(loc[1], int) else loc
    return "".join(f"{part}: " for part in named)


def _head(tables: dict[str, Any]) -> Head:
    try:
        return Head.model_validate(tables.get("policy", {}))
    except ValidationError:
        named = tables["policy"].get("beneath") if isinstance(tables["policy"], dict) else None
        return Head(beneath=named if isinstance(named, str) else None)


def _rules(tables: dict[str, Any]) -> Iterator[tuple[int, RuleEntry]]:
    raw = tables.get("rule", [])
    for index, one in enumerate(raw if isinstance(raw, list) else []):
        try:
            yield index, RuleEntry.model_validate(one)
        except ValidationError:
            continue


def _triggers(tables: dict[str, Any]) -> Iterator[Trigger]:
    raw = tables.get("triggers", {})
    for trigger, one in raw.items() if isinstance(raw, dict) else ():
        try:
            yield TriggerEntry.model_validate(one).named(trigger)
        except ValidationError:
            # Known by name, so that the rules that use it are not called wrong too.
            yield Trigger(trigger, trigger)


def _problem(
    file: str, tables: dict[str, Any], lines: dict[_lines.Path, int], loc: _lines.Path, what: str
) -> Problem:
    place = loc
    while place and place not in lines:
        place = place[:-1]
    return Problem(file, lines.get(place), _entry(tables, loc) + what)


def _entry(tables: dict[str, Any], loc: _lines.Path) -> str:
    """Name the rule by its id rather than by its number."""
    if len(loc) < 2 or not isinstance(loc[1], int):
        return ""
    entry = tables[str(loc[0])][loc[1]]
    known = entry.get("id") if isinstance(entry, dict) else None
    return f"{loc[0]} {known!r}: " if known else f"{loc[0]} number {loc[1] + 1}: "
