"""rules/roles.toml -> RoleCues."""

import re
from collections.abc import Iterable
from importlib.resources.abc import Traversable
from typing import Literal

from pydantic import Field

from pii_scan.classify.knowledge import Kind, Letters, Part, Place, RoleCue, RoleCues, Scored, Voice
from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read

_SIGNS = r"[ \t:;=,(\"'|*/\u2013\u2014-]"
"""No full stop: the next sentence is about something else."""

_SIGNS_IN_CELL = _SIGNS.replace(r"\t", "")
"""A tab ends the cell in which the name stands."""


_Tree = dict[str, "_Tree"]
"""Atom of a pattern -> what may follow; "" where a term ends."""


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
    between = rf"(?:{_SIGNS}*(?:{_any(file.between)})(?!\w)\.?){{0,4}}{_SIGNS}*"
    return RoleCues(
        cues=tuple(
            RoleCue(it.role, it.place, it.weight, _placed(it, between), it.only, it.is_kin)
            for it in file.cue
        ),
        headings={role: _compiled(_any(words)) for role, words in file.headings.items()},
        voices=tuple(map(_voice, file.voice)),
        speakers=tuple(map(_voice, file.speaker)),
        letters=_letters(file.letters),
        joined=_compiled(rf"[ ]*(?:{_any(file.joined)})[ ]*"),
        aside=_compiled(rf"[ ]?\((?:[ ]?(?:{_any(file.aside)})[ ])?"),
        asks_name=_compiled(rf"(?<!\w)(?:{_any(file.asks_name)})(?!\w)"),
        male=_compiled(rf"(?<!\w)(?:{_any(file.male)})\.?[ \t]+$"),
        female=_compiled(rf"(?<!\w)(?:{_any(file.female)})\.?[ \t]+$"),
    )


def _letters(file: _Letters) -> Letters:
    start = r"(?m)^[> \t]*"
    return Letters(
        headers=file.headers,
        begins=_compiled(
            rf"{start}(?:(?:{_any(file.sender)})[ \t]*:"
            rf"|[^\n]{{0,80}}\b(?:{_any(file.wrote)})\b[^\n]*:$)"
        ),
        wording=_compiled(
            rf"{start}(?:{_any(file.lines)})(?!\w)|(?<!\w)(?:{_any(file.wording)})"
            rf"|^[> \t]*(?:{_any((*file.sender, *file.to, *file.headers))})[ \t]*:"
        ),
        to=_compiled(rf"{start}(?:{_any(file.to)})[ \t]*:([^\n]*)"),
        sender=_compiled(rf"{start}(?:{_any(file.sender)})[ \t]*:([^\n]*)"),
    )


def _placed(cue: _Cue, between: str) -> re.Pattern[str]:
    """Return where a cue's words have to stand, seen from the name."""
    words = rf"(?<!\w)({_any(cue.words)})(?!\w)"
    match cue.place:
        case "before":
            return _compiled(words + between + "$")
        case "label":
            return _compiled(rf"^[> \t*\"-]*({_any(cue.words)})[ \t]*[:=][^:=]*$")
        case "above":
            return _compiled(words + r"[^\w\n]*\n(?:[^\n]{0,60}\n){0,4}?" + between + "$")
        case "after":
            aside = r"(?:[ ]*\([^()\n]{0,60}\)|,[^,.\n]{0,40},)?"
            return _compiled(rf"^{aside}{_SIGNS_IN_CELL}*{words}")
        case "below":
            return _compiled(rf"^[^\w\n]{{0,4}}(?:\n[^\w\n]*|[ ]*[|][ ]*){words}")


def _voice(it: _Voice) -> Voice:
    weight = it.weight if it.speaker == "organisation" else -it.weight
    return Voice(weight, _compiled(rf"(?<!\w)(?:{_any(it.words)})(?!\w)"))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _any(terms: Iterable[str]) -> str:
    r"""Return a pattern of any of `terms`, beginnings in common: much faster than a plain list.

    "*" stands for letters, a space for any white space.

    >>> _any(("klant", "klas", "team*"))
    '(?:kla(?:nt|s)|team\\w*)'
    """
    tree: _Tree = {}
    for term in terms:
        node = tree
        for char in " ".join(term.lower().split()):
            atom = {" ": r"\s+", "*": r"\w*"}.get(char) or re.escape(char)
            node = node.setdefault(atom, {})
        node[""] = {}
    return _pattern(tree)


def _pattern(node: _Tree) -> str:
    """Write a tree down; what goes on comes before what may end here."""
    ways = [atom + _pattern(after) for atom, after in node.items() if atom]
    if not ways:
        return ""
    if len(ways) == 1 and "" not in node:
        return ways[0]
    return f"(?:{'|'.join(ways)})" + ("?" if "" in node else "")
