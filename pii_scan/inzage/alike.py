"""Inzage: the spellings of one text: in a file name, an address of a page, with other spaces."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from pii_scan.classify.names import PREFIXES
from pii_scan.classify.organisation import phone_digits
from pii_scan.inzage._dutch import MONTHS

_NUMBERS: Final = frozenset(
    {"IBAN_CODE", "NL_BSN", "CUSTOMER_NUMBER", "NL_BANK_ACCOUNT", "CREDIT_CARD", "NL_POSTCODE"}
)
"""What is the same however it is parted."""
WORDS: Final = frozenset({"PERSON", "ADDED"})
"""What is words, and stands in names of files and pages as well."""
_PART: Final = r"[\s\u00a0\u2010-\u2015().,/_-]{0,3}"
_BETWEEN: Final = r"[\s_.+-]"
_LEAST_GLUED: Final = 8
"""Letters of a name that is known without anything between its words: "pietverzonnen"."""
_LEAST_NAMED: Final = 5
_LEAST_SURNAME: Final = 5
"""A shorter one is too often a word."""
_FREE: Final = r"(?<![^\W_])(?<!@)"
_ENDS: Final = r"(?![^\W_])(?![\w.+-]{0,64}@)"
"""Words of their own, and no part of an e-mail address, which is masked as a whole."""


@lru_cache(maxsize=4_000)
def pattern(entity: str, text: str) -> re.Pattern[str]:
    """Return what finds a text as words of their own, in any spelling of its entity."""
    if entity in _NUMBERS:
        return re.compile(rf"(?<![^\W_]){_parted(text)}(?![^\W_])", re.IGNORECASE)
    if entity == "PHONE_NUMBER":
        return re.compile(rf"(?<![^\W_]){_phone(text)}(?![^\W_])")
    if entity == "DATE_OF_BIRTH" and (day := _day(text)):
        return re.compile(rf"(?<![^\W_]){day}(?![^\W_])", re.IGNORECASE)
    words = text.split()
    if entity == "PERSON" and len(words) > 1 and len(bare(text)) >= _LEAST_NAMED:
        glued = dict.fromkeys(_glued(it) for it in _orders(words))
        ways = "|".join((*glued, _login(words), *_alone(words)))
        return re.compile(rf"{_FREE}(?:{ways}){_ENDS}", re.IGNORECASE)
    spaced = r"\s+".join(map(re.escape, words))
    if entity == "EMAIL_ADDRESS":
        return re.compile(rf"(?<![\w@.+-]){spaced}(?![\w@])(?![.-]\w)", re.IGNORECASE)
    if entity in WORDS:
        spaced = f"(?:{spaced}|{spaced.upper()})" if spaced.isalpha() else spaced
        return re.compile(rf"{_FREE}{spaced}{_ENDS}")
    return re.compile(rf"(?<![^\W_])(?<!@)(?<![^\W_][.-]){spaced}(?![^\W_])(?!@)(?![.-][^\W_])")


def bare(text: str) -> str:
    """Return the letters and digits of a text in one case."""
    return "".join(filter(str.isalnum, text)).casefold()


def forms(text: str) -> Iterator[str]:
    """Yield, bare, the ways in which a name is written, and its surnames; of anything else that.

    >>> list(forms("Piet de Verzonnen"))
    ['pietdeverzonnen', 'deverzonnenpiet', 'pdeverzonnen', 'deverzonnen', 'verzonnen', 'verzonnen']
    """
    words = text.split()
    yield from (bare("".join(it)) for it in (_orders(words) if len(words) > 1 else [words]))
    if len(words) > 1:
        yield bare("".join(_surname(words)))
        yield from map(bare, (words[-1], *words[-1].split("-")))


def _surname(words: list[str]) -> list[str]:
    """Return the surname of a name with what stands before it: "van der Verzonnen"."""
    first = next((n for n, it in enumerate(words[1:], 1) if it.lower() in PREFIXES), -1)
    return words[first:]


def _alone(words: list[str]) -> Iterator[str]:
    """Yield what finds the surname of a name by itself: with a capital, or in a name of a file."""
    surname = _surname(words)
    last = surname[-1]
    if not last[:1].isupper() or len(bare(last)) < _LEAST_SURNAME:
        return
    before = "".join(rf"(?i:{re.escape(word)})\s+" for word in surname[:-1])
    yield rf"(?-i:{before}(?:{re.escape(last)}|{re.escape(last.upper())}))"
    glued = re.escape("".join(surname))
    yield rf"(?<=[_/\\]){glued}|{glued}(?=_)"


def _orders(words: list[str]) -> Iterator[list[str]]:
    first, *rest = words
    yield words
    yield [*rest, first]
    yield [first[:1], *rest]


def _glued(words: list[str]) -> str:
    is_long = len(bare("".join(words))) >= _LEAST_GLUED
    between = f",?{_BETWEEN}{{{0 if is_long else 1},20}}"
    return between.join(re.escape(word.strip(",")) for word in words)


def _login(words: list[str]) -> str:
    """Return what finds a name to log in by, that others of the name have too: "pverzonnen02"."""
    name = re.escape("".join((words[0][:1], *words[1:])))
    return rf"{name}\d{{1,3}}"


def _parted(text: str) -> str:
    return _PART.join(filter(str.isalnum, text))


def _day(text: str) -> str:
    """Return what finds a date of birth written by its numbers or with the name of its month."""
    named = {month: number for number, month in enumerate(MONTHS, start=1)}
    parts = re.findall(r"\d+|[^\W\d_]+", text.casefold())
    if len(parts) != 3:
        return ""
    first, middle, last = parts
    month = next((n for name, n in named.items() if name.startswith(middle[:3])), 0)
    month = int(middle) if middle.isdecimal() else month
    year, day = (first, last) if len(first) == 4 else (last, first)
    if not (year.isdecimal() and day.isdecimal() and len(year) == 4 and 1 <= month <= 12):
        return ""
    short = "|".join({MONTHS[month - 1], MONTHS[month - 1][:3], f"0?{month}"})
    part, one = r"[\s./-]{1,2}", f"0?{int(day)}"
    return rf"(?:{one}{part}(?:{short}){part}{year}|{year}{part}0?{month}{part}{one})"


def _phone(text: str) -> str:
    digits = phone_digits(text)
    if len(digits) != 10 or not digits.startswith("0"):
        return _parted("".join(filter(str.isdigit, text))) or re.escape(text)
    return rf"(?:(?:\+|00){_PART}31{_PART}0?|0){_PART}{_parted(digits[1:])}"
