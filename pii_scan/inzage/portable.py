"""Inzage: the package for overdraagbaarheid (art. 20 AVG): what the person gave, to take along.

Only what they supplied themselves, what rests on consent or a contract alone, and what is processed
by automated means. What the organisation made of it, such as a note of a call, is not part of it
(WP242 rev.01, p. 9-11). What is left out is named by its place, with the reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage.answer import Answer, Found
from pii_scan.inzage.frame import Frame
from pii_scan.inzage.own import own_values
from pii_scan.inzage.subject import Kind
from pii_scan.model import Chunk

SCHEMA: Final = 1
BASES: Final = frozenset("ab")
"""Art. 6(1) AVG: consent, and a contract."""
SUPPLIED: Final = frozenset({"sollicitatie", "contactverzoek", "feedback", "klacht"})
"""Document types that the person writes or fills in."""
MESSAGES: Final = frozenset({"e_mail", "chat"})
"""Those that are theirs where they sent them."""
_GIVEN: Final = frozenset(
    {"naam", "voornaam", "e-mailadres", "telefoonnummer", "straat en huisnummer"}
    | {"postcode", "geboortedatum", "IBAN"}
)
"""Of the person's values those that they give; a customer number is given to them."""
_SENDER: Final = re.compile(r"^(?:From|Van|Afzender): *(?P<who>.+)$", re.MULTILINE)
_THEIRS: Final = frozenset[Kind]({"email", "phone", "full"})
NO_BASIS: Final = "de grondslag is niet vastgesteld"
OTHER_BASIS: Final = "berust (mede) op een andere grondslag dan toestemming of overeenkomst"
PROCESSORS: Final = "wij zijn hiervoor niet de verantwoordelijke"
NOTHING: Final = "bevat niets dat de verzoeker zelf heeft verstrekt"
COLUMNS: Final = ("nummer", "soort_document", "grondslag", "veld", "waarde")


@dataclass(frozen=True, slots=True)
class Record:
    """A value that the person takes along."""

    number: int
    """Of the place in the answer."""
    document: str
    basis: str
    name: str
    """What it is: "e-mailadres", "bericht" …"""
    value: str = field(repr=False)

    def row(self) -> dict[str, object]:
        """Return it as a row and as an object of the package."""
        values = (self.number, self.document, self.basis, self.name, self.value)
        return dict(zip(COLUMNS, values, strict=True))


def portable(answer: Answer, frame: Frame) -> tuple[tuple[Record, ...], dict[int, str]]:
    """Return what may be taken along, and place by place why anything else may not."""
    records: list[Record] = []
    left_out: dict[int, str] = {}
    for number, one in enumerate(answer.found, start=1):
        basis, reason = _basis(one, frame)
        found = [] if reason else list(_given(one, answer))
        if not found:
            left_out[number] = reason or NOTHING
        kind = frame.doc_type(one)
        records.extend(Record(number, kind, basis, name, value) for name, value in found)
    return tuple(records), left_out


def _basis(one: Found, frame: Frame) -> tuple[str, str]:
    """Return the basis, and the reason why what stands here cannot be taken along, if any."""
    if one.place.result.role == "verwerker":
        return "", PROCESSORS
    bases = list(dict.fromkeys(it.legal_basis for it in frame.processing([one]) if it.legal_basis))
    letters = {letter for basis in bases for letter in dutch.grounds(basis)}
    if not letters:
        return "", NO_BASIS
    return "; ".join(bases), "" if letters <= BASES else OTHER_BASIS


def _given(one: Found, answer: Answer) -> Iterator[tuple[str, str]]:
    for label, value in own_values(one.copy.passages, answer.redactor):
        if label in _GIVEN:
            yield label, value
    doc_type = one.place.result.doc_type
    for passage in one.copy.passages:
        if passage.text and (doc_type in SUPPLIED or _is_senders(passage.text, doc_type, answer)):
            yield "bericht", passage.text


def _is_senders(text: str, doc_type: str | None, answer: Answer) -> bool:
    """Tell whether a message was sent by the person."""
    sender = _SENDER.search(text) if doc_type in MESSAGES else None
    if sender is None:
        return False
    hits = answer.redactor.detect(Chunk(sender["who"], ""))[1]
    return any(answer.redactor.person.kind_of(hit) in _THEIRS for hit in hits)


def package(answer: Answer, frame: Frame) -> dict[str, Any]:
    """Return the package as one JSON value; `schema` says what is in it."""
    records, left_out = portable(answer, frame)
    return {
        "schema": SCHEMA,
        "soort": "overdraagbaarheid",
        "verantwoordelijke": frame.policy.organisation,
        "peildatum": answer.scan.started.date().isoformat(),
        "gegevens": [record.row() for record in records],
        "niet_opgenomen": [
            {"nummer": number, "reden": reason} for number, reason in left_out.items()
        ],
    }


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the package; the CSV has the columns of an item of `gegevens`."""
    texts = {name: {"type": "string"} for name in COLUMNS[1:]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gegevens om mee te nemen (art. 20 AVG)",
        "type": "object",
        "additionalProperties": False,
        "required": ["schema", "soort", "verantwoordelijke", "peildatum", "gegevens"],
        "properties": {
            "schema": {"const": SCHEMA},
            "soort": {"const": "overdraagbaarheid"},
            "verantwoordelijke": {"type": "string"},
            "peildatum": {"type": "string", "format": "date"},
            "gegevens": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": list(COLUMNS),
                    "properties": {"nummer": {"type": "integer", "minimum": 1}, **texts},
                },
            },
            "niet_opgenomen": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["nummer", "reden"],
                    "properties": {
                        "nummer": {"type": "integer", "minimum": 1},
                        "reden": {"type": "string"},
                    },
                },
            },
        },
    }
