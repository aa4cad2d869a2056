"""IMSI, under which a mobile network knows a subscriber: fifteen digits, Dutch ones from 204."""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._labels import ORDERS

RECOGNIZER = Recognizer(
    entity="IMSI",
    category="N11",
    patterns=(
        Pattern(r"204\d{12}", prior=0.6, after_label=True),
        Pattern(r"[2-7]\d{13,14}", prior=0.2, after_label=True),
    ),
    labels=("imsi", "imsi-nummer"),
    against=(*ORDERS, "imei", "iccid", "ean", "rekeningnummer"),
    source="https://www.itu.int/rec/T-REC-E.212",
    match=("IMSI 204081234567890", "imsi: 204041234567890", "imsi-nummer=262011234567890"),
    no_match=(
        "204081234567890",
        "IMEI 204081234567890",
        "IMSI 20408",
        "imsi 2040812345678901",
        "IMSI onbekend, order 204081234567890",
    ),
)
