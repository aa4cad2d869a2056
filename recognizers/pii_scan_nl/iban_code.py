"""IBAN, the international bank account number: country, two check digits, and the account.

One in 97 random strings passes, and few strings look like one, so a match needs no context.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import mod97
from pii_scan_nl._numerals import LETTER, NUMBER, NUMBER_BEGINS, spelled

LENGTHS = {
    15: ("NO",),
    16: ("BE",),
    18: ("DK", "FI", "FK", "FO", "GL", "NL", "SD"),
    19: ("MK", "SI"),
    20: ("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"),
    21: ("CH", "HR", "LI", "LV"),
    22: ("BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"),
    23: ("AE", "GI", "IL", "IQ", "OM", "SO", "TL"),
    24: ("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"),
    25: ("LY", "PT", "ST"),
    26: ("IS", "TR"),
    27: ("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"),
    28: ("AL", "AZ", "BY", "CY", "DO", "GT", "HN", "HU", "LB", "NI", "PL", "SV"),
    29: ("BR", "EG", "PS", "QA", "UA"),
    30: ("JO", "KW", "MU", "YE"),
    31: ("MT", "SC"),
    32: ("LC",),
    33: ("RU",),
}
"""Length of an IBAN by country: SWIFT IBAN Registry, release 101."""

_ABROAD = {
    length: "|".join(country for country in countries if country != "NL")
    for length, countries in LENGTHS.items()
}
_DUTCH = r"(?i:NL)[ .-]?\d{2}[ .-]?(?i:[A-Z])(?:[ .-]?(?i:[A-Z])){3}(?:[ .-]{0,2}\d){10}"
_FOREIGN = "|".join(
    rf"(?i:{countries})\d{{2}}(?:[ .-]?(?i:[A-Z0-9])){{{length - 4}}}"
    for length, countries in _ABROAD.items()
)
"""One alternative a length: the country says how far the number goes."""
_ABROAD_ANCHOR = (
    r"(?:^|[^0-9A-Za-z])(?:[A-MO-Za-mo-z][A-Za-z]|[Nn][A-KM-Za-km-z])\d\d[ .-]?[A-Za-z0-9]"
)
"""Any two letters but NL: seventy countries by name cost the whole pass half its speed."""
_GAP = r"[ ,.-]{1,3}"
_SPOKEN = (
    rf"(?i:N[ ,.-]{{0,3}}L{_GAP}(?:{NUMBER}{_GAP}){{1,2}}(?:{LETTER}{_GAP}){{4}}"
    rf"(?:{NUMBER}{_GAP}){{3,9}}{NUMBER})"
)
"""As it is said over the telephone: "N L nul zes, S N S B, nul vijf acht twee …"."""
_SPOKEN_ANCHOR = rf"(?i:N[ ,.-]{{0,3}}L{_GAP}{NUMBER_BEGINS})"


def bare(text: str) -> str:
    """Return the capitals and digits alone.

    >>> bare("nl91 abna 0417.1643.00")
    'NL91ABNA0417164300'
    """
    return spelled(text) or "".join(one for one in text.upper() if one.isalnum())


def is_iban(text: str) -> bool:
    """Tell whether `text` passes the check of ISO 13616 (mod 97 of the account, then its head)."""
    number = bare(text)
    is_issued = number[2:4] not in {"00", "01", "99"}
    return is_issued and number.isascii() and mod97(number[4:] + number[:4])


RECOGNIZER = Recognizer(
    entity="IBAN_CODE",
    category="G01",
    patterns=(
        Pattern(_DUTCH, prior=0.98),
        Pattern(_SPOKEN, prior=0.98, anchor=_SPOKEN_ANCHOR),
        Pattern(_FOREIGN, prior=0.95, anchor=_ABROAD_ANCHOR),
    ),
    labels=("iban", "rekeningnummer", "rekening", "bankrekening", "rek", "reknr", "rek.nr"),
    source="https://www.swift.com/standards/data-standards/iban-international-bank-account-number",
    match=(
        "Graag op NL91 ABNA 0417 1643 00, ten name van de vereniging",
        "rek nl91abna0417164300.",
        "N L eenennegentig, A B N A, nul vier zeventien, zestien drieënveertig, nul nul",
        "NL91.ABNA.0417.1643.00",
        "NL 91 ABNA 04 17 16 43 00",
        "betaling naar BE68 5390 0754 7034 ovv lidmaatschap",
        "GB29NWBK60161331926819",
        "DE89 3704 0044 0532 0130 00 en niet meer contant",
    ),
    no_match=(
        "NL92 ABNA 0417 1643 00",
        "incassant-id NL91ZZZ123456780000",
        "NL854423783B01",
        "XNL91ABNA0417164300",
        "NL91 ABNA 0417 1643",
        "bestelcode DE89370400440532013001",
        "de 12 december 2023 geplaatste order",
    ),
    is_valid=is_iban,
    normalise=bare,
)
