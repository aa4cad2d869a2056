"""EAN code of a connection to gas or electricity, which stands for an address and who lives there.

Eighteen digits from 871, checked as all numbers of GS1; products have thirteen.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, gs1
from pii_scan_nl._labels import ORDERS

RECOGNIZER = Recognizer(
    entity="NL_ENERGY_EAN",
    category="N06",
    patterns=(
        Pattern(r"871\d{15}", prior=0.9),
        Pattern(r"871(?:[ .-]?\d){15}", prior=0.6, after_label=True),
        Pattern(
            r"871(?:[ .-]?\d){15}", prior=0.1, after_label=True, is_valid=lambda text: bool(text)
        ),
    ),
    labels=(
        "ean",
        "ean-code",
        "eancode",
        "aansluiting",
        "aansluitnummer",
        "leveringspunt",
        "gsrn",
        "ean stroom",
        "ean elektra",
        "ean elektriciteit",
        "ean gas",
    ),
    against=(*ORDERS, "sscc", "pallet", "barcode", "iccid"),
    source="GS1 GSRN; https://www.eancodeboek.nl",
    match=(
        "EAN 871685900012345674",
        "aansluiting 871685900012345674 aan de Kade",
        "EAN-code gas: 8716 8590 0012 3456 74",
        "EAN stroom: 871685900012345670 (typfout)",
    ),
    no_match=(
        "871685900012345670",
        "EAN 8712345678906",
        "EAN 8716859000123456741",
        "sscc 871685900012345674",
        "EAN volgt",
        "EAN 971685900012345674",
    ),
    is_valid=lambda text: gs1(digits(text)),
    normalise=digits,
)
