"""Account numbers from before the IBAN: nine or ten digits of a bank, up to eight of the giro.

Bank numbers pass the 11-proef, giro numbers have no check; without a label nothing is either.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, weighted
from pii_scan_nl._labels import ORDERS

_WEIGHTS = tuple(range(10, 0, -1))


def is_account(text: str) -> bool:
    """Tell whether the digits pass the 11-proef of banks.

    >>> is_account("12.34.56.789"), is_account("123456780")
    (True, False)
    """
    number = digits(text).zfill(10)
    return number.strip("0") != "" and weighted(number, _WEIGHTS) % 11 == 0


_GIRO = r"(?i:giro(?:rekening)?(?:nummer|nr\.?)?|postbank(?:rekening|nummer)?)"

RECOGNIZER = Recognizer(
    entity="NL_BANK_ACCOUNT",
    category="G01",
    patterns=(
        Pattern(r"\d{9,10}", prior=0.2, after_label=True),
        Pattern(
            r"\d{2}\.\d{2}\.\d{2}\.\d{3}|\d{2} \d{2} \d{2} \d{3}|\d{4}\.\d{2}\.\d{3,4}",
            prior=0.4,
            after_label=True,
        ),
        Pattern(
            rf"{_GIRO}[ :.]{{1,3}}(?:nr\.? |nummer )?(?P<value>P ?\d{{3,7}}|\d{{4,7}})",
            prior=0.85,
            is_valid=lambda text: digits(text).strip("0") != "",
        ),
    ),
    labels=(
        "rekeningnummer",
        "rekeningnr",
        "bankrekeningnummer",
        "bankrekening",
        "banknummer",
        "rek.nr",
        "reknr",
        "rekening",
        "tegenrekening",
        "bank account",
        "account number",
    ),
    against=(
        *ORDERS,
        "iban",
        "bsn",
        "burgerservicenummer",
        "rsin",
        "kvk",
        "telefoon",
        "tel",
        "mobiel",
        "klantnummer",
        "polisnummer",
        "relatienummer",
        "betalingskenmerk",
    ),
    source="https://nl.wikipedia.org/wiki/Elfproef",
    match=(
        "rekeningnummer 123456789",
        "Rek.nr: 12.34.56.789",
        "bankrekening 12 34 56 789 t.n.v.",
        "giro 1234567",
        "Postbanknummer P 123456",
    ),
    no_match=(
        "123456789",
        "rekeningnummer 123456780",
        "rekeningnummer NL91 ABNA 0417 1643 00",
        "stort op giro 555",
        "rekeningnummer volgt, tel. 123456789",
        "rekening van 2023",
        "rekeningnummer 0000000000",
    ),
    is_valid=is_account,
    normalise=lambda text: digits(text).lstrip("0"),
)
