"""BIG number of a care professional: eleven digits of which the second is a 9.

The first is a check digit, but no authority publishes the rule, so it is not relied on.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits
from pii_scan_nl._labels import ORDERS

RECOGNIZER = Recognizer(
    entity="NL_BIG_NUMBER",
    category="N04",
    patterns=(Pattern(r"\d ?9(?:[ .]?\d){9}", prior=0.4, after_label=True),),
    labels=("big", "big-nummer", "big-registratie", "big-register", "big-inschrijving"),
    against=(*ORDERS, "telefoon", "tel", "agb", "klantnummer", "rekeningnummer"),
    source="Wet op de beroepen in de individuele gezondheidszorg; https://www.bigregister.nl",
    match=(
        "BIG 89012345601",
        "BIG-nummer: 19023456701",
        "bedrijfsarts (big-registratie 1 9023456701)",
    ),
    no_match=(
        "89012345601",
        "BIG 81012345601",
        "BIG-nummer 890123456011",
        "big data 2023",
        "BIG-register, tel. 09001234567",
        "BIG volgt, order 89012345601",
    ),
    normalise=digits,
)
