"""The estimate of the time left, against scans whose pace is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.cli._progress import PER_ITEM, Counter


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def run(costs: list[tuple[int, float]], stop: int) -> tuple[Counter, float]:
    """Count `stop` items of (bytes, seconds); return the counter and the minutes truly left."""
    clock = Clock()
    counter = Counter(len(costs), sum(size for size, _ in costs), clock)
    for size, seconds in costs[:stop]:
        clock.seconds += seconds
        counter.count(1, size)
    return counter, sum(seconds for _, seconds in costs[stop:]) / 60


@given(st.integers(1, 10**7), st.floats(0.5, 60), st.floats(0.1, 0.9))
def test_a_steady_pace_is_told_as_one_number(size: int, seconds: float, part: float) -> None:
    counter, truth = run([(size, seconds)] * 200, int(200 * part))
    told = counter.minutes_left()
    assert told is not None
    assert told[0] - 1 <= truth <= told[1] + 1


@pytest.mark.parametrize("part", [0.5, 0.7, 0.9])
def test_a_pace_that_falls_is_between_the_two_that_are_told(part: float) -> None:
    # Large files first at 20 MB a second, then small ones at a fifth of that pace.
    large, small = (10_000_000, 0.5), (PER_ITEM, 0.01)
    costs = [large] * 400 + [small] * 60_000
    counter, truth = run(costs, 400 + int(60_000 * part))
    told = counter.minutes_left()
    assert told is not None
    assert told[0] <= truth + 1
    assert told[1] >= truth * 0.8 - 1


def test_nothing_is_told_while_it_is_anybodys_guess() -> None:
    counter, _ = run([(1000, 1.0)] * 100, 2)
    assert counter.left == ""
    assert run([(1000, 60.0)] * 100, 50)[0].left.startswith("about ")


def test_two_estimates_that_differ_are_both_told() -> None:
    counter, _ = run([(10**6, 1.0)] * 500 + [(10**6, 20.0)] * 500, 800)
    assert counter.left.endswith("min left")
    assert " to " in counter.left
