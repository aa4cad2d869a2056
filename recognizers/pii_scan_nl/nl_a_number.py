"""A-nummer, under which the BRP keeps a person: ten digits with two checks, never a telephone's.

Of ten random digits six in a thousand pass; telephone's A-numbers begin with a nought, these never.
"""

from itertools import pairwise

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, weighted
from pii_scan_nl._labels import ORDERS

_POWERS = tuple(2**index for index in range(10))
_SUMS = (0, 5)
"""Remainders by 11 that the sum of the digits may leave."""


def is_a_number(text: str) -> bool:
    """Tell whether the number can have been given out.

    >>> is_a_number("1231231234"), is_a_number("7159878731")
    (True, False)
    """
    number = digits(text)
    return (
        number[0] != "0"
        and all(one != next_one for one, next_one in pairwise(number))
        and sum(map(int, number)) % 11 in _SUMS
        and weighted(number, _POWERS) % 11 == 0
    )


RECOGNIZER = Recognizer(
    entity="NL_A_NUMBER",
    category="B02",
    patterns=(
        Pattern(r"[1-9]\d{9}", prior=0.6, after_label=True),
        Pattern(r"[1-9]\d{2,3}(?:[ .]\d{2,4}){2,3}", prior=0.4, after_label=True),
    ),
    labels=(
        "a-nummer",
        "a-nr",
        "anr",
        "administratienummer",
        "brp-nummer",
        "gba-nummer",
    ),
    against=(*ORDERS, "telefoon", "tel", "v-nummer", "rijbewijs", "rekeningnummer", "klantnummer"),
    source="Wet basisregistratie personen; Logisch Ontwerp BRP, element 01.10, https://www.rvig.nl",
    match=(
        "A-nummer 1231231234",
        "administratienummer: 1745105604",
        "BRP-nummer 613 936 5949",
        "anr=7159878730",
    ),
    no_match=(
        "1231231234",
        "A-nummer 7159878731",
        "a-nummer 5565431828",
        "A-nummer 0465823130",
        "a-nummer 0612345678",
        "administratienummer onbekend, tel. 4368978532",
    ),
    is_valid=lambda text: len(digits(text)) == 10 and is_a_number(text),
    normalise=digits,
)
