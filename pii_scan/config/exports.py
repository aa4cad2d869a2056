"""rules/exports/*.toml and rules/columns.toml -> Exports, one file a system, and Headings."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from typing import Annotated

from pydantic import Field

from pii_scan.classify.exports import Column, Exports, Meaning, Profile, spoken
from pii_scan.classify.headings import Headings
from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.config.vocabulary import Vocabulary, load_vocabulary
from pii_scan.errors import ConfigError
from pii_scan.model import PersonRole

_Named = Annotated[tuple[str, ...], Field(min_length=1)]


class _Column(Strict):
    headings: _Named
    reads: str = ""
    entity: str | None = None
    role: PersonRole | None = None
    trigger: str | None = None
    meaning: Meaning | None = None


class _Profile(Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Annotated[str, Field(min_length=1)]
    doc_type: str
    subject_group: str
    needed: _Named
    likely: tuple[str, ...] = ()
    least: int = Field(default=0, ge=0)
    against: tuple[str, ...] = ()
    term_from: str | None = None
    column: dict[str, _Column] = Field(min_length=1)


class _System(Strict):
    name: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    """Where the layout is described, or why it had to be assumed."""
    assumed: bool = False


class _File(Strict):
    system: _System
    profile: Annotated[tuple[_Profile, ...], Field(min_length=1)]


class _People(Strict):
    staff: _Named
    others: _Named


class _Common(Strict):
    yes: _Named
    column: dict[str, _Column]
    own: dict[str, _Named]
    people: _People


def load_exports(directory: Traversable | None = None) -> Exports:
    """Return the layouts of a rules folder; `None` is the folder that is shipped.

    Raises:
        ConfigError: a file breaks its schema, or names what nobody knows, and where.
    """
    return _shipped() if directory is None else _load(directory)


@cache
def load_headings() -> Headings:
    """Return what headings say of persons; the words are those of every layout as well.

    Raises:
        ConfigError: a file breaks its schema, and where.
    """
    path = rules_dir() / "columns.toml"
    common = read(path, _Common)
    own = {
        entity: frozenset(_spoken(names, f"{path}: own {entity}"))
        for entity, names in common.own.items()
    }
    staff, others = (
        frozenset(_spoken(names, f"{path}: people"))
        for names in (common.people.staff, common.people.others)
    )
    exports = load_exports()
    columns = (*_columns(common.column), *(it for one in exports.profiles for it in one.columns))
    known = [*(it.headings for it in columns), *own.values()]
    words = frozenset(word for names in known for name in names for word in name.split())
    return Headings(own, staff, others, words | staff | others)


@cache
def _shipped() -> Exports:
    return _load(rules_dir())


def _load(directory: Traversable) -> Exports:
    vocabulary = load_vocabulary()
    files = sorted(
        (file for file in (directory / "exports").iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    found: dict[str, Profile] = {}
    for path in files:
        file = read(path, _File)
        for entry in file.profile:
            _check(entry, vocabulary, f"{path}: profile {entry.id!r}")
            if entry.id in found:
                raise ConfigError(f"{path}: profile {entry.id!r}: the id is used twice")
            found[entry.id] = _profile(entry, file.system)
    path = directory / "columns.toml"
    common = read(path, _Common)
    _check_columns(common.column, vocabulary, str(path))
    yes = frozenset(word.casefold() for word in common.yes)
    return Exports(tuple(found.values()), _columns(common.column), yes)


def _profile(entry: _Profile, system: _System) -> Profile:
    return Profile(
        id=entry.id,
        title=entry.title,
        system=system.name,
        is_assumed=system.assumed,
        doc_type=entry.doc_type,
        subject_group=entry.subject_group,
        columns=_columns(entry.column),
        needed=frozenset(entry.needed),
        likely=frozenset(entry.likely),
        least=entry.least,
        against=frozenset(map(spoken, entry.against)),
        term_from=entry.term_from,
    )


def _columns(entries: Mapping[str, _Column]) -> tuple[Column, ...]:
    return tuple(
        Column(
            id=name,
            headings=frozenset(map(spoken, entry.headings)),
            reads=entry.reads,
            entity=entry.entity,
            role=entry.role,
            trigger=entry.trigger,
            meaning=entry.meaning,
        )
        for name, entry in entries.items()
    )


def _check(entry: _Profile, vocabulary: Vocabulary, where: str) -> None:
    named = {*entry.needed, *entry.likely, *([entry.term_from] if entry.term_from else ())}
    if unknown := sorted(named - entry.column.keys()):
        raise ConfigError(f"{where}: names columns that it does not define: {', '.join(unknown)}")
    if entry.doc_type not in vocabulary.doc_types:
        raise ConfigError(f"{where}: unknown doc_type {entry.doc_type!r}")
    if entry.subject_group not in vocabulary.subject_groups:
        raise ConfigError(f"{where}: unknown subject_group {entry.subject_group!r}")
    if entry.least > len(entry.likely):
        raise ConfigError(f"{where}: least is {entry.least}, of {len(entry.likely)} likely columns")
    if entry.term_from and entry.column[entry.term_from].trigger is None:
        raise ConfigError(f"{where}: term_from {entry.term_from!r} is a column without a trigger")
    _check_columns(entry.column, vocabulary, where)


def _check_columns(entries: Mapping[str, _Column], vocabulary: Vocabulary, where: str) -> None:
    known = {name for one in vocabulary.triggers for name in (one.id, *one.aliases)}
    seen: dict[str, str] = {}
    for name, entry in entries.items():
        if entry.trigger is not None and entry.trigger not in known:
            raise ConfigError(f"{where}: column {name!r}: unknown trigger {entry.trigger!r}")
        for heading in _spoken(entry.headings, f"{where}: column {name!r}"):
            if seen.setdefault(heading, name) != name:
                raise ConfigError(f"{where}: heading {heading!r} is of two columns")


def _spoken(headings: Iterable[str], where: str) -> set[str]:
    found = set(map(spoken, headings))
    if "" in found:
        raise ConfigError(f"{where}: a heading has no letters")
    return found
