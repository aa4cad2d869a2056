"""What may give others away in an answer: the row beside the person, names of files, spellings."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pii_scan.config.exports import load_headings
from pii_scan.config.keys import derive
from pii_scan.config.organisations import load_organisations
from pii_scan.inzage import Answer, Case, find, write
from pii_scan.inzage.answer import Known
from pii_scan.inzage.casefile import CaseFile, Choice, Identity
from pii_scan.inzage.choosing import place_id
from pii_scan.inzage.frame import handled
from pii_scan.inzage.masks import Added, Decision, Review
from pii_scan.inzage.opening import Files, Opened, here
from pii_scan.inzage.redact import Redactor
from pii_scan.inzage.release import left
from pii_scan.inzage.subject import subject
from pii_scan.model import Chunk, Hit, Result, Table
from pii_scan.sources.folder import SOURCE
from pii_scan.store import Store
from tests.invented_case import (
    BORN,
    EMAIL,
    KEY,
    NAME,
    NUMBER,
    OTHER,
    OTHER_EMAIL,
    OTHER_IBAN,
    OTHER_PHONE,
    PHONE,
    TODAY,
    case,
    finding,
    found,
    frame,
    of_file,
    put,
    recognizers,
    row,
    tools,
)

OWN_PHONE = "0687654399"
"""The person's, who did not state it."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "inventory.db")) as opened:
        yield opened


def redactor(review: Review | None = None) -> Redactor:
    asked = case()
    return Redactor(
        subject(asked, recognizers(), derive(KEY, "fingerprint", None), found),
        found,
        100_000,
        str.lower,
        names=asked.names,
        headings=load_headings(),
        review=review or Review(KEY),
    )


def answered(
    store: Store,
    results: Sequence[Result],
    asked: Case | None = None,
    known: Known | None = None,
    **changed: object,
) -> Answer:
    scan = store.begin(["share"], TODAY, "quality-contacts", "0.1.0", "sha256:00", "tester")
    store.save(scan.id, results)
    kit = replace(tools(), **changed)  # type: ignore[arg-type]
    return find(store, store.finish(scan.id), asked or case(), kit, known)


def table_of(*rows: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()


def said(answer: Answer) -> str:
    """Return all that the places of an answer say, their headings and addresses included."""
    return "\n".join(
        text
        for one in answer.found
        for text in (
            *(one.address, one.where, *one.reasons),
            *(it.where for it in one.copy.passages),
            *(it.text for it in one.copy.passages),
            *(text for it in one.copy.passages for pair in it.cells for text in pair),
        )
    )


# 1 the row of the person


@pytest.mark.parametrize(
    "heading",
    [
        *("created_by", "owner_email", "behandelaar", "geworven_door", "contactpersoon"),
        *("partner_telefoon", "Telefoon partner", "IBAN tegenpartij", "mobiel moeder", "x", ""),
        *("Ruilpartner", "Bereikbaar via", "E-mail leidinggevende", "noodnummer"),
    ],
)
@pytest.mark.parametrize("value", [OTHER_EMAIL, OTHER_PHONE, OTHER_IBAN])
def test_in_a_row_of_the_person_only_what_its_heading_says_is_theirs(
    heading: str, value: str
) -> None:
    columns = ("Klantnummer", "Naam", "Geboortedatum", heading)
    made = redactor()
    masked = made.row(columns, (NUMBER, NAME, BORN, value))
    assert masked.cells[:3] == (NUMBER, NAME, BORN)
    assert value not in masked.cells[3]
    assert (masked.claimed, made.review.claimed) == ((), ())


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        *(("Telefoon", OWN_PHONE), ("telefoon 2", OWN_PHONE), ("customer_phone", OWN_PHONE)),
        *(("E-mailadres", OTHER_EMAIL), ("IBAN", OTHER_IBAN), ("Adres", "Kerkstraat 12")),
    ],
)
def test_what_an_own_heading_says_is_theirs_unless_somebody_else_is_named(
    heading: str, value: str
) -> None:
    columns = ("Klantnummer", "Naam", heading, "Behandelaar", "Contactpersoon")
    made = redactor()
    assert made.row(columns, (NUMBER, NAME, value, OTHER, "")).claimed == (value,)
    assert [it.shown for it in made.review.claimed] == ["(leesbaar)"]
    named = redactor().row(columns, (NUMBER, NAME, value, "", "Verzonnen"))
    assert named.claimed == ()
    assert value not in named.cells


