"""RSIN, the tax number of a legal person or partnership: nine digits with the check of the BSN.

A natural person's fiscal number is the BSN, so behind "fiscaal nummer" only the series that legal
persons have, which begins with an 8, is taken for an RSIN.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, elfproef
from pii_scan_nl._labels import ORDERS


def is_rsin(text: str) -> bool:
    """Tell whether the digits pass the 11-proef."""
    return elfproef(digits(text))


_REST = r"(?:\d{8}|\d{3}\.\d{2}\.\d{3}|\d{3} \d{2} \d{3}|\d{2}[ .]\d{3}[ .]\d{3})"

RECOGNIZER = Recognizer(
    entity="NL_RSIN",
    category="O01",
    patterns=(
        Pattern(rf"8{_REST}", prior=0.9, after_label=True),
        Pattern(rf"\d{_REST}", prior=0.15, after_label=True),
    ),
    edges="digit",
    labels=("rsin", "r.s.i.n", "fiscaal nummer", "fiscaalnummer", "fi-nummer"),
    against=(*ORDERS, "bsn", "burgerservicenummer", "sofinummer", "kvk", "btw", "telefoon", "tel"),
    source="https://nl.wikipedia.org/wiki/Rechtspersonen_en_Samenwerkingsverbanden_Informatienummer",
    match=(
        "RSIN 854423783",
        "Fiscaal nummer: 8544.23.783",
        "KvK 90001235, rsin-nummer 854 423 783",
        "RSIN/fiscaalnummer: 854423783",
    ),
    no_match=(
        "854423783",
        "RSIN 854423784",
        "BSN/RSIN 999990019",
        "fiscaal nummer 999990019",
        "RSIN volgt, order 854423783",
        "RSIN 8544237830",
    ),
    is_valid=is_rsin,
    normalise=digits,
)
