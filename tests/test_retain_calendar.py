"""Calendar arithmetic: weeks stay weeks, month ends are clamped, shifts go to the end of a year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.retain.calendar import Term, add, parse_term, shifted

DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))
TERMS = st.builds(
    lambda years, months, weeks, days: f"P{years}Y{months}M{weeks}W{days}D",
    st.integers(0, 50), st.integers(0, 40), st.integers(0, 100), st.integers(0, 800),
)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        ("2021-03-14", "P4W", "2021-04-11"),
        ("2024-02-01", "P4W", "2024-02-29"),
        ("2023-12-15", "P4W", "2024-01-12"),
        ("2021-03-14", "P1Y", "2022-03-14"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2020-02-29", "P2Y", "2022-02-28"),
        ("2023-01-31", "P1M", "2023-02-28"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-01-30", "P1M", "2024-02-29"),
        ("2024-03-31", "P1M", "2024-04-30"),
        ("2024-08-31", "P6M", "2025-02-28"),
        ("2023-11-30", "P3M", "2024-02-29"),
        ("2023-01-02", "P52W", "2024-01-01"),
        ("2023-02-28", "P400D", "2024-04-03"),
        ("2024-05-01", "P0D", "2024-05-01"),
        ("2024-01-31", "P1M1D", "2024-03-01"),
        ("2021-12-31", "P5Y", "2026-12-31"),
        ("2024-12-31", "P12M", "2025-12-31"),
        ("2024-12-31", "P1Y2M", "2026-02-28"),
        ("9990-01-01", "P20Y", "9999-12-31"),
        ("9999-12-30", "P2W", "9999-12-31"),
    ],
)
def test_add(start: str, term: str, end: str) -> None:
    assert add(date.fromisoformat(start), term) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "shift", "book_year_end", "day"),
    [
        ("2021-03-14", "none", (12, 31), "2021-03-14"),
        ("2021-03-14", "calendar_year_end", (6, 30), "2021-12-31"),
        ("2021-12-31", "calendar_year_end", (12, 31), "2021-12-31"),
        ("2021-01-01", "calendar_year_end", (12, 31), "2021-12-31"),
        ("2021-03-14", "book_year_end", (12, 31), "2021-12-31"),
        ("2021-06-30", "book_year_end", (6, 30), "2021-06-30"),
        ("2021-07-01", "book_year_end", (6, 30), "2022-06-30"),
        ("2023-02-28", "book_year_end", (2, 29), "2023-02-28"),
        ("2023-03-01", "book_year_end", (2, 29), "2024-02-29"),
        ("9999-12-31", "book_year_end", (6, 30), "9999-12-31"),
    ],
)
def test_shifted(start: str, shift: str, book_year_end: tuple[int, int], day: str) -> None:
    result = shifted(date.fromisoformat(start), shift, book_year_end)  # type: ignore[arg-type]
    assert result == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["", "P", "4W", "P4", "PT1H", "P1.5Y", "P-1Y", "P1M1Y", "p1y", "P1Y ", "P٣Y", "P1YT0S"]
)
def test_no_term(text: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        parse_term(text)


def test_weeks_and_days_do_not_become_months() -> None:
    assert parse_term("P4W") == Term(months=0, days=28)
    assert parse_term("P400D") == Term(months=0, days=400)
    assert parse_term("P2Y3M") == Term(months=27, days=0)


@given(DAYS, DAYS, TERMS)
def test_a_later_start_never_ends_earlier(one: date, other: date, term: str) -> None:
    first, second = sorted((one, other))
    assert add(first, term) <= add(second, term)


@given(DAYS, st.integers(0, 1000))
def test_weeks_are_seven_days(start: date, weeks: int) -> None:
    assert add(start, f"P{weeks}W") == start + timedelta(days=7 * weeks)


@given(DAYS, st.integers(0, 600))
def test_months_keep_the_day_or_clamp_it_to_the_last(start: date, months: int) -> None:
    end = add(start, f"P{months}M")
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    is_last = (end + timedelta(days=1)).month != end.month
    assert end.day == start.day or (is_last and end.day < start.day)


@given(DAYS, TERMS)
def test_a_term_never_goes_back(start: date, term: str) -> None:
    assert add(start, term) >= start


@given(DAYS, st.integers(1, 12), st.integers(1, 31))
def test_a_shift_stays_within_a_year(start: date, month: int, day: int) -> None:
    day = min(day, 30 if month in (4, 6, 9, 11) else 29 if month == 2 else 31)
    end = shifted(start, "book_year_end", (month, day))
    assert start <= end <= start + timedelta(days=366)
