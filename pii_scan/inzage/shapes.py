"""Inzage: what is written as a name or a number of a person is, though no detector says so."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pii_scan.classify.names import PREFIXES
from pii_scan.model import Hit

_WORD: Final = r"[A-Z\u00c0-\u00de](?:[^\W\d_]|['\u2019-])+"
_INITIALS: Final = r"(?:[A-Z]\.){1,5}"
_PREFIX: Final = "|".join(re.escape(word) for word in sorted(PREFIXES, key=len, reverse=True))
_NAME: Final = re.compile(
    rf"(?<![\w.])(?:{_INITIALS}|{_WORD}) (?:(?i:{_PREFIX}) ){{0,3}}{_WORD}(?: {_WORD}){{0,3}}"
    r"\b(?![\w'\u2019-])(?! (?:B\.?V|N\.?V|V\.?O\.?F)\b)"
)
_NUMBERS: Final = (
    ("EMAIL_ADDRESS", re.compile(r"[^\s@<>()\[\]:;,\"]+@[^\s@<>()\[\]:;,\"]+\.\w{2,}")),
    ("IBAN_CODE", re.compile(r"(?<!\w)[A-Z]{2}\d\d(?: ?[A-Z0-9]){11,30}(?!\w)")),
    ("PHONE_NUMBER", re.compile(r"(?<![\w.,-])(?:\+\d|0)\d?(?:[ ()./-]{0,2}\d){8,12}(?![\w-])")),
)
"""What is written as an address or number, though it cannot exist or has a typing error."""
_MACHINE_READABLE: Final = re.compile(r"(?:[A-Z]+<){1,4}<(?:[A-Z]+<)+")
"""A name in a passport's lower lines: surname, two fillers, given names, fillers."""
_MASKED: Final = re.compile(r"(?:[A-Za-z]\.? )*[A-Za-z]\.?")
_INITIALS_ALONE: Final = re.compile(rf"(?:[A-Z]\.? ?){{1,5}}(?: ?(?i:{_PREFIX}))*")
_SURNAME_BEFORE: Final = re.compile(rf"(?<![\w.])(?:(?i:{_PREFIX}) ){{0,3}}{_WORD},\s{{1,3}}$")
_LONGEST: Final = 60
"""Characters of a surname that are looked back for."""
# fmt: off
_NO_NAME: Final = frozenset(
    (
        "de", "het", "een", "in", "op", "aan", "bij", "met", "van", "voor", "naar", "uit", "om",
        "als", "dat", "dit", "die", "deze", "er", "hier", "daar", "ik", "wij", "we", "u", "uw",
        "zij", "ze", "hij", "je", "jij", "mijn", "onze", "ons", "geachte", "beste", "hallo",
        "goedemorgen", "goedemiddag", "dag", "graag", "nadat", "toen", "omdat", "maar", "en", "of",
        "dus", "want", "ook", "nog", "niet", "wel", "ja", "nee", "bedankt", "dank", "betreft",
        "onderwerp", "datum", "klant", "mevrouw", "mevr", "mw", "meneer", "heer", "dhr",
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december", "maandag", "dinsdag", "woensdag", "donderdag",
        "vrijdag", "zaterdag", "zondag",
    )
)
# fmt: on
"""Words that begin a sentence and no name."""
_TITLES: Final = frozenset(
    (
        *("verklaring omtrent", "koninkrijk der nederlanden", "burgerlijke staat"),
        *("document number", "personal number", "date of birth", "place of birth"),
        *("given names", "european union", "europese unie", "autoriteit persoonsgegevens"),
    )
)
"""What documents print in capitals and is no name."""
_DOCUMENTS: Final = frozenset(
    (
        *("arbeidscontract", "arbeidsovereenkomst", "contract", "cv", "sollicitatie", "verslag"),
        *("sollicitatiebrief", "motivatiebrief", "loonstrook", "jaaropgave", "dossier", "factuur"),
        *("paspoort", "rijbewijs", "klacht", "brief", "mail", "gesprek", "gespreksverslag"),
    )
)
"""What a file is called before the name of the person it is about."""


def by_shape(
    text: str,
    taken: Iterable[tuple[int, int]],
    names: Callable[[str], Iterable[tuple[int, int]]],
) -> Iterator[Hit]:
    """Yield what is written as a name or a number of a person, none of it taken."""
    spans = list(taken)
    numbers = (
        (entity, *match.span()) for entity, form in _NUMBERS for match in form.finditer(text)
    )
    for entity, start, end in (*(("PERSON", *span) for span in names(text)), *numbers):
        if not any(start < b and a < end for a, b in spans):
            spans.append((start, end))
            value = text[start:end]
            if entity == "PERSON":
                # The machine-readable zone of a passport: VRIES<<JAN<PIET.
                value = value.replace("<<", ", ").replace("<", " ")
            yield Hit(entity, start, end, 1.0, "", value)


def with_surname(text: str, hit: Hit) -> Hit:
    """Return a name of initials alone with the surname before it: "Verzonnen, P."."""
    if hit.entity != "PERSON" or not _INITIALS_ALONE.fullmatch(hit.value):
        return hit
    before = _SURNAME_BEFORE.search(text[max(0, hit.start - _LONGEST) : hit.start])
    if before is None:
        return hit
    start = hit.start - len(before[0])
    return hit.moved(start, hit.end, text[start : hit.end], hit.where)


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield spans that are written as names are: capitals in a row, tussenvoegsels between."""
    yield from (match.span() for match in _MACHINE_READABLE.finditer(text))
    for match in _NAME.finditer(text):
        if match[0].lower() in _TITLES:
            continue
        words = list(re.finditer(r"\S+", match[0]))
        least = 2
        while words and (first := words[0].group().lower().strip(".'")) in _NO_NAME | _DOCUMENTS:
            least = 1 if first in _DOCUMENTS else least
            words.pop(0)
        if len(words) >= least and not _MASKED.fullmatch(match[0]):
            yield match.start() + words[0].start(), match.end()
