"""Stage 3, extract: lines of a machine-readable zone among the text that was read in a picture."""

import re
from itertools import cycle
from string import ascii_uppercase, digits
from typing import Final

ALPHABET: Final = ascii_uppercase + digits + "<"
"""ICAO Doc 9303-3, 4.3: the characters of a zone."""
SHORTEST: Final = 27
"""The shortest line has 30 (Doc 9303-5; ISO/IEC 18013-1 has one of them), of which some get lost.
"""
CHECKED: Final = (
    (re.compile(r"[A-Z0-9<]{10}[A-Z<]{3}.{31}"), ((0, 9), (13, 19), (21, 27))),
    (re.compile(r"[ACI][A-Z<]{4}.{25}"), ((5, 14),)),
    (re.compile(r"\d{7}[MFX<].{22}"), ((0, 6), (8, 14))),
    (re.compile(r"D.{29}"), ((0, 29),)),
)
"""Lines of a passport (ICAO Doc 9303-4, 4.2), of a card (9303-5, 4.2) and of a licence, each with
the fields that a check digit follows."""
FOREIGN: Final = re.compile(r"[^A-Z0-9<\u00ab]")


def is_likely(text: str) -> bool:
    """Tell whether a line of `text` may be one of a zone, read more or less well.

    >>> is_likely("SPEC1I20142NLD6503101F2403096999999990<<<<<84")
    True
    >>> is_likely("KONINKRIJK DER NEDERLANDEN, GEMEENTE ONS DORP")
    False
    """
    return any(map(_is_line, text.split("\n")))


def _is_line(line: str) -> bool:
    line = line.replace(" ", "")
    foreign = len(FOREIGN.findall(line))
    signs = line.count("<") + line.count("\u00ab") * 2 + sum(map(str.isdigit, line)) // 3
    return len(line) >= SHORTEST and foreign * 10 <= len(line) and signs >= 3


def replaced(text: str, strict: str) -> str:
    """Return `text` with the lines of a zone as `strict` has them, at its end.

    Lines whose check digits are right stay as well, whatever `strict` makes of them.

    Args:
        text: as it is read without a restriction.
        strict: the same picture, read as if nothing but `ALPHABET` could be in it.
    """
    bare = {line: line.replace(" ", "") for line in text.split("\n") if _is_line(line)}
    better = [line.replace(" ", "") for line in strict.split("\n") if _is_line(line)]
    if len(better) < len(bare):
        return text
    sound = [line for line in bare.values() if is_sound(line) and line not in better]
    rest = [line for line in text.split("\n") if line not in bare]
    return "\n".join([*rest, *sound, *better])


def is_sound(line: str) -> bool:
    """Tell whether a line has the check digits of one of the kinds of zones, and they are right.

    >>> is_sound("SPECI20142NLD6503101F2403096999999990<<<<<84"), is_sound("I<NLDSPECI20143<<<<<<<")
    (True, False)
    """
    return any(
        shape.fullmatch(line) and all(_check(line[start:end]) == line[end] for start, end in fields)
        for shape, fields in CHECKED
    )


def _check(field: str) -> str:
    """Return the check digit of a field (ICAO Doc 9303-3, 4.9); of what no zone holds, none."""
    if not set(field) <= set(ALPHABET):
        return ""
    values = (0 if character == "<" else int(character, 36) for character in field)
    return str(sum(value * weight for value, weight in zip(values, cycle((7, 3, 1)))) % 10)
