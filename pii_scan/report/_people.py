"""How many different people, from fingerprints alone and in bounded memory."""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator

from pii_scan.model import Finding

KEPT = 32_768
"""Smallest fingerprints kept: exact below this number, a standard error of 0.6 % above it."""

BITS: int = 64


class Distinct:
    """Counts different fingerprints by the k smallest of them.

    Keyed hashes are spread evenly, so the k-th smallest tells how close together they lie. See
    Bar-Yossef et al. 2002, "Counting distinct elements in a data stream".
    """

    def __init__(self, kept: int = KEPT) -> None:
        """Keep at most `kept` fingerprints."""
        self._kept = kept
        self._seen: set[int] = set()
        self._sorted: list[int] = []

    def add(self, fingerprint: str) -> None:
        """Count a hexadecimal fingerprint, once however often it comes."""
        value = int(fingerprint[: BITS // 4], 16)
        full = len(self._seen) >= self._kept
        if value in self._seen or (full and value > self._sorted[-1]):
            return
        if full:
            self._seen.discard(self._sorted.pop())
        self._seen.add(value)
        if len(self._seen) == self._kept and not self._sorted:
            self._sorted = sorted(self._seen)
        elif self._sorted:
            insort(self._sorted, value)

    def __len__(self) -> int:
        """Return how many there were, or about how many."""
        if len(self._seen) < self._kept:
            return len(self._seen)
        return (self._kept - 1) * (1 << BITS) // self._sorted[-1]


class People:
    """Counts people by what tells them apart: whole name, citizen service number, own address.

    The highest of the three counts. Each is an estimate: namesakes are one person, and who is
    written in two ways, or has two addresses, is two.
    """

    def __init__(self) -> None:
        """Start with nobody."""
        self._counts = {what: Distinct() for what in ("name", "number", "address")}

    def add(self, findings: Iterable[Finding]) -> None:
        """Count the people of one item."""
        for what, digest in _telling(findings):
            self._counts[what].add(digest)

    def __len__(self) -> int:
        """Return about how many there were."""
        return max(map(len, self._counts.values()))


def people(findings: Iterable[Finding]) -> int:
    """Return how many different people one item is about: at least one when it has findings."""
    held = tuple(findings)
    counts = Counter(what for what, _ in set(_telling(held)))
    return max([*counts.values(), 1]) if held else 0


def _telling(findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    for it in findings:
        for kind, digest in it.fingerprints:
            if kind == "full":
                yield "name", digest
            elif kind == "value" and it.category == "B01":
                yield "number", digest
            elif kind == "value" and it.entity == "EMAIL_ADDRESS" and it.level != "Openbaar":
                yield "address", digest
