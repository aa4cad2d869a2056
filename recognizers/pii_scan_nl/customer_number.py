"""Numbers that identify a person at an organisation: as a customer, an employee, a member.

Each organisation makes up its own, so only the label tells them from numbers of things. A word such
as "polis" by itself counts when the number stands right behind it.
"""

import re

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits
from pii_scan_nl._labels import ORDERS
from pii_scan_nl._numerals import SPOKEN, SPOKEN_ANCHOR, spoken_digits

_NUMBERED = (
    *("klant", "klanten", "relatie", "polis", "debiteur", "debiteuren", "abonnee", "abonnement"),
    *("personeel", "medewerker", "werknemer", "salaris", "stam", "agent", "flex", "badge"),
    *("lid", "leden", "lidmaatschap", "deelnemer", "donateur", "donor", "vrijwilliger", "parochie"),
    *(
        "cliënt",
        "client",
        "patiënt",
        "patient",
        "patiënten",
        "patienten",
        "dossier",
        "budgethouder",
    ),
    *("verzekerde", "verzekerden", "verzekering", "uitkering", "pensioen", "lening", "hypotheek"),
    *("student", "studenten", "leerling", "leerlingen", "cursist", "kandidaat", "examen"),
    *(
        "huurder",
        "bewoner",
        "gast",
        "respondent",
        "inschrijf",
        "inschrijving",
        "registratie",
        "contract",
    ),
    *("account", "gebruiker", "kaart", "pas", "rijder", "reiziger", "vreemdelingen"),
)
"""Who or what has a number that stands for a person; before "nummer" or "nr", an "s" between."""

_LINKS, _NUMBER = ("", "s"), ("nummer", "nr", "id")
_SHORT = (
    "klnr",
    "knr",
    "klnt nr",
    "cust.nr",
    "bibliotheekpas",
    "kl.nr",
    "klantno",
    "klantid",
    "klant id",
    "customer number",
    "customer id",
    "member number",
    "employee id",
    "employee number",
    "policy number",
    "relnr",
    "rel.nr",
    "rel nr",
    "contr.nr",
    "contr nr",
    "relatiecode",
    "klantcode",
    "pers nr",
    "pers.nr",
    "pnr",
    "polnr",
    "pol.nr",
    "debnr",
    "deb.nr",
    "abonr",
    "abo.nr",
    "lidnr",
    "patnr",
    "pat.nr",
    "studnr",
    "leerlnr",
    "verz.nr",
    "inschr.nr",
    "v-nummer",
    "v-nr",
    "klantenpas",
    "klantenkaart",
    "klantkaart",
    "ledenpas",
    "ov-chipkaart",
    "studentenkaart",
    "toegangspas",
    "personeelspas",
    "zorgpas",
)

_DATE = re.compile(
    r"[0-3]?\d([-./ ])[01]?\d\1(?:(?:19|20)\d\d|\d{2})|(?:19|20)\d\d([-./])\d{1,2}\2\d{1,2}"
    r"|(?:19[5-9]|20[0-2])\d(?:[-/](?:\d{2}|20\d\d))?"
)
_OTHER = re.compile(r"\d{1,2}\.\d{2}|\d{1,2}:\d{2}.*|(\d+)/\1|\d+(?:\.\d+){3}|\d{1,3}(?:\.000)+")
"""Times, speeds, versions and round amounts."""
_AMOUNT = re.compile(r"\d+\.\d{2}|\d{1,3}\.\d{3}")
_PHONE = re.compile(r"(?:06|00316)\d{8}")
_PART = re.compile(r"\d{1,2}[-./](?:19|20)\d\d|(?:19|20)\d\d[-./]\d{1,2}")
"""What is left of a date when a time follows it."""
_POSTCODE = re.compile(r"[1-9]\d{3}[A-Z]{2}")
_UNIT = re.compile(r"\d+(?:x|e|u|uur|dgn|mnd|mbit|gb|mb|kwh|km|st|ste|de|min|cm|kg|m2|m3)", re.I)


def is_number(text: str) -> bool:
    """Tell whether `text` can be such a number: not a date, a time, an amount, a phone."""
    count = len(digits(text))
    bare = "".join(character for character in text if character.isalnum())
    if count > 14 or count < (2 if len(bare) > count else 3) or not bare.strip("0"):
        return False
    return not any(
        pattern.fullmatch(text) for pattern in (_DATE, _OTHER, _POSTCODE, _UNIT)
    ) and not _PHONE.fullmatch(bare)


def is_long_number(text: str) -> bool:
    """Tell whether `text` is long enough to stand out at some distance from its label."""
    count, length = len(digits(text)), len(normalise(text))
    is_long = count >= 5 or length >= 6 or (count == 4 and length == 5)
    return is_long and is_number(text) and not _AMOUNT.fullmatch(text)


def is_spaced_number(text: str) -> bool:
    """Tell the same of groups with spaces between, none of which is part of a date."""
    return is_long_number(text) and not any(_PART.fullmatch(part) for part in text.split(" "))


def is_chip_card(text: str) -> bool:
    """Tell whether sixteen digits can be the number of an OV-chipkaart: not noughts alone."""
    return digits(text)[4:].strip("0") != ""


def is_spoken_number(text: str) -> bool:
    """Tell whether words are a number spoken digit by digit."""
    return len(spoken_digits(text)) >= 5


