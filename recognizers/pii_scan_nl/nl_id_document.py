"""Number of a Dutch passport or identity card: nine places, never the letter O, a digit last.

Product codes look alike, so without a label only the first letters of common ones count.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._labels import ORDERS


def is_document_number(text: str) -> bool:
    """Tell whether the number can be one: no O, and more than letters with a digit behind."""
    number = text.upper()
    return "O" not in number and not number[2:].isdigit()


def is_labelled_number(text: str) -> bool:
    """Tell the same of a number behind its label, where any mix of letters and digits may stand."""
    return "O" not in text.upper()


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
            r"(?P<value>[A-Z0-9]{9})[0-9O]NLD\d{6}\d[MFVX<]\d{6}\d[0-9A-Z<]{0,17}",
            prior=0.98,
            is_valid=is_labelled_number,
        ),
        Pattern(
            r"I[A-Z<]NLD(?P<value>[A-Z0-9]{9})[0-9<][0-9A-Z<]{0,16}",
            prior=0.98,
            is_valid=is_labelled_number,
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
    normalise=str.upper,
)
