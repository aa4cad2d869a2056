"""ICCID, the number of a SIM card: 89, the country's calling code, nineteen or twenty digits.

The last digit of nineteen passes the Luhn check; of twenty it is the provider's own.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, luhn
from pii_scan_nl._labels import ORDERS


def is_iccid(text: str) -> bool:
    """Tell whether the Luhn check holds, for the whole or for the first nineteen digits."""
    number = digits(text)
    return luhn(number) or (len(number) == 20 and luhn(number[:19]))


RECOGNIZER = Recognizer(
    entity="ICCID",
    category="N11",
    patterns=(
        Pattern(r"8931\d{15,16}", prior=0.9),
        Pattern(r"89\d{17,18}|89\d{2}(?:[ -]?\d){15,16}", prior=0.5, after_label=True),
    ),
    labels=(
        "iccid",
        "simkaart",
        "sim-kaart",
        "simkaartnummer",
        "sim-nummer",
        "simnummer",
        "simnr",
        "sim card number",
    ),
    against=(*ORDERS, "ean", "imei", "barcode"),
    source="https://www.itu.int/rec/T-REC-E.118",
    match=(
        "ICCID 8931080000000000019",
        "8931080000000000019",
        "simkaartnummer: 8931 0800 0000 0000 019",
        "sim-nummer 8944100000000000000",
    ),
    no_match=(
        "8931080000000000018",
        "simkaart 8931",
        "8944100000000000000",
        "iccid 89310800000000000190000",
        "order 8931080000000000019",
        "ICCID staat op de simkaart",
    ),
    is_valid=is_iccid,
    normalise=digits,
)