@pytest.mark.parametrize(
    ("name", "where", "note"),
    [
        (NAME, f"t.a.v. {OTHER}, Dorpsweg 1", ""),
        (NAME, "", f"nummer van mw. {OTHER}"),
        (f"{NAME} t.a.v. {OTHER}", "", ""),
    ],
)
def test_a_name_that_does_not_fill_its_cell_is_somebody_else_too(
    name: str, where: str, note: str
) -> None:
    columns = ("Klantnummer", "Naam", "Klant", "Verzendadres", "Notitie", "Telefoon")
    masked = redactor().row(columns, (NUMBER, NAME, name, where, note, OTHER_PHONE))
    assert masked.cells[0] == NUMBER
    assert masked.cells[-1].startswith("[telefoonnummer")


def test_the_address_that_an_agent_logged_in_from_is_masked_in_the_persons_row() -> None:
    columns = ("Gebruikersnaam", "IP", "Klantnummer", "Naam")
    cells = redactor().row(columns, ("kbedacht", "84.22.17.9", NUMBER, NAME)).cells
    assert "84.22.17.9" not in cells


def test_what_its_subject_has_one_of_is_theirs_though_another_is_named_beside_them() -> None:
    columns = ("Klantnummer", "Naam", "Geboortedatum", "Telefoon", "Contactpersoon")
    number = redactor().row(columns, ("K-555123", NAME, BORN, OWN_PHONE, "Verzonnen"))
    assert number.claimed == ()  # they are known by another number: it is a namesake
    asked = case(customer_number=[])
    person = subject(asked, recognizers(), derive(KEY, "fingerprint", None), found)
    made = replace(redactor(), person=person)
    shown = made.row(columns, ("K-555123", NAME, BORN, OWN_PHONE, "Verzonnen"))
    assert shown.claimed == ("K-555123",)
    assert OWN_PHONE not in shown.cells


def test_a_claim_holds_in_its_row_and_nowhere_else(store: Store, tmp_path: Path) -> None:
    columns = ("Klantnummer", "Naam", "Telefoon", "Notitie")
    rows = (
        (NUMBER, NAME, OTHER_PHONE, ""),
        (NUMBER, NAME, "", "buurman belt op +31 6 8765 4321"),
    )
    path = put(tmp_path, "lijst.csv", table_of(columns, *rows))
    own = {"PERSON": NAME, "CUSTOMER_NUMBER": NUMBER}
    answer = answered(store, [of_file(path, [*row(2, **own), *row(3, **own)])])
    first, second = (dict(one.copy.passages[0].cells) for one in answer.found)
    assert first["Telefoon"] == OTHER_PHONE
    assert "8765" not in second["Notitie"]
    written = write(answer, frame(), tmp_path / "zaak")
    assert written.left == ()
    lines = review(tmp_path)
    (claim,) = [it for it in lines if it["getoond als"] == "(leesbaar)"]
    assert (claim["te herkennen aan"], claim["besluit"]) == ("06******21", "tonen")
    assert claim["plaatsen"].startswith("1")


def test_a_claim_can_be_masked_from_the_review_file(store: Store, tmp_path: Path) -> None:
    columns = ("Klantnummer", "Naam", "Telefoon")
    path = put(tmp_path, "lijst.csv", table_of(columns, (NUMBER, NAME, OTHER_PHONE)))
    result = of_file(path, row(2, PERSON=NAME, CUSTOMER_NUMBER=NUMBER))
    write(answered(store, [result]), frame(), tmp_path / "zaak")
    (claim,) = [it for it in review(tmp_path) if it["getoond als"] == "(leesbaar)"]
    decided = {claim["kenmerk"]: Decision(shows=False, by="A. Beslisser", why="van de zoon")}
    again = answered(store, [result], decisions=decided)
    assert OTHER_PHONE not in said(again)


