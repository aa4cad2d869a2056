"""rules/doctypes.toml -> DocTypes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable

from pydantic import Field, model_validator

from pii_scan.classify._terms import Vocabulary
from pii_scan.classify.cues import Cue, Cues
from pii_scan.classify.knowledge import DocTypes, Outcomes
from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.errors import ConfigError

_Classes = dict[str, tuple[str, ...]]
"""Weight class -> terms."""
_WORDED = ("heading", "title", "text", "columns", "path")
_PLACES = (*_WORDED, "cues", "found")


class _Terms(Strict):
    bias: float = 0.0
    cues: dict[str, float] = Field(default_factory=dict)
    found: dict[str, float] = Field(default_factory=dict)
    heading: _Classes = Field(default_factory=dict)
    title: _Classes = Field(default_factory=dict)
    text: _Classes = Field(default_factory=dict)
    columns: _Classes = Field(default_factory=dict)
    path: _Classes = Field(default_factory=dict)


class _Type(_Terms):
    names: tuple[str, ...] = ()
    groups: dict[str, float] = Field(default_factory=dict)


class _Cue(Strict):
    words: tuple[str, ...] = ()
    line: str = ""
    pattern: str = ""
    only_with: tuple[str, ...] = ()
    least: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _seeks(self) -> "_Cue":
        if not (self.words or self.line or self.pattern):
            raise ValueError("a cue needs words, a line or a pattern")
        return self


class _File(Strict):
    fallback_type: str
    fallback_group: str
    second_group: float = Field(ge=0)
    weights: dict[str, float]
    cue: dict[str, _Cue]
    type: dict[str, _Type] = Field(min_length=1)
    group: dict[str, _Terms] = Field(min_length=1)


def load_doctypes(directory: Traversable | None = None) -> DocTypes:
    """Return the document types of a rules folder; `None` is the folder that is shipped.

    Raises:
        ConfigError: the file is missing, breaks its schema or names what it does not define.
    """
    path = (directory or rules_dir()) / "doctypes.toml"
    file = read(path, _File)
    named = {group for item in file.type.values() for group in item.groups}
    if unknown := sorted((named | {file.fallback_group}) - file.group.keys()):
        raise ConfigError(f"{path} names groups it does not define: {', '.join(unknown)}")
    if file.fallback_type not in file.type:
        raise ConfigError(f"{path} does not define its fallback_type {file.fallback_type}")
    both = (*file.type.values(), *file.group.values())
    if unknown := sorted({cue for item in both for cue in item.cues} - file.cue.keys()):
        raise ConfigError(f"{path} names cues it does not define: {', '.join(unknown)}")
    try:
        types, groups = (_outcomes(one, file.weights) for one in (file.type, file.group))
        cues = Cues(
            {
                name: Cue(item.words, item.line, item.pattern, item.only_with, item.least)
                for name, item in file.cue.items()
            }
        )
    except KeyError as error:
        raise ConfigError(f"{path} uses weight {error}, which [weights] lacks") from None
    except re.error:
        raise ConfigError(f"{path}: a cue holds what is no regular expression") from None
    names = {term: name for name, item in file.type.items() for term in item.names}
    return DocTypes(
        types=types,
        groups=groups,
        usual_groups={name: item.groups for name, item in file.type.items()},
        cues=cues,
        vocabulary=Vocabulary(_all_terms((types, groups))),
        names=names,
        named=Vocabulary(names),
        fallback_type=file.fallback_type,
        fallback_group=file.fallback_group,
        second_group=file.second_group,
    )


def _outcomes(items: Mapping[str, _Terms], weights: Mapping[str, float]) -> Outcomes:
    """Turn what each outcome lists round: what a term says of all of them is looked up at once."""
    bearing: dict[str, dict[str, dict[str, float]]] = {place: {} for place in _PLACES}
    for name, item in items.items():
        for place in _PLACES:
            for term, weight in _weighted(getattr(item, place), weights):
                told = bearing[place].setdefault(term, {})
                if name in told:
                    raise ConfigError(f"doctypes.toml lists the term {term!r} twice in one place")
                told[name] = weight
    return Outcomes({name: item.bias for name, item in items.items()}, bearing)


def _weighted(
    told: _Classes | dict[str, float], weights: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    for name, terms in told.items():
        if isinstance(terms, float):
            yield name, terms
        else:
            yield from ((term, weights[name]) for term in terms)


def _all_terms(outcomes: Iterable[Outcomes]) -> Iterator[str]:
    return (term for one in outcomes for place in _WORDED for term in one.bearing[place])
