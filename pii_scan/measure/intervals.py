"""Intervals around a share that was counted."""

from collections.abc import Callable
from math import exp, fsum, lgamma, log, log1p, sqrt
from typing import NamedTuple

Z95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


PRECISION = 1e-9


class Interval(NamedTuple):
    """From low to high, both 0-1."""

    low: float
    high: float


def wilson(hits: int, of: int) -> Interval:
    """Return the 95 % score interval of Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.

    >>> [round(it, 4) for it in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if of == 0:
        return Interval(0.0, 1.0)
    share, square = hits / of, Z95**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    around = Z95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    # At the ends rounding would leave 1e-17 where the formula gives the end itself.
    low = 0.0 if hits == 0 else max(middle - around, 0.0)
    high = 1.0 if hits == of else min(middle + around, 1.0)
    return Interval(low, high)


def clopper_pearson(hits: int, of: int, confidence: float = 0.95) -> Interval:
    """Return the exact interval of Clopper and Pearson (1934), Biometrika 26, 404-413.

    It covers at least as often as it says, whatever the share: for few hits, or none.

    >>> [round(it, 4) for it in clopper_pearson(0, 59)]
    [0.0, 0.0606]
    """
    if of == 0:
        return Interval(0.0, 1.0)
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _where(lambda p: 1 - _at_most(hits - 1, of, p) >= tail)
    high = 1.0 if hits == of else _where(lambda p: _at_most(hits, of, p) <= tail)
    return Interval(low, high)


def _where(is_past: Callable[[float], bool]) -> float:
    """Return the point between 0 and 1 from which on it is so, by halving."""
    low, high = 0.0, 1.0
    while high - low > PRECISION:
        middle = (low + high) / 2
        low, high = (low, middle) if is_past(middle) else (middle, high)
    return (low + high) / 2


def _at_most(hits: int, of: int, share: float) -> float:
    """Return the chance of so many hits or fewer (binomial distribution)."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(hits >= of)
    # In logarithms: the coefficients of a few hundred have hundreds of digits.
    return min(
        fsum(
            exp(
                lgamma(of + 1)
                - lgamma(k + 1)
                - lgamma(of - k + 1)
                + k * log(share)
                + (of - k) * log1p(-share)
            )
            for k in range(hits + 1)
        ),
        1.0,
    )