def test_a_word_of_ours_for_a_place_does_not_hold_an_answer_up(
    store: Store, tmp_path: Path
) -> None:
    def wide(part: Chunk | Table) -> tuple[str, list[Hit]]:
        """Take "row" for a name, as a model may in data for software."""
        read, hits = found(part)
        at = read.find("row 2")
        more = [Hit("PERSON", at, at + 3, 0.9, "", "row")] if at >= 0 else []
        return read, [*hits, *more]

    path = put(tmp_path, "lijst.csv", table_of(("Klantnummer", "Naam"), (NUMBER, NAME)))
    result = of_file(path, row(2, PERSON=NAME, CUSTOMER_NUMBER=NUMBER))
    written = write(answered(store, [result], detect=wide), frame(), tmp_path / "zaak")
    assert written.left == ()


def review(tmp_path: Path) -> list[dict[str, str]]:
    text = (tmp_path / "zaak" / "masks.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize(
    ("heading", "stays"), [("owner_email", False), ("Telefoon partner", False), ("E-mail", True)]
)
def test_what_was_tied_by_a_row_that_says_it_is_anothers_leads_nowhere(
    store: Store, tmp_path: Path, heading: str, stays: bool
) -> None:
    asked = case(email=[], phone=[])
    columns = ("Klantnummer", "Naam", heading)
    path = put(tmp_path, "lijst.csv", table_of(columns, (NUMBER, NAME, OTHER_EMAIL)))
    note = put(tmp_path, "brief.txt", f"Van {OTHER_EMAIL}: de pot is leeg.".encode())
    letters = put(tmp_path, "nieuwsbrief.csv", table_of(("E-mail", "Bron"), (OTHER_EMAIL, "x")))
    results = [
        of_file(path, row(2, PERSON=NAME, CUSTOMER_NUMBER=NUMBER, EMAIL_ADDRESS=OTHER_EMAIL)),
        of_file(note, [finding("EMAIL_ADDRESS", OTHER_EMAIL)]),
        of_file(letters, row(2, EMAIL_ADDRESS=OTHER_EMAIL)),
    ]
    answer = answered(store, results, asked)
    assert (OTHER_EMAIL in said(answer)) is stays
    assert ("de pot is leeg" in said(answer)) is stays


def tied(
    store: Store,
    folder: Path,
    *tables: tuple[Sequence[str], Sequence[str]],
    more: Sequence[Result] = (),
) -> str:
    """Return what is said where a scan ties OTHER_PHONE to the person by the first of tables."""
    both = row(2, PERSON=NAME, CUSTOMER_NUMBER=NUMBER, PHONE_NUMBER=OTHER_PHONE)
    note = put(folder, "brief.txt", f"Gebeld door {OTHER_PHONE}: de pot is leeg.".encode())
    files = [put(folder, f"{at}.csv", table_of(*it)) for at, it in enumerate(tables)]
    results = [*(of_file(path, both) for path in files), *more]
    results.append(of_file(note, [finding("PHONE_NUMBER", OTHER_PHONE)]))
    return said(answered(store, results, case(email=[], phone=[])))


@pytest.mark.parametrize(
    ("number", "name", "more", "stays"),
    [
        (NUMBER, NAME, ("Behandelaar", OTHER), True),
        (NUMBER, NAME, ("Contactpersoon", OTHER), False),
        (NUMBER, NAME, ("Notitie", f"t.a.v. {OTHER}"), False),
        ("", "Johanna van der Voorbeeld", ("Naam aanbrenger", NAME), False),
    ],
)
def test_a_row_that_names_another_does_not_tell_that_a_number_is_the_persons(
    store: Store, tmp_path: Path, number: str, name: str, more: tuple[str, str], stays: bool
) -> None:
    first = ("Klantnummer", "Naam", "Telefoon", more[0]), (number, name, OTHER_PHONE, more[1])
    second = ("Klantnummer", "Naam", "Telefoon partner"), (NUMBER, NAME, OTHER_PHONE)
    text = tied(store, tmp_path, first, second)
    assert (OTHER_PHONE in text) is stays
    assert ("de pot is leeg" in text) is stays


