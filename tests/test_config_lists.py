"""The organisation's own lists, contracts and holds: TOML or CSV; a wrong entry says where."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pii_scan.classify.fingerprint import fingerprints
from pii_scan.config.contracts import load_contracts
from pii_scan.config.holds import load_holds, printer
from pii_scan.errors import ConfigError
from pii_scan.scan import load_recognizers

TRIGGERS = frozenset({"laatste_contact", "einde_dienst_opdrachtgever"})
KEYS = (bytes(32), bytes(range(32)))
PRINTS = printer(load_recognizers(("pii_scan_nl",)), KEYS)


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def test_contracts_in_toml_and_csv_are_the_same(tmp_path: Path) -> None:
    toml = """
    [[contract]]
    controller = "Noord Energie"
    term = "P6M"
    trigger = "laatste_contact"
    action = "delete"
    subject_group = ["klant_van_opdrachtgever", "onbekend"]
    doc_type = "chat"
    end_of_service = 2025-12-31
    after_service = "P30D"
    contact = "privacy@noord.example"
    source = "VO art. 9"
    """
    csv = (
        "controller;term;trigger;action;subject_group;doc_type;end_of_service;after_service;"
        "contact;source\n"
        "Noord Energie;P6M;laatste_contact;delete;klant_van_opdrachtgever|onbekend;chat;"
        "2025-12-31;P30D;privacy@noord.example;VO art. 9\n"
    )
    found = [
        load_contracts([written(tmp_path, name, text)], TRIGGERS)
        for name, text in (("c.toml", toml), ("c.csv", csv))
    ]
    assert found[0] == found[1]
    (contract,) = found[0]
    assert contract.ended == date(2025, 12, 31)
    assert [(rule.subject_group, rule.trigger, rule.term) for rule in contract.rules] == [
        ("klant_van_opdrachtgever", "laatste_contact", "P6M"),
        ("onbekend", "laatste_contact", "P6M"),
        ("klant_van_opdrachtgever", "einde_dienst_opdrachtgever", "P30D"),
        ("onbekend", "einde_dienst_opdrachtgever", "P30D"),
    ]
    assert {(rule.rank, rule.role, rule.doc_type) for rule in contract.rules} == {
        (4, "verwerker", "chat")
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("naam,termijn\nNoord,P6M\n", "first line must name columns"),
        ("controller,term,trigger,source\nGeheim,zes,laatste_contact,VO\n", "line 2: term"),
        ("controller,term,trigger,source\nGeheim,P6M,feest,VO\n", "line 2: unknown trigger"),
        ("controller,term,trigger,source\nGeheim,P6M,laatste_contact\n", "line 2: has 3 fields"),
        ("controller,term,trigger,source\n\nGeheim,P6M,laatste_contact,\n", "line 3: source"),
        (
            "controller,term,trigger,source,after_service\nGeheim,P6M,laatste_contact,VO,P1M\n",
            "end_of_service",
        ),
        (
            "controller,term,trigger,source,subject_group\nGeheim,P6M,laatste_contact,VO,baas\n",
            "unknown subject_group",
        ),
    ],
)
def test_a_wrong_contract(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load_contracts([written(tmp_path, "c.csv", text)], TRIGGERS)
    assert "Geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


HOLDS = """person,path,case,reason,by,since,until
J. de Vries,,,geschil,P. de Boer,2024-01-01,
06-12345678,,,inzageverzoek,P. de Boer,2024-01-01,2024-06-30
,hr/oud/*,,controle,P. de Boer,2024-01-01,
,,Z-2024-0117,onderzoek,P. de Boer,2024-01-01,
"""


def test_holds_from_a_file_and_from_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holds = load_holds([written(tmp_path, "h.csv", HOLDS)], PRINTS)
    assert [(one.path, one.case, bool(one.prints)) for one in holds] == [
        (None, None, True), (None, None, True), ("hr/oud/*", None, False),
        (None, "Z-2024-0117", False),
    ]  # fmt: skip
    assert holds[1].until == date(2024, 6, 30)
    monkeypatch.setattr("sys.stdin", io.StringIO(HOLDS))
    piped = load_holds(["-"], PRINTS)
    assert [one.prints for one in piped] == [one.prints for one in holds]
    assert piped[0].label == "stdin, line 2"
    assert "Vries" not in repr(holds)


@pytest.mark.parametrize(
    ("told", "entity", "written_as"),
    [
        ("Jan de Vries", "PERSON", "J. de Vries"),
        ("J. de Vries", "PERSON", "Vries, Jan de"),
        ("06-12345678", "PHONE_NUMBER", "+31 6 12345678"),
        ("jan@thuis.example", "EMAIL_ADDRESS", "Jan@thuis.example"),
        ("999990019", "NL_BSN", "999990019"),
    ],
)
@pytest.mark.parametrize("key", KEYS)
def test_a_person_is_found_as_written_elsewhere(
    told: str, entity: str, written_as: str, key: bytes
) -> None:
    known = {one.entity: one for one in load_recognizers(("pii_scan_nl",))}
    normalise = known[entity].normalise if entity in known else None
    found = {digest for _, digest in fingerprints(entity, written_as, normalise, key)}
    assert found & PRINTS(told)


def test_a_hold_on_one_is_none_on_a_namesake_of_another_initial() -> None:
    found = {digest for _, digest in fingerprints("PERSON", "Piet de Vries", None, KEYS[0])}
    assert not found & PRINTS("Jan de Vries")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Vries,,,geschil,P,2024-01-01,", "given name or initial"),
        ("Vries,hr/*,,geschil,P,2024-01-01,", "one of person, path and case"),
        (",,,geschil,P,2024-01-01,", "one of person, path and case"),
        ("J. Vries,,,geschil,P,1-1-2024,", "since"),
        ("J. Vries,,,geschil,P,2024-01-01,2023-01-01", "until is before since"),
        ("J. Vries,,,,P,2024-01-01,", "reason"),
        (",*,,geschil,P,2024-01-01,", "must name a folder"),
        (",,123,geschil,P,2024-01-01,", "4 characters"),
    ],
)
def test_a_wrong_hold_names_its_line_and_no_person(tmp_path: Path, line: str, said: str) -> None:
    text = HOLDS.partition("\n")[0] + "\n" + line + "\n"
    with pytest.raises(ConfigError, match=said) as caught:
        load_holds([written(tmp_path, "h.csv", text)], PRINTS)
    assert "line 2" in str(caught.value)
    assert "Vries" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("h.toml", "[[hold]]\ncase = 'Z-1234'\nreason = 'x'\nby = 'y'\n", "hold 1: since"),
        ("h.toml", "[[houd]]\n", "may hold"),
        ("h.csv", "", "first line"),
    ],
)
def test_other_wrong_files(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_holds([written(tmp_path, name, text)], PRINTS)


def test_a_missing_file(tmp_path: Any) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_holds([str(tmp_path / "nergens.csv")], PRINTS)
