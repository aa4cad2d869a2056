"""Redaction: the person stays readable, everybody else does not, however the text is built."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_scan.classify.roles import Standing
from pii_scan.config.exports import load_headings
from pii_scan.config.keys import derive
from pii_scan.config.organisations import load_organisations
from pii_scan.inzage.masks import Decision, Review
from pii_scan.inzage.redact import KEPT, Redactor
from pii_scan.inzage.subject import Detect, subject
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

HEADINGS = load_headings()
PERSON = subject(case(), recognizers(), derive(KEY, "fingerprint", None), found)


def redactor(detect: Detect = found, review: Review | None = None) -> Redactor:
    """Return a redactor that has masked nothing yet."""
    return Redactor(
        PERSON, detect, 100_000, str.lower, headings=HEADINGS, review=review or Review(KEY)
    )


REDACTOR = redactor()

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


def is_clear(hit: Hit, text: str, made: Redactor = REDACTOR) -> bool:
    """Tell whether a hit is neither within a mask nor a town or firm, which are nobody's."""
    labels = made.review.labels(text)
    is_masked = any(start <= hit.start and hit.end <= end for start, end in labels)
    return hit.entity not in KEPT and not is_masked


@given(st.lists(st.tuples(st.sampled_from([*OWN, *FOREIGN]), st.sampled_from(GLUE)), max_size=9))
@settings(max_examples=60)
def test_nothing_of_others_is_left_and_a_second_scan_finds_none(
    pieces: list[tuple[str, str]],
) -> None:
    text = "".join(piece + glue for piece, glue in pieces)
    masked = REDACTOR.text(text)
    assert [value for value in FOREIGN.values() if value in masked] == []
    left = [hit for hit in found(Chunk(masked, ""))[1] if PERSON.kind_of(hit) is None]
    assert [hit for hit in left if is_clear(hit, masked)] == []
    assert REDACTOR.text(masked) == masked


@pytest.mark.parametrize("line", OWN)
def test_what_is_the_persons_own_stays(line: str) -> None:
    assert REDACTOR.text(f"{line}.") == f"{line}."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Gebeld met {OTHER} over de rekening.", "Gebeld met [persoon 1] over de rekening."),
        ("Jan van der Berg nam op", "[persoon 1] nam op"),
        ("Johanna van der Voorbeeld belde", "[persoon 1] belde"),
        (f"{NAME} belde Piet Verzonnen", f"{NAME} belde [persoon 1]"),
        ("Nergens Diensten B.V. stuurt dit", "Nergens Diensten B.V. stuurt dit"),
        ("VERZONNEN<<PIET<JAN<<<<<<", "[persoon 1]<<<<<<"),
        ("VOORBEELD<<JOKE<<<<<", "VOORBEELD<<JOKE<<<<<"),
        ("Met vriendelijke groet", "Met vriendelijke groet"),
        ("Op Maandag kwam hij", "Op Maandag kwam hij"),
        ("NL 04 en AB 12", "NL 04 en AB 12"),
        ("Verklaring Omtrent het Gedrag", "Verklaring Omtrent het Gedrag"),
        ("Koninkrijk Der Nederlanden", "Koninkrijk Der Nederlanden"),
        ("Arbeidscontract Verzonnen 2019", "Arbeidscontract [persoon 1] 2019"),
        ("Arbeidscontract Voorbeeld 2019", "Arbeidscontract Voorbeeld 2019"),
    ],
)
def test_names_are_known_by_their_shape(text: str, shown: str) -> None:
    assert redactor().text(text) == shown


@pytest.mark.parametrize(
    ("text", "initials", "shown"),
    [
        ("Getuige: Verzonnen, P. (thuis)", "P.", "Getuige: [persoon 1] (thuis)"),
        ("Getuige: Van Verzonnen, P.J.; ja", "P.J.", "Getuige: [persoon 1]; ja"),
        ("Klant: Voorbeeld, J. van der; ja", "J. van der", "Klant: Voorbeeld, J. van der; ja"),
        ("Vandaag, P. belde", "P.", "[persoon 1] belde"),
    ],
)
def test_initials_behind_a_surname_take_it_with_them(text: str, initials: str, shown: str) -> None:
    def half(part: Chunk | Table) -> tuple[str, list[Hit]]:
        """Find the initials alone, as a model may."""
        read = part.text if isinstance(part, Chunk) else ""
        at = read.find(initials)
        return read, [Hit("PERSON", at, at + len(initials), 0.6, "", initials)] if at >= 0 else []

    assert redactor(half).text(text) == shown


def test_a_stretch_is_read_with_the_label_that_stands_before_it() -> None:
    text = f"Burgerservicenummer van de partner\n{OTHER_BSN}\n\nen verder"
    start = text.index(OTHER_BSN)
    assert OTHER_BSN not in REDACTOR.text(text, start, start + 9)
    assert REDACTOR.text(text, text.index("en verder")) == "en verder"