@pytest.mark.parametrize(
    ("between", "stays"),
    [("", True), (f"t.a.v. de heer {OTHER}\n", False)],
)
def test_a_text_that_names_another_does_not_tell_that_a_number_is_the_persons(
    store: Store, tmp_path: Path, between: str, stays: bool
) -> None:
    partner = ("Klantnummer", "Naam", "Telefoon partner"), (NUMBER, NAME, OTHER_PHONE)
    text = f"klantnummer {NUMBER}\nnaam {NAME}\n{between}telefoon {OTHER_PHONE}\n"
    findings = [finding(it.entity, it.value) for it in found(Chunk(text, ""))[1]]
    kaart = of_file(put(tmp_path, "kaart.txt", text.encode()), findings)
    assert (OTHER_PHONE in tied(store, tmp_path, partner, more=[kaart])) is stays


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Tel. partner", "(06)87654321"),
        ("Tel. partner", "tel. 0687654321"),
        ("ICE", "vader 0687654321 (na 18u)"),
    ],
)
def test_what_was_tied_stands_for_another_however_its_cell_is_filled(
    store: Store, tmp_path: Path, heading: str, cell: str
) -> None:
    text = tied(store, tmp_path, (("Klantnummer", "Naam", heading), (NUMBER, NAME, cell)))
    assert "87654321" not in text
    assert "de pot is leeg" not in text


# 2 a small document about a relative

RELATIVE = "Joost van der Voorbeeld"
HOME = "Dorpsweg 1\n9999 ZZ Nergenshuizen"
SECRET = "de pot is leeg"
TWIN = "Johanna van der Voorbeeld"


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        (f"Joke van der Voorbeeld\n{HOME}\n{SECRET}", True),
        (f"J. van der Voorbeeld\n{HOME}\n{SECRET}", True),
        (f"{RELATIVE}\n{HOME}\n{SECRET}", False),
        (f"{RELATIVE}\n{HOME}\n{SECRET}\nGroet,\nJ. van der Voorbeeld", False),
        (f"{NAME} en {RELATIVE}\n{HOME}\n{SECRET}", True),
        (f"J. van der Voorbeeld jr.\n{HOME}\n{SECRET}", False),
        (f"{NAME} (senior)\n{HOME}\n{SECRET}", False),
        (f"{RELATIVE}, tel. {PHONE}\n{SECRET}", False),
        (f"{RELATIVE}, klantnummer {NUMBER}\n{SECRET}", False),
        (f"{RELATIVE}, {EMAIL}, klantnummer 7734512\n{SECRET}", False),
        (f"J. van der Voorbeeld, {HOME}, geboortedatum 17-08-1981\n{SECRET}", False),
        (f"J. van der Voorbeeld, {HOME}, klantnummer 7734512\n{SECRET}", False),
        (f"{NAME}, {EMAIL}\n{SECRET}", True),
    ],
)
def test_what_names_a_relative_in_clear_is_no_copy_without_a_decision(
    store: Store, tmp_path: Path, text: str, stays: bool
) -> None:
    path = put(tmp_path, "brief.txt", text.encode())

    def full(part: Chunk | Table) -> tuple[str, list[Hit]]:
        """Find names as a model does: each as it stands there, without "jr." and the like."""
        read, hits = found(part)
        names = (NAME, RELATIVE, "J. van der Voorbeeld")
        spots = [(name, at) for name in names if (at := read.find(name)) >= 0]
        people = [Hit("PERSON", at, at + len(name), 0.9, "", name) for name, at in spots]
        return read, [*(it for it in hits if it.entity != "PERSON"), *people]

    findings = [finding(it.entity, it.value) for it in full(Chunk(text, ""))[1]]
    answer = answered(store, [of_file(path, findings)], detect=full)
    assert (SECRET in said(answer)) is stays
    (place,) = answer.places
    assert place.match == "mogelijk" or stays
    if not stays and place.reasons[-1].startswith("maar"):
        chosen = Known({place_id(place): Choice(True, "An", TODAY)})
        assert SECRET in said(answered(store, [of_file(path, findings)], None, chosen, detect=full))


