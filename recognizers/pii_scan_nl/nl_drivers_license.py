"""Number of a Dutch driving licence: ten digits without a public check, so its label decides.

On the card it stands in field 5, in the strip at the bottom (D1NLD) and on the back behind the BSN.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits
from pii_scan_nl._labels import ORDERS
from pii_scan_nl._mrz import FIGURE, NLD, figures, is_figures


def normalise(text: str) -> str:
    """Return the digits, also where a scan took some for letters."""
    return digits(figures(text))


RECOGNIZER = Recognizer(
    entity="NL_DRIVERS_LICENSE",
    category="G03",
    patterns=(
        Pattern(r"[1-9]\d{9}", prior=0.3, after_label=True),
        Pattern(r"[1-9]\d{3}[ .]\d{3}[ .]\d{3}|[1-9]\d{2} \d{3} \d{4}", 0.1, after_label=True),
        Pattern(r"5\. ?(?P<value>[1-9]\d{9})", prior=0.6),
        Pattern(r"\d{9} ?/ ?(?P<value>[1-9]\d{9})", prior=0.6),
        Pattern(
            rf"D[1ILP<]{{1,2}} ?{NLD} ?[0-9A-Z](?P<value>{FIGURE}{{10}}) ?[0-9A-Z< ]{{13,16}}",
            prior=0.98,
            is_valid=is_figures,
        ),
        Pattern(r"[1-9]\d{9}", prior=0.02),
    ),
    labels=(
        "rijbewijs",
        "rijbewijsnummer",
        "rijbewijs b nummer",
        "rijbew",
        "rijb.nr",
        "licence number",
        "license number",
        "rijbew.nr",
        "rijbewijzen",
        "driving licence",
        "driving license",
        "driver's license",
        "drivers license",
    ),
    context=("rdw", "cbr", "categorie", "huurauto"),
    against=(*ORDERS, "telefoon", "tel", "v-nummer", "rekening", "klantnummer", "polisnummer"),
    source="https://www.rdw.nl/particulier/voertuigen/rijbewijs (ISO/IEC 18013-1)",
    match=(
        "rijbewijs 5094962111",
        "rijbewijs B nummer 5094962111",
        "Rijbewijs B en BE (nr. 5094962111)",
        "4d. 999999990\n5. 5094962111",
        "D1NLD15094962111659VW87Z78NB84",
        "DINLD1509496211I659VW87Z 78NB84",
    ),
    no_match=(
        "5094962111",
        "rijbewijs, tel. 0612345678",
        "rijbewijs categorie B sinds 2014",
        "order 5094962111",
        "rijbewijs 50949621111",
    ),
    normalise=normalise,
)
