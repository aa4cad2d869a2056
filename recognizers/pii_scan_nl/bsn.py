"""BSN, the Dutch citizen service number: nine digits of which one checks the rest.

One in eleven random nine-digit numbers passes, so a bare match is weak and context decides. The
priors of bare matches follow from how many of such numbers, checked or not, are taken to be a BSN.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import after_check, digits, elfproef
from pii_scan_nl._dates import SPELLINGS
from pii_scan_nl._labels import ORDERS
from pii_scan_nl._mrz import CARD, DATES, FIGURE, NLD, figures, is_figures
from pii_scan_nl._numerals import SPOKEN, SPOKEN_ANCHOR, spoken_digits


def is_bsn(text: str) -> bool:
    """Tell whether `text`, with its dots and spaces, can be an issued BSN."""
    number = digits(text).zfill(9)
    return number != "000000000" and elfproef(number)


def is_spoken_bsn(text: str) -> bool:
    """Tell whether number words say a BSN."""
    return is_bsn(spoken_digits(text))


def is_zone_bsn(text: str) -> bool:
    """Tell whether a field of a machine-readable zone, as it was read, can be a BSN."""
    return is_figures(text) and is_bsn(figures(text))


def normalise(text: str) -> str:
    """Return the digits.

    >>> normalise("1234.56.782"), normalise("12345G7B2")
    ('123456782', '123456782')
    """
    return spoken_digits(text) or digits(figures(text))


_PHRASE = r"(?i:bsn|burgerservicenummer)(?: [a-z]{1,15}){1,4}"
"""What precedes a colon is one label, whatever else it names: "bsn stond op de factuur: …"."""

_GROUPED = r"\d{9}|\d{3}[. ]\d{3}[. ]\d{3}"

RECOGNIZER = Recognizer(
    entity="NL_BSN",
    category="B01",
    patterns=(
        Pattern(r"\d{9}", prior=after_check(1 / 45, 11)),
        Pattern(r"\d{4}\.\d{2}\.\d{3}", prior=after_check(1 / 3, 11)),
        Pattern(r"\d{4}[ -]\d{2}[ -]\d{3}", prior=after_check(1 / 10, 11)),
        Pattern(r"\d{3}[. -]\d{3}[. -]\d{3}", prior=after_check(1 / 27, 11)),
        Pattern(r"\d{8}", prior=after_check(1 / 5500, 11)),
        Pattern(
            rf"[A-Z0-9]{{9}} ?{FIGURE} ?{NLD} ?{DATES} ?(?P<value>{FIGURE}{{9}})[0-9A-Z<]{{2,10}}",
            prior=0.98,
            is_valid=is_zone_bsn,
        ),
        Pattern(
            rf"{CARD}[A-Z0-9]{{9}} ?[0-9O<] ?(?P<value>{FIGURE}{{9}})[0-9A-Z<]{{2,10}}",
            prior=0.98,
            is_valid=is_zone_bsn,
        ),
        Pattern(r"\d(?:[ .-]?\d){8}", prior=0.3, after_label=True),
        Pattern(r"[1-9]\d{6,7}", prior=0.05, after_label=True),
        Pattern(SPOKEN, anchor=SPOKEN_ANCHOR, prior=0.5, after_label=True, is_valid=is_spoken_bsn),
        Pattern(r"4d\.? ?(?P<value>\d{9})", prior=0.9),
        Pattern(r"(?P<value>\d{9}) ?/ ?[1-9]\d{9}", prior=0.9),
        Pattern(
            rf"(?:{'|'.join(SPELLINGS[:5])}),? {{1,2}}(?P<value>{_GROUPED})",
            prior=0.9,
            anchor=rf"\d,? {{1,2}}(?:{_GROUPED})",
        ),
        Pattern(rf"{_PHRASE}: ?(?P<value>\d{{9}})", prior=0.995, anchor=rf"{_PHRASE}: ?\d"),
    ),
    edges="digit",
    labels=(
        "bsn",
        "burgerservicenummer",
        "burger service nummer",
        "b.s.n",
        "burgerservicenr",
        "sofinummer",
        "sofinr",
        "sofi",
        "persoonsnummer",
        "bsn/rsin",
        "rsin/bsn",
        "bsn/onderwijsnummer",
        "fiscaal nummer",
        "fiscaalnummer",
        "pgn",
        "persoonsgebonden nummer",
        "personal no",
        "personal number",
        "citizen service number",
    ),
    context=("geboortedatum", "geb", "geboren", "paspoort", "identiteitskaart", "legitimatie"),
    against=(
        *ORDERS,
        "rsin",
        "beschikkingsnummer",
        "aanslagnummer",
        "kvk",
        "btw",
        "klantnummer",
        "klantnr",
        "polisnummer",
        "polis",
        "telefoon",
        "tel",
        "iban",
        "rekeningnummer",
    ),
    source="Wet algemene bepalingen burgerservicenummer; "
    "https://nl.wikipedia.org/wiki/Burgerservicenummer",
    match=(
        "BSN 111222333",
        "naam;bsn;plaats\nx;10000008;y",
        "1112.22.333 (sofi)",
        "bsn:123456782",
        "SPECI20142NLD6503101F2403096999999990<<<<<84",
        "I<NLDSPECI20142999999990<<<<<8",
        "SPECI2O142NLD65O3101F2403096 99999999O<<<K<84",
        "1<NLDSPECI20142999999990<<K<<8",
        "4d. 999999990",
        "999999990/5094962111",
        "bsn is 99 99 90 019",
        "bsn staat op de factuur: 999990019",
        "Wat is uw bsn?\nBeller: een twee drie, vier vijf zes, zeven acht twee",
    ),
    no_match=(
        "111222334",
        "1112223330",
        "000000000",
        "0000.00.000",
        "order 0111222333",
        "10000008",
        "bsn 10000009",
        "SPECI20142NLD6503101F2403096<<<<<<<<<<<<<<04",
        "SPECI20142NLD6503101F2403096999999991<<<<<84",
    ),
    is_valid=is_bsn,
    normalise=normalise,
)
