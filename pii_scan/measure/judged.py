"""How often findings were right, by what people decided on them: precision with an interval.

One decision is one judgement, however many findings it settles: those of a group are alike, and
counting each would make the interval look surer than it is. What people look at first is not a
random sample; a drawn one is `pii-scan sample`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pii_scan.measure.intervals import Interval, wilson
from pii_scan.model import Decision


@dataclass(slots=True)
class Judged:
    """What people decided on findings of one entity."""

    entity: str
    right: int = 0
    """Decisions."""
    wrong: int = 0
    right_findings: int = 0
    """That those decisions settled."""
    wrong_findings: int = 0

    @property
    def of(self) -> int:
        """How many decisions there are."""
        return self.right + self.wrong

    @property
    def precision(self) -> float:
        """The share that is right."""
        return self.right / self.of

    @property
    def interval(self) -> Interval:
        """Between what that share lies, as far as so many decisions tell (Wilson, 95 %)."""
        return wilson(self.right, self.of)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        low, high = self.interval
        return {
            "entity": self.entity,
            "right": self.right,
            "wrong": self.wrong,
            "precision": round(self.precision, 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "findings_right": self.right_findings,
            "findings_wrong": self.wrong_findings,
        }


def judged(decisions: Iterable[Decision]) -> tuple[Judged, ...]:
    """Return what came of decisions on findings, by entity; those on hold say nothing."""
    found: dict[str, Judged] = {}
    for one in decisions:
        entity, findings = one.data.get("entity"), one.data.get("findings", 0)
        if one.kind != "finding" or one.choice not in ("right", "wrong") or not entity:
            continue
        told = found.setdefault(entity, Judged(entity))
        if one.choice == "right":
            told.right += 1
            told.right_findings += findings
        else:
            told.wrong += 1
            told.wrong_findings += findings
    return tuple(found[entity] for entity in sorted(found))
