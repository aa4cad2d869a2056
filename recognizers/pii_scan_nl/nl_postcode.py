"""Dutch postcodes: four digits and two letters, likelier between a house number and a town."""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._labels import ORDERS
from pii_scan_nl._streets import POSTCODE as _CODE
from pii_scan_nl._streets import POSTCODE_APART

_ANY_CASE = r"[1-9]\d{3} {0,2}[A-Za-z]{2}"
_LETTERS = r"(?:bis|hs|huis|zwart|rood|boven|achter|I{1,3}|IV|[A-Za-z]\d{0,4})"
_UNIT = rf"(?:{_LETTERS}|\d{{1,4}})"
_HOUSE = rf"(?:\d{{1,8}}|\d{{1,4}}(?:[ -]\d{{1,4}}|[ -]?{_LETTERS}))(?:[ -]{_UNIT})?"
"""A house number with up to two additions; digits without a gap can be read in one way only."""
_GAP = r"[ \t,;|(\u00b7\u2022][ \t,;|(\u00b7\u2022-]{0,29}"
"""Between house number and postcode; a hyphen alone is that of a date: "20-09-2024 MJ"."""
_WORD = r"[A-Z][A-Za-z\u00c0-\u017f-]{1,30}"
_UNITS = "km ms mb gb kb mm cm kg wh kw ct gr cc ml dl"
_WORDS = frozenset(f"{_UNITS} en of de in is op te om nu".split())
"""Words and units after a number, in lower case: "2023 en", "7388ms"."""


def is_postcode(text: str) -> bool:
    """Tell whether the letters can be those of a postcode; SA, SD and SS were never given out.

    1234 AB was not either: it is what everyone writes for an example.
    """
    letters = text[-2:]
    if normalise(text) == "1234AB":
        return False
    return letters.upper() not in {"SA", "SD", "SS"} and letters not in _WORDS


def normalise(text: str) -> str:
    """Return the spelling without a space in capitals: "1234AB"."""
    return text.replace(" ", "").upper()


RECOGNIZER = Recognizer(
    entity="NL_POSTCODE",
    category="N02",
    patterns=(
        Pattern(_CODE, prior=0.2),
        Pattern(r"[1-9]\d{3}[A-Z]{2}", prior=0.4),
        Pattern(
            rf"{_HOUSE}\.?[ ,;|]{{0,3}}\n?{_GAP}(?P<value>{_CODE})",
            prior=0.945,
            anchor=POSTCODE_APART,
        ),
        Pattern(rf"{_HOUSE}\.?,? ?\r?\n(?P<value>{_CODE})", prior=0.945, anchor=_CODE),
        Pattern(rf"(?P<value>{_CODE}),? {{1,4}}(?:'[st][ -])?{_WORD}", prior=0.85, anchor=_CODE),
        Pattern(rf"{_WORD} \((?P<value>{_CODE})\)", prior=0.7, anchor=_CODE),
        Pattern(rf"\((?P<value>{_CODE})\) {_WORD}", prior=0.7, anchor=_CODE),
        Pattern(
            rf"(?:^|[^0-9])\d{{1,4}}(?:[ -]?{_LETTERS}|-\d{{1,4}})?[ ,]{{1,3}}"
            r"(?P<value>[1-9]\d{3} ?[a-z]{2})",
            prior=0.8,
            anchor=r"[1-9]\d{3} ?[a-z]{2}",
        ),
        Pattern(_ANY_CASE, prior=0.7, after_label=True),
    ),
    labels=(
        "postcode",
        "pc",
        "plaats",
        "woonplaats",
        "wpl",
        "adres",
        "woonadres",
        "postadres",
        "zip",
        "postal zone",
        "zipcode",
        "postal code",
    ),
    context=("huisnummer", "woonplaats", "verhuisd"),
    against=(
        *ORDERS,
        "art",
        "code",
        "type",
        "model",
        "product",
        "maat",
        "typeplaatje",
        "typenummer",
        "modem",
        "toestel",
        "onderdeel",
        "onderdeelnummer",
        "artikelcode",
        "productcode",
        "bestelcode",
        "retourcode",
        "sku",
    ),
    source="https://nl.wikipedia.org/wiki/Postcodes_in_Nederland",
    match=(
        "Dorpsweg 1, 9999 ZZ Nergenshuizen",
        "Dorpsweg 1\n9999ZZ NERGENSHUIZEN",
        "postcode: 9999zz",
        "PostalAddress.PostalZone: 9999ZZ",
        "dorpsweg 1 9999 zz",
    ),
    no_match=(
        "artikel 9999 AB",
        "in 2023 en 2024",
        "duurde 7388ms",
        "postcode 9999 SS",
        "0999 AB Dorp",
        "codes 2210 XL; 4415 XH",
        "notitie 20-09-2024 MJ",
        "120525 1432 kl belde",
    ),
    is_valid=is_postcode,
    normalise=normalise,
)
