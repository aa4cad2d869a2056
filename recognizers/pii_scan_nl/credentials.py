"""Passwords, PINs, keys and other secrets that are written out.

Nearly all are known by their label alone; the keys of some services by their fixed beginning.
"""

import re

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._numerals import SPOKEN, SPOKEN_ANCHOR, spoken_digits

_SYMBOLS = frozenset("!@#$%^&*_+=?~")
_OTHER = re.compile(
    r"(?i:https?:|www\.).*|[^@\s]+@[^@\s]+\.[a-z]{2,}|[\d\W]+|.*\.(?:nl|com|example|pdf|docx?|xlsx?)"
    r"|[a-z_]{2,}=.*|\d{1,2}-?[a-z]{3,9}-?\d{2,4}|\d+[a-z]{1,7}|(?:19|20)\d\d.*",
    re.I,
)
_TELLING = frozenset("0123456789") | _SYMBOLS
_STANDARD = re.compile(r"[A-Z]{2,5}-?\d{3,6}")
_YEAR = re.compile(r"(?:19|20)\d\d")


def is_password(text: str) -> bool:
    """Tell whether one word is made as passwords are: letters with digits or symbols among them.

    >>> is_password("Welkom2023!"), is_password("verlopen!"), is_password("12-03-2023")
    (True, False, False)
    """
    is_other = _OTHER.fullmatch(text) or _STANDARD.fullmatch(text)
    if is_other or not any(character.isalpha() for character in text):
        return False
    return any(c.isdigit() for c in text) or any(c in _SYMBOLS for c in text[:-1])


def is_mixed_password(text: str) -> bool:
    """Tell whether a word without its label is hardly anything else: small, capital and digit.

    >>> is_mixed_password("Welkom01!"), is_mixed_password("TP-LINK-2043")
    (True, False)
    """
    has_all = all(any(map(kind, text)) for kind in (str.islower, str.isupper, str.isdigit))
    return len(text) >= 8 and has_all and is_password(text)


def is_phrase(text: str) -> bool:
    """Tell whether quotes hold a pass phrase: not plain words, not what lies between two quotes."""
    return text == text.strip() and any(character in _TELLING for character in text)


def is_plain_password(text: str) -> bool:
    """Tell whether a word can be a password and not what became of one."""
    return not _STATE.fullmatch(text)


def is_spoken_code(text: str) -> bool:
    """Tell whether words are a code spoken digit by digit."""
    return 4 <= len(spoken_digits(text)) <= 8


def is_code(text: str) -> bool:
    """Tell whether digits are a code rather than a year."""
    return not _YEAR.fullmatch(text)


_WORD = r"[^\s\"'<>,;:=()\[\]{}][^\s\"'<>;]{4,62}[^\s\"'<>,.;:()\[\]{}]"
_CODE = r"[A-Z]?\d{4,8}#?|\d{3}[- ]\d{3}|\d(?:-\d){3,5}"

_STATE = re.compile(
    r"akkoord|anders|apart|bekend|correct|gedeeld|geblokkeerd|gegeven|gekregen|gereset|"
    r"gewijzigd|goed|hetzelfde|ingesteld|invullen|juist|klopt|leeg|missing|nieuw|onbekend|"
    r"ongewijzigd|onjuist|optional|optioneel|required|reset|string|toegestuurd|vergeten|"
    r"verlopen|verplicht|verstuurd|verwijderd|volgt|wijzigen|zelfde",
    re.IGNORECASE,
)
"""What stands behind "wachtwoord:" when no password does."""
_PLAIN = (
    r"(?i:wachtwoord|password|passwd|ww|pw) ?[:=] ?(?P<value>[A-Za-z][A-Za-z-]{4,30})(?:[.,;)\n]|$)"
)
_PLACE = (
    "portiek|alarm|kluis|kluisje|sleutelkluis|sleutelkluisje|sleutelkast|sleutelkastje|deur|"
    "voordeur|achterdeur|poort|garage|hek|slot|hangslot|kelder|berging|lift|slagboom|printer"
)
_CODE_OF = (
    rf"(?i:code(?: (?:van|voor|op|bij))?(?: (?:de|het|haar|zijn|mijn|uw|onze))? (?:{_PLACE}))"
    r"(?: (?:is|was|wordt))?(?: nu)?[ :=]{1,3}(?P<value>\d{4,6}#?)"
)

_SYSTEM = r"(?i:\b(?:wifi|wi-fi|wlan|vpn|crm|ftp|ssh|admin|beheer|inlog|login|portaal|mailbox))"
"""What people log in to; in a list of passwords it stands where the label would."""

