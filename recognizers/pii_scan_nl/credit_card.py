"""Payment card: an issuer's range, 13 to 19 digits, the last of which checks the rest.

One in ten numbers passes, and other long numbers fall in the issuers' ranges: grouping and words
around decide.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, luhn
from pii_scan_nl._labels import ORDERS

_RANGES = (
    # first digits from, to, lengths
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14, 16, 19)),  # Diners Club
    ("3095", "3095", (14, 16, 19)),
    ("36", "36", (14, 16, 19)),
    ("38", "39", (14, 16, 19)),
    ("3529", "3589", (16, 17, 18, 19)),  # JCB, less 3528: the Dutch public transport chip card
    ("6011", "6011", (16, 17, 18, 19)),  # Discover
    ("644", "659", (16, 17, 18, 19)),
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("50", "50", (13, 14, 15, 16, 17, 18, 19)),  # Maestro
    ("56", "58", (13, 14, 15, 16, 17, 18, 19)),
    ("63", "63", (13, 14, 15, 16, 17, 18, 19)),
    ("67", "67", (13, 14, 15, 16, 17, 18, 19)),
)
"""ISO/IEC 7812 issuer ranges of the schemes that are accepted in the Netherlands."""


def is_card(text: str) -> bool:
    """Tell whether the digits fall in an issuer's range and pass the Luhn check."""
    number = digits(text)
    issued = any(
        first <= number[: len(first)] <= last and len(number) in lengths
        for first, last, lengths in _RANGES
    )
    return issued and luhn(number)


RECOGNIZER = Recognizer(
    entity="CREDIT_CARD",
    category="G02",
    patterns=(
        Pattern(r"\d{4}[ .-]\d{4}[ .-]\d{4}[ .-]\d{4}", prior=0.8),
        Pattern(r"\d{4}[ .-]\d{4}[ .-]\d{4}[ .-]\d{4}[ .-]\d{1,3}", prior=0.6),
        Pattern(r"\d{4}[ .-]\d{6}[ .-]\d{4,5}", prior=0.8),
        Pattern(r"\d{15,16}", prior=0.55),
        Pattern(r"\d{13,14}|\d{17,19}", prior=0.05),
        Pattern(r"\d(?:[ .-]?\d){15}", prior=0.3, after_label=True),
        Pattern(r"\d(?:[ .-]?\d){14}", prior=0.3, after_label=True),
        Pattern(r"\d(?:[ .-]?\d){12,18}", prior=0.1, after_label=True),
    ),
    edges="digit",
    labels=(
        "creditcard",
        "credit card",
        "kaartnummer",
        "cardnumber",
        "card number",
        "betaalkaart",
        "bankpas",
        "betaalpas",
        "tankpas",
        "mastercard",
        "visa",
        "visakaart",
        "amex",
        "american express",
        "maestro",
        "kaart",
        "card",
        "cc",
        "pan",
    ),
    context=("cvc", "cvv", "geldig tot", "vervaldatum", "exp", "betaald", "betaling"),
    against=(
        *ORDERS,
        "imei",
        "iccid",
        "simkaart",
        "betalingskenmerk",
        "betaalkenmerk",
        "machtigingskenmerk",
        "ean",
        "barcode",
        "track & trace",
        "trackingcode",
        "ov-chipkaart",
        "meternummer",
        "transactie",
    ),
    source="https://www.iso.org/standard/70484.html (ISO/IEC 7812-1)",
    match=(
        "betaald met 4111 1111 1111 1111",
        "creditcard 5500005555555559",
        "Amex 3782 822463 10005",
        "kaart: 4111-1111-1111-1111, cvc 123",
        "kaartnummer 41 11 11 11 11 11 11 11",
    ),
    no_match=(
        "4111 1111 1111 1112",
        "ov-chipkaart 3528 0000 0000 0007",
        "IMEI 490154203237518",
        "betalingskenmerk 4111111111111111",
        "order 4111111111111111",
        "41111111111111111111",
        "0000 0000 0000 0000",
    ),
    is_valid=is_card,
    normalise=digits,
)
