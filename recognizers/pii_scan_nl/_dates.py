"""Dates in every spelling that Dutch documents use, as regular expressions and as a reader."""

import re
from datetime import date

from pii_scan_nl._numerals import NUMBER, SPOKEN_ANCHOR, spoken_year, value

_MONTHS = "jan feb m(?:aa)?rt apr mei jun jul aug sep okt nov dec"
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii"
_ENGLISH = {"mar": 3, "may": 5, "oct": 10}
_MONTH = (
    r"(?i:jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|mrt|mar(?:ch)?|apr(?:il)?|mei|may|june?|juni"
    r"|july?|juli|aug(?:ustus|ust)?|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)"
)
_YEAR = r"(?:'?\d{2}|[12]\d{3})"
_TEEN = r"(?:negentien|tweeduizend)(?:honderd)?(?: ?en)? ?"
_SPELLINGS = (
    r"\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?(?:[12]\d{3}|'?\d{2})",
    r"\d{1,2} \d{1,2} [12]\d{3}",
    r"[12]\d{3} ?[-/.] ?\d{1,2} ?[-/.] ?\d{1,2}",
    r"'\d{2}[-/.]\d{1,2}[-/.]\d{1,2}",
    rf"(?:den )?\d{{1,2}}(?:e|ste|de|den)?[.-]?[ -]?{_MONTH}(?:/[A-Z]{{3}})?\.?,?[ -]?{_YEAR}",
    rf"{_MONTH}\.? \d{{1,2}}, ?[12]\d{{3}}",
    r"\d{1,2}[. -](?:[IVX]{1,4})[. -][12]\d{3}",
    r"[0-3]\d[01]\d[12]\d{3}",
    r"[12]\d{3}[01]\d[0-3]\d",
    r"[0-3]\d[01]\d{3}",
    r"\d \d \d \d \d \d \d \d",
    rf"(?i:(?:{NUMBER}|eerste|tweede|derde) (?:{_MONTH}|{NUMBER}) (?:{_TEEN})?{NUMBER})",
)
SPELLINGS = tuple(rf"\b{s}\b" if s[0] != "'" else rf"{s}\b" for s in _SPELLINGS)
"""One regular expression a spelling; `read` tells a date from what only looks like one."""
LABELLED = (
    (SPELLINGS[0], None),
    (SPELLINGS[4], None),
    (SPELLINGS[5], None),
    ("|".join((*SPELLINGS[1:4], *SPELLINGS[6:11])), None),
    (SPELLINGS[11], SPOKEN_ANCHOR),
)
"""The same with their anchors, as they are sought behind each label, where every one takes time:
what is seldom met is one, and spoken words are sought only where the text holds some."""
_PIVOT = 26
"""Two-digit years up to this one are of the 21st century."""


def read(text: str) -> date | None:
    """Return the day that `text`, one of the spellings, stands for; day before month.

    >>> read("9.IV.1984"), read("2 maart '44"), read("31-02-1990")
    (datetime.date(1984, 4, 9), datetime.date(1944, 3, 2), None)
    """
    parts = re.findall(r"\d+|[^\W\d_]+", text.lower().removeprefix("den "))
    if len(parts) == 8 and all(len(part) == 1 for part in parts):
        parts = ["".join(parts)]
    if len(parts) == 1:
        return _compact(parts[0])
    parts = [part for part in parts if part not in {"e", "ste", "de", "den"}]
    if parts[0].isdigit() and parts[-1].isdigit() and len(parts) in (3, 4):
        first, last = int(parts[0]), int(parts[-1])
        month = _month(parts[1])
        if len(parts[0]) == 4 or text.startswith("'"):
            return _day(_year(parts[0]), month, last)
        return _day(_year(parts[-1]), month, first)
    if len(parts) == 3 and parts[1].isdigit():
        return _day(_year(parts[2]), _month(parts[0]), int(parts[1]))
    return _spoken(parts)


def _compact(digits: str) -> date | None:
    if not digits.isdigit():
        return None
    if len(digits) == 6:
        return _day(_year(digits[4:]), int(digits[2:4]), int(digits[:2]))
    if digits[:2] in {"19", "20"} and int(digits[4:6]) <= 12:
        known = _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        if known:
            return known
    return _day(int(digits[4:]), int(digits[2:4]), int(digits[:2]))


def _spoken(parts: list[str]) -> date | None:
    ordinals = {"eerste": 1, "tweede": 2, "derde": 3}
    day = ordinals.get(parts[0]) or value(parts[0])
    year = spoken_year("".join(parts[2:]))
    if day is None or year is None:
        return None
    return _day(_year(f"{year:02}"), value(parts[1]) or _month(parts[1]), day)


def _month(text: str) -> int:
    """Return the month's number, 0 if it is none."""
    if text.isdigit():
        return int(text)
    if text in _ROMAN.split():
        return _ROMAN.split().index(text) + 1
    for number, name in enumerate(_MONTHS.split(), start=1):
        if re.match(name, text):
            return number
    return _ENGLISH.get(text[:3], 0)


def _year(text: str) -> int:
    number = int(text)
    if len(text) > 2:
        return number
    return number + (2000 if number <= _PIVOT else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
