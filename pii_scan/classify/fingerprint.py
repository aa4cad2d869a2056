"""Stage 5, classify: a value -> keyed fingerprints, by which it is found again but not read."""

import hmac
from collections.abc import Callable
from typing import Final

from pii_scan.classify.names import Name, fold, parse

NAMES: Final = frozenset({"PERSON"})
"""Entities that are fingerprinted as names."""


def fingerprints(
    entity: str, value: str, normalise: Callable[[str], str] | None, key: bytes
) -> tuple[tuple[str, str], ...]:
    """Return (kind, hex HMAC-SHA256) pairs of a value.

    A name gives "full"; "surname_initial" if a given name or initial is known; and "surname".
    Anything else gives "value", of `normalise` or else of its letters and digits. The entity and
    the kind are part of what is hashed, so that equal texts of different sorts do not match.
    """
    name = parse(value) if entity in NAMES else None
    spellings = {"value": normalise(value) if normalise else plain(value)}
    if name is not None:
        spellings = _spellings(name)
    return tuple(
        (kind, hmac.digest(key, _bytes(f"{entity}\0{kind}\0{text}"), "sha256").hex())
        for kind, text in spellings.items()
    )


def _bytes(text: str) -> bytes:
    """Return UTF-8; JSON may hold half a pair of UTF-16, which is a value as any other."""
    return text.encode("utf-8", "surrogatepass")


def plain(value: str) -> str:
    """Return the letters and digits of a value, upper case, without diacritics.

    >>> plain("12-abc-3")
    '12ABC3'
    """
    return "".join(char for char in fold(value) if char.isalnum()).upper()


def _spellings(name: Name) -> dict[str, str]:
    found = {"full": " ".join((*name.given, name.prefix, name.surname))}
    if name.given:
        found["surname_initial"] = f"{name.given[0][0]} {name.surname}"
    found["surname"] = name.surname
    return found
