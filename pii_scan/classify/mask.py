"""Stage 5, classify: a value -> how it may be shown in a report."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from pii_scan.classify.names import fold

STARS: Final = 6
"""Stars that stand for what is left out, whatever its length: the length tells something too."""


def mask(entity: str, value: str, custom: Callable[[str], str] | None, phrase: str) -> str:
    """Return a form of `value` that is recognised by who knows it and tells others nothing.

    Args:
        entity: Decides what stays readable.
        value: What is masked.
        custom: The recognizer's own mask, which goes first.
        phrase: Shown in place of a free text of art. 9 or 10 AVG: the name of its category.
    """
    if custom is not None:
        return custom(value)
    if entity in PHRASES:
        return phrase
    return MASKS.get(entity, first_letter)(value)


def first_letter(value: str) -> str:
    """Return the first letter or digit and stars; stars alone for what is too short to show any."""
    characters = "".join(filter(str.isalnum, value))
    return (characters[0] if len(characters) > 3 else "") + "*" * STARS


def _bsn(value: str) -> str:
    digits = _digits(value)
    return "*" * STARS + (digits[-3:] if len(digits) >= 8 else "")


def _iban(value: str) -> str:
    """Keep country, check digits, the bank where the IBAN names one by letters, and the last 4."""
    bare = "".join(filter(str.isalnum, value)).upper()
    if len(bare) < 15:
        return first_letter(value)
    bank = f"{bare[:4]} {bare[4:8]}" if bare[4:8].isalpha() else bare[:2]
    return f"{bank} **** **{bare[-4:-2]} {bare[-2:]}"


def _phone(value: str) -> str:
    """Keep the prefix of the network, or of the country, and the last 2 digits."""
    digits = _digits(value)
    if len(digits) < 7:
        return "*" * STARS
    national = re.sub(r"^(?:0031|31)(?=[1-9]\d{8})0?", "0", re.sub(r"^(0031|31)0", r"\1", digits))
    if national.startswith("00") or (value.lstrip().startswith("+") and national == digits):
        prefix = "+" + national.removeprefix("00")[:2]
    else:
        prefix = national[:2] if national.startswith("06") else national[:3]
    return prefix + "*" * STARS + digits[-2:]


def _email(value: str) -> str:
    local, _, domain = value.rpartition("@")
    return (local[0] if len(local) > 1 else "") + f"***@{domain}"


def _document(value: str) -> str:
    bare = "".join(filter(str.isalnum, value))
    return (bare[:2] if len(bare) >= 8 else "") + "*" * STARS


def _name(value: str) -> str:
    """Keep the initials, a word each: "Jan de Vries" is "J. d. V."."""
    words = re.findall(r"[^\W\d_]+", value)
    return " ".join(f"{word[0]}." for word in words) or "*" * STARS


def _last_four(value: str) -> str:
    digits = _digits(value)
    return "*" * STARS + (digits[-4:] if len(digits) >= 13 else "")


def _postcode(value: str) -> str:
    digits = _digits(value)
    return f"{digits[:2]}** **" if len(digits) >= 4 else "*" * STARS


def _ip(value: str) -> str:
    head, separator, _ = value.partition(":" if ":" in value else ".")
    return f"{head}{separator}***" if separator and len(head) <= 4 else "*" * STARS


def _hidden(value: str) -> str:
    return "*" * STARS


def _digits(value: str) -> str:
    return re.sub(r"[^0-9]+", "", fold(value))


PHRASES: Final = frozenset(
    {
        "HEALTH",
        "CRIMINAL",
        "RELIGION_OR_BELIEF",
        "ETHNICITY",
        "POLITICAL_OPINION",
        "TRADE_UNION",
        "SEXUAL_ORIENTATION",
    }
)
"""Entities whose value is free text, of which any part tells too much."""

MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "NL_BSN": _bsn,
    "IBAN_CODE": _iban,
    "PHONE_NUMBER": _phone,
    "EMAIL_ADDRESS": _email,
    "NL_ID_DOCUMENT": _document,
    "NL_DRIVERS_LICENSE": _document,
    "CREDIT_CARD": _last_four,
    "NL_POSTCODE": _postcode,
    "PERSON": _name,
    "IP_ADDRESS": _ip,
    "DATE_OF_BIRTH": _hidden,
    "CREDENTIALS": _hidden,
}
