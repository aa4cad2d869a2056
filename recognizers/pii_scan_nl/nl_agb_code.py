"""AGB code of a care provider: two digits for the kind of care and six more, without a check."""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits
from pii_scan_nl._labels import ORDERS

RECOGNIZER = Recognizer(
    entity="NL_AGB_CODE",
    category="N04",
    patterns=(Pattern(r"\d{2}[ -]?\d{6}", prior=0.3, after_label=True),),
    labels=("agb", "agb-code", "agb-codes", "agbcode"),
    against=(*ORDERS, "kvk", "big", "telefoon", "tel", "datum", "klantnummer"),
    source="https://www.agbcode.nl",
    match=("AGB 06020101", "AGB-code: 06-020101", "huisarts (agb-code praktijk 01020304)"),
    no_match=(
        "06020101",
        "AGB 6020101",
        "agb-code 060201011",
        "KvK 90001235, AGB volgt",
        "AGB volgt, factuur 06020101",
        "AGB 00000000",
    ),
    is_valid=lambda text: digits(text).strip("0") != "",
    normalise=digits,
)
