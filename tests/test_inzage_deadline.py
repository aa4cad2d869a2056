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
        ("2026-11-30", "de laatste dag was zaterdag. Volgens Verordening 1182/71, art. 3 lid 4, "
         "eindigt de termijn op 30 november 2026: antwoord nu"),
        ("2026-11-30", "verlengen kan nog tot en met 30 november 2026"),
        ("2026-12-01", "de termijn is 3 dagen geleden verstreken"),
    ],
)  # fmt: skip
def test_the_notes_say_what_to_watch(today: str, says: str) -> None:
    notes = deadline(date(2026, 10, 28), "P1M").notes(date.fromisoformat(today))
    assert any(says in note for note in notes)


def test_a_promise_is_named_beside_the_law() -> None:
    notes = list(deadline(date(2026, 10, 28), "P4W").notes(date(2026, 11, 1)))
    assert "eigen belofte; volgens de wet uiterlijk 28 november 2026" in notes


def test_a_promise_is_no_term_of_the_law_and_does_not_move() -> None:
    promised = deadline(date(2026, 11, 1), "P4W")  # ends on Sunday the 29th
    assert "valt op zondag: werk voor 27 november 2026 af" in list(
        promised.notes(date(2026, 11, 2))
    )
    late = list(promised.notes(date(2026, 11, 30)))
    assert late[0] == "de termijn is 1 dag geleden verstreken"
    assert not any("1182/71" in note for note in late)


@pytest.mark.parametrize(
    ("received", "told", "says"),
    [
        ("2026-10-28", "2026-11-28", None),
        # The month ends on a Saturday: by law on Monday (Regulation 1182/71, art. 3(4)).
        ("2026-10-28", "2026-11-30", None),
        ("2026-10-28", "2026-12-01", "by 2026-11-30"),
        ("2026-10-28", "2026-10-27", "before"),
        ("2026-03-06", "2026-04-07", None),  # Easter Monday is no working day
        ("2026-03-06", "2026-04-08", "too late"),
    ],
)
def test_an_extension_is_told_within_the_first_month(
    received: str, told: str, says: str | None
) -> None:
    days = date.fromisoformat(received), date.fromisoformat(told)
    if says is None:
        check_extension(*days)
        return
    with pytest.raises(ConfigError, match=says):
        check_extension(*days)
