"""How a day is written: "14-03-2023", "2 mrt. '22", "2021-02-02T10:00", "20240319"."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

EARLIEST_YEAR = 1980
"""Before it nothing on a share was written; a year of two digits is read as 2000-2049."""
LATEST_YEAR = 2049

# Every form is bounded and holds a digit, so only the places around digits are looked at.
_NUMBER = re.compile(r"\d+")
_WORD_BEFORE = re.compile(r"[^\W\d_]{3,12}\.? \Z")
_LONGEST_WORD = 14
_NUMERIC = (
    r"(?P<iso_year>(?:19|20)\d\d)(?P<iso_sep>[-/._])(?P<iso_month>\d{1,2})(?P=iso_sep)(?P<iso_day>\d{1,2})"
    r"|(?P<day>\d{1,2})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<year>'?\d{4}|'?\d\d)"
    r"|(?P<s_day>\d{1,2})[-/.](?P<s_month>\d{1,2}) (?P<s_year>['\u2019]\d\d|20\d\d(?![:\d]))"
)
_COMPACT = r"(?P<c_year>(?:19|20)\d\d)(?P<c_month>0[1-9]|1[0-2])(?P<c_day>[0-2]\d|3[01])"
_WORDED = (
    r"(?P<w_day>\d{{1,2}})(?:e|ste|de|den)?[ \-./]{{0,2}}(?P<w_month>{months})\.?[ \-./,]{{0,2}}"
    r"(?P<w_year>['\u2019]?\d{{4}}|['\u2019]?\d\d)"
    r"|(?P<m_month>{months})\.? (?P<m_day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<m_year>(?:19|20)\d\d)"
)
_BEFORE = re.compile(r"(?:\w|\d[-./:])\Z")
_AFTER = re.compile(r"\d|[-./:]\d|[^\W\d_T]")
_AFTER_COMPACT = re.compile(r"\w")  # a time may follow: 20240319-1042


@dataclass(frozen=True, slots=True)
class Found:
    """A day in a text."""

    day: date
    start: int
    end: int
    is_compact: bool
    """Eight digits on end, which may be any number: a word must say that it is a date."""


def compile_forms(months: Mapping[str, int]) -> re.Pattern[str]:
    """Return the pattern of all forms, given the names of the months."""
    names = "|".join(sorted((re.escape(name) for name in months), key=len, reverse=True))
    return re.compile(f"{_NUMERIC}|{_WORDED.format(months=names)}|{_COMPACT}", re.IGNORECASE)


def find_days(text: str, forms: re.Pattern[str], months: Mapping[str, int]) -> Iterator[Found]:
    """Yield the days that a text writes in full, in order; day before month, as in Dutch."""
    done = 0
    for number in _NUMBER.finditer(text):
        first = number.start()
        if first < done:
            continue
        word = _WORD_BEFORE.search(text, max(done, first - _LONGEST_WORD), first)
        match = (forms.match(text, word.start()) if word else None) or forms.match(text, first)
        if match is None:
            continue
        start, end = match.span()
        done = end
        is_compact = match["c_year"] is not None
        touching = _AFTER_COMPACT if is_compact else _AFTER
        if _BEFORE.search(text[max(0, start - 2) : start]) or touching.match(text[end : end + 2]):
            continue
        day = _day(match, months)
        if day is not None and EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            yield Found(day, start, end, is_compact)


def _day(match: re.Match[str], months: Mapping[str, int]) -> date | None:
    if match["iso_year"]:
        parts = match["iso_year"], match["iso_month"], match["iso_day"]
    elif match["c_year"]:
        parts = match["c_year"], match["c_month"], match["c_day"]
    elif match["s_day"]:
        parts = match["s_year"], match["s_month"], match["s_day"]
    elif match["w_day"]:
        parts = match["w_year"], str(months[match["w_month"].lower()]), match["w_day"]
    elif match["m_day"]:
        parts = match["m_year"], str(months[match["m_month"].lower()]), match["m_day"]
    else:
        parts = match["year"], match["month"], match["day"]
    year = int(parts[0].lstrip("'\u2019"))
    try:
        return date(year + 2000 if year < 100 else year, int(parts[1]), int(parts[2]))
    except ValueError:
        return None
