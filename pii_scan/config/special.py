"""rules/special/*.toml -> the vocabularies of detect/special.py. One file an entity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.detect.special import Cue, Form, Group, Kind, Language, Person, Vocabulary
from pii_scan.errors import ConfigError

LANGUAGE = "cues.toml"
"""What all entities share; every other file is an entity."""

_COMMON, _COMMONEST = 100.0, 1000.0
"""How often words of the two lists are met, for their length, beside words of neither."""


def _listed(value: object) -> object:
    """Read a text of words, parted by commas or line ends, as their list."""
    if not isinstance(value, str):
        return value
    return tuple(word for part in re.split(r"[,\n]", value) if (word := part.strip()))


_Words = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
_Names = Annotated[frozenset[str], BeforeValidator(_listed)]


class _Cue(Strict):
    name: str
    weight: float
    place: Literal["before", "after", "answer", "sentence", "near"]
    words: _Words
    reach: int = Field(default=3, ge=1)


class _Kind(Strict):
    name: str
    sentence: float
    near: float
    words: _Words | tuple[()] = ()
    entities: _Names = frozenset()


class _Person(Strict):
    record: float
    nobody: float
    kind: Annotated[tuple[_Kind, ...], Field(min_length=1)]


class _Form(Strict):
    ticked: float
    empty: float
    quoted: float
    alone: float


class _Language(Strict):
    person: _Person
    form: _Form
    cue: tuple[_Cue, ...]
    joints: _Names
    stops: _Names
    common: _Names
    commonest: _Names
    abbreviations: _Names


class _Group(Strict):
    name: str
    weight: float
    terms: _Words
    ignores: _Names = frozenset()


class _Entity(Strict):
    entity: Annotated[str, Field(pattern=r"^[A-Z][A-Z_]*$")]
    exclude: _Words | tuple[()] = ()
    match: Annotated[tuple[str, ...], Field(min_length=3)]
    no_match: Annotated[tuple[str, ...], Field(min_length=5)]
    sets: Mapping[str, _Words] = {}
    cue: tuple[_Cue, ...] = ()
    group: Annotated[tuple[_Group, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Examples:
    """What the author of a vocabulary says it finds and leaves."""

    entity: str
    match: tuple[str, ...]
    no_match: tuple[str, ...]


def load_special(directory: Traversable | None = None) -> tuple[tuple[Vocabulary, ...], Language]:
    """Return the vocabularies of a rules folder and their language; `None`: the one shipped.

    Raises:
        ConfigError: a file is missing or breaks its schema, or two are about one entity.
    """
    folder = (directory or rules_dir()) / "special"
    vocabularies = tuple(_vocabulary(file) for file in _files(folder))
    entities = [vocabulary.entity for vocabulary in vocabularies]
    for entity in entities:
        if entities.count(entity) > 1:
            raise ConfigError(f"{folder}: two files are about {entity}; put them in one")
    return vocabularies, _language(read(folder / LANGUAGE, _Language))


def load_examples(directory: Traversable | None = None) -> tuple[Examples, ...]:
    """Return the examples in the files of a rules folder."""
    files = _files((directory or rules_dir()) / "special")
    return tuple(Examples(file.entity, file.match, file.no_match) for file in files)


def _files(folder: Traversable) -> list[_Entity]:
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder")
    paths = sorted(folder.iterdir(), key=lambda path: path.name)
    return [
        read(path, _Entity)
        for path in paths
        if path.name.endswith(".toml") and path.name != LANGUAGE
    ]


def _vocabulary(file: _Entity) -> Vocabulary:
    return Vocabulary(
        entity=file.entity,
        groups=tuple(Group(g.name, g.weight, g.terms, g.ignores) for g in file.group),
        exclude=file.exclude,
        sets={name: "|".join(words) for name, words in file.sets.items()},
        cues=tuple(map(_cue, file.cue)),
    )


def _language(file: _Language) -> Language:
    person = file.person
    kinds = (Kind(k.name, k.sentence, k.near, k.words, k.entities) for k in person.kind)
    return Language(
        person=Person(tuple(kinds), person.record, person.nobody),
        form=Form(**file.form.model_dump()),
        cues=tuple(map(_cue, file.cue)),
        joints=file.joints,
        stops=file.stops,
        common=dict.fromkeys(file.common, _COMMON) | dict.fromkeys(file.commonest, _COMMONEST),
        abbreviations=file.abbreviations,
    )


def _cue(cue: _Cue) -> Cue:
    return Cue(cue.name, cue.weight, cue.place, cue.words, cue.reach)