def test_a_row_keeps_its_cells() -> None:
    columns = ("Naam", "Behandelaar", "E-mail", "Notitie", "Leeg")
    cells = (NAME, "Verzonnen", EMAIL, f"belt op {OTHER_PHONE}\nvoor\t{OTHER}", "")
    made = redactor()
    masked = made.row(columns, cells).cells
    assert masked[:3] == (NAME, "[persoon 1]", EMAIL)
    assert len(masked) == len(cells)
    assert OTHER_PHONE not in masked[3]
    assert OTHER not in masked[3]
    text, hits = found(Table(columns, (masked,), (2,)))
    assert all(PERSON.kind_of(hit) or not is_clear(hit, text, made) for hit in hits)


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
        (f"{NAME} en Piet Verzonnen: griep", f"{NAME} en [persoon 1]: [health]"),
    ],
)
def test_health_is_the_persons_own_unless_others_are_named(text: str, shown: str) -> None:
    assert redactor(ill).text(text) == shown


def test_an_empty_row_is_an_empty_row() -> None:
    assert REDACTOR.row(("Naam",), ()).cells == ()


COLUMNS = ("Klantnummer", "Naam", "Geboortedatum", "Telefoon", "Telefoon partner", "Agent", "IBAN")
OWN_NUMBER, PARTNERS = "0687654321", "0687654399"


@pytest.mark.parametrize(
    ("number", "name", "born", "stays"),
    [
        ("K-104820", NAME, "", True),
        ("K-104820", NAME, BORN, True),
        ("", NAME, BORN, True),
        ("K-104820", "", "", False),
        ("", NAME, "", False),
        ("K-104820", NAME, "17-08-1981", False),
        ("K-999999", NAME, BORN, False),
        ("K-104820", OTHER, "", False),
    ],
)
def test_in_a_row_of_the_person_what_they_did_not_name_is_theirs_too(
    number: str, name: str, born: str, stays: bool
) -> None:
    cells = (number, name, born, OWN_NUMBER, PARTNERS, "Karel Bedacht", OTHER_IBAN)
    made = redactor()
    masked = made.row(COLUMNS, cells).cells
    assert (masked[3] == OWN_NUMBER, masked[6] == OTHER_IBAN) == (stays, stays)
    assert masked[4].startswith("[telefoonnummer")
    assert masked[5] == "[persoon 1]" or not stays
    assert {it.hint for it in made.review.claimed} == (
        {"06******21", "NL13 TEST **** **67 89"} if stays else set()
    )


def test_a_person_may_decide_that_such_a_value_is_not_theirs() -> None:
    cells = ("K-104820", NAME, BORN, OWN_NUMBER, "", "", "")
    first = redactor()
    first.row(COLUMNS, cells)
    (claimed,) = first.review.claimed
    decided = {claimed.id: Decision(shows=False, by="A. Beslisser", why="van de zoon")}
    assert (
        redactor(review=Review(KEY, decided)).row(COLUMNS, cells).cells[3] == "[telefoonnummer 1]"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bel 06-98761234 of +31 6 9876 1234", "bel [telefoonnummer 1] of [telefoonnummer 2]"),
        ("mail piet@verzonnen.elders nu", "mail [e-mailadres 1] nu"),
        ("op NL13 TEST 0123 4567 80 storten", "op [rekeningnummer 1] storten"),
        ("op 12-03-2024, order 2024-118", "op 12-03-2024, order 2024-118"),
        ("bedrag 1.234.567,89", "bedrag 1.234.567,89"),
    ],
)
def test_numbers_that_cannot_exist_are_masked_by_their_shape(text: str, shown: str) -> None:
    assert redactor().text(text) == shown


def test_what_is_an_organisations_by_itself_stays() -> None:
    kept = Redactor(PERSON, found, 100_000, str.lower, cues=load_organisations())
    text = f"info@bedrijf.example of 088-1234567, KvK 12345678; {OTHER_EMAIL}"
    assert kept.text(text) == text.replace(OTHER_EMAIL, "[e-mailadres 1]")


def test_one_person_has_one_number_and_their_role() -> None:
    def agent(text: str, hits: Iterable[Hit]) -> dict[Hit, Standing]:
        return {hit: Standing("agent") for hit in hits if "collega" in text[: hit.start]}

    made = Redactor(PERSON, found, 100_000, str.lower, roles=agent)
    first = made.text(f"Gebeld met {OTHER} over de rekening.")
    assert first == "Gebeld met [persoon 1] over de rekening."
    assert made.text(f"collega: {OTHER} nam op") == "collega: [medewerker 1] nam op"
    assert {it.reason for it in made.review.masks} == {
        "geschreven als een naam; niemand kon hem plaatsen"
    }


def test_a_name_in_brackets_of_the_text_is_no_mask() -> None:
    shown = redactor().text("Gesproken met [Piet Verzonnen, tel 0687654321] over de rekening")
    assert "Verzonnen" not in shown
    assert "0687654321" not in shown
