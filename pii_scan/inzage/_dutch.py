"""Inzage: the Dutch of the letter and the report for codes, dates and addresses."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
PLACES: Final = {
    "page": "pagina",
    "sheet": "blad",
    "pages": "pagina's",
    "row": "rij",
    "rows": "rijen",
    "paragraph": "alinea",
    "table": "tabel",
    "line": "regel",
    "slide": "dia",
    "text box": "tekstvak",
    "footnote": "voetnoot",
    "endnote": "eindnoot",
    "comment": "opmerking",
    "header": "kop",
    "body": "tekst",
    "subject": "onderwerp",
    "name": "naam van het bestand",
    "attachment": "bijlage",
    "card": "kaart",
    "event": "afspraak",
    "task": "taak",
    "note": "notitie",
    "properties": "eigenschappen",
    "certificates": "certificaten",
}
GROUNDS: Final = {
    "a": "toestemming",
    "b": "een overeenkomst met u, of stappen daarvoor",
    "c": "een wettelijke plicht",
    "d": "vitaal belang",
    "e": "een taak van algemeen belang",
    "f": "een gerechtvaardigd belang",
}
"""Letter of art. 6(1) AVG -> what it is called."""
_LETTERS: Final = re.compile(r"\bonder ([a-f](?:(?:, | en )[a-f])*)\b")
READ_IN: Final = {
    "text": "de tekst van het document",
    "metadata": "de eigenschappen van het bestand",
    "path": "de naam van het bestand of de map",
    "file": "de bestandsdatum",
}
"""Where a date was read that may be another than the event's own."""
_WORD: Final = re.compile(rf"\b({'|'.join(PLACES)})\b(?= \d|,|$)")


def day(when: date) -> str:
    """Return a date as it is written in a letter.

    >>> day(date(2026, 11, 1))
    '1 november 2026'
    """
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def place(where: str) -> str:
    """Return an address inside a file in Dutch.

    >>> place("Blad1 row 12"), place("")
    ('Blad1 rij 12', 'het hele bestand')
    """
    return _WORD.sub(lambda match: PLACES[match[1]], where) or "het hele bestand"


def grounds(basis: str) -> tuple[str, ...]:
    """Return the letters of art. 6(1) AVG that a legal basis names.

    >>> grounds("art. 6 lid 1 onder b, c en f AVG; voor een deel onder a")
    ('a', 'b', 'c', 'f')
    """
    named = (match[1] for match in _LETTERS.finditer(basis))
    return tuple(sorted({it for letters in named for it in re.findall(r"\b[a-f]\b", letters)}))


def to_you(text: str) -> str:
    """Return a text about the person as it is said to them."""
    return text.replace("de verzoeker", "u").replace("het verzoek", "uw verzoek")


def fill_in(what: str) -> str:
    """Return the mark that a member of staff has to replace."""
    return f"[aan te vullen: {what}]"


def known(text: str, what: str) -> str:
    """Return a text, or the mark to fill it in."""
    return text or fill_in(what)


def listed(words: Iterable[str]) -> str:
    """Return words as an enumeration.

    >>> listed(["naam", "adres", "IBAN"])
    'naam, adres en IBAN'
    """
    *head, last = list(words) or [""]
    return f"{', '.join(head)} en {last}" if head else last


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{count} {one if count == 1 else many}"
