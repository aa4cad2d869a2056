"""What may follow on an answer: data to take along, values to mend, places to erase."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pii_scan.inzage import Answer, Frame, find, write
from pii_scan.inzage.lists import erasure, rectification
from pii_scan.inzage.portable import NO_BASIS, NOTHING, OTHER_BASIS, package, portable, schema
from pii_scan.inzage.writing import LISTS, NAMES, PORTABLE
from pii_scan.model import Judgement, Processing, Result, Verdict
from pii_scan.store import Store
from tests.invented_case import (
    EMAIL,
    NAME,
    NUMBER,
    OTHER,
    OTHER_EMAIL,
    PHONE,
    TODAY,
    case,
    export,
    finding,
    frame,
    message,
    of_file,
    put,
    row,
    tools,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "inventory.db")) as opened:
        yield opened


def answered(store: Store, results: Sequence[Result], *controllers: str) -> Answer:
    scan = store.begin(["share"], TODAY, "quality-contacts", "0.1.0", "sha256:00", "tester")
    store.save(scan.id, results)
    asked = case(controller=controllers[0]) if controllers else case()
    return find(store, store.finish(scan.id), asked, tools(*controllers))


def told(basis: str, *doc_types: str) -> Processing:
    return Processing(
        subject_groups=("websitebezoeker",),
        doc_types=doc_types,
        data="naam",
        purpose="contact",
        legal_basis=basis,
        recipients=("Ontvanger Een",),
        systems=(),
        origin="",
        role="verantwoordelijke",
        source="",
        categories=(),
    )


def framed(*processing: Processing) -> Frame:
    whole = frame()
    return replace(whole, policy=replace(whole.policy, processing=processing))


def mail(tmp_path: Path, sender: str = f"{NAME} <{EMAIL}>") -> Result:
    data = message(f"Graag contact met {OTHER}, {OTHER_EMAIL}.\n\n{NAME}")
    data = data.replace(f"{NAME} <{EMAIL}>".encode(), sender.encode(), 1)
    path = put(tmp_path, "vraag.eml", data)
    found = of_file(path, [finding("EMAIL_ADDRESS", EMAIL)])
    return replace(found, doc_type="e_mail", subject_groups=("websitebezoeker",))


def listed(tmp_path: Path) -> Result:
    path = put(tmp_path, "lijst.csv", export((NUMBER, NAME, EMAIL, PHONE, "", "", "Boze klant")))
    found = of_file(path, row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL, CUSTOMER_NUMBER=NUMBER))
    return replace(found, subject_groups=("websitebezoeker",))


def test_what_the_person_gave_on_consent_is_taken_along(store: Store, tmp_path: Path) -> None:
    answer = answered(store, [mail(tmp_path)])
    records, left_out = portable(answer, framed(told("art. 6 lid 1 onder a AVG")))
    values = {(it.name, it.value) for it in records if it.name != "bericht"}
    assert values == {("naam", NAME), ("e-mailadres", EMAIL)}
    (text,) = [it.value for it in records if it.name == "bericht"]
    assert "Graag contact met [persoon 1], [e-mailadres 1]." in text
    assert left_out == {}


def test_what_another_wrote_of_them_is_not(store: Store, tmp_path: Path) -> None:
    answer = answered(store, [mail(tmp_path, "Balie <balie@bedrijf.example>")])
    records, _ = portable(answer, framed(told("art. 6 lid 1 onder b AVG")))
    assert {it.name for it in records} <= {"naam", "e-mailadres"}


def test_of_a_row_their_own_values_are_and_the_note_and_number_are_not(
    store: Store, tmp_path: Path
) -> None:
    answer = answered(store, [listed(tmp_path)])
    records, _ = portable(answer, framed(told("art. 6 lid 1 onder a en b AVG")))
    assert [(it.name, it.value) for it in records] == [
        ("naam", NAME),
        ("e-mailadres", EMAIL),
        ("telefoonnummer", PHONE),
    ]


@pytest.mark.parametrize(
    ("processing", "reason"),
    [
        ((), NO_BASIS),
        ((told("de grondslag van de opdrachtgever"),), NO_BASIS),
        ((told("art. 6 lid 1 onder f AVG"),), OTHER_BASIS),
        ((told("art. 6 lid 1 onder b en c AVG; voor een deel onder a"),), OTHER_BASIS),
        ((told("art. 6 lid 1 onder a AVG"), told("art. 6 lid 1 onder f AVG")), OTHER_BASIS),
    ],
)
def test_only_consent_and_contract_are_covered(
    store: Store, tmp_path: Path, processing: tuple[Processing, ...], reason: str
) -> None:
    answer = answered(store, [listed(tmp_path)])
    assert portable(answer, framed(*processing)) == ((), {1: reason})


def test_a_place_where_they_gave_nothing_is_named(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "notitie.txt", f"Klantnummer: {NUMBER}".encode())
    result = of_file(path, [finding("CUSTOMER_NUMBER", NUMBER)])
    answer = answered(store, [replace(result, subject_groups=("websitebezoeker",))])
    assert portable(answer, framed(told("art. 6 lid 1 onder a AVG"))) == ((), {1: NOTHING})


def test_the_package_keeps_to_its_schema_in_both_forms(store: Store, tmp_path: Path) -> None:
    answer = answered(store, [mail(tmp_path), listed(tmp_path)])
    told_of = framed(told("art. 6 lid 1 onder a AVG"))
    write(answer, told_of, tmp_path / "zaak")
    whole = json.loads((tmp_path / "zaak" / "overdraagbaar.json").read_text("utf-8"))
    stated = json.loads((tmp_path / "zaak" / "overdraagbaar.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(stated)
    jsonschema.validate(whole, stated)
    assert (whole, stated) == (package(answer, told_of), schema())
    text = (tmp_path / "zaak" / "overdraagbaar.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == len(whole["gegevens"]) > 4
    assert [it["nummer"] for it in rows] == [str(it["nummer"]) for it in whole["gegevens"]]
    assert set(rows[0]) == set(whole["gegevens"][0])


def judgement(verdict: Verdict, until: date | None = None, where: str = "") -> Judgement:
    return Judgement(
        policy="quality-contacts",
        rule="contactverzoek",
        where=where,
        verdict=verdict,
        trigger="contactverzoek",
        reference_date=TODAY,
        reference_source="row",
        keep_until=None,
        must_keep_until=until,
        action="delete",
    )


@pytest.mark.parametrize(
    ("verdicts", "erase", "until"),
    [
        ((judgement("overdue"),), "mag", ""),
        ((judgement("within"),), "mag", ""),
        ((judgement("overdue"), judgement("must_keep", date(2031, 1, 1))), "mag nog niet",
         "2031-01-01"),
        ((judgement("within"), judgement("on_hold")), "mag nog niet",
         "de bevriezing wordt opgeheven"),
        ((judgement("undetermined"), judgement("within")), "te beoordelen", ""),
        ((judgement("controller_decides"), judgement("no_rule")), "opdrachtgever beslist", ""),
        ((), "te beoordelen", ""),
    ],
)  # fmt: skip
def test_what_must_stay_is_said_with_why_and_until_when(
    store: Store, tmp_path: Path, verdicts: tuple[Judgement, ...], erase: str, until: str
) -> None:
    answer = answered(store, [replace(listed(tmp_path), judgements=verdicts)])
    (line,) = erasure(answer, framed(told("")))
    assert (line["nr"], line["wissen"], line["tot en met"]) == (1, erase, until)
    assert line["waarom"]
    assert line["ook te melden aan (art. 19 AVG)"] == "Ontvanger Een"
    assert ("hoogstens twee jaar" in str(line["regel"])) is bool(verdicts)


def test_every_value_of_the_person_is_listed_where_it_stands(store: Store, tmp_path: Path) -> None:
    answer = answered(store, [listed(tmp_path)])
    found = [(it["gegeven"], it["huidige waarde"]) for it in rectification(answer, framed())]
    assert found == [
        ("klantnummer", NUMBER),
        ("naam", NAME),
        ("e-mailadres", EMAIL),
        ("telefoonnummer", PHONE),
    ]


def test_the_opdrachtgever_gets_a_help_package_and_no_verdict(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, "notitie.txt", f"{NAME}, {EMAIL}, belde met {OTHER}.".encode())
    held = of_file(path, [finding("EMAIL_ADDRESS", EMAIL, controller="Alfa")])
    held = replace(held, role="verwerker", controller="Alfa", judgements=(judgement("overdue"),))
    answer = answered(store, [held], "Alfa")
    written = write(answer, frame(), tmp_path / "zaak")
    names = {path.name for path in written.paths}
    assert names & {*PORTABLE} == set()
    assert names >= {*NAMES, *LISTS}
    (line,) = erasure(answer, frame())
    assert line["wissen"] == "opdrachtgever beslist"
    told_to: Any = json.loads((tmp_path / "zaak" / "subject.json").read_text("utf-8"))
    assert OTHER not in json.dumps(told_to)
