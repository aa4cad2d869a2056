"""A whole case on files that are there: the documents, and that they hold nobody else."""

import io
import json
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

from pii_scan.errors import ConfigError, ExtractError
from pii_scan.inzage import Answer, Case, find, write
from pii_scan.inzage.casefile import CaseFile, Extension, Identity
from pii_scan.inzage.frame import Handling, handled
from pii_scan.inzage.rapport import CHANGED, CHANGED_AWAY, GONE, MISSING, UNREADABLE, told
from pii_scan.inzage.writing import INTERNAL, LISTS, NAMES, PORTABLE
from pii_scan.model import Item, Judgement, Result, Source
from pii_scan.sources.folder import SOURCE
from pii_scan.store import Store
from tests.invented_case import (
    BORN,
    EMAIL,
    NAME,
    NUMBER,
    OTHER,
    OTHER_BSN,
    OTHER_EMAIL,
    OTHER_IBAN,
    OTHER_PHONE,
    OTHERS,
    PHONE,
    TODAY,
    case,
    export,
    finding,
    frame,
    message,
    of_file,
    only,
    put,
    result,
    row,
    tools,
)

ROW_OWN = (NUMBER, NAME, EMAIL, PHONE, "", "", f"Wil teruggebeld worden door {OTHER}")
ROW_OTHER = ("K-9", OTHER, OTHER_EMAIL, OTHER_PHONE, OTHER_BSN, OTHER_IBAN, "Wil niets")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "inventory.db")) as opened:
        yield opened


def answered(
    store: Store,
    results: Sequence[Result],
    asked: Case | None = None,
    *controllers: str,
    source: Source = SOURCE,
) -> Answer:
    scan = store.begin(["share"], TODAY, "quality-contacts", "0.1.0", "sha256:00", "tester")
    store.save(scan.id, results)
    scan = store.finish(scan.id)
    return find(store, scan, asked or case(), tools(*controllers, source=source))


def text_of(path: Path) -> str:
    """Return all that a Word file says, in any of its parts, tags left out."""
    with zipfile.ZipFile(path) as container:
        parts = [container.read(name).decode("utf-8", "replace") for name in container.namelist()]
    return "\n".join(re.sub(r"<[^>]+>", "", part.replace("</w:p>", "\n")) for part in parts)


def printed(path: Path) -> str:
    """Return the text of a PDF, without the breaks that let long words go on."""
    pages: Any = PdfDocument(path)
    try:
        texts = [pages[number].get_textpage().get_text_bounded() for number in range(len(pages))]
    finally:
        pages.close()
    return " ".join(" ".join(texts).replace("\u200b", "").replace("\ufffe", "").split())


READERS: dict[str, Callable[[Path], str]] = {
    ".docx": text_of,
    ".pdf": printed,
    ".json": lambda path: path.read_text("utf-8"),
    ".csv": lambda path: path.read_text("utf-8-sig"),
}


def everything(folder: Path) -> str:
    return "\n".join(READERS[path.suffix](path) for path in folder.iterdir())


def loaded(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


@pytest.fixture
def calls(tmp_path: Path) -> Result:
    """An export of calls in which the person and somebody else have a row each."""
    path = put(tmp_path, "bellijst.csv", export(ROW_OWN, ROW_OTHER))
    rows = [
        *row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL, CUSTOMER_NUMBER=NUMBER),
        *row(3, PERSON=OTHER, EMAIL_ADDRESS=OTHER_EMAIL, NL_BSN=OTHER_BSN),
    ]
    return of_file(path, rows)


def test_a_folder_holds_the_documents_for_its_owner_alone(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    folder = tmp_path / "zaak"
    folder.mkdir(mode=0o755)
    written = write(answered(store, [calls]), frame(), folder)
    assert [path.name for path in written.paths] == [*NAMES, *PORTABLE, *LISTS, *INTERNAL]
    assert written.left == ()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.paths} == {0o600}
    assert loaded(folder, "places.json") == [
        {
            "uri": calls.item.uri,
            "where": "row 2",
            "match": "zeker",
            "reasons": ["e-mailadres gelijk", "klantnummer gelijk", "naam in dezelfde rij"],
            "included": True,
        }
    ]


