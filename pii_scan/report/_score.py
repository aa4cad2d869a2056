"""How bad an item is: four factors, each of them shown.

    score = level x people x exposure x overdue

It orders a list of work and is no measure of damage. The steps are ours; they keep one citizen
service number below a hundred, and what is far over its term above what is within it.
"""

from dataclasses import dataclass
from datetime import date
from math import log2, log10

from pii_scan.model import Judgement, Level, Result
from pii_scan.report._people import people
from pii_scan.report._summary import VERDICTS

LEVEL: dict[Level | None, float] = {
    None: 0,
    "Openbaar": 1,
    "Intern": 2,
    "Vertrouwelijk": 5,
    "Geheim": 15,
}

MOST_EXPOSED = 3.0
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Score:
    """The factors of an item, and what they were made from."""

    level: float
    people: float
    """1 for one, 2 for ten, 3 for a hundred."""
    exposure: float
    """1 for one copy, 2 for two, at most 3 for four or more of the same content."""
    overdue: float
    """1 within its term, 1.5 possibly over it, 2 over it, 1 more after a year and after five."""
    persons: int
    copies: int
    days_over: int
    """Since the last day on which it might be there; 0 when it is not over its term."""

    @property
    def total(self) -> float:
        """The product, to one decimal."""
        return round(self.level * self.people * self.exposure * self.overdue, 1)


def score(result: Result, copies: int, today: date) -> Score:
    """Return how bad an item is, of which the scan met `copies` with the same content."""
    persons = people(result.findings)
    days = days_over(result, today)
    return Score(
        level=LEVEL[result.level],
        people=round(1 + log10(max(persons, 1)), 1),
        exposure=min(round(1 + log2(max(copies, 1)), 1), MOST_EXPOSED),
        overdue=_overdue(worst(result), days),
        persons=persons,
        copies=copies,
        days_over=days,
    )


def worst(result: Result) -> Judgement | None:
    """Return the judgement that asks most for a hand: by verdict, then the first to end."""
    return min(
        result.judgements,
        key=lambda it: (VERDICTS.index(it.verdict), it.keep_until or date.max),
        default=None,
    )


def days_over(result: Result, today: date) -> int:
    """Return for how many days something in the item has been over its term."""
    ends = (it.keep_until for it in result.judgements if it.verdict == "overdue")
    return max(((today - end).days for end in ends if end), default=0)


def _overdue(judgement: Judgement | None, days: int) -> float:
    if judgement is None or judgement.verdict not in {"overdue", "possibly_overdue"}:
        return 1
    if judgement.verdict == "possibly_overdue":
        return 1.5
    return 2 + (days > DAYS_A_YEAR) + (days > 5 * DAYS_A_YEAR)
