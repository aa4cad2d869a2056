"""Vestigingsnummer, a branch in the trade register: twelve digits, nearly all from 0000."""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits
from pii_scan_nl._labels import ORDERS

RECOGNIZER = Recognizer(
    entity="NL_BRANCH_NUMBER",
    category="O01",
    patterns=(
        Pattern(r"0000[ .]?\d{4}[ .]?\d{4}", prior=0.5, after_label=True),
        Pattern(r"\d{12}", prior=0.1, after_label=True),
    ),
    edges="digit",
    labels=(
        "vestigingsnummer",
        "vestigingsnr",
        "kvk-vestiging",
        "kvk-vestigingsnummer",
        "branch number",
    ),
    against=(*ORDERS, "telefoon", "tel", "klantnummer", "meternummer", "ean"),
    source="Handelsregisterwet 2007; https://www.kvk.nl/over-het-handelsregister",
    match=(
        "vestigingsnummer 000090001235",
        "KvK 90001235, vestigingsnr. 0000 9000 1235",
        "KvK-vestiging: 000090001235",
    ),
    no_match=(
        "000090001235",
        "vestigingsnummer 90001235",
        "vestigingsnummer 0000900012351",
        "de vestiging aan de kade, order 000090001235",
        "vestigingsnummer 000000000000",
    ),
    is_valid=lambda text: digits(text).strip("0") != "",
    normalise=digits,
)
