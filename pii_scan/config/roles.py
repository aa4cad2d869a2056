"""rules/roles.toml -> RoleCues."""

import re
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import Literal

from pydantic import Field

from pii_scan.classify.knowledge import Kind, Letters, Part, Place, RoleCue, RoleCues, Scored, Voice
from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.config._words import any_of

_SIGNS = r"[ \t:;=,(\"'|*/\u2013\u2014-]"
"""No full stop: the next sentence is about something else."""

_SIGNS_IN_CELL = _SIGNS.replace(r"\t", "")
"""A tab ends the cell in which the name stands."""


class _Cue(Strict):
    role: Part
    place: Place
    weight: float = Field(gt=0)
    words: tuple[str, ...] = Field(min_length=1)
    only: Kind | None = None
    is_kin: bool = False


class _Voice(Strict):
    speaker: Literal["organisation", "person"]
    weight: float = Field(gt=0)
    words: tuple[str, ...] = Field(min_length=1)


class _Letters(Strict):
    headers: frozenset[str] = Field(min_length=1)
    sender: tuple[str, ...] = Field(min_length=1)
    to: tuple[str, ...] = Field(min_length=1)
    wrote: tuple[str, ...] = Field(min_length=1)
    wording: tuple[str, ...] = Field(min_length=1)
    lines: tuple[str, ...] = Field(min_length=1)


class _File(Strict):
    between: tuple[str, ...] = Field(min_length=1)
    male: tuple[str, ...] = Field(min_length=1)
    female: tuple[str, ...] = Field(min_length=1)
    asks_name: tuple[str, ...] = Field(min_length=1)
    joined: tuple[str, ...] = Field(min_length=1)
    aside: tuple[str, ...] = Field(min_length=1)
    letters: _Letters
    headings: dict[Scored, tuple[str, ...]]
    cue: tuple[_Cue, ...] = Field(min_length=1)
    voice: tuple[_Voice, ...] = Field(min_length=1)
    speaker: tuple[_Voice, ...] = Field(min_length=1)


def load_roles(directory: Traversable | None = None) -> RoleCues:
    """Return the cues of a rules folder; `None` is the folder that is shipped.

    Raises:
        ConfigError: the file is missing or breaks its schema.
    """
    file = read((directory or rules_dir()) / "roles.toml", _File)
    between = rf"(?:{_SIGNS}*(?:{any_of(file.between)})(?!\w)\.?){{0,4}}{_SIGNS}*"
    return RoleCues(
        cues=tuple(
            RoleCue(it.role, it.place, it.weight, _placed(it, between), it.only, it.is_kin)
            for it in file.cue
        ),
        headings={role: re.compile(any_of(words)) for role, words in file.headings.items()},
        voices=tuple(map(_voice, file.voice)),
        # Looking ahead it finds what begins within what it found before.
        spoken=_words([word for it in file.voice for word in it.words], "(?=(", "))"),
        speakers=tuple(map(_voice, file.speaker)),
        letters=_letters(file.letters),
        joined=re.compile(rf"[ ]*(?:{any_of(file.joined)})[ ]*"),
        aside=re.compile(rf"[ ]?\((?:[ ]?(?:{any_of(file.aside)})[ ])?"),
        asks_name=re.compile(rf"(?<!\w)(?:{any_of(file.asks_name)})(?!\w)"),
        male=re.compile(rf"(?<!\w)(?:{any_of(file.male)})\.?[ \t]+$"),
        female=re.compile(rf"(?<!\w)(?:{any_of(file.female)})\.?[ \t]+$"),
    )


def _letters(file: _Letters) -> Letters:
    start = r"(?m)^[> \t]*"
    return Letters(
        headers=file.headers,
        begins=re.compile(
            rf"{start}(?:(?:{any_of(file.sender)})[ \t]*:"
            rf"|[^\n]{{0,80}}\b(?:{any_of(file.wrote)})\b[^\n]*:$)"
        ),
        wording=re.compile(
            rf"{start}(?:{any_of(file.lines)})(?!\w)|(?<!\w)(?:{any_of(file.wording)})"
            rf"|^[> \t]*(?:{any_of((*file.sender, *file.to, *file.headers))})[ \t]*:"
        ),
        to=re.compile(rf"{start}(?:{any_of(file.to)})[ \t]*:([^\n]*)"),
        sender=re.compile(rf"{start}(?:{any_of(file.sender)})[ \t]*:([^\n]*)"),
    )


def _placed(cue: _Cue, between: str) -> re.Pattern[str]:
    """Return where a cue's words have to stand, seen from the name."""
    words = rf"(?<!\w)({any_of(cue.words)})(?!\w)"
    match cue.place:
        case "before":
            return re.compile(words + between + "$")
        case "label":
            return re.compile(rf"^[> \t*\"-]*({any_of(cue.words)})[ \t]*[:=][^:=]*$")
        case "above":
            return re.compile(words + r"[^\w\n]*\n(?:[^\n]{0,60}\n){0,4}?" + between + "$")
        case "after":
            aside = r"(?:[ ]*\([^()\n]{0,60}\)|,[^,.\n]{0,40},)?"
            return re.compile(rf"^{aside}{_SIGNS_IN_CELL}*{words}")
        case "below":
            return re.compile(rf"^[^\w\n]{{0,4}}(?:\n[^\w\n]*|[ ]*[|][ ]*){words}")


def _voice(it: _Voice) -> Voice:
    return Voice(it.weight if it.speaker == "organisation" else -it.weight, _words(it.words))


def _words(words: Sequence[str], before: str = "", behind: str = "") -> re.Pattern[str]:
    """Return what finds words in a text in lower case."""
    # The same before a letter, and faster; a sign ("@burger") may stand behind another.
    edge = r"\b" if all(word[0].isalnum() for word in words) else r"(?<!\w)"
    return re.compile(rf"{edge}{before}(?:{any_of(words, is_lower=True)})(?!\w){behind}")