def normalise(text: str) -> str:
    """Return letters and digits in capitals.

    >>> normalise("k-00812"), normalise("20 331 7704")
    ('K00812', '203317704')
    """
    return spoken_digits(text) or "".join(c for c in text.upper() if c.isalnum())


_PREFIX = r"(?:[A-Z]{1,4}[-./ ]?|[A-Z]{5}-?|[a-z]{1,3}-?)?"
_SOLID = rf"{_PREFIX}\d{{1,12}}(?:[-./]?[A-Za-z0-9]{{1,6}}){{0,3}}"
_SPACED = r"(?:[A-Z]{1,4}[ -]?|[a-z]{1,3}-?)?\d{1,5}(?:[-.]\d{1,5})?(?: \d{1,6}){1,6}"
_FIRST = rf"{_PREFIX}\d[A-Za-z0-9]{{0,17}}(?:[-./][A-Za-z0-9]{{1,12}}){{0,3}}"
"""About the same, read in one way only, so that endless digits take no time."""
_SECOND = rf"{_FIRST}'?(?: en |,| / )'?(?P<value>{_SOLID})"
"""The other number of two: "klantnrs K-1 en K-2"."""
_BETWEEN = rf"[0-9A-Za-z]'?(?: en |,| / )'?{_PREFIX}\d"
_PERSON = "klant|client|medewerker|werknemer|leerling|respondent"
"""Before a colon these are who speaks in a chat."""
_THING = (
    "(?:[a-z]{3,12}-?)?polis|pol|relatie|abonnement|abonnementen|abo|debiteur|"
    "dossier|personeelsdossier|pas|account|uitkering|lidmaatschap|abonnee|"
    "donateur|lid|kandidaat|patient|verzekerde"
)
_LINK = r"[ (]{1,20}(?:nr\.? |nummer )?"
_MARK = r"[ .:=(\"']{1,20}(?:nr\.? |nummer )?"

RECOGNIZER = Recognizer(
    entity="CUSTOMER_NUMBER",
    category="N06",
    patterns=(
        Pattern(_SOLID, prior=0.2, after_label=True, is_valid=is_long_number),
        Pattern(_SPACED, prior=0.2, after_label=True, anchor=r"\d \d", is_valid=is_spaced_number),
        Pattern(_SOLID, prior=0.02, after_label=True),
        Pattern(
            SPOKEN, anchor=SPOKEN_ANCHOR, prior=0.5, after_label=True, is_valid=is_spoken_number
        ),
        Pattern(_SECOND, prior=0.3, after_label=True, anchor=_BETWEEN, is_valid=is_long_number),
        Pattern(rf"(?i:{_PERSON}){_LINK}(?P<value>{_SOLID})", prior=0.8, is_valid=is_long_number),
        Pattern(rf"(?i:{_PERSON}){_LINK}(?P<value>{_SPACED})", 0.8, is_valid=is_spaced_number),
        Pattern(rf"(?i:{_THING}){_MARK}(?P<value>{_SOLID})", prior=0.9, is_valid=is_long_number),
        Pattern(rf"(?i:{_THING}){_MARK}(?P<value>{_SPACED})", 0.9, is_valid=is_spaced_number),
        Pattern(r"3528[ -]\d{4}[ -]\d{4}[ -]\d{4}", prior=0.95, is_valid=is_chip_card),
        Pattern(r"3528\d{12}", prior=0.6, is_valid=is_chip_card),
    ),
    labels=(
        *(f"{stem}{link} {word}" for stem in _NUMBERED for link in _LINKS for word in _NUMBER),
        *_SHORT,
    ),
    context=("klant", "polis", "relatie", "abonnee", "debiteur", "donateur", "dossier"),
    against=(
        *ORDERS,
        "telefoon",
        "tel",
        "telefoonnummer",
        "mobiel",
        "iban",
        "rekeningnummer",
        "rek",
        "bsn",
        "kvk",
        "btw",
        "postcode",
        "meternummer",
        "meterstand",
        "ean",
        "bedrag",
        "datum",
        "geboortedatum",
        "geb",
        "toestel",
        "contactmoment",
        "aangifte",
        "proces-verbaal",
    ),
    source="AVG art. 4(1): an identification number",
    match=(
        "klantnummer 88120347",
        "Uw relatienummer is K-00 812, bewaar het goed",
        "pers.nr: 10442",
        "Jan Voorbeeld pers nr 10442",
        "polis AV-2201-88476 loopt af",
        "(lidnr 4410882)",
        "lid 4410-b heeft betaald",
        "rel.nr 30041187",
        "klant 7719-0042 belde",
        "OV-chipkaart 3528 0000 0000 0007",
        "mijn kaart 3528-0000-0000-0007 is kapot",
        "Wat is uw klantnummer?\nBeller: 20 441 887",
    ),
    no_match=(
        "ordernummer 88120347",
        "factuurnummer 2024-10442",
        "klantnummer onbekend, gebeld op 12-03-2024",
        "klant belt 0612345678",
        "polis sinds 2019",
        "artikel 6 lid 1",
        "dossier van 2023",
        "abonnement 1000/1000 Mbit",
        "wij hebben 45123 abonnees en 12500 donateurs",
        "polis met een waarde van 12.345,67 euro",
        "Agent: ordernr?\nklant: 88120347",
        "personeelsnr volgt: 30-06-2024 18.00 uur",
        "klantnr volgt, order 881203",
    ),
    is_valid=is_number,
    normalise=normalise,
)
