"""Number of a Dutch residence permit: shaped as those of passports, so its label decides."""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._labels import ORDERS

RECOGNIZER = Recognizer(
    entity="NL_RESIDENCE_DOCUMENT",
    category="G03",
    patterns=(Pattern(r"(?i:[A-Z]{2}[A-Z0-9]{6}\d)", prior=0.15, after_label=True),),
    labels=(
        "verblijfsdocument",
        "verblijfsvergunning",
        "verblijfskaart",
        "verblijfstitel",
        "vreemdelingendocument",
        "verblijfsdocumentnummer",
        "w-document",
        "residence permit",
        "residence card",
    ),
    against=(*ORDERS, "paspoort", "id-kaart", "identiteitskaart", "kortingscode", "framenummer"),
    source="Vreemdelingenwet 2000; https://ind.nl/nl/verblijfsvergunningen",
    match=(
        "verblijfsdocument HZ1001R58",
        "Verblijfsvergunning nr. IR8C4XJ91, geldig tot 2030",
        "residence permit: hz1001r58",
        "verblijfsdocumentnummer HZ1001R58",
    ),
    no_match=(
        "HZ1001R58",
        "verblijfsvergunning studie",
        "verblijfsvergunning en paspoort XR1001R58",
        "verblijfsvergunning, order HZ1001R58",
        "verblijfsdocument HZ1OO1R58",
        "verblijfsdocument HZ1001R580",
    ),
    is_valid=lambda text: "O" not in text.upper(),
    normalise=str.upper,
)