def test_a_row_with_another_first_name_is_not_the_persons(store: Store, tmp_path: Path) -> None:
    columns = ("Naam", "Telefoon", "Notitie")
    path = put(tmp_path, "lijst.csv", table_of(columns, (RELATIVE, PHONE, SECRET)))
    answer = answered(store, [of_file(path, row(2, PERSON=RELATIVE, PHONE_NUMBER=PHONE))])
    assert [it.match for it in answer.places] == ["mogelijk"]
    assert SECRET not in said(answer)


# 3 who decided

ODD = "Zwijger"
"""A name that is found in what is written alone."""


def test_who_decided_is_not_named_to_the_person_nor_lets_the_name_pass(
    store: Store, tmp_path: Path
) -> None:
    text = f"{NAME}, {EMAIL}: gebeld door {ODD} zelf"
    path = put(tmp_path, "brief.txt", text.encode())
    result = of_file(path, [finding("EMAIL_ADDRESS", EMAIL), finding("PERSON", NAME)])
    (place,) = answered(store, [result]).places
    known = Known({place_id(place): Choice(True, ODD, TODAY)})

    def sly(part: Chunk | Table) -> tuple[str, list[Hit]]:
        """Find the name only in what is written."""
        read, hits = found(part)
        at = read.find(ODD)
        is_written = at >= 0 and not read.startswith(NAME)
        return read, [*hits, *([Hit("PERSON", at, at + 7, 0.9, "", ODD)] if is_written else [])]

    answer = answered(store, [result], None, known, detect=sly)
    assert answer.found[0].reasons[-1] == "besluit: opnemen"
    file = CaseFile(
        number="I-2026-001",
        opened=TODAY,
        by=ODD,
        received=TODAY,
        asked=case(),
        identity=Identity("teruggebeld", ODD, date(2026, 11, 2)),
    )
    written = write(answer, replace(frame(), handling=handled(file)), tmp_path / "zaak")
    assert "brief.docx" not in {one.file for one in written.left}
    assert {one.file for one in written.left} >= {"subject.json", "rapport.docx"}


# 4 names as headings, sheets and files


def test_names_in_headings_sheets_and_paths_are_masked_and_listed(
    store: Store, tmp_path: Path
) -> None:
    columns = ("Klantnummer", "Naam Klant", "Notitie Intern", "Piet Verzonnen", "Karel Bedacht")
    path = put(
        tmp_path,
        "Map Kees Gefantaseerd/CV_Piet_Verzonnen_0687654321.csv",
        table_of(columns, (NUMBER, NAME, "x", "1", "2")),
    )
    answer = answered(store, [of_file(path, row(2, PERSON=NAME, CUSTOMER_NUMBER=NUMBER))])
    text = said(answer)
    others = ("Verzonnen", "Bedacht", "Gefantaseerd", "0687654321")
    assert [name for name in others if name in text] == []
    headings = [heading for heading, _ in answer.found[0].copy.passages[0].cells]
    assert headings[:3] == list(columns[:3])
    write(answer, frame(), tmp_path / "zaak")
    hints = {line["te herkennen aan"] for line in review(tmp_path)}
    assert {"P. V.", "K. B.", "06******21"} <= hints


