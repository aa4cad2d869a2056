"""Incassant-ID, under which a firm collects by SEPA: NL, two check digits, ZZZ, twelve digits.

The twelve are the number in the trade register and four more, so it is an organisation's.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, mod97


def bare(text: str) -> str:
    """Return the identifier without spaces, in capitals."""
    return text.replace(" ", "").upper()


def is_creditor_id(text: str) -> bool:
    """Tell whether the check digits are right; the three letters do not count.

    >>> is_creditor_id("NL81ZZZ900012350000"), is_creditor_id("NL82ZZZ900012350000")
    (True, False)
    """
    number = bare(text)
    return mod97(number[7:] + number[:4])


_FORM = r"(?i:NL) ?\d{2} ?(?i:ZZZ)(?: ?\d){12}"

RECOGNIZER = Recognizer(
    entity="SEPA_CREDITOR_ID",
    category="O01",
    patterns=(
        Pattern(_FORM, prior=0.97),
        Pattern(_FORM, 0.3, None, True, lambda text: digits(text)[2:].strip("0") != ""),
    ),
    labels=("incassant-id", "incassantid", "incassant", "creditor id", "creditor identifier"),
    against=("chassisnummer", "framenummer", "voorbeeld", "formaat"),
    source="EPC262-08, Creditor Identifier Overview, https://www.europeanpaymentscouncil.eu",
    match=(
        "NL81ZZZ900012350000",
        "Incassant-ID: NL81 ZZZ 9000 1235 0000",
        "incassant id NL82ZZZ900012350000 (typfout)",
    ),
    no_match=(
        "NL82ZZZ900012350000",
        "NL81ZZZ9000123500001",
        "chassisnummer WV1ZZZ7HZKH900123",
        "NL91ABNA0417164300",
        "incassant onbekend",
        "incassant-id NL00ZZZ000000000000",
    ),
    is_valid=is_creditor_id,
    normalise=bare,
)
