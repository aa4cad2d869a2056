"""Towns and countries where people live, were born or are: names from a list, where context fits.

Behind a postcode or a label any name counts, since no list has every village.
"""

from collections.abc import Callable

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._places import is_origin, is_place, spelling
from pii_scan_nl._streets import NUMBER, OTHER_ENDING, SIDE, STREET_ENDING

_CAPITAL = r"[A-Z\u00c0-\u00de\u0100-\u017d]"
_WORD = rf"(?:{_CAPITAL}[^\W\d_]{{2,24}})"
_FIRST = rf"(?:'[st][ -])?{_WORD}"
_NEXT = r"[ -](?:(?:aan|op|in|bij|van|a/d|den|de|het|'t|en|ter) ?){0,3}[A-Z][^\W\d_]{1,24}"
_POSTCODE = r"[1-9]\d{3} ?[A-Z]{2}"
_DAY = r"(?:de )?\d{1,2} (?:jan|feb|maart|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)"
_PREPOSITION = r"(?:vanuit|naar|in|regio|rond)"
_ORIGIN = r"(?:te|uit|[Gg]eboren in|[Gg]eb\. in)"
"""Behind these, towns abroad count too; goods come from there as well, and flights go there."""
_APART = r"(?:[ ,;|\t(\u00b7-]{1,30}|,?\r?\n)"
_NAMED = r"(?:plaats|plaatsnaam|wpl\.?|geboren te|geboren in|city)"
_START = r"(?:\w[\w'.-]{0,24})?"
"""How a street's name begins, whose ending is what tells it."""
_NO_PLACE = frozenset(
    ["Tel", "Telefoon", "Fax", "Mail", "Email", "Mobiel", "Web", "Internet", "KvK", "IBAN", "BSN"]
)


def is_town(text: str) -> bool:
    """Tell whether a name behind a postcode is none of the words that may stand there too."""
    return text.split("-")[0].split()[0] not in _NO_PLACE


def _listed(
    before: str,
    after: str,
    prior: float,
    anchor: str,
    is_valid: Callable[[str], bool] | None = None,
) -> tuple[Pattern, ...]:
    """Make a pattern each for names of one to four words that are on the list.

    Three words that are on it, "Hoek van Holland", are hardly ever there by chance.
    """
    word, more = r"(?:'[st][ -])?[^\W\d_]{2,25}", r"[ -][^\W\d_][^\W\d_/]{0,24}"
    return tuple(
        Pattern(
            rf"{before}(?P<value>{word}{more * count})\b{after}",
            prior if count < 2 else max(prior, 0.93),
            anchor,
            is_valid=is_valid,
        )
        for count in range(4)
    )


RECOGNIZER = Recognizer(
    entity="LOCATION",
    category="N02",
    patterns=(
        Pattern(
            rf"[^\W\d_]{{2,30}}[.')]? {{1,2}}{NUMBER}(?:, ?| {{1,3}}| ?\r?\n){_POSTCODE},? {{1,2}}"
            rf"(?P<value>{_FIRST}(?:-{_WORD}){{0,2}})",
            prior=0.85,
            anchor=rf"\d[^\n]{{0,30}}[ \n]{_POSTCODE},? ",
            is_valid=is_town,
        ),
        Pattern(
            rf"(?i:{_NAMED})[ \t]{{0,20}}[:=][ \t\"]{{0,20}}(?P<value>{_FIRST}(?:{_NEXT}){{0,3}})",
            prior=0.9,
            anchor=rf"(?i:{_NAMED})[ \t]{{0,20}}[:=]",
            is_valid=is_town,
        ),
        *_listed(rf"(?i:{_POSTCODE})\)?{_APART}", "", 0.96, rf"(?i:{_POSTCODE})"),
        *_listed(
            rf"{_START}{STREET_ENDING}{SIDE} {{1,2}}{NUMBER}{_APART}(?:in |te )?",
            "",
            0.85,
            rf"{STREET_ENDING}{SIDE} {{1,2}}[1-9]",
        ),
        *_listed(
            rf"{_START}{OTHER_ENDING}{SIDE} {NUMBER},? (?:in |te )?\(?",
            "",
            0.75,
            rf"{OTHER_ENDING}{SIDE} [1-9]",
        ),
        *_listed(rf"\b{_PREPOSITION} ", "", 0.75, rf"\b{_PREPOSITION} '?[A-Z]"),
        *_listed(rf"\b{_ORIGIN} ", "", 0.75, rf"\b{_ORIGIN} '?[A-Z]", is_origin),
        *_listed(r"\(", r"\)", 0.6, r"\('?[A-Z][A-Za-z\x80-\xff' -]{2,27}\)", is_origin),
        *_listed(r", ", r"\.?\r?\n", 0.6, r", '?[A-Z][A-Za-z\x80-\xff' -]{2,27}\.?\r?\n"),
        *_listed(r"(?:^|\n)", rf", {_DAY}", 0.9, rf", {_DAY}"),
        Pattern(rf"{_FIRST}(?:{_NEXT}){{0,3}}", prior=0.02, after_label=True, is_valid=is_town),
    ),
    labels=(
        "woonplaats",
        "plaats",
        "plaatsnaam",
        "geboorteplaats",
        "geboorteland",
        "vestigingsplaats",
        "city",
        "town",
        "country",
        "wpl",
    ),
    against=("in plaats van", "firma", "hotel", "ziekenhuis"),
    source="Names: Faker's nl_NL address provider (MIT) and our own, see data/places*.txt",
    match=(
        "Dorpsweg 1, 9999 ZZ Nergenshuizen",
        "wonende te Zwolle",
        "Woonplaats: Nergenshuizen",
        "ze komt uit Ede",
        "geboren in Paramaribo",
        "verhuisd naar Hoek van Holland",
        "Verzonnenstraat 12, Zwolle",
        "geboren te Nergenshuizen (Belgi\u00eb) op",
    ),
    no_match=(
        "in Windows",
        "9999 ZZ Tel. 06",
        "Zwolle",
        "uit Nergenshuizen",
        "een container vanuit Lagos",
        "in de tuin",
        "Best of Goor",
    ),
    is_valid=is_place,
    normalise=spelling,
)
