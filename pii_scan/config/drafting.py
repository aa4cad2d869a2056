"""rules/drafting.toml -> how statements are worded, for `pii_scan.drafting`."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.drafting.values import Language, Subject, TriggerWords
from pii_scan.errors import ConfigError
from pii_scan.model import Role, Shift

_WORD = r"(?:\W{1,3}\w[\w'/-]{0,40})"
_GAPS = {"..": f"{_WORD}{{0,6}}?", "...": f"{_WORD}{{0,14}}?"}
_JOINT = r"\W{1,3}"


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


_Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
_Phrases = Annotated[tuple[str, ...], Field(min_length=1)]


class _Subject(Strict):
    id: str
    label: str
    words: _Phrases
    group: _Names = ()
    doc_type: _Names = ()
    trigger: str | None = None
    usual_group: str | None = None
    known: bool = True
    role: Role | None = None


class _Trigger(Strict):
    id: str
    words: _Phrases
    label: str | None = None
    shift: Shift = "none"


class _Patterns(Strict):
    organisation: tuple[str, ...]
    dated: tuple[str, ...]


class _File(Strict):
    abbreviations: tuple[str, ...]
    joiners: _Phrases
    between: _Phrases
    halves: _Phrases
    and_half: _Phrases
    rounded: tuple[str, ...]
    numbers: dict[str, float]
    units: dict[str, tuple[Literal["H", "D", "W", "M", "Y"], int]]
    cues: dict[str, _Phrases]
    subject: tuple[_Subject, ...]
    trigger: tuple[_Trigger, ...]
    data: dict[str, _Phrases]
    bases: dict[Literal["a", "b", "c", "d", "e", "f"], _Phrases]
    patterns: _Patterns
    texts: dict[str, str]
    questions: dict[str, str]


@cache
def load_language() -> Language:
    """Return how statements are worded.

    Raises:
        ConfigError: the file breaks its schema, or names what the vocabulary does not have.
    """
    file = read(rules_dir() / "drafting.toml", _File)
    return Language(
        terms=_terms(file),
        numbers=file.numbers,
        units=file.units,
        rounded=frozenset(file.rounded),
        cues={name: phrases(words) for name, words in file.cues.items()},
        subjects=tuple(_subject(one) for one in file.subject),
        triggers=tuple(_trigger(one, file) for one in file.trigger),
        data=tuple((label, phrases(words)) for label, words in file.data.items()),
        bases=tuple((letter, phrases(words)) for letter, words in file.bases.items()),
        abbreviations=frozenset(file.abbreviations),
        organisation=tuple(re.compile(pattern) for pattern in file.patterns.organisation),
        dated=tuple(re.compile(pattern) for pattern in file.patterns.dated),
        texts=file.texts,
        questions=file.questions,
    )


def phrases(words: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern that finds any of some phrases, whole words, the longest first.

    >>> bool(phrases(["einde .. contract*"]).search("na het einde van uw contracten"))
    True
    """
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_phrase, ordered))})(?!\w)")


def _phrase(phrase: str) -> str:
    pieces: list[str] = []
    for token in phrase.split():
        if token in _GAPS:
            pieces.append(_GAPS[token])
            continue
        either = "|".join(re.escape(one).replace(r"\*", r"\w*") for one in token.split("|"))
        pieces += [_JOINT] if pieces else []
        pieces.append(f"(?:{either})" if "|" in token else either)
    return "".join(pieces)


def _terms(file: _File) -> re.Pattern[str]:
    def any_of(words: Iterable[str]) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    number = rf"\d{{1,4}}(?:[.,]\d)?|{any_of(file.numbers)}"
    return re.compile(
        rf"(?<![\w.,/])(?:(?P<first>{number})\s*(?:{any_of(file.joiners)})\s*)?(?P<number>{number})"
        rf"[\s-]*(?:\(\s*(?:{number})\s*\)\s*)?"
        rf"(?:(?:(?:{any_of(file.and_half)})\s+)?(?P<half>{any_of(file.halves)})\s+)?"
        rf"(?:\(?(?:{any_of(file.between)})\)?\s*)?(?P<unit>{any_of(file.units)})(?!\w)"
    )


def _subject(entry: _Subject) -> Subject:
    vocabulary = load_vocabulary()
    named = (*entry.group, *((entry.usual_group,) if entry.usual_group else ()))
    for group in named:
        _known(group, vocabulary.subject_groups, f"subject {entry.id!r}, group")
    for doc_type in entry.doc_type:
        _known(doc_type, vocabulary.doc_types, f"subject {entry.id!r}, doc_type")
    return Subject(
        id=entry.id,
        label=entry.label,
        words=phrases(entry.words),
        groups=entry.group,
        doc_types=entry.doc_type,
        trigger=entry.trigger,
        usual_group=entry.usual_group,
        is_known=entry.known,
        role=entry.role,
    )


def _trigger(entry: _Trigger, file: _File) -> TriggerWords:
    labels = {one.id: one.label for one in load_vocabulary().triggers}
    own = {one.id: one.label for one in file.trigger if one.label}
    label = labels.get(entry.id) or own.get(entry.id)
    if label is None:
        raise ConfigError(f"drafting.toml: trigger {entry.id!r} has no label and is no known one")
    return TriggerWords(entry.id, label, phrases(entry.words), entry.id in labels, entry.shift)


def _known(name: str, known: Iterable[str], what: str) -> None:
    if name not in known:
        raise ConfigError(f"drafting.toml: {what} {name!r} is not in the vocabulary")
