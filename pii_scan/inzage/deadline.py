"""Inzage: until when a request must be answered (art. 12(3) AVG)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pii_scan.errors import ConfigError
from pii_scan.inzage import _dutch as dutch
from pii_scan.retain.calendar import add

LAW: Final = "P1M"
"""Of the receipt (art. 12(3) AVG)."""
EXTENDED: Final = "P3M"
"""The month and the two by which it may be made longer (art. 12(3) AVG)."""
_FIXED: Final = {(1, 1): "nieuwjaarsdag", (5, 5): "Bevrijdingsdag"}
_CHRISTMAS: Final = {(12, 25): "eerste kerstdag", (12, 26): "tweede kerstdag"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to answer, and what it follows from."""

    by_law: date
    promised: date
    """By the term that the organisation states itself."""
    extended: date | None
    """When the person was told in time that it takes longer."""
    tell_by: date
    """Last day to tell the person that it takes longer."""

    @property
    def due(self) -> date:
        """The day that counts: the earlier of law and promise, or that of the extension."""
        return self.extended or min(self.by_law, self.promised)

    def notes(self, today: date) -> Iterator[str]:
        """Yield, in Dutch, what whoever watches the term should know."""
        due, is_promise = self.due, self.extended is None and self.promised < self.by_law
        days = (due - today).days
        end = dutch.day(after(due))
        ends = f"Volgens Verordening 1182/71, art. 3 lid 4, eindigt de termijn op {end}"
        if days >= 0:
            yield f"nog {dutch.counted(days, 'dag', 'dagen')}"
        elif today <= after(due) and not is_promise:
            yield f"de laatste dag was {free_day(due)}. {ends}: antwoord nu"
        else:
            yield f"de termijn is {dutch.counted(-days, 'dag', 'dagen')} geleden verstreken"
        if is_promise:
            yield f"eigen belofte; volgens de wet uiterlijk {dutch.day(self.by_law)}"
        if days >= 0 and (free := free_day(due)):
            rest = "" if is_promise else f". {ends}; reken daar niet op"
            yield f"valt op {free}: werk voor {dutch.day(before(due))} af{rest}"
        last = self.tell_by if today <= self.tell_by else after(self.tell_by)
        if self.extended is None and today <= last:
            yield f"verlengen kan nog tot en met {dutch.day(last)}, met reden"


def deadline(received: date, answer_term: str, *, is_extended: bool = False) -> Deadline:
    """Return the deadline of a request that was received on a day.

    Args:
        received: The day it came in, however it came in.
        answer_term: ISO 8601, as the organisation's policy states it.
        is_extended: The person was told in time that it takes up to two months longer.
    """
    by_law = add(received, LAW)
    extended = add(received, EXTENDED) if is_extended else None
    return Deadline(by_law, add(received, answer_term), extended, by_law)


def check_extension(received: date, told: date) -> None:
    """Refuse an extension of which the person was not told within the first month.

    Where that ends on a day on which nobody works, it ends on the next working day (Regulation
    1182/71, art. 3(4)).

    Raises:
        ConfigError: told too late, or before the request came in.
    """
    last = after(add(received, LAW))
    if told > last:
        raise ConfigError(
            f"the person must be told of an extension by {last.isoformat()} (art. 12(3) AVG): "
            f"{told.isoformat()} is too late"
        )
    if told < received:
        raise ConfigError(f"told on {told.isoformat()}, before the request was received")


def free_day(day: date) -> str | None:
    """Return why nobody works on a day, in Dutch; `None`: it is a working day.

    Algemene termijnenwet, art. 3.

    >>> free_day(date(2026, 4, 6)), free_day(date(2026, 11, 28)), free_day(date(2026, 11, 30))
    ('tweede paasdag', 'zaterdag', None)
    """
    easter = _easter(day.year)
    moving = {
        easter - timedelta(days=2): "Goede Vrijdag",
        easter + timedelta(days=1): "tweede paasdag",
        easter + timedelta(days=39): "Hemelvaartsdag",
        easter + timedelta(days=50): "tweede pinksterdag",
        _kings_day(day.year): "Koningsdag",
    }
    month_day = (day.month, day.day)
    named = moving.get(day) or _FIXED.get(month_day) or _CHRISTMAS.get(month_day)
    return named or {5: "zaterdag", 6: "zondag"}.get(day.weekday())


def before(day: date) -> date:
    """Return the last working day on or before a day."""
    while free_day(day):
        day -= timedelta(days=1)
    return day


def after(day: date) -> date:
    """Return the first working day on or after a day."""
    while free_day(day):
        day += timedelta(days=1)
    return day


def _kings_day(year: int) -> date:
    """Return 27 April, or the 26th when that is a Sunday (KB 15 mei 2013, Stb. 2013, 177)."""
    day = date(year, 4, 27)
    return day - timedelta(days=1) if day.weekday() == 6 else day


def _easter(year: int) -> date:
    """Return Easter Sunday (Meeus/Jones/Butcher; J. Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
