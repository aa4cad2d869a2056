"""Stage 3, extract: lines of a machine-readable zone among the text that was read in a picture."""

import re
from string import ascii_uppercase, digits
from typing import Final

ALPHABET: Final = ascii_uppercase + digits + "<"
"""ICAO Doc 9303-3, 4.3: the characters of a zone."""
SHORTEST: Final = 27
"""The shortest line has 30 (Doc 9303-5; ISO/IEC 18013-1 has one of them), of which some get lost.
"""
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

    Args:
        text: as it is read without a restriction.
        strict: the same picture, read as if nothing but `ALPHABET` could be in it.
    """
    lines = text.split("\n")
    better = [line.replace(" ", "") for line in strict.split("\n") if _is_line(line)]
    if len(better) < sum(map(_is_line, lines)):
        return text
    return "\n".join([*(line for line in lines if not _is_line(line)), *better])
