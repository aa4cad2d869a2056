"""How well the detector did on labelled texts, with what chance leaves open."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pii_scan.measure.intervals import wilson


@dataclass(frozen=True, slots=True)
class Label:
    """What was right, wrong and missed of one kind of data, over all sets."""

    label: str
    right: int
    wrong: int
    missed: int

    @property
    def pairs(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Recall and precision, each as (right, of how many)."""
        return (
            (self.right, self.right + self.missed),
            (self.right, self.right + self.wrong),
        )


def of_labels(accuracy: Mapping[str, Any]) -> Iterator[Label]:
    """Yield the counts of each label, those of several sets together."""
    counted: dict[str, Counter[str]] = {}
    for one in accuracy["sets"]:
        for label in one["labels"]:
            figures = {key: label[key] for key in ("right", "wrong", "missed")}
            counted.setdefault(label["label"], Counter()).update(figures)
    for name, counts in counted.items():
        yield Label(name, counts["right"], counts["wrong"], counts["missed"])


def share(right: int, total: int) -> str:
    """Return a share with its 95 % interval.

    >>> share(42, 46), share(0, 0)
    ('91% (80-97%)', '-')
    """
    if not total:
        return "-"
    low, high = wilson(right, total)
    return f"{right / total:.0%} ({low * 100:.0f}-{high * 100:.0f}%)"