def test_the_name_of_a_sheet_is_masked(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "lijst.csv", table_of(("Klantnummer", "Naam"), (NUMBER, NAME)))

    def sheets(files: Files) -> Iterator[tuple[str, Opened]]:
        """Open files as if their tables had a name."""
        for locator, opened in here(SOURCE)(files):
            tables = (it for it in opened.parts if isinstance(it, Table))
            yield locator, replace(opened, parts=tuple(replace(it, where=OTHER) for it in tables))

    rows = row(2, OTHER, PERSON=NAME, CUSTOMER_NUMBER=NUMBER)
    answer = answered(store, [of_file(path, rows)], reopen=sheets)
    assert [one.where for one in answer.found] == ["[persoon 1] row 2"]
    assert [one.copy.passages[0].where for one in answer.found] == ["[persoon 1] row 2"]
    written = write(answer, frame(), tmp_path / "zaak")
    assert written.left == ()
    for name in ("subject.json", "wissing.csv", "rectificatie.csv"):
        assert "Verzonnen" not in (tmp_path / "zaak" / name).read_text("utf-8")


def test_an_added_text_is_masked_in_headings_too(store: Store, tmp_path: Path) -> None:
    columns = ("Klantnummer", "Naam", "Zwijger")
    path = put(tmp_path, "Zwijger/Zwijger.csv", table_of(columns, (NUMBER, NAME, "1")))
    result = of_file(path, row(2, PERSON=NAME, CUSTOMER_NUMBER=NUMBER))
    added = (Added("Zwijger", "A. Beslisser", "verraadt Piet Verzonnen"),)
    answer = answered(store, [result], added=added)
    assert "Zwijger" not in said(answer)
    write(answer, frame(), tmp_path / "zaak")
    for one in (tmp_path / "zaak").rglob("*.json"):
        assert one.name == "places.json" or "Verzonnen" not in one.read_text("utf-8")


# 6 names in brackets of the text


@pytest.mark.parametrize(
    "text",
    [
        "Gesproken met [piet verzonnen] over de rekening",
        "Gesproken met [piet verzonnen, tel 0687654321]",
        "[persoon 7 verzonnen]",
    ],
)
def test_what_only_looks_like_a_mask_is_none(text: str) -> None:
    def lower(part: Chunk | Table) -> tuple[str, list[Hit]]:
        read, hits = found(part)
        at = read.find("verzonnen")
        name = [Hit("PERSON", at, at + 9, 0.9, "", "verzonnen")] if at >= 0 else []
        return read, [*hits, *name]

    shown = replace(redactor(), detect=lower).text(text)
    assert "verzonnen" not in shown
    assert "0687654321" not in shown


# other ways out

BESIDE: Mapping[str, tuple[str, ...]] = {
    "in another order": ("Verzonnen, Piet", "VERZONNEN Piet"),
    "in capitals": ("PIET VERZONNEN", "piet verzonnen"),
    "over a line end": ("Piet\nVerzonnen", "Piet\r\n  Verzonnen"),
    "in an address of a page": ("https://x.example/in/piet-verzonnen-12", "piet_verzonnen"),
    "in a path": (r"\\server\home\pietverzonnen\brief.docx", "/home/p.verzonnen/x"),
    "as a name to log in by": ("door pverzonnen gewijzigd", "user=pverzonnen02 action=view"),
}


@pytest.mark.parametrize("text", [it for texts in BESIDE.values() for it in texts])
def test_a_name_that_is_masked_is_masked_in_every_spelling(text: str) -> None:
    made = redactor()
    made.text(f"gebeld met {OTHER}")
    shown = made.review.spread(text, (NAME,), str.lower)
    assert "verzonnen" not in shown.casefold()
    assert list(made.review.seen(shown, (NAME,))) == []


