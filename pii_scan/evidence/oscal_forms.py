"""How texts, numbers and moments are written in OSCAL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any


def some(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return the member, or nothing: the model has no empty lists."""
    return {name: values} if values else {}


def text(text: str) -> str:
    """Return a line without spaces around it, as the model's type "string" asks."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "-"


def numbers(named: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return properties; their names are tokens of the model."""
    return [{"name": name.replace("_", "-"), "value": str(it)} for name, it in named.items()]


def moment(when: datetime) -> str:
    """Return a moment in UTC."""
    return zulu(when.isoformat(timespec="seconds"))


def zulu(moment: str) -> str:
    """Return a moment in UTC with its zone in one letter."""
    return moment.replace("+00:00", "Z")


def end_of(day: str) -> str:
    """Return the last moment of a day: a deadline is a moment in the model."""
    return f"{day}T23:59:59Z"
