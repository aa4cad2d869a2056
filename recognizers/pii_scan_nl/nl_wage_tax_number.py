"""Loonheffingennummer of an employer: nine digits that pass the 11-proef, L, two digits.

As with the btw-id the form tells enough for one with a typing error to count behind its label.
"""

from pii_scan.model import Pattern, Recognizer
from pii_scan_nl._checks import digits, elfproef


def bare(text: str) -> str:
    """Return the number as the tax authority writes it.

    >>> bare("1234.56.782 l 01")
    '123456782L01'
    """
    number = digits(text)
    return f"{number[:9]}L{number[9:]}"


def is_form(text: str) -> bool:
    """Tell whether neither of the two numbers is nought."""
    number = digits(text)
    return number[:9] != "000000000" and number[9:] != "00"


def is_wage_tax_number(text: str) -> bool:
    """Tell whether the number can have been given out."""
    return is_form(text) and elfproef(digits(text)[:9])


_NUMBER = r"(?:\d{9}|\d{4}\.\d{2}\.\d{3})[ .]?[Ll][ .]?\d{2}"

RECOGNIZER = Recognizer(
    entity="NL_WAGE_TAX_NUMBER",
    category="O01",
    patterns=(
        Pattern(_NUMBER, prior=0.95),
        Pattern(_NUMBER, prior=0.3, after_label=True, is_valid=is_form),
    ),
    labels=(
        "loonheffingennummer",
        "loonheffingsnummer",
        "loonheffingen nummer",
        "loonbelastingnummer",
        "lh-nummer",
        "lh-nr",
        "lhnr",
        "aangiftenummer",
    ),
    against=("artikel", "artikelnummer", "serienummer", "batch", "voorbeeld", "formaat"),
    source="Wet op de loonbelasting 1964; Handboek Loonheffingen, https://www.belastingdienst.nl",
    match=(
        "123456782L01",
        "Loonheffingennummer: 1234.56.782.L.02",
        "LH-nr 123456782 L01",
        "loonheffingennummer 123456789L01 (typfout)",
    ),
    no_match=(
        "123456789L01",
        "123456782L00",
        "loonheffingennummer 123456782L00",
        "NL854423783B01",
        "123456782L012",
        "loonheffingskorting ja, 123456782",
    ),
    is_valid=is_wage_tax_number,
    normalise=bare,
)