def test_no_value_of_another_person_is_in_any_file(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    mail = put(
        tmp_path,
        "vraag.eml",
        message(f"Mijn buurman {OTHER} (tel. {OTHER_PHONE}, BSN {OTHER_BSN}) belt ook."),
    )
    answer = answered(
        store,
        [calls, of_file(mail, [finding("EMAIL_ADDRESS", EMAIL, "header")])],
    )
    folder = tmp_path / "zaak"
    write(answer, frame(), folder)
    text = everything(folder)
    assert [value for value in (*OTHERS, *OTHER.split()) if value in text] == []
    for own in (NAME, EMAIL, PHONE, NUMBER):
        assert own in text
    assert "Wil teruggebeld worden door [persoon 1]" in text
    assert "Mijn buurman [persoon 1]" in text
    assert "Wil niets" not in text


def test_properties_and_comments_of_the_documents_name_nobody(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    written = write(answered(store, [calls]), frame(), tmp_path / "zaak").paths
    for path in (path for path in written if path.suffix == ".docx"):
        properties = Document(str(path)).core_properties
        assert (properties.author, properties.last_modified_by, properties.comments) == ("",) * 3
        with zipfile.ZipFile(path) as container:
            names = container.namelist()
            aside = [name for name in names if name.startswith("docProps/")]
            text = " ".join(container.read(name).decode("latin-1") for name in aside)
        assert not any("comments" in name for name in names)
        assert "python-docx" not in text
        assert not any(word in text for word in (*NAME.split(), EMAIL))


def test_the_pdf_says_what_the_word_file_says_and_can_be_read_aloud(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    write(answered(store, [calls]), frame(), tmp_path / "zaak")
    said = printed(tmp_path / "zaak" / "rapport.pdf")
    for words in (
        "Rapport bij een verzoek om inzage",
        NAME,
        EMAIL,
        "Wil teruggebeld worden door [persoon 1]",
        "rij 2",
    ):
        assert words in said
    data = (tmp_path / "zaak" / "rapport.pdf").read_bytes()
    assert b"/MarkInfo" in data
    assert b"pdfuaid:part>1<" in data
    assert b"/Author" not in data


FIELDS = (
    "Ons kenmerk: [aan te vullen", "wijze en datum van controle", "reikwijdte van het verzoek",
    "Ja. Quality Contacts verwerkt", "doel van de verwerking", "Categorieën gegevens",
    "Ontvangers: [aan te vullen", "buiten de Europese Economische Ruimte", "Bewaartermijn",
    "artikel 16 AVG", "autoriteitpersoonsgegevens.nl", "Herkomst: [aan te vullen",
    "art. 22 AVG", "grondslag, art. 6 AVG", "een kopie van de gegevens zelf", "(JSON)",
    "het eerste is gratis", "artikel 15, lid 4 AVG", "Gezocht op: naam (2 opgegeven)",
    "Peildatum van dit antwoord", "Verzonden via: [aan te vullen", "art. 12, lid 4 AVG",
)  # fmt: skip


def test_the_letter_has_all_that_the_law_asks_or_a_mark_to_fill_it_in(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    write(answered(store, [calls]), frame(), tmp_path / "zaak")
    text = text_of(tmp_path / "zaak" / "brief.docx")
    assert len(FIELDS) == 22
    assert [field for field in FIELDS if field not in text] == []
    assert "1 november 2026" in text
    assert "Back-ups: [aan te vullen" in text
    assert f"Geachte {NAME}," in text


def test_the_letter_says_how_the_case_was_handled(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    file = CaseFile(
        number="I-2026-001",
        opened=TODAY,
        by="A. Behandelaar",
        received=TODAY,
        asked=case(),
        channel="e-mail",
        identity=Identity("teruggebeld", "A. Behandelaar", date(2026, 11, 2)),
        extension=Extension("veel bestanden", date(2026, 11, 9), "A. Behandelaar"),
    )
    whole = replace(frame(), handling=handled(file))
    write(answered(store, [calls]), whole, tmp_path / "zaak")
    text = text_of(tmp_path / "zaak" / "brief.docx")
    for words in (
        "Ons kenmerk: I-2026-001",
        "ontvangen via e-mail",
        "teruggebeld, op 2 november 2026 door A. Behandelaar",
        "verlengd: veel bestanden; dat is u gemeld op 9 november 2026",
    ):
        assert words in text
    assert handled(replace(file, channel=None, identity=None, extension=None)) == Handling(
        reference="I-2026-001"
    )


def judged(keep_until: Any, where: str = "") -> Judgement:
    return Judgement(
        policy="quality-contacts",
        rule="contactverzoek",
        where=where,
        verdict="overdue",
        trigger="contactverzoek",
        reference_date=TODAY,
        reference_source="row",
        keep_until=keep_until,
        must_keep_until=None,
        action="delete",
    )


def test_the_terms_are_those_of_the_row(store: Store, calls: Result, tmp_path: Path) -> None:
    both = (judged(date(2024, 3, 14), "rows 2,5-9"), judged(date(2031, 1, 1), "row 3"))
    write(answered(store, [replace(calls, judgements=both)]), frame(), tmp_path / "zaak")
    for name in ("brief.docx", "rapport.docx"):
        text = text_of(tmp_path / "zaak" / name)
        assert "Contactverzoek: hoogstens twee jaar" in text
        assert "te bewaren tot en met 14 maart 2024: over termijn" in text
        assert "2031" not in text
    (place,) = loaded(tmp_path / "zaak", "subject.json")["places"]
    assert [it["keep_until"] for it in place["retention"]] == ["2024-03-14"]


def test_nothing_found_is_an_answer_too(store: Store, calls: Result, tmp_path: Path) -> None:
    asked = only(email=["niemand@elders.example"])
    write(answered(store, [calls], asked), frame("nl-default"), tmp_path / "zaak")
    text = text_of(tmp_path / "zaak" / "brief.docx")
    assert "Nee. In de systemen" in text
    assert "Geachte heer of mevrouw," in text
    assert "[aan te vullen: naam van de organisatie]" in text
    assert loaded(tmp_path / "zaak", "places.json") == []


def test_what_is_only_possible_is_for_the_privacy_officer_and_not_in_the_answer(
    store: Store, tmp_path: Path
) -> None:
    path = put(tmp_path, "lijst.csv", export(("", NAME, "", "", "", "", "Geheime notitie")))
    answer = answered(store, [of_file(path, row(2, PERSON=NAME))])
    folder = tmp_path / "zaak"
    write(answer, frame(), folder)
    assert [(it["match"], it["included"]) for it in loaded(folder, "places.json")] == [
        ("mogelijk", False)
    ]
    assert "Geheime notitie" not in everything(folder)
    assert loaded(folder, "subject.json")["places"] == []


def test_a_member_is_reached_whatever_its_folder_is_called(store: Store, tmp_path: Path) -> None:
    attached = f"Klantnummer: {NUMBER}\nNotitie: graag bellen"
    data = message("Zie bijlage.", attached, "notitie!.txt")
    path = put(tmp_path, "NIET WISSEN!!/post!/vraag.eml", data)
    inside = attached.encode() + b"\n"
    member = of_file(path, [finding("CUSTOMER_NUMBER", NUMBER)], "notitie!.txt", inside)
    (one,) = answered(store, [member]).found
    assert one.copy.state == "unchanged"
    assert "graag bellen" in one.copy.passages[0].text
    assert one.place.result.item.uri.endswith("NIET WISSEN!!/post!/vraag.eml!/notitie!.txt")


@pytest.mark.parametrize(
    ("now", "state", "remark", "passages"),
    [
        (export(ROW_OTHER, ROW_OWN), "changed", CHANGED, 1),
        (export(ROW_OTHER), "changed", CHANGED_AWAY, 0),
        (export(ROW_OWN, ROW_OTHER, ROW_OTHER), "changed", CHANGED, 1),
        (None, "gone", GONE, 0),
        (b"\x00\x01\x02", "unreadable", UNREADABLE, 0),
    ],
)
def test_what_became_of_the_source_is_said(
    store: Store,
    calls: Result,
    tmp_path: Path,
    now: bytes | None,
    state: str,
    remark: str,
    passages: int,
) -> None:
    path = Path(calls.item.locator)
    if now is None:
        path.unlink()
    else:
        path.write_bytes(now)
    answer = answered(store, [calls])
    (one,) = answer.found
    assert (one.copy.state, len(one.copy.passages)) == (state, passages)
    write(answer, frame(), tmp_path / "zaak")
    assert remark in text_of(tmp_path / "zaak" / "rapport.docx")
    assert OTHER_EMAIL not in everything(tmp_path / "zaak")


def test_a_source_that_cannot_be_opened_is_said(store: Store, calls: Result) -> None:
    def refuse(item: Item) -> io.BytesIO:
        raise ExtractError("permission denied")

    locked = Source("file", SOURCE.items, refuse)
    (one,) = answered(store, [calls], source=locked).found
    assert one.copy.state == "unreadable"


def test_a_copy_that_could_not_be_made_is_left_to_fill_in(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "bellijst.csv", export(ROW_OWN))
    (one,) = answered(store, [of_file(path, row(99, EMAIL_ADDRESS=EMAIL))]).found
    assert (one.copy.state, one.copy.passages) == ("unchanged", ())
    assert told(one.copy) == MISSING


NOTES = f"{NAME} belde over de factuur.\n\n" + "\n\n".join(
    f"Gesprek {number}: iemand anders, geboortedatum 1-1-19{number}" for number in range(40, 90)
)


def test_what_stands_far_apart_in_one_text_is_not_one_person(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "notities.txt", f"{NOTES}\n\ngeboortedatum {BORN}".encode())
    findings = [
        finding("PERSON", NAME),
        finding("DATE_OF_BIRTH", BORN),
        finding("DATE_OF_BIRTH", "1-1-1941"),
    ]
    (place,) = answered(store, [of_file(path, findings)]).places
    assert (place.match, place.included) == ("mogelijk", False)


def test_of_a_text_about_many_only_the_persons_paragraph_is_given(
    store: Store, tmp_path: Path
) -> None:
    path = put(tmp_path, "notities.txt", f"{NOTES}\n\n{NAME}, {EMAIL}, belt terug.".encode())
    findings = [
        finding("EMAIL_ADDRESS", EMAIL),
        finding("DATE_OF_BIRTH", "1-1-1941"),
        finding("DATE_OF_BIRTH", "1-1-1942"),
    ]
    (one,) = answered(store, [of_file(path, findings)]).found
    assert [it.text for it in one.copy.passages] == [f"{NAME}, {EMAIL}, belt terug."]


def test_johanna_at_the_same_address_is_another_person(store: Store, tmp_path: Path) -> None:
    cells = ("", "Johanna van der Voorbeeld", "", "", "", "", "woont op Dorpsweg 1")
    path = put(tmp_path, "lijst.csv", export(cells))
    rows = row(2, PERSON="Johanna van der Voorbeeld", STREET_ADDRESS="Dorpsweg 1")
    answer = answered(store, [of_file(path, rows)])
    assert [(it.match, it.included) for it in answer.places] == [("mogelijk", False)]


def test_what_is_held_as_verwerker_is_referred_and_not_given(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    apart = result(
        "share/Alfa/x.csv",
        [finding("EMAIL_ADDRESS", EMAIL, "row 2", 2, controller="Alfa")],
        role="verwerker",
        controller="Alfa",
    )
    unnamed = result("share/y.csv", row(2, EMAIL_ADDRESS=EMAIL), role="verwerker")
    answer = answered(store, [calls, apart, unnamed], None, "Alfa", "Beta")
    assert [one.place.result.item.uri for one in answer.found] == [calls.item.uri]
    assert [(it.match, it.included) for it in answer.places] == [
        ("zeker", True),
        ("zeker", False),
        ("zeker", False),
    ]
    write(answer, frame(), tmp_path / "zaak")
    text = text_of(tmp_path / "zaak" / "brief.docx")
    assert "in opdracht van Alfa." in text
    assert "Beta" not in text
    assert "[aan te vullen: naam en contactgegevens van de opdrachtgever]" in text


def test_a_case_of_an_opdrachtgever_is_passed_on(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "notitie.txt", f"{NAME}, {EMAIL}, belde.".encode())
    held = of_file(path, [finding("EMAIL_ADDRESS", EMAIL, controller="Alfa")])
    held = replace(held, role="verwerker", controller="Alfa")
    answer = answered(store, [held], case(controller="Alfa"), "Alfa")
    assert len(answer.found) == 1
    write(answer, frame(), tmp_path / "zaak")
    text = text_of(tmp_path / "zaak" / "brief.docx")
    assert "Alfa bepaalt waarvoor en hoe lang" in text
    assert "Verwerken wij gegevens van u?" not in text
    assert "Dit pakket is voor Alfa" in text_of(tmp_path / "zaak" / "rapport.docx")


def test_a_firm_that_ends_in_a_dot_ends_the_sentence(store: Store, tmp_path: Path) -> None:
    firm = "Alfa Energie B.V."
    write(answered(store, [], case(controller=firm), firm), frame(), tmp_path / "zaak")
    assert f"in opdracht van {firm} Wij zijn" in text_of(tmp_path / "zaak" / "brief.docx")


def test_a_case_of_an_opdrachtgever_is_passed_on_when_nothing_is_found_too(
    store: Store, tmp_path: Path
) -> None:
    write(answered(store, [], case(controller="Alfa"), "Alfa"), frame(), tmp_path / "zaak")
    text = text_of(tmp_path / "zaak" / "brief.docx")
    assert "Alfa bepaalt waarvoor en hoe lang" in text
    assert "Nee. In de systemen" not in text


def test_a_folder_named_after_an_opdrachtgever_stays_readable(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, f"Zonne Energie/{OTHER}/notitie.txt", f"Mail: {EMAIL}".encode())
    answer = answered(
        store, [of_file(path, [finding("EMAIL_ADDRESS", EMAIL)])], None, "Zonne Energie"
    )
    assert answer.found[0].address.endswith("/Zonne Energie/[persoon 1]/notitie.txt")


def test_hostile_text_does_not_stop_the_documents(store: Store, tmp_path: Path) -> None:
    line = f"{NAME}, {EMAIL}: \x0c \ufffe <b>&amp; \u6f22 #panic() $x$ *y* {{{{7*7}}}}"
    path = put(tmp_path, "notitie \x07.txt", line.encode())
    answer = answered(store, [of_file(path, [finding("EMAIL_ADDRESS", EMAIL)])])
    write(answer, frame(), tmp_path / "zaak")
    assert "\u6f22 #panic() $x$ *y* {{7*7}}" in text_of(tmp_path / "zaak" / "rapport.docx")
    assert "#panic() $x$ *y* {{7*7}}" in printed(tmp_path / "zaak" / "rapport.pdf")


def test_a_folder_with_other_things_in_it_is_left_alone(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    answer = answered(store, [calls])
    folder = tmp_path / "zaak"
    write(answer, frame(), folder)
    write(answer, frame(), folder)
    (folder / "mine.txt").touch()
    with pytest.raises(ConfigError, match="is not empty"):
        write(answer, frame(), folder)


def test_a_link_in_the_folder_is_not_followed(store: Store, calls: Result, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("untouched")
    folder = tmp_path / "zaak"
    folder.mkdir()
    (folder / "subject.json").symlink_to(target)
    write(answered(store, [calls]), frame(), folder)
    assert target.read_text() == "untouched"


def test_the_letter_takes_over_what_the_statement_says_of_the_data(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    known = replace(calls, doc_type="e_mail", subject_groups=("opdrachtgever",))
    write(answered(store, [known]), frame("quality-networks"), tmp_path / "zaak")
    text = text_of(tmp_path / "zaak" / "brief.docx")
    assert "correspondentie" in text
    assert "art. 6 lid 1 onder f AVG" in text
    assert "Ontvangers: Microsoft. [aan te vullen" in text
    assert "Ontleend aan: Privacyverklaring Quality Networks BV" in text
    assert "facturen en automatische incasso" not in text
    assert "doel van de verwerking" not in text


def test_of_processor_data_the_letter_says_nothing_for_the_controller(
    store: Store, calls: Result, tmp_path: Path
) -> None:
    known = replace(calls, subject_groups=("klant_van_opdrachtgever",))
    write(answered(store, [known]), frame(), tmp_path / "zaak")
    text = text_of(tmp_path / "zaak" / "brief.docx")
    assert "klantenservice en verkoop voor de opdrachtgever" not in text
    assert "doel van de verwerking" in text