RECOGNIZER = Recognizer(
    entity="CREDENTIALS",
    category="G04",
    patterns=(
        Pattern(_WORD, prior=0.15, after_label=True, is_valid=is_password),
        Pattern(r"[\"'](?P<value>[^\"'\n]{4,40})[\"']", 0.1, None, True, is_phrase),
        Pattern(_CODE, prior=0.1, after_label=True, is_valid=is_code),
        Pattern(_CODE, prior=0.04, after_label=True),
        Pattern(
            rf"(?i:inlog|login)[^\n/]{{1,40}} / (?P<value>{_WORD})", prior=0.8, is_valid=is_password
        ),
        Pattern(SPOKEN, anchor=SPOKEN_ANCHOR, prior=0.2, after_label=True, is_valid=is_spoken_code),
        Pattern(_PLAIN, prior=0.2, is_valid=is_plain_password),
        Pattern(_CODE_OF, prior=0.9),
        Pattern(
            rf"{_SYSTEM}(?: [\w.-]{{1,20}}){{0,2}} {{0,2}}(?::|=| /) {{0,4}}(?P<value>{_WORD})",
            prior=0.65,
            anchor=rf"{_SYSTEM}[ :=/]",
            is_valid=is_mixed_password,
        ),
        Pattern(r"(?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z]{10,60}", prior=0.95),
        Pattern(r"gh[pousr]_[0-9A-Za-z]{36}", prior=0.95),
        Pattern(r"AKIA[0-9A-Z]{16}", prior=0.95),
        Pattern(
            r"eyJ[0-9A-Za-z_-]{8,200}\.eyJ[0-9A-Za-z_-]{8,400}\.[0-9A-Za-z_-]{0,300}",
            prior=0.95,
            anchor="eyJ[0-9A-Za-z_-]{8}",
        ),
        Pattern(r"-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----", prior=0.95),
        Pattern(r"://[^\s:/@]{1,40}:(?P<value>[^\s:/@]{3,40})@", prior=0.995),
        Pattern(r"xox[abprs]-[0-9A-Za-z-]{10,60}", prior=0.95),
    ),
    labels=(
        "wachtwoord",
        "wachtwoordcode",
        "codewoord",
        "veiligheidswoord",
        "wachtzin",
        "wachtw",
        "passwort",
        "pass",
        "tijdelijke code",
        "eenmalige code",
        "ww",
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "pw",
        "inlogcode",
        "toegangscode",
        "pin",
        "pincode",
        "puk",
        "alarmcode",
        "sluitcode",
        "cijfercode",
        "sleutelcode",
        "sleutelkluis",
        "sleutelkluisje",
        "sleutelkast",
        "sleutelkastje",
        "kluisje",
        "deurcode",
        "kluiscode",
        "portiekcode",
        "poortcode",
        "passcode",
        "toegangswoord",
        "netwerksleutel",
        "wifi-code",
        "verificatiecode",
        "beveiligingscode",
        "sms-code",
        "tan-code",
        "activatiecode",
        "activeringscode",
        "herstelcode",
        "otp",
        "api-key",
        "api-sleutel",
        "secret",
        "client secret",
        "geheime sleutel",
        "access token",
        "token",
    ),
    context=(
        "bankpas",
        "tankpas",
        "betaalpas",
        "creditcard",
        "telefoon",
        "kluis",
        "printer",
        "account",
    ),
    against=(
        "gebruikersnaam",
        "username",
        "user",
        "postcode",
        "versie",
        "ticket",
        "order",
        "ordernummer",
        "klantnummer",
        "klantnr",
        "polisnummer",
        "datum",
        "bad_password",
        "invalid_password",
        "wrong_password",
    ),
    source="AVG art. 32; ISO/IEC 27002:2022, 5.17 authentication information",
    match=(
        "wachtwoord: Welkom#4471",
        "pincode is 7391",
        "wachtwoord: kaasbroodje",
        "nieuw ww gezet Lente-fiets22!",
        "password=Tulp1888%21",
        'het wachtwoord op het account is "blauwe fiets 12"',
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXVy",
        "postgres://lezer:kaasschaaf@databank.intern/klanten",
        "inlog portaal: receptie / Koffie-automaat1!",
        "code van de voordeur is 4471#",
        "crm admin  /  Koffie01!",
        "vpn Anna = H3elG3heim",
        "sleutelkluisje bij de achterdeur, 2580",
    ),
    no_match=(
        "wachtwoord vergeten, reset gestuurd",
        "wachtwoord: vergeten",
        "wachtwoorden bevatten minimaal 12 tekens",
        "wachtwoordbeleid versie 2023",
        "pincode blokkeren kan via 088-3855372",
        "het wachtwoord is verlopen sinds 12-03-2023",
        "WW-uitkering per 2023",
        "password policy: ISO27001",
        "deel uw pincode met niemand",
        "wifi: ZIGGO-4471",
        "portaal: zie handleiding",
        "login failed reason=bad_password\n2025-01-14 08:00",
    ),
)
