"""Btw-id, the Dutch VAT identification number: NL, nine digits, B, two digits.

A legal person's nine digits are its RSIN and pass the 11-proef; a sole trader's since 2020 make the
whole pass ISO 7064 mod 97-10. The form alone is telling, so one with a typing error counts behind
its label.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, elfproef, mod97


def bare(text: str) -> str:
    """Return the number as the tax authority writes it.

    >>> bare("nl 8544.23.783 b01")
    'NL854423783B01'
    """
    number = digits(text)
    return f"NL{number[:9]}B{number[9:]}"


def is_btw_id(text: str) -> bool:
    """Tell whether `text` passes one of the two checks."""
    number = bare(text)
    return is_form(text) and (elfproef(number[2:11]) or mod97(number))


def is_form(text: str) -> bool:
    """Tell whether the numbers can have been issued: neither is nought."""
    number = digits(text)
    return number[:9] != "000000000" and number[9:] != "00"


_NUMBER = r"(?:\d{9}|\d{4}[. ]\d{2}[. ]\d{3}|\d{3}[. ]\d{3}[. ]\d{3})[. ]?[Bb][. ]?\d{2}"

RECOGNIZER = Recognizer(
    entity="NL_VAT",
    category="O01",
    patterns=(
        Pattern(rf"(?i:NL)[. ]?{_NUMBER}", prior=0.98),
        Pattern(rf"(?i:NL)[. ]?{_NUMBER}", prior=0.4, is_valid=is_form),
        Pattern(_NUMBER, prior=0.5),
    ),
    labels=("btw", "btw-id", "btw-nummer", "btwid", "vat", "vat number", "omzetbelastingnummer"),
    against=("voorbeeld", "formaat", "format", "artikel", "artikelnummer"),
    source="https://www.belastingdienst.nl/wps/wcm/connect/nl/btw/content/btw-identificatienummer",
    match=(
        "btw-id NL002455799B11",
        "NL854423783B01",
        "BTW: NL 8544.23.783.B01",
        "btw nr 854423783B01",
        "btw NL854423784B01 (typfout)",
    ),
    no_match=(
        "NL854423784B01",
        "NL854423783B00",
        "NL854423783B011",
        "854423783L01",
        "btw 21%",
        "NL000000000B01",
    ),
    is_valid=is_btw_id,
    normalise=bare,
)
