"""Onderwijsnummer, for pupils without a BSN: nine digits that begin with 10.

The check is that of the BSN with another remainder, so that no number can be both.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import BSN_WEIGHTS, digits, weighted
from pii_scan_nl._labels import ORDERS

_REMAINDER = 5


def is_education_number(text: str) -> bool:
    """Tell whether the number can have been given out.

    >>> is_education_number("101222331"), is_education_number("100252333")
    (True, False)
    """
    return weighted(digits(text), BSN_WEIGHTS) % 11 == _REMAINDER


RECOGNIZER = Recognizer(
    entity="NL_EDUCATION_NUMBER",
    category="B02",
    patterns=(
        Pattern(
            r"10\d{7}|10\d{2}\.\d{2}\.\d{3}|10\d[ .]\d{3}[ .]\d{3}", prior=0.6, after_label=True
        ),
    ),
    edges="digit",
    labels=(
        "onderwijsnummer",
        "onderwijsnr",
        "ond.nr",
        "pgn",
        "persoonsgebonden nummer",
    ),
    against=(*ORDERS, "bsn", "burgerservicenummer", "kvk", "telefoon", "tel"),
    source="Wet register onderwijsdeelnemers; check: python-stdnum, stdnum.nl.onderwijsnummer",
    match=(
        "onderwijsnummer 101222331",
        "PGN: 1012.22.331",
        "Persoonsgebonden nummer leerling: 101222331",
    ),
    no_match=(
        "101222331",
        "onderwijsnummer 100252333",
        "onderwijsnummer 1012223310",
        "pgn 999990019",
        "bsn 101222331",
        "onderwijsnummer volgt, factuur 101222331",
    ),
    is_valid=is_education_number,
    normalise=digits,
)
