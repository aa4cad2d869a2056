"""What of the planted documents a scan found: recall with an interval, by entity and by format."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pii_scan.measure.intervals import wilson
from pii_scan.measure.planting import Canary, Planting
from pii_scan.model import Result

SCORED = "canary.scored"
"""Kind of the entry in the log that tells what was found of the canaries of a scan."""
Prints = Callable[[str, str, str | None], frozenset[str]]
"""(entity, value, opdrachtgever) -> the fingerprints it would have been kept under."""


@dataclass(slots=True)
class Recall:
    """How much was found of how much there was."""

    hits: int = 0
    of: int = 0

    def add(self, *, is_hit: bool) -> None:
        """Count one value in one place."""
        self.hits += is_hit
        self.of += 1

    def as_dict(self) -> dict[str, Any]:
        """Return it with its interval, as JSON has it."""
        low, high = wilson(self.hits, self.of)
        share = round(self.hits / self.of, 4) if self.of else None
        return {
            "found": self.hits,
            "of": self.of,
            "recall": share,
            "low": round(low, 4),
            "high": round(high, 4),
        }


@dataclass(slots=True)
class Score:
    """How a scan did on the canaries."""

    planted: int = 0
    not_met: list[str] = field(default_factory=list)
    """Documents that the scan did not come by, or met with other content."""
    unread: Counter[str] = field(default_factory=Counter)
    """Why documents were not read in full."""
    whole: Recall = field(default_factory=Recall)
    entities: dict[str, Recall] = field(default_factory=dict)
    formats: dict[str, Recall] = field(default_factory=dict)

    def counts(self) -> dict[str, Any]:
        """Return what was counted, in whole numbers: what a log tells of it."""
        return {
            "documents": self.planted,
            "documents_not_met": len(self.not_met),
            "documents_not_read_in_full": dict(sorted(self.unread.items())),
            "all": (self.whole.hits, self.whole.of),
            "by_entity": {it: (one.hits, one.of) for it, one in sorted(self.entities.items())},
            "by_format": {it: (one.hits, one.of) for it, one in sorted(self.formats.items())},
        }

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return figures(self.counts()) | {"documents_not_met": self.not_met}


def figures(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return counts with the interval around each share, as JSON has them."""
    told = {name: value for name, value in counts.items() if name.startswith("documents")}
    shares = {
        name: {it: Recall(*pair).as_dict() for it, pair in counts[name].items()}
        for name in ("by_entity", "by_format")
    }
    return {**told, "interval": "Wilson, 95 %", "all": Recall(*counts["all"]).as_dict(), **shares}


def score(plantings: Iterable[Planting], results: Iterable[Result], prints: Prints) -> Score:
    """Hold a scan against what was planted. A document that was not met was not found."""
    canaries = {it.digest: it for planting in plantings for it in planting.files}
    met: dict[str, list[Result]] = {digest: [] for digest in canaries}
    inside: dict[str, str] = {}
    for result in results:
        canary = canaries.get(result.digest or "")
        outer = result.item.within or result.item.uri
        if canary and outer.endswith(canary.name) and outer == result.item.uri:
            inside[outer] = canary.digest
        if outer in inside:
            met[inside[outer]].append(result)
    told = Score(planted=len(canaries))
    for digest, canary in canaries.items():
        _add(told, canary, met[digest], prints)
    return told


def _add(told: Score, canary: Canary, met: list[Result], prints: Prints) -> None:
    if not met:
        told.not_met.append(canary.name)
    told.unread.update(it.coverage.reason or "unknown" for it in met if not it.coverage.is_complete)
    held: set[tuple[str, str]] = set()
    controllers: dict[str | None, None] = {}
    for result in met:
        controllers[result.controller] = None
        held.update((it.entity, digest) for it in result.findings for _, digest in it.fingerprints)
    for entity, value in canary.expected:
        is_hit = any(
            (entity, digest) in held
            for controller in controllers
            for digest in prints(entity, value, controller)
        )
        for one in (
            told.whole,
            told.entities.setdefault(entity, Recall()),
            told.formats.setdefault(canary.format, Recall()),
        ):
            one.add(is_hit=is_hit)
