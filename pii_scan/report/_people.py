"""How many different people, from fingerprints alone and in bounded memory."""

from bisect import insort
from collections.abc import Iterable

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


def names(findings: Iterable[Finding]) -> set[str]:
    """Return the fingerprints of whole names."""
    return {digest for it in findings for kind, digest in it.fingerprints if kind == "full"}


def numbers(findings: Iterable[Finding]) -> set[str]:
    """Return the fingerprints of citizen service numbers."""
    return {
        digest
        for it in findings
        if it.category == "B01"
        for kind, digest in it.fingerprints
        if kind == "value"
    }


def people(findings: Iterable[Finding]) -> int:
    """Return how many different people are in one item: by name or by number, whichever is more.

    An item with findings and neither is about one person at least.
    """
    held = tuple(findings)
    return max(len(names(held)), len(numbers(held)), 1) if held else 0
