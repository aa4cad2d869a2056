"""The chain of the log: what an entry is hashed over, and what is wrong with a row of entries.

Apart from the store, so that a log is checked where no store is: within an evidence bundle.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pii_scan.model import Entry

BEGINNING = "0" * 64
"""What the first entry has for the hash of the one before it."""
CHANGED = "was changed"


class Signer(Protocol):
    """A key that signs."""

    @property
    def id(self) -> str:
        """What tells the key from others."""

    def sign(self, data: bytes) -> str:
        """Return the signature in hex."""


Check = Callable[[str, bytes, str], bool | None]
"""(key id, data, signature) -> whether it is right; `None` when the key is not known here."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the log, and at which entry."""

    number: int
    what: str


def told(entry: Entry) -> dict[str, Any]:
    """Return what the hash of an entry is over."""
    return {
        "number": entry.number,
        "time": entry.time.isoformat(timespec="seconds"),
        "operator": entry.operator,
        "kind": entry.kind,
        "data": entry.data,
        "previous": entry.previous,
    }


def canonical(value: Any) -> str:
    """Return the one way to write a JSON value down (RFC 8785, for texts and whole numbers)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def hashed(told: Mapping[str, Any]) -> str:
    """Return the SHA-256 in hex of what an entry tells."""
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def chain_flaws(
    found: Iterable[Entry], number: int = 0, previous: str = BEGINNING
) -> Iterator[Flaw]:
    """Yield gaps and changed entries in what follows the entry of that number and hash."""
    for entry in found:
        number += 1
        if entry.number != number:
            yield Flaw(entry.number, f"entry {number} is missing")
            number = entry.number
        elif entry.previous != previous:
            yield Flaw(number, "does not follow the entry before it")
        if hashed(told(entry)) != entry.hash:
            yield Flaw(number, CHANGED)
        previous = entry.hash


def signature_flaws(found: Iterable[Entry], check: Check) -> Iterator[Flaw]:
    """Yield entries without a signature, or with one that is not of its key."""
    for entry in found:
        if entry.key_id is None or entry.signature is None:
            yield Flaw(entry.number, "is not signed")
            continue
        is_right = check(entry.key_id, bytes.fromhex(entry.hash), entry.signature)
        if is_right is None:
            yield Flaw(entry.number, f"was signed with key {entry.key_id}, which is not here")
        elif not is_right:
            yield Flaw(entry.number, "has a signature that is not of its key")
