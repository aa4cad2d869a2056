"""Stage 5, classify: a value -> keyed fingerprints, by which it is found again but not read."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from pii_scan.classify.names import Name, fold, parse

NAMES: Final = frozenset({"PERSON"})
"""Entities that are fingerprinted as names."""
_BLOCK: Final = 64
"""Bytes of a block of SHA-256 (FIPS 180-4, 1)."""


def fingerprints(
    entity: str, value: str, normalise: Callable[[str], str] | None, key: bytes
) -> tuple[tuple[str, str], ...]:
    """Return (kind, hex HMAC-SHA256) pairs of a value.

    A name gives "full"; "surname_initial" if a given name or initial is known; and "surname".
    Anything else gives "value", of `normalise` or else of its letters and digits. The entity and
    the kind are part of what is hashed, so that equal texts of different sorts do not match.
    """
    name = parse(value) if entity in NAMES else None
    if name is None:
        spellings = {"value": normalise(value) if normalise else plain(value)}
    else:
        spellings = _spellings(name)
    return tuple(
        [
            (kind, _hmac(key, _bytes(f"{entity}\0{kind}\0{text}")))
            for kind, text in spellings.items()
        ]
    )


def _hmac(key: bytes, message: bytes) -> str:
    """Return the hex HMAC-SHA256; with the work on the key done it takes a third of the time."""
    inner, outer = _begun(key)
    inner, outer = inner.copy(), outer.copy()
    inner.update(message)
    outer.update(inner.digest())
    return outer.hexdigest()


@lru_cache(maxsize=16)
def _begun(key: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    """Return the inner and the outer hash after the key (RFC 2104, 2); a scan has few keys."""
    if len(key) > _BLOCK:
        key = hashlib.sha256(key).digest()
    padded = key.ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded) for pad in (0x36, 0x5C))
    return hashlib.sha256(inner), hashlib.sha256(outer)


def _bytes(text: str) -> bytes:
    """Return UTF-8; JSON may hold half a pair of UTF-16, which is a value as any other."""
    return text.encode("utf-8", "surrogatepass")


def plain(value: str) -> str:
    """Return the letters and digits of a value, upper case, without diacritics.

    >>> plain("12-abc-3")
    '12ABC3'
    """
    return "".join(filter(str.isalnum, fold(value))).upper()


def _spellings(name: Name) -> dict[str, str]:
    found = {"full": " ".join((*name.given, name.prefix, name.surname))}
    if name.given:
        found["surname_initial"] = f"{name.given[0][0]} {name.surname}"
    found["surname"] = name.surname
    return found
