"""KvK number: eight digits in the trade register, without a check digit.

Nothing tells it from a date or an order number, so it needs its label.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits
from pii_scan_nl._labels import ORDERS


def is_kvk(text: str) -> bool:
    """Tell whether the number can have been issued."""
    return len(set(digits(text))) > 1


_SCHEME = r"schemeID: (?:NL:)?(?:KVK|0106)\b"
"""Behind the number in e-invoices (UBL), by name or as the code of ISO 6523."""

RECOGNIZER = Recognizer(
    entity="NL_KVK",
    category="O01",
    patterns=(
        Pattern(r"\d{8}", prior=0.3, after_label=True),
        Pattern(r"\d{4}[ .]\d{4}|\d{2}[ .]\d{3}[ .]\d{3}", prior=0.3, after_label=True),
        Pattern(r"\d{8}", prior=0.02),
        Pattern(rf"(?P<value>\d{{8}})\n[\w.:]{{0,40}}{_SCHEME}", 0.98, anchor=_SCHEME),
    ),
    edges="digit",
    labels=(
        "kvk",
        "k.v.k",
        "kvk-inschrijving",
        "kvk-uittreksel",
        "kamer van koophandel",
        "handelsregister",
        "handelsregisternummer",
        "chamber of commerce",
        "coc",
    ),
    against=(
        *ORDERS,
        "klantnummer",
        "klantnr",
        "agb",
        "agb-code",
        "datum",
        "telefoon",
        "tel",
        "bsn",
        "rsin",
    ),
    source="Handelsregisterwet 2007, art. 9; https://www.kvk.nl/over-het-handelsregister",
    match=(
        "KvK 90001235",
        "Kamer van Koophandel te Zwolle onder nummer 90001235",
        "kvk-nr: 9000.1235",
        "Entity.CompanyID: 90001235\nCompanyID.schemeID: KVK",
        "Ons KvK-nummer is gewijzigd en moet zijn 90001235",
    ),
    no_match=(
        "90001235",
        "KvK-vestiging 000090001235",
        "Kamer van Koophandel, telefoon 088-5851585",
        "KvK-uittreksel, order 90001235",
        "kvk 00000000",
        "agb 90001235",
    ),
    is_valid=is_kvk,
    normalise=digits,
)
