"""Dutch number plate: three groups of letters and digits in one of fourteen orders (sidecodes)."""

import re

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._numerals import LETTER, NUMBER, spelled

SIDECODES = (
    "XX-99-99",
    "99-99-XX",
    "99-XX-99",
    "XX-99-XX",
    "XX-XX-99",
    "99-XX-XX",
    "99-XXX-9",
    "9-XXX-99",
    "XX-999-X",
    "X-999-XX",
    "XXX-99-X",
    "X-99-XXX",
    "9-XX-999",
    "999-XX-9",
)
"""X a letter, 9 a digit; the RDW numbers them 1 to 14."""

_BARE = {code.replace("-", ""): number for number, code in enumerate(SIDECODES, start=1)}
_FORBIDDEN = re.compile("GVD|KKK|NSB|PKK|PSV|TBS|PVV|SGP|VVD|SS|SD|SA")
"""Letter groups that are not given out (Kentekenreglement; RDW)."""


def _alternatives(codes: tuple[str, ...], letter: str, between: str) -> str:
    return "|".join(
        code.replace("-", between).replace("X", letter).replace("9", r"\d") for code in codes
    )


def bare(text: str) -> str:
    """Return letters and digits in capitals.

    >>> bare("gx-94-sh"), bare("Victor Kilo Lima, vijfennegentig, Romeo")
    ('GX94SH', 'VKL95R')
    """
    return spelled(text.replace("streepje", " ")) or "".join(
        one for one in text.upper() if one.isalnum()
    )


def is_plate(text: str) -> bool:
    """Tell whether the groups are in the order of a sidecode and the letters are in use.

    Since sidecode 4 there are no vowels, and no C or Q, but an O that begins a trailer's plate. All
    X is how a form shows what to fill in.
    """
    plate = bare(text)
    shape = "".join("9" if character.isdigit() else "X" for character in plate)
    sidecode = _BARE.get(shape)
    if sidecode is None or _FORBIDDEN.search(plate):
        return False
    letters = "".join(character for character in plate if character.isalpha())
    if set(letters) == {"X"}:
        return False
    if sidecode < 4:
        return not set(letters) & set("IOQ")
    return not set(letters.removeprefix("O")) & set("AEIOUCQY")


_SIGN = rf"(?:(?:{NUMBER}|{LETTER})\b)"
_SPELLED = rf"(?i:{_SIGN}(?:[ ,.-]{{1,2}}(?:streepje[ ,]{{1,2}})?{_SIGN}){{3,6}})"
_LABELS = ("kenteken", "kentekenplaat", "kent", "nummerplaat", "license plate", "ken.teken")

RECOGNIZER = Recognizer(
    entity="NL_LICENSE_PLATE",
    category="N12",
    patterns=(
        Pattern(_alternatives(SIDECODES[3:], "[A-Z]", "-"), prior=0.85),
        Pattern(_alternatives(SIDECODES[:3], "[A-Z]", "-"), prior=0.4),
        Pattern(_alternatives(SIDECODES, "[a-z]", "-"), prior=0.3),
        Pattern(_alternatives(SIDECODES, "[A-Z]", " "), prior=0.1, after_label=True),
        Pattern(_alternatives(SIDECODES, "[A-Za-z]", ""), prior=0.1, after_label=True),
        Pattern(_SPELLED, prior=0.5, after_label=True),
    ),
    labels=_LABELS,
    context=(
        "auto",
        "bus",
        "busje",
        "stationwagen",
        "hatchback",
        "suv",
        "bestelbus",
        "personenauto",
        "voertuig",
        "leaseauto",
        "huurauto",
        "camper",
        "scooter",
        "brommer",
        "motor",
        "aanhanger",
        "oplegger",
        "trekker",
        "vrachtwagen",
        "rdw",
        "parkeren",
    ),
    against=(
        "artikel",
        "artikelnummer",
        "art",
        "locatie",
        "schap",
        "stelling",
        "typenummer",
        "type",
        "model",
        "modelnummer",
        "onderdeel",
        "onderdeelnummer",
        "ordernummer",
        "order",
        "factuur",
        "factuurnummer",
        "kenmerk",
        "referentie",
        "ref",
        "ticket",
        "offertenr",
        "offerte",
    ),
    source="https://www.rdw.nl/particulier/voertuigen/auto/de-kentekenplaat (sidecodes)",
    match=(
        "GX-94-SH",
        "auto (12-TND-7) staat voor de deur",
        "kenteken gx94sh",
        "Nummerplaat: G 001 BB",
        "oplegger OR-44-BV",
        "kenteken 1-TBB-01 geparkeerd",
        "kenteken g b streepje nul nul drie streepje p",
        "Wat is uw kenteken?\nKlant: Golf Xantippe vierennegentig Simon Hendrik",
    ),
    no_match=(
        "12-03-22",
        "GX-94-SHA",
        "GX94SH",
        "AB-EE-12",
        "1-SSS-01",
        "factuur KW-23-04",
        "ref. GV-23-07",
        "XX-99-999",
    ),
    is_valid=is_plate,
    normalise=bare,
)
