"""Number of a Dutch passport or identity card: nine places, never the letter O, a digit last.

Product codes look alike, so without a label only the first letters of common ones count.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._labels import ORDERS
from pii_scan_nl._mrz import CARD, DATES, FIGURE, NLD


def is_document_number(text: str) -> bool:
    """Tell whether the number can be one: no O, and more than letters with a digit behind."""
    number = text.upper()
    return "O" not in number and not number[2:].isdigit()


def is_labelled_number(text: str) -> bool:
    """Tell the same of a number behind its label, where any mix of letters and digits may stand."""
    return "O" not in text.upper()


def is_zone_number(text: str) -> bool:
    """Tell the same of what stands in its place in a machine-readable zone, as it was read."""
    return not text.isalpha()


def normalise(text: str) -> str:
    """Return the number in capitals, with the zero that a scan took for a letter that is not used.

    >>> normalise("xr1o01r58")
    'XR1001R58'
    """
    return text.upper().replace("O", "0")


RECOGNIZER = Recognizer(
    entity="NL_ID_DOCUMENT",
    category="G03",
    patterns=(
        Pattern(r"[IN][A-NP-Z][A-NP-Z0-9]{6}\d", prior=0.4),
        Pattern(r"[A-HJ-MP-Z][A-NP-Z][A-NP-Z0-9]{6}\d", prior=0.2),
        Pattern(
            r"(?i:[A-Z]{2}[A-Z0-9]{6}\d)", prior=0.1, after_label=True, is_valid=is_labelled_number
        ),
        Pattern(
            rf"(?P<value>[A-Z0-9]{{8}}{FIGURE}) ?{FIGURE} ?{NLD} ?{DATES}[0-9A-Z<]{{0,20}}",
            prior=0.98,
            is_valid=is_zone_number,
        ),
        Pattern(
            rf"{CARD}(?P<value>[A-Z0-9]{{8}}{FIGURE}) ?[0-9O<][0-9A-Z<]{{0,18}}",
            prior=0.98,
            is_valid=is_zone_number,
        ),
    ),
    labels=(
        "paspoort",
        "paspoortnummer",
        "passport",
        "passport no",
        "id-kaart",
        "id-bewijs",
        "identiteitskaart",
        "identiteitsbewijs",
        "identity card",
        "legitimatie",
        "legitimatiebewijs",
        "document nummer",
        "document nr",
        "pp-nr",
        "document no",
        "document number",
        "docnr",
        "doc.nr",
        "kopie id",
        "nik",
        "id",
    ),
    context=("paspoorten", "legitimeren", "nld", "geldig tot", "reisdocument", "marechaussee"),
    against=(
        *ORDERS,
        "verblijfsdocument",
        "verblijfsvergunning",
        "klantnummer",
        "klantnr",
        "studentnummer",
        "kortingscode",
        "actiecode",
        "framenummer",
        "framenr",
        "chassisnummer",
        "patch",
    ),
    source="https://www.rvig.nl/paspoort-en-identiteitskaart (Paspoortwet; ICAO Doc 9303)",
    match=(
        "paspoort XR1001R58",
        "id-kaart nr. IXK3H9D21, geldig tot 2031",
        "documentnummer: SPECI2014",
        "SPECI20142NLD6503101F2403096999999990<<<<<84",
        "I<NLDSPECI20142999999990<<<<<8",
        "SPECI2O142NLD65O3101F2403096<<<<<<K<<<<<<<04",
        "IXNLDSPECI20142<<<<<<<<<<<<<<<",
    ),
    no_match=(
        "paspoort XR1O01R58",
        "artikel XR1001R58",
        "verblijfsdocument XR1001R58",
        "KB5034441",
        "kortingscode ZOMERDAG1",
        "framenummer GZ0448811",
    ),
    is_valid=is_document_number,
    normalise=normalise,
)
