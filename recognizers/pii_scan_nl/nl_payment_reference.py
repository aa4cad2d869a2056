"""Betalingskenmerk, which tells a payee whose bill is paid: sixteen digits, or nine to fourteen.

Whose it is only the payee knows, except that those of the tax authority hold a BSN. The check digit
of sixteen is known from practice and unverified: it makes a match likelier and removes none.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, weighted

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)
"""From the right, over and over."""
_CHECKS = {10: 1, 11: 0}


def passes(text: str) -> bool:
    """Tell whether the first of sixteen digits checks the rest.

    >>> passes("4000000000000001"), passes("9000000000000001")
    (False, True)
    """
    number = digits(text)
    rest = number[:0:-1]
    weights = [_WEIGHTS[index % len(_WEIGHTS)] for index in range(len(rest))]
    check = 11 - weighted(rest, weights) % 11
    return rest.strip("0") != "" and int(number[0]) == _CHECKS.get(check, check)


RECOGNIZER = Recognizer(
    entity="NL_PAYMENT_REFERENCE",
    category="N06",
    patterns=(
        Pattern(r"\d{4}(?:[ .]{0,2}\d{4}){3}", prior=0.6, after_label=True, is_valid=passes),
        Pattern(r"\d{4}(?:[ .]{0,2}\d{4}){3}", prior=0.3, after_label=True),
        Pattern(r"\d{9,14}", prior=0.2, after_label=True),
    ),
    edges="digit",
    labels=("betalingskenmerk", "betaalkenmerk", "betalingskenm", "acceptgirokenmerk"),
    against=("iban", "rekeningnummer", "bsn", "telefoon", "tel", "klantnummer", "factuurnummer"),
    source="https://nl.wikipedia.org/wiki/Acceptgiro",
    match=(
        "betalingskenmerk 9000000000000001",
        "Betalingskenmerk: 4000 0000 0000 0001",
        "betaalkenmerk 900012345678",
    ),
    no_match=(
        "9000000000000001",
        "kenmerk 9000000000000001",
        "betalingskenmerk 2023",
        "betalingskenmerk onbekend, tel. 0612345678",
        "betalingskenmerk: zie factuurnummer 900012345678",
        "betalingskenmerk 0000000000000000",
    ),
    is_valid=lambda text: digits(text).strip("0") != "",
    normalise=digits,
)