@pytest.mark.parametrize(
    ("known", "text", "shown"),
    [
        (OTHER, "zie Verzonnen, en VERZONNEN", "zie [persoon 1], en [persoon 1]"),
        (OTHER, "de heer Verzonnen-Bedacht", "de heer [persoon 1]-Bedacht"),
        (OTHER, "share/planning_verzonnen.xlsx", "share/planning_[persoon 1].xlsx"),
        (OTHER, "dat is verzonnen", "dat is verzonnen"),
        ("Piet van der Nergens", "bel Van der Nergens", "bel [persoon 1]"),
        ("Piet van der Nergens", "Nergens gezien", "Nergens gezien"),
        (
            TWIN,
            "mevrouw Van der Voorbeeld, Voorbeeld J.",
            "mevrouw Van der Voorbeeld, Voorbeeld J.",
        ),
        ("Piet Voorbeeld", f"{NAME}, Van der Voorbeeld", f"{NAME}, Van der Voorbeeld"),
        ("Piet Boom", "Boom gekapt", "Boom gekapt"),
    ],
)
def test_the_surname_of_who_is_masked_is_masked_by_itself(
    known: str, text: str, shown: str
) -> None:
    review = Review(KEY)
    review.note(known, "PERSON", "[persoon 1]", "", "naam van een ander")
    assert review.spread(text, (NAME,), str.lower) == shown


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Piet Verzonnen",), "zie [persoon 1]"),
        (("Piet Verzonnen", "Klaas Verzonnen"), "zie [persoon 3]"),
    ],
)
def test_a_surname_of_two_is_neither_and_can_be_decided_on(
    names: tuple[str, ...], shown: str
) -> None:
    review = Review(KEY)
    for name in names:
        label = review.label("PERSON", name, None, "naam")
        review.note(name, "PERSON", label, "", "naam van een ander")
    assert review.spread("zie Verzonnen", (NAME,), str.lower) == shown
    alone = review.masks[-1]
    assert (alone.shown, alone.hint, alone.count) == (shown.removeprefix("zie "), "V.", 1)
    told = {alone.id: Decision(shows=True, by="A. Beslisser", why="een merk")}
    again = Review(KEY, told)
    again.note(names[0], "PERSON", "[persoon 1]", "", "naam van een ander")
    assert again.spread("zie Verzonnen", (NAME,), str.lower) == "zie Verzonnen"


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (OTHER_PHONE, "bel +31 (0)6-8765 4321"),
        (OTHER_PHONE, "bel 0031 687654321"),
        (OTHER_PHONE, "opname_0687654321_x.wav"),
        ("geboortedatum 17-08-1981", "hij is van 17 augustus 1981"),
        ("geboortedatum 17-08-1981", "van 17 aug 1981, 1981-08-17 of 17/8/1981"),
        ("geboortedatum 17 augustus 1981", "van 17.08.1981"),
        (OTHER_IBAN, "NL13 TEST 0123 4567 89"),
        (OTHER_IBAN, "nl13test0123456789"),
        (OTHER_EMAIL, "PIET.VERZONNEN@ELDERS.EXAMPLE"),
    ],
)
def test_a_number_that_is_masked_is_masked_in_every_spelling(known: str, text: str) -> None:
    made = redactor()
    made.text(f"gegevens: {known}")
    assert made.review.masks
    shown = made.review.spread(text, (), str.lower)
    assert "[" in shown
    assert "1981" not in shown
    assert list(made.review.seen(shown, ())) == []


def test_the_customer_number_of_a_namesake_is_masked_where_nothing_says_what_it_is() -> None:
    made = redactor()
    hit = Hit("CUSTOMER_NUMBER", 0, 8, 1.0, "", "K-778813")
    foreign = frozenset(print_ for _, print_ in made.person.fingerprints_of(hit))
    made = replace(made, person=replace(made.person, foreign=foreign))
    shown = made.text(f"view x=K-778813 y={NUMBER} z=K-778814")
    assert shown == f"view x=[klantnummer 1] y={NUMBER} z=K-778814"


