"""UZI number on the pass of a care professional: nine digits, known by the label alone."""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._labels import ORDERS

RECOGNIZER = Recognizer(
    entity="NL_UZI_NUMBER",
    category="N04",
    patterns=(Pattern(r"\d{9}", prior=0.3, after_label=True),),
    labels=("uzi", "uzi-nummer", "uzi-pas", "uzi-pasnummer", "uzi-register"),
    against=(*ORDERS, "bsn", "kvk", "big", "agb", "telefoon", "tel"),
    source="https://www.uziregister.nl",
    match=("UZI-nummer 900012345", "uzi-pas: 900012345", "arts (UZI 900012345)"),
    no_match=(
        "900012345",
        "UZI-nummer 90001234",
        "uzi-pas verlopen, bsn 999990019",
        "UZI-nummer 9000123456",
        "UZI volgt, order 900012345",
    ),
)
