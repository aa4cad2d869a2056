"""Inzage: the values of the person in a copy: their name, their numbers, their addresses."""

from collections.abc import Iterable, Iterator
from typing import Final

from pii_scan.inzage.copies import Passage
from pii_scan.inzage.redact import Redactor
from pii_scan.inzage.subject import Kind
from pii_scan.model import Chunk, Table

LABELS: Final[dict[Kind, str]] = {
    "full": "naam",
    "surname_initial": "naam",
    "surname": "naam",
    "given": "voornaam",
    "email": "e-mailadres",
    "phone": "telefoonnummer",
    "street": "straat en huisnummer",
    "postcode": "postcode",
    "birth_date": "geboortedatum",
    "iban": "IBAN",
    "customer_number": "klantnummer",
    "bsn": "burgerservicenummer",
}


def own_values(passages: Iterable[Passage], redactor: Redactor) -> Iterator[tuple[str, str]]:
    """Yield (what it is, value as it stands there), each once."""
    seen: dict[tuple[str, str], None] = {}
    for passage in passages:
        for hit in redactor.detect(_part(passage))[1]:
            kind = redactor.person.kind_of(hit)
            if kind in LABELS:
                seen.setdefault((LABELS[kind], " ".join(hit.value.split())))
    yield from seen


def _part(passage: Passage) -> Chunk | Table:
    if not passage.cells:
        return Chunk(passage.text, "")
    headings, values = zip(*passage.cells, strict=True)
    return Table(headings, (values,), (2,))
