"""Redaction: the person stays readable, everybody else does not, however the text is built."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_scan.classify.mask import mask
from pii_scan.config.keys import derive
from pii_scan.inzage.redact import KEPT, Redactor
from pii_scan.inzage.subject import subject
from pii_scan.model import Chunk, Hit, Table
from tests.invented_case import (
    BORN,
    EMAIL,
    KEY,
    NAME,
    OTHER,
    OTHER_BSN,
    OTHER_EMAIL,
    OTHER_IBAN,
    OTHER_PHONE,
    PHONE,
    case,
    found,
    recognizers,
)

PERSON = subject(case(), recognizers(), derive(KEY, "fingerprint", None), found)
REDACTOR = Redactor(PERSON, found, 100_000, lambda entity: entity.lower())

OWN = (
    f"Naam: {NAME}",
    f"mail {EMAIL}",
    f"tel. {PHONE}",
    f"geboren op {BORN}",
    "Dorpsweg 1, 9999 ZZ Nergenshuizen",
    "klantnummer K-104820",
)
FOREIGN = {
    f"contactpersoon: {OTHER}": OTHER,
    f"mail {OTHER_EMAIL}": OTHER_EMAIL,
    f"tel. {OTHER_PHONE}": OTHER_PHONE,
    f"BSN {OTHER_BSN}": OTHER_BSN,
    f"rekening {OTHER_IBAN}": OTHER_IBAN,
    "geboortedatum 17-08-1981": "17-08-1981",
    "woont op Kerkstraat 12, 8888 XX Verweg": "Kerkstraat 12",
    "wachtwoord: Zomer2024!": "Zomer2024!",
    "klantnummer 7734512": "7734512",
}
GLUE = ("\n", " ", "\n\n", "; ", " en ", "\t", ", ")


def is_clear(hit: Hit) -> bool:
    """Tell whether a hit is neither a mask itself nor a town or firm, which are nobody's."""
    recognizer = recognizers().get(hit.entity)
    shown = mask(hit.entity, hit.value, recognizer.mask if recognizer else None, "")
    return hit.entity not in KEPT and shown != hit.value


@given(st.lists(st.tuples(st.sampled_from([*OWN, *FOREIGN]), st.sampled_from(GLUE)), max_size=9))
@settings(max_examples=60, deadline=None)
def test_nothing_of_others_is_left_and_a_second_scan_finds_none(
    pieces: list[tuple[str, str]],
) -> None:
    text = "".join(piece + glue for piece, glue in pieces)
    masked = REDACTOR.text(text)
    assert [value for value in FOREIGN.values() if value in masked] == []
    left = [hit for hit in found(Chunk(masked, ""))[1] if PERSON.kind_of(hit) is None]
    assert [hit for hit in left if is_clear(hit)] == []
    assert REDACTOR.text(masked) == masked


@pytest.mark.parametrize("line", OWN)
def test_what_is_the_persons_own_stays(line: str) -> None:
    assert REDACTOR.text(f"{line}.") == f"{line}."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Gebeld met {OTHER} over de rekening.", "Gebeld met P. V. over de rekening."),
        ("Jan van der Berg nam op", "J. v. d. B. nam op"),
        ("Johanna van der Voorbeeld belde", "J. v. d. V. belde"),
        (f"{NAME} belde Piet Verzonnen", f"{NAME} belde P. V."),
        ("Nergens Diensten B.V. stuurt dit", "Nergens Diensten B.V. stuurt dit"),
        ("VERZONNEN<<PIET<JAN<<<<<<", "V. P. J.<<<<<<"),
        ("VOORBEELD<<JOKE<<<<<", "VOORBEELD<<JOKE<<<<<"),
        ("Met vriendelijke groet", "Met vriendelijke groet"),
        ("Op Maandag kwam hij", "Op Maandag kwam hij"),
        ("NL 04 en AB 12", "NL 04 en AB 12"),
        ("Verklaring Omtrent het Gedrag", "Verklaring Omtrent het Gedrag"),
        ("Koninkrijk Der Nederlanden", "Koninkrijk Der Nederlanden"),
        ("Arbeidscontract Verzonnen 2019", "Arbeidscontract V. 2019"),
        ("Arbeidscontract Voorbeeld 2019", "Arbeidscontract Voorbeeld 2019"),
    ],
)
def test_names_are_known_by_their_shape(text: str, shown: str) -> None:
    assert REDACTOR.text(text) == shown


def test_a_stretch_is_read_with_the_label_that_stands_before_it() -> None:
    text = f"Burgerservicenummer van de partner\n{OTHER_BSN}\n\nen verder"
    start = text.index(OTHER_BSN)
    assert OTHER_BSN not in REDACTOR.text(text, start, start + 9)
    assert REDACTOR.text(text, text.index("en verder")) == "en verder"


def test_a_row_keeps_its_cells() -> None:
    columns = ("Naam", "Behandelaar", "E-mail", "Notitie", "Leeg")
    cells = (NAME, "Verzonnen", EMAIL, f"belt op {OTHER_PHONE}\nvoor\t{OTHER}", "")
    masked = REDACTOR.row(columns, cells)
    assert masked[:3] == (NAME, "V.", EMAIL)
    assert len(masked) == len(cells)
    assert OTHER_PHONE not in masked[3]
    assert OTHER not in masked[3]
    hits = found(Table(columns, (masked,), (2,)))[1]
    assert all(PERSON.kind_of(hit) or not is_clear(hit) for hit in hits)


def ill(part: Chunk | Table) -> tuple[str, list[Hit]]:
    """Detect as the command does, and a word about health."""
    text, hits = found(part)
    at = text.find("griep")
    health = [Hit("HEALTH", at, at + 5, 0.9, "", "griep")] if at >= 0 else []
    return text, [*hits, *health]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{NAME} heeft griep", f"{NAME} heeft griep"),
        (f"{NAME} en Piet Verzonnen: griep", f"{NAME} en P. V.: [health]"),
    ],
)
def test_health_is_the_persons_own_unless_others_are_named(text: str, shown: str) -> None:
    redactor = Redactor(PERSON, ill, 100_000, lambda entity: entity.lower())
    assert redactor.text(text) == shown


def test_an_empty_row_is_an_empty_row() -> None:
    assert REDACTOR.row(("Naam",), ()) == ()