def test_the_persons_own_spellings_stay_beside_a_namesake_of_one_letter() -> None:
    made = redactor()
    made.text(f"gebeld met {RELATIVE}")
    text = "J. van der Voorbeeld, jvandervoorbeeld"
    assert made.review.spread(text, (NAME,), str.lower) == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("CV_Piet_Verzonnen.docx", "CV [persoon 1].docx"),
        ("CV%20Piet%20Verzonnen.pdf", "CV [persoon 1].pdf"),
        ("gesprek-0687654321.wav", "gesprek-[telefoonnummer 1].wav"),
        ("opname_0687654321_2.wav", "opname_[telefoonnummer 1]_2.wav"),
        ("van piet.verzonnen@elders.example.eml", "van [e-mailadres 1].eml"),
        ("jaarverslag_2024-v2.docx", "jaarverslag_2024-v2.docx"),
        ("mail.eml!", "mail.eml!"),
        ("Piet.Verzonnen", "[persoon 1]"),
        ("Piet.Verzonnen.docx!", "[persoon 1].docx!"),
        ("Piet-Verzonnen.onbekend", "[persoon 1] onbekend"),
    ],
)
def test_a_name_of_a_file_is_read_by_its_words(name: str, shown: str) -> None:
    assert redactor().step(name) == shown


@pytest.mark.parametrize(
    ("address", "is_masked"),
    [
        ("info@bedrijf.example", False),
        ("info.piet.verzonnen@bedrijf.example", True),
        ("info-2@bedrijf.example", False),
        (OTHER_EMAIL, True),
    ],
)
def test_a_mailbox_that_only_begins_as_an_organisations_is_masked(
    address: str, is_masked: bool
) -> None:
    made = replace(redactor(), cues=load_organisations())
    assert (made.text(f"mail {address} nu") == "mail [e-mailadres 1] nu") is is_masked


def test_what_is_typed_of_a_case_is_read_as_a_source_is(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "brief.txt", f"{NAME}, {EMAIL}".encode())
    result = of_file(path, [finding("EMAIL_ADDRESS", EMAIL), finding("PERSON", NAME)])
    means = f"teruggebeld op {OTHER_PHONE}, zijn moeder nam op"
    file = CaseFile(
        number="I-2026-001",
        opened=TODAY,
        by="An",
        received=TODAY,
        asked=case(),
        identity=Identity(means, "An", TODAY),
    )
    written = write(
        answered(store, [result]), replace(frame(), handling=handled(file)), tmp_path / "zaak"
    )
    assert {(one.file, one.entity) for one in written.left} == {
        ("brief.docx", "PHONE_NUMBER"),
        ("brief.pdf", "PHONE_NUMBER"),
    }


def test_a_path_that_was_scanned_is_told_without_names(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "brief.txt", f"{NAME}, {EMAIL}".encode())
    result = of_file(path, [finding("EMAIL_ADDRESS", EMAIL)])
    scan = store.begin([f"home/{OTHER}"], TODAY, "quality-contacts", "0.1.0", "sha256:00", "t")
    store.save(scan.id, [result])
    answer = find(store, store.finish(scan.id), case(), tools())
    assert answer.targets == ("home/[persoon 1]",)
    written = write(answer, frame(), tmp_path / "zaak")
    assert written.left == ()
    assert "Verzonnen" not in (tmp_path / "zaak" / "subject.json").read_text("utf-8")


def test_what_touches_a_mask_is_no_mask(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "brief.txt", f"{NAME}, {EMAIL}, {OTHER}".encode())
    answer = answered(store, [of_file(path, [finding("EMAIL_ADDRESS", EMAIL)])])

    def greedy(part: Chunk | Table) -> tuple[str, list[Hit]]:
        """Take a mask and the name that follows for one name."""
        read, _ = found(part)
        at = read.find("Zwijger")
        start = read.find("[persoon 1] Zwijger")
        if start >= 0:
            return read, [Hit("PERSON", start, at + 7, 0.9, "", read[start : at + 7])]
        return read, [Hit("PERSON", at, at + 7, 0.9, "", "Zwijger")] if at >= 0 else []

    made = replace(answer.redactor, detect=greedy)
    (one,) = left({"x.txt": b"met [persoon 1] Zwijger"}, made, "")
    assert one.hint == "Z."
    assert left({"x.txt": b"met [persoon 1]"}, made, "") == ()
