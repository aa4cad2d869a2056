"""What a scan says about the controls of a norm, with the figures of one scan filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Strength = Literal["direct", "steun", "signaal"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One sentence for the organisation and one for an auditor from elsewhere."""

    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Control:
    """A control of Annex A, or a clause of the norm itself."""

    id: str
    kind: Literal["annex", "clause"]
    former: tuple[str, ...]
    """Numbers in the edition before; empty where the control is new."""
    strength: Strength
    title: Bilingual
    """Our own words."""
    parts: tuple[str, ...]
    """Parts of a bundle; one that ends in "/" is a folder."""
    figures: tuple[str, ...]
    """Dotted paths into the figures of a manifest: "items_by_verdict.overdue"."""
    deviates: tuple[str, ...]
    """Of such figures those that show a deviation where they are not nil."""
    shows: Bilingual
    not_shown: Bilingual


@dataclass(frozen=True, slots=True)
class Norm:
    """The editions that numbers refer to, and the controls."""

    edition: str
    former: str
    care: str
    """Tag of the norm for care, which numbers its controls as `edition` does."""
    controls: tuple[Control, ...]


def statement(norm: Norm, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the controls as a bundle has them, each with its figures."""
    return {
        "schema": 1,
        "norm": {"edition": norm.edition, "former": norm.former, "care": norm.care},
        "controls": [_control(one, norm, figures) for one in norm.controls],
    }


def figure(figures: Mapping[str, Any], path: str) -> int:
    """Return the number at a dotted path; what was never counted is 0.

    >>> figure({"items": 3, "status": {"partial": 1}}, "status.partial")
    1
    >>> figure({"items": 3}, "findings_by_entity.NL_BSN")
    0
    """
    value: Any = figures
    for step in path.split("."):
        value = value.get(step, 0) if isinstance(value, Mapping) else 0
    return value if isinstance(value, int) else 0


def _control(one: Control, norm: Norm, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "former": list(one.former),
        "tags": [norm.care],
        "strength": one.strength,
        "title": {"nl": one.title.nl, "en": one.title.en},
        "parts": list(one.parts),
        "figures": {path: figure(figures, path) for path in one.figures},
        "deviates": {path: figure(figures, path) for path in one.deviates},
        "shows": {"nl": one.shows.nl, "en": one.shows.en},
        "not_shown": {"nl": one.not_shown.nl, "en": one.not_shown.en},
    }
