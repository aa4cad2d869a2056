"""Telephone and fax numbers: Dutch by the numbering plan, foreign ones by their country's.

People group digits as they please, so groups prove nothing: the plan decides.
"""

import re

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits
from pii_scan_nl._labels import ORDERS
from pii_scan_nl._numerals import NUMBER as SPOKEN
from pii_scan_nl._numerals import spoken_digits
from pii_scan_nl._phoneplan import COUNTRY, international

_DATE = re.compile(r"(?:^|\D)\d{2}([-./])\d{2}\1(?:19|20)\d{2}(?:\D|$)")
_SERVICE = re.compile(r"0(?:800|90[069])\d{4}(?:\d{3})?")
"""Service numbers given out after 2017 do not all have the length that the plan gave them."""
_GAP = r"[ ./()-]{0,3}"


def is_phone(text: str) -> bool:
    """Tell whether there can be such a number; brackets come in pairs, and a date is none."""
    if text.count("(") != text.count(")") or _DATE.search(text):
        return False
    return international(text) is not None or _SERVICE.fullmatch(digits(text)) is not None


def is_without_nought(text: str) -> bool:
    """Tell whether a spreadsheet may have taken the nought, or an exchange the plus, off a number.

    >>> is_without_nought("612345678"), is_without_nought("31612345678")
    (True, True)
    """
    return _whole(text) is not None


def is_spoken_phone(text: str) -> bool:
    """Tell whether numbers said one after the other make a telephone number."""
    return is_phone(spoken_digits(text))


def _whole(text: str) -> str | None:
    """Return the E.164 form of digits without the nought or the plus before them."""
    return international(f"0{text}" if len(text) == 9 else f"+{text}")


def normalise(text: str) -> str:
    """Return the E.164 form: "06-1234 5678" and "0031612345678" are one."""
    text = spoken_digits(text) or text
    if text[:1] in "123456789" and (whole := _whole(text)):
        return whole
    return international(text) or f"+{COUNTRY}{digits(text)[1:]}"


def _apart(regex: str, prior: float) -> Pattern:
    """Make a pattern that does not start within a date: 30-06-2024 18.00 is no 06 number."""
    return Pattern(rf"(?:^|[^0-9./-]|[^0-9][./-])(?P<value>{regex})", prior)


