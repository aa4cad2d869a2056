"""OIN, under which government bodies and firms know each other online: twenty digits.

The first eight say which register the rest comes from; behind 00000001 an RSIN follows.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, elfproef
from pii_scan_nl._labels import ORDERS

_RSIN = ("00000001", "00000002")


def is_oin(text: str) -> bool:
    """Tell whether the number behind the prefix can be one of its register."""
    number = digits(text)
    rest = number[8:]
    if number.startswith(_RSIN):
        return elfproef(rest[:9]) and rest[9:] == "000"
    return rest.strip("0") != ""


RECOGNIZER = Recognizer(
    entity="NL_OIN",
    category="O01",
    patterns=(
        Pattern(r"0000000[1-9]\d{12}", prior=0.8),
        Pattern(r"0{4}[ .]?0{3}[1-9](?:[ .]?\d){12}", prior=0.5, after_label=True),
    ),
    labels=("oin", "overheidsidentificatienummer", "organisatie-identificatienummer"),
    against=(*ORDERS, "ean", "barcode", "iccid"),
    source="https://oinregister.logius.nl",
    match=(
        "OIN 00000001854423783000",
        "oin: 00000003900012350000",
        "overheidsidentificatienummer 0000 0001 8544 2378 3000",
        "urn:nl:00000001854423783000",
    ),
    no_match=(
        "00000001854423784000",
        "OIN 00000000000000000000",
        "OIN 00000003000000000000",
        "order 00000003900012350000",
        "OIN 000000039000123500001",
        "OIN volgt",
    ),
    is_valid=is_oin,
    normalise=digits,
)
