"""Until when a request must be answered, and which days nobody works on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.errors import ConfigError
from pii_scan.inzage.deadline import after, before, check_extension, deadline, free_day

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("received", "promise", "is_extended", "due"),
    [
        ("2026-10-28", "P1M", False, "2026-11-28"),
        ("2026-01-31", "P1M", False, "2026-02-28"),
        ("2026-10-28", "P4W", False, "2026-11-25"),
        ("2026-02-01", "P4W", False, "2026-03-01"),
        ("2026-10-28", "P6W", False, "2026-11-28"),
        ("2026-10-28", "P4W", True, "2027-01-28"),
        ("2026-11-30", "P1M", True, "2027-02-28"),
    ],
)
def test_the_earlier_of_law_and_promise_counts(
    received: str, promise: str, is_extended: bool, due: str
) -> None:
    found = deadline(date.fromisoformat(received), promise, is_extended=is_extended)
    assert found.due.isoformat() == due


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-01-01", "nieuwjaarsdag"),
        ("2026-04-03", "Goede Vrijdag"),
        ("2026-04-06", "tweede paasdag"),
        ("2026-04-27", "Koningsdag"),
        ("2025-04-26", "Koningsdag"),
        ("2026-05-05", "Bevrijdingsdag"),
        ("2026-05-14", "Hemelvaartsdag"),
        ("2026-05-25", "tweede pinksterdag"),
        ("2027-05-17", "tweede pinksterdag"),
        ("2026-12-25", "eerste kerstdag"),
        ("2026-12-26", "tweede kerstdag"),
        ("2026-11-29", "zondag"),
        ("2026-11-27", None),
        ("2026-04-28", None),
    ],
)
def test_free_days_are_those_of_the_law(day: str, why: str | None) -> None:
    assert free_day(date.fromisoformat(day)) == why


@given(DAYS)
def test_working_days_lie_around_a_free_one(day: date) -> None:
    assert before(day) <= day <= after(day)
    assert free_day(before(day)) is free_day(after(day)) is None
    assert (before(day) == day) == (free_day(day) is None)


@pytest.mark.parametrize(
    ("today", "says"),
    [
        ("2026-11-20", "nog 8 dagen"),
        ("2026-11-20", "valt op zaterdag: werk voor 27 november 2026 af"),
        ("2026-11-20", "verlengen kan nog tot en met 28 november 2026"),
        ("2026-11-28", "nog 0 dagen"),
        ("2026-11-30", "de termijn is 2 dagen geleden verstreken"),
    ],
)
def test_the_notes_say_what_to_watch(today: str, says: str) -> None:
    notes = deadline(date(2026, 10, 28), "P1M").notes(date.fromisoformat(today))
    assert any(says in note for note in notes)


def test_a_promise_is_named_beside_the_law() -> None:
    notes = list(deadline(date(2026, 10, 28), "P4W").notes(date(2026, 11, 1)))
    assert "eigen belofte; volgens de wet uiterlijk 28 november 2026" in notes


def test_an_extension_is_told_within_the_first_month() -> None:
    check_extension(date(2026, 10, 28), date(2026, 11, 28))
    for told, says in ((date(2026, 11, 29), "too late"), (date(2026, 10, 27), "before")):
        with pytest.raises(ConfigError, match=says):
            check_extension(date(2026, 10, 28), told)
