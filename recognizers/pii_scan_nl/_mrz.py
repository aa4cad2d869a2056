"""Lines of machine-readable zones, printed without a fault or read with the faults of a scan.

ICAO Doc 9303-3, 4.2: a passport has two lines of 44 (9303-4), a card three of 30 (9303-5). Letters
that a scan takes for figures are those of `FIGURE`, and spaces fall between fields. Check digits
are not tried: whoever reads O for 0 reads the digit that would tell wrong as often. Where the
fields stand, around the country and between dates, says enough.
"""

FIGURE = "[0-9ODQILZSBG]"
"""A digit as it may have been read."""
NLD = "N[LI1][D0]"
SEX = "[MFVXK<]"
NAME = r"[A-Z]{2,30}(?:<[A-Z]{1,30}){0,4}<<[A-Z]{1,30}(?:<[A-Z]{1,30}){0,4}"
"""Surname and given names."""
CARD = rf"[I1L][A-Z<]{{0,2}} ?{NLD} ?"
"""How the first line of an identity card begins."""
DATES = rf"{FIGURE}{{6}} ?{FIGURE} ?{SEX} ?{FIGURE}{{6}} ?{FIGURE}"
"""Birth and expiry, each with its check digit, and the sex between them."""
_MEANT = str.maketrans("ODQILZSBG", "000112586")


def figures(text: str) -> str:
    """Return the digits that were meant.

    >>> figures("65O3I0")
    '650310'
    """
    return text.translate(_MEANT)


def is_figures(text: str) -> bool:
    """Tell whether most characters are digits, so that the others may be taken for some.

    >>> is_figures("65O310"), is_figures("OLIBSG")
    (True, False)
    """
    return sum(map(str.isdigit, text)) * 3 >= len(text) * 2
