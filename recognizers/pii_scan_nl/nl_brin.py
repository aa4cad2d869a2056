"""BRIN code of a school: two digits and two letters, two more digits for a branch."""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._labels import ORDERS

RECOGNIZER = Recognizer(
    entity="NL_BRIN",
    category="O01",
    patterns=(Pattern(r"(?i:\d{2} ?[A-Z]{2}(?:[ -]?\d{2})?)", prior=0.2, after_label=True),),
    labels=("brin", "brin-nummer", "brin-code", "brincode", "brinnr"),
    against=(*ORDERS, "postcode", "kenteken"),
    source="https://duo.nl/open_onderwijsdata; form: python-stdnum, stdnum.nl.brin",
    match=("BRIN 05KO", "brin-nummer: 07ZZ 01", "School (brincode 07ZZ)"),
    no_match=("05KO", "BRIN 5KO", "brin 05KOA", "postcode 1234 ZZ", "BRIN volgt, artikel 05KO"),
    normalise=lambda text: "".join(character for character in text.upper() if character.isalnum()),
)
