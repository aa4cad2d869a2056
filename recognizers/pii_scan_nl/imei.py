"""IMEI, the number of a mobile telephone: fifteen digits with a Luhn check, or sixteen without.

One number in ten passes, so fifteen bare digits need their label; the old groups do not.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, luhn
from pii_scan_nl._labels import ORDERS


def is_imei(text: str) -> bool:
    """Tell whether the digits pass the Luhn check and are not all noughts."""
    number = digits(text)
    return number.strip("0") != "" and luhn(number)


RECOGNIZER = Recognizer(
    entity="IMEI",
    category="N11",
    patterns=(
        Pattern(r"\d{15}", prior=0.6, after_label=True),
        Pattern(r"\d{2}[ -]\d{6}[ -]\d{6}[ -]\d", prior=0.85),
        Pattern(r"\d{6}[ -]?\d{2}[ -]?\d{6}[ -]?\d", prior=0.4, after_label=True),
    ),
    labels=("imei", "imei1", "imei2", "imei-nummer", "imeinummer"),
    context=("toestel", "telefoon", "mobiel", "gestolen"),
    against=(*ORDERS, "imsi", "ean", "rekeningnummer", "barcode"),
    source="3GPP TS 23.003, 6.2; https://www.3gpp.org/dynareport/23003.htm",
    match=(
        "IMEI 490154203237518",
        "imei-nummer: 49-015420-323751-8",
        "toestel gestolen, 49-015420-323751-8",
        "IMEI2: 490154203237518",
    ),
    no_match=(
        "490154203237518",
        "IMEI 490154203237519",
        "IMEI 4901542032375180",
        "imei 000000000000000",
        "IMEI volgt, order 490154203237518",
        "toets *#06# voor de IMEI",
    ),
    is_valid=is_imei,
    normalise=digits,
)