RECOGNIZER = Recognizer(
    entity="PHONE_NUMBER",
    category="N02",
    patterns=(
        _apart(rf"0(?:{_GAP}\d){{9}}", 0.21),
        Pattern(r"(?:^|[^0-9A-Za-z=])(?P<value>0\d{9})", prior=0.81),
        _apart(rf"06(?:{_GAP}\d){{8}}", 0.45),
        _apart(r"0 6(?: \d){8}", 0.9),
        _apart(rf"06[ ./-]{{1,3}}\d(?:{_GAP}\d){{7}}", 0.95),
        _apart(rf"(?:08[4578]|091)[ ./-]{{1,3}}\d(?:{_GAP}\d){{6}}", 0.85),
        _apart(rf"0\d{{2,3}} - \d(?:{_GAP}\d){{5,6}}", 0.85),
        Pattern(r"06\d{8}|06\d{2}[ .-]\d{3}[ .-]\d{3}", prior=0.9),
        Pattern(rf"\(06\)(?:{_GAP}\d){{8}}", prior=0.95),
        Pattern(rf"\(0\d{{2}}\)(?:{_GAP}\d){{7}}", prior=0.95),
        Pattern(rf"\(0\d{{3}}\)(?:{_GAP}\d){{6}}", prior=0.95),
        Pattern(r"0\d{2,3}(?: ?[-/.] ?| )\d{3}[ .-]\d{3,4}", prior=0.85),
        Pattern(r"0\d{2,3}(?: ?- ?| )\d{2} \d{2,3} \d{2,3}", prior=0.8),
        Pattern(r"0\d{2,3} ?[-/.] ?\d{3,4}[ .]?\d{3,4}", prior=0.9),
        Pattern(r"0\d{2,3}-\d{6,7}", prior=0.95),
        Pattern(r"0\d{2} \d{7}|0\d{3} \d{6}", prior=0.75),
        Pattern(r"0\d{2} \d{4} \d{3}|0\d{3} \d{2} \d{4}", prior=0.7),
        Pattern(r"0\d{2,3} ?[-/.]? ?\d{1,3}(?:[ .]\d{2}){2,3}", prior=0.95),
        Pattern(rf"(?:\+|00) ?31(?:{_GAP}\(0\))?(?:{_GAP}\d){{9}}", prior=0.97),
        Pattern(rf"(?:\+|00) ?31{_GAP}0(?:{_GAP}\d){{9}}", prior=0.97),
        Pattern(rf"\(0\)31(?:{_GAP}\d){{9}}", prior=0.9),
        *(Pattern(rf"\+[1-9](?:{_GAP}\d){{{count}}}", prior=0.95) for count in range(7, 14)),
        *(Pattern(rf"00[1-9]\d?(?:[ -]\d{{1,4}}){{{n}}}", prior=0.7) for n in range(2, 6)),
        Pattern(r"00[1-9]\d{8,13}", prior=0.5),
        Pattern(r"[1-9]\d{8}", 0.1, after_label=True, is_valid=is_without_nought),
        Pattern(r"31[1-9]\d{8}", 0.3, after_label=True, is_valid=is_without_nought),
        Pattern(rf"0(?:800|90[069])(?:{_GAP}\d){{4}}", prior=0.4),
        Pattern(r"0(?:800|900)(?: ?- ?| )\d{4}", prior=0.8),
        Pattern(rf"0(?:800|90[069])(?:{_GAP}\d){{7}}", prior=0.4),
        Pattern(rf"0(?:800|90[069])[ -]{{1,3}}\d(?:{_GAP}\d){{6}}", prior=0.9),
        Pattern(
            rf"(?i:nul[ ,.-]{{1,3}}(?:{SPOKEN}[ ,.-]{{1,3}}){{3,10}}{SPOKEN})",
            prior=0.9,
            anchor=r"(?i:nul[ ,.-]{1,3}[a-z\x80-\xff]{3,24}[ ,.-]{1,3}[a-z\x80-\xff]{3,24}[ ,.-])",
            is_valid=is_spoken_phone,
        ),
    ),
    labels=(
        "telefoon",
        "telefoonnummer",
        "telefoonnr",
        "tel",
        "telnr",
        "telefonisch",
        "phone",
        "mobiel",
        "mobile",
        "mob",
        "gsm",
        "fax",
        "faxnummer",
        "06-nummer",
        "doorkiesnummer",
        "doorkiesnr",
        "belnummer",
        "terugbelnummer",
        "noodnummer",
        "whatsapp",
        "bel",
        "bellen",
        "gebeld",
        "appen",
        "bereikbaar",
        "voicemail",
        "tbn",
        "ani",
        "dnis",
        "msisdn",
        "caller id",
        "calling number",
        "called number",
        "calling party",
        "called party",
        "a-nummer",
        "b-nummer",
        "c-nummer",
        "anummer",
        "bnummer",
    ),
    context=("sms", "nummer", "nr", "belt", "terugbellen", "caller", "callee", "beller", "gebelde"),
    against=(
        *ORDERS,
        "bestelnr",
        "bsn",
        "burgerservicenummer",
        "sofinummer",
        "rekeningnummer",
        "rekening",
        "iban",
        "rijbewijsnummer",
        "rijbewijs",
        "klantnummer",
        "klantnr",
        "polisnummer",
        "polis",
        "relatienummer",
        "contractnummer",
        "dossiernummer",
        "kvk",
        "ean",
        "imei",
        "v-nummer",
    ),
    source="Nummerplan telefoon- en ISDN-diensten, https://wetten.overheid.nl/BWBR0010198",
    match=(
        "bel 06-12345678",
        "+31 (0)6 - 12 34 56 78",
        "Tel. 0224 \u2013 224 224",
        "0900-2001201",
        "088 \u2013 1 234 567",
        "(06)12345678",
        "(06) 1234 56 78",
        "(030) 234 56 78",
        "0 6 1 2 3 4 5 6 7 8",
        "nul zes eenendertig achtentwintig nul vier zeventien",
        "Nul zes veertien, vijfenvijftig, zeshonderdtwee, \u00e9\u00e9n",
        "van de receptie: 050 3660 118",
        "tel. +32 9 311 00 00",
        "start;a_nummer;duur\n10:00;612345678;12",
        "msisdn 31612345678",
    ),
    no_match=(
        "bel 112",
        "0123456789",
        "020 123 4567",
        "0900-20012",
        "ordernummer 0612345678",
        "+31 6 1234567",
        "14 030",
        "veld12=0317000000",
        "612345678",
        "bestelling 31612345678",
    ),
    is_valid=is_phone,
    normalise=normalise,
)
