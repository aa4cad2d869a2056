"""A file that is several documents after each other."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from pii_scan.classify.sections import MOST_CHARACTERS, Sections
from pii_scan.cli import main
from pii_scan.config.doctypes import load_doctypes
from pii_scan.model import Chunk

DOCTYPES = load_doctypes()
CONTRACT = [
    "ARBEIDSOVEREENKOMST VOOR BEPAALDE TIJD",
    "Werkgever Lindeboom B.V. en werknemer Fenna Vriesink komen overeen dat werknemer in dienst"
    " treedt. Proeftijd een maand, salaris 2.400 bruto per maand, opzegtermijn een maand.",
]
PAYSLIP = [
    "LOONSTROOK maart 2015",
    "Fenna Vriesink, BSN 999990019. Bruto 2.400,00 loonheffing -380,00 netto 2.020,00 vakantiegeld"
    " 192,00 cumulatief 5.800,00",
    "Datum: 25-03-2015",
]
VOG = [
    "Verklaring omtrent het gedrag",
    "Justis heeft geen bezwaren tegen Fenna Vriesink. Screeningsprofiel 41. Afgifte: 2-2-2015",
]


def parted(paragraphs: Sequence[str], place: str = "paragraph") -> list[tuple[str, str]]:
    sections = Sections(DOCTYPES)
    for number, text in enumerate(paragraphs, start=1):
        sections.add(Chunk(text, f"{place} {number}"), ())
    return [(one.where, one.verdict.doc_type) for one in sections.parted()]


def test_each_document_has_its_place_and_type() -> None:
    assert parted(CONTRACT + PAYSLIP + VOG) == [
        ("paragraphs 1-2", "arbeidsovereenkomst"),
        ("paragraphs 3-5", "loonstrook"),
        ("paragraphs 6-7", "vog"),
    ]
    pages = ["\n".join(CONTRACT), "\n".join(PAYSLIP), "en verder niets", "\n".join(VOG)]
    assert parted(pages, "page") == [
        ("page 1", "arbeidsovereenkomst"),
        ("pages 2-3", "loonstrook"),
        ("page 4", "vog"),
    ]


@pytest.mark.parametrize(
    "paragraphs",
    [
        [],
        CONTRACT,
        [*PAYSLIP, *PAYSLIP],
        ["Inhoud van dit dossier", "Loonstrook", "Kopie paspoort", "Curriculum vitae"],
        [*CONTRACT, "Loonstrook", "Werknemer krijgt elke maand een specificatie van werkgever."],
        [*CONTRACT, "De loonstrook en de verklaring omtrent het gedrag zijn bijgevoegd bij deze."],
    ],
    ids=["nothing", "one", "two of a type", "contents", "an article", "a mention"],
)
def test_a_file_of_one_type_stays_whole(paragraphs: list[str]) -> None:
    assert parted(paragraphs) == []


def test_what_stands_beside_the_text_begins_nothing() -> None:
    sections = Sections(DOCTYPES)
    for text in CONTRACT:
        sections.add(Chunk(text, "paragraph 1"), ())
    sections.add(Chunk("\n".join(PAYSLIP), "header"), ())
    assert sections.parted() == ()


def test_a_very_long_file_is_judged_as_one() -> None:
    long = "x " * (MOST_CHARACTERS // 2)
    assert parted([*CONTRACT, *PAYSLIP, long, *VOG]) == []


def test_each_document_is_judged_by_its_own_dates(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    document = Document()
    for text in [*CONTRACT, *PAYSLIP, *VOG]:
        document.add_paragraph(text)
    document.save(str(share / "map.docx"))
    store = f"sqlite:///{tmp_path}/scan.db"
    options = ["--store", store, "--policy", "nl-default", "--today", "2026-11-01"]
    run = CliRunner().invoke(main, ["scan", str(share), *options, "--workers", "1"])
    assert run.exit_code == 0, run.output
    said = CliRunner().invoke(main, ["report", "--store", store, "--format", "jsonl"]).output
    judged = {one["where"]: one for one in json.loads(said.splitlines()[0])["retention"]}
    assert {"paragraphs 1-2", "paragraphs 3-5"} <= judged.keys()
    assert judged["paragraphs 3-5"]["reference_date"] == "2015-03-25"
    assert judged["paragraphs 3-5"]["rule"] != judged["paragraphs 1-2"]["rule"]


EXIT = [
    "Personeelsdossier",
    "Personeelsdossier van werknemer {name}, personeelsnummer 2201. Leidinggevende akkoord met"
    " vertrek, exitgesprek gehouden. Uit dienst per 31-12-2016.",
]


@pytest.mark.parametrize(
    ("leaver", "day"), [("Fenna Vriesink", "2016-12-31"), ("Gijs Tolhoek", None)]
)
def test_an_event_reaches_the_other_papers_of_that_person_only(
    tmp_path: Path, leaver: str, day: str | None
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    document = Document()
    for text in [*CONTRACT, *PAYSLIP, *(one.format(name=leaver) for one in EXIT)]:
        document.add_paragraph(text)
    document.save(str(share / "map.docx"))
    store = f"sqlite:///{tmp_path}/scan.db"
    options = ["--store", store, "--policy", "nl-default", "--today", "2026-11-01"]
    CliRunner().invoke(main, ["scan", str(share), *options, "--workers", "1"])
    said = CliRunner().invoke(main, ["report", "--store", store, "--format", "jsonl"]).output
    judged = {one["where"]: one for one in json.loads(said.splitlines()[0])["retention"]}
    contract = judged["paragraphs 1-2"]
    assert (contract["reference_date"] if contract["reference_source"] == "text" else None) == day


def test_classify_knows_the_layout_of_an_export(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "Person - Name,Person - Organization,Person - Email,Person - Phone,Person - Owner\n"
        "Fenna Vriesink,Lindeboom B.V.,fenna@lindeboom.example,06-12345678,Gijs\n",
        "utf-8",
    )
    told = json.loads(CliRunner().invoke(main, ["classify", "--json", str(file)]).output)
    assert told["profile"] == "pipedrive-people"
    assert ["export: pipedrive-people", 12.0] in told["reasons"]
    assert "Export    pipedrive-people" in CliRunner().invoke(main, ["classify", str(file)]).output


def test_classify_tells_why(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("\n".join(PAYSLIP), "utf-8")
    told = json.loads(CliRunner().invoke(main, ["classify", "--json", str(file)]).output)
    assert (told["doc_type"], told["subject_groups"][0]) == ("loonstrook", "medewerker")
    assert told["reference"]["date"] == "2015-03-25"
    assert sum(weight for _, weight in told["reasons"]) == pytest.approx(told["scores"][0][1], 0.01)
    plain = CliRunner().invoke(main, ["classify", str(file)]).output
    assert "heading: loonstrook" in plain
    for value in ("Vriesink", "999990019"):
        assert value not in plain + json.dumps(told)


def test_classify_says_what_it_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(bytes(range(256)))
    run = CliRunner().invoke(main, ["classify", str(file)])
    assert run.exit_code != 0
    assert "no reader" in run.output
