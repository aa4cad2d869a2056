"""Calendar arithmetic of retention terms: day boundaries only, no clock and no time zone."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from pii_scan.model import Shift

_TERM = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """An ISO 8601 duration of whole days; weeks and days never become months."""

    months: int
    """Years count as twelve."""
    days: int
    """Weeks count as seven."""


@lru_cache(maxsize=256)
def parse_term(text: str) -> Term:
    """Read a term of whole days: "P4W", "P1Y6M", "P400D".

    Raises:
        ValueError: it is not a duration of whole days.
    """
    match = _TERM.fullmatch(text)
    if match is None:
        raise ValueError("not an ISO 8601 term of years, months, weeks and days such as P2Y or P4W")
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    return Term(months=12 * years + months, days=7 * weeks + days)


def add(start: date, term: str) -> date:
    """Return the day `term` after `start`; a day that the month lacks becomes its last.

    What lies past the year 9999 becomes its last day.

    >>> add(date(2024, 1, 31), "P1M"), add(date(2024, 2, 29), "P1Y"), add(date(2024, 1, 31), "P4W")
    (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28), datetime.date(2024, 2, 28))
    """
    parsed = parse_term(term)
    year, month = divmod(start.year * 12 + start.month - 1 + parsed.months, 12)
    if year > date.max.year:
        return date.max
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    try:
        return date(year, month + 1, day) + timedelta(days=parsed.days)
    except OverflowError:
        return date.max


def shifted(start: date, shift: Shift, book_year_end: tuple[int, int]) -> date:
    """Return the day a term counts from: `start`, or the end of the year in which it falls.

    >>> shifted(date(2021, 3, 14), "calendar_year_end", (12, 31))
    datetime.date(2021, 12, 31)
    >>> shifted(date(2021, 9, 1), "book_year_end", (6, 30))
    datetime.date(2022, 6, 30)
    """
    if shift == "none":
        return start
    if shift == "calendar_year_end":
        return date(start.year, 12, 31)
    end = _book_year_end(start.year, book_year_end)
    if end >= start or start.year == date.max.year:
        return max(end, start)
    return _book_year_end(start.year + 1, book_year_end)


def _book_year_end(year: int, month_day: tuple[int, int]) -> date:
    month, day = month_day
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
