"""A case as a privacy officer runs it, from its opening until nothing of it is kept."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from pii_scan.config.keys import fingerprint_key_id, is_signed
from pii_scan.inzage import answer
from pii_scan.inzage.stating import canonical
from pii_scan.model import Coverage, Finding, Item, Judgement, Verdict
from pii_scan.model import Result as Found
from pii_scan.store import Store
from tests.invented_case import (
    BORN,
    BSN,
    EMAIL,
    KEY,
    NAME,
    NUMBER,
    OTHER,
    PHONE,
    TODAY,
    finding,
    of_file,
    result,
    row,
)

DAY = "2026-11-20"
FORM = {"name": NAME, "email": [EMAIL], "received": "2026-10-28", "channel": "e-mail"}
VALUES = (NAME, EMAIL, NUMBER, PHONE, "Voorbeeld")
CASE = "I-2026-001"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "fingerprint.key"
    key.write_text(KEY.hex())
    key.chmod(0o600)
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(key))
    monkeypatch.setenv("PII_SCAN_STORE", str(tmp_path / "inventory.db"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()


def scanned(tmp_path: Path, results: Sequence[Found], *targets: str, key: bytes = KEY) -> int:
    with Store.open(str(tmp_path / "inventory.db")) as store:
        scan = store.begin(
            targets or ["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester",
            key_id=fingerprint_key_id(key),
        )  # fmt: skip
        store.save(scan.id, results)
        store.finish(scan.id)
    return scan.id


def inventory(tmp_path: Path) -> list[Found]:
    """Return what was scanned: a table with the person in it, a note by number, a namesake."""
    path = tmp_path / "klanten.csv"
    path.write_text(
        f"Naam;E-mail;Klantnummer;Telefoon\n{NAME};{EMAIL};{NUMBER};{PHONE}\n{OTHER};;K-9;\n"
    )
    note = tmp_path / "notitie.txt"
    note.write_text(f"Klantnummer {NUMBER} belde terug over {OTHER}.\n")
    rows: list[Finding] = [
        *row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL, CUSTOMER_NUMBER=NUMBER, PHONE_NUMBER=PHONE),
        *row(3, PERSON=OTHER, CUSTOMER_NUMBER="K-9"),
    ]
    maybe = tmp_path / "misschien.txt"
    maybe.write_text(f"{NAME} belde.\n")
    return [
        of_file(path, rows),
        of_file(note, [finding("CUSTOMER_NUMBER", NUMBER)]),
        of_file(maybe, [finding("PERSON", NAME)]),
    ]


def run(*arguments: object, given: str = "") -> Result:
    return CliRunner().invoke(cli.main, ["inzage", *map(str, arguments)], input=given)


def step(name: str, *arguments: object, given: str = "", today: str = DAY) -> Result:
    return run(name, *arguments, "--today", today, given=given)


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    scanned(tmp_path, inventory(tmp_path))
    done = step("open", "--request", "-", given=json.dumps(FORM))
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, CASE)
    return tmp_path


def test_a_case_goes_its_whole_way(opened: Path) -> None:
    folder = opened / "zaak"
    assert step("identity", CASE, "--means", "terugbellen").exit_code == 0
    assert step("extend", CASE, "--reason", "veel bestanden").exit_code == 0
    found = step("search", CASE, "--output", folder)
    assert found.stdout.splitlines()[0] == (
        "Scan 1: 2 zeker, 0 waarschijnlijk, 1 mogelijk; 2 in the answer"
    )
    review = folder / "review.csv"
    review.write_text(review.read_text("utf-8-sig").replace(";nee;", ";nee;ja"))
    assert step("review", CASE, "--from", review, "--by", "An").stdout == (
        f"{CASE}: 1 in, 0 out, 2 undecided\n"
    )
    status = step("status", CASE).stdout
    for told in (
        "antwoord uiterlijk: 28 januari 2027",
        "door ",
        "terugbellen",
        "veel bestanden",
        "beoordeeld: 1 plaatsen",
    ):
        assert told in status
    done = step("export", CASE, "--output", folder)
    assert (done.exit_code, done.stderr) == (0, "")
    places = json.loads((folder / "places.json").read_text())
    assert [it["included"] for it in places] == [True, True, True]
    assert any("besluit: opnemen (An, 2026-11-20)" in it["reasons"] for it in places)

    scanned(opened, [])
    erased = step("verify-erased", CASE, "--output", folder)
    assert erased.exit_code == 0
    assert "bevinding, geen garantie" in erased.stdout
    closed = step("close", CASE, "--outcome", "volledig")
    assert "bewaard tot en met 20 november 2028" in closed.stdout

    log = step("log", CASE).stdout
    kinds = [line.split("inzage.")[1].split()[0] for line in log.splitlines()]
    assert kinds == [
        *("opened", "identified", "extended", "searched", "reviewed", "exported"),
        *("erasure_verified", "closed"),
    ]
    for value in VALUES:
        assert value not in log
        assert value not in status
        assert value not in found.stdout

    assert "Removed: none" in step("purge", today="2028-11-20").stdout
    assert f"Removed: {CASE}" in step("purge", today="2028-11-21").stdout
    assert step("status").stdout == "No cases.\n"


def test_masks_of_another_case_are_refused(opened: Path) -> None:
    step("open", "--request", "-", given=json.dumps({**FORM, "name": "Kees Ander"}))
    folder, other = opened / "zaak", CASE.replace("001", "002")
    for number in (CASE, other):
        assert step("search", number).exit_code == 0
    assert step("export", CASE, "--output", folder).exit_code == 0
    for done in (
        step("review", other, "--from", folder / "masks.csv"),
        step("export", other, "--output", folder),
    ):
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert f"is no review of masks of this case ({other})" in done.stderr


def test_decisions_on_masks_are_kept_in_the_case(opened: Path) -> None:
    folder = opened / "zaak"
    assert step("search", CASE).exit_code == 0
    assert step("export", CASE, "--output", folder).exit_code == 0
    assert OTHER not in (folder / "subject.json").read_text()
    masks = folder / "masks.csv"
    rows = list(csv.DictReader(masks.read_text("utf-8-sig").splitlines(), delimiter=";"))
    (mask,) = (it for it in rows if it["te herkennen aan"] == "P. V.")
    mask |= {"besluit": "tonen", "door": "An", "waarom": "partner, bekend bij de verzoeker"}
    with masks.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)

    done = step("export", CASE, "--output", folder)
    assert (done.exit_code, "decisions that are not in the case" in done.stderr) == (2, True)
    taken = step("review", CASE, "--from", masks)
    assert taken.stdout == f"{CASE}: 1 masks decided on, 0 added\n"
    step("export", CASE, "--output", folder)
    assert OTHER in (folder / "subject.json").read_text()
    assert OTHER not in step("log", CASE).stdout


def test_the_store_and_its_log_show_nothing_of_a_case(opened: Path) -> None:
    step("search", CASE)
    data = b"".join(path.read_bytes() for path in opened.glob("inventory.db*"))
    for value in VALUES:
        assert value.encode() not in data


def test_what_is_left_after_erasure_is_stated_and_signed(opened: Path) -> None:
    folder = opened / "zaak"
    step("search", CASE)
    again = step("verify-erased", CASE, "--output", folder)
    assert (again.exit_code, "scan again after the erasure" in again.stderr) == (2, True)

    # The table is gone, and with it what tied the number to the person; the note still is there.
    unread = Found(Item("a.zip", "/nowhere", 1), Coverage("unreadable", "extract", "encrypted"))
    scanned(opened, [inventory(opened)[1], unread])
    done = step("verify-erased", CASE, "--output", folder)
    assert done.exit_code == 1
    assert "nog wel iets gevonden: 1 plaats" in done.stdout
    whole = json.loads((folder / "verklaring.json").read_text())
    statement, signature = whole["statement"], whole["signature"]
    (left,) = statement["places"]
    assert left["uri"].endswith("/notitie.txt")
    assert (left["match"], left["erase"], left["until"]) == ("zeker", "te beoordelen", None)
    assert statement["scope"]["not_read_in_full"] == {"encrypted": 1}
    assert "papier" in statement["not_searched"]
    assert is_signed(signature["key_id"], canonical(statement), signature["value"])
    statement["nothing_found"] = True
    assert not is_signed(signature["key_id"], canonical(statement), signature["value"])
    assert not any(value in json.dumps(whole) for value in VALUES)


def test_a_scan_of_other_places_or_from_before_the_answer_shows_nothing(opened: Path) -> None:
    folder = opened / "zaak"
    step("search", CASE)
    scanned(opened, inventory(opened))
    assert step("export", CASE, "--output", folder).exit_code == 0
    scanned(opened, [], "elsewhere")
    done = step("verify-erased", CASE, "--output", folder)
    assert (done.exit_code, "pii-scan scan share, or add --scan here" in done.stderr) == (2, True)
    scanned(opened, [], "elsewhere", "share")
    assert step("verify-erased", CASE, "--output", folder).exit_code == 0
    # To look again what is left makes no scan too old that was begun after the answer.
    assert step("search", CASE).stdout.startswith("Scan 4: 0 zeker")
    again = step("verify-erased", CASE, "--output", folder)
    assert (again.exit_code, again.stderr) == (0, "")


def kept(verdict: Verdict, until: date | None) -> Judgement:
    return Judgement(
        policy="nl-default", rule="x", where="", verdict=verdict, trigger=None,
        reference_date=None, reference_source=None, keep_until=None, must_keep_until=until,
        action="delete",
    )  # fmt: skip


def test_what_stays_is_told_whoever_decided_so_and_until_when(opened: Path) -> None:
    """What was left out of the answer, must be kept or is an opdrachtgever's, is there still."""
    folder = opened / "zaak"
    (opened / "config" / "pii-scan").mkdir()
    settings = opened / "config" / "pii-scan" / "pii-scan.toml"
    settings.write_text('[[scope]]\npath = "noord/*"\ncontroller = "Noord"\nrole = "verwerker"\n')
    stays = [
        replace(result(f"map/{OTHER} {NAME}.txt", [finding("EMAIL_ADDRESS", EMAIL)]),
                judgements=(kept("must_keep", date(2031, 1, 1)),)),
        result("map/voorbeeld_joke_uit.txt", [finding("EMAIL_ADDRESS", EMAIL)]),
        result("map/own.txt", [finding("EMAIL_ADDRESS", EMAIL)], role="verwerker"),
        result("noord/a.txt", [finding("EMAIL_ADDRESS", EMAIL, controller="Noord")], "verwerker",
               "Noord"),
    ]  # fmt: skip
    scanned(opened, stays)
    step("search", CASE, "--output", folder, "--config", settings)
    review = folder / "review.csv"
    review.write_text(review.read_text("utf-8-sig").replace(";ja;", ";ja;nee"))
    assert step("review", CASE, "--from", review).exit_code == 0
    scanned(opened, stays)
    done = step("verify-erased", CASE, "--output", folder, "--config", settings)
    assert done.exit_code == 1
    for said in (
        "nog wel iets gevonden: 4 plaatsen",
        "Met opzet blijft daarvan staan, tot en met 1 januari 2031: 1 plaats",
        "Met opzet blijft daarvan staan: 2 plaatsen waarover een opdrachtgever beslist",
        "Buiten het antwoord gelaten door een besluit, en er nog: 2 plaatsen",
    ):
        assert said in done.stdout
    statement = json.loads((folder / "verklaring.json").read_text())["statement"]
    assert not statement["nothing_found"]
    told = json.dumps(statement)
    for value in (*VALUES, OTHER, "voorbeeld", "joke", "Verzonnen"):
        assert value not in told
    assert "nog iets gevonden" in step("status", CASE).stdout


@pytest.mark.parametrize("unread", ["klanten.csv", ""])
def test_what_cannot_be_read_any_more_is_not_called_gone(opened: Path, unread: str) -> None:
    step("search", CASE)
    where = str(opened / unread).removesuffix("/")
    scanned(opened, [Found(Item(where, where, 1), Coverage("unreadable", "walk", "no access"))])
    done = step("verify-erased", CASE, "--output", opened / "zaak")
    files = "1 bestand" if unread else "2 bestanden"
    assert (done.exit_code, f"Van {files} waarin eerder gegevens" in done.stdout) == (1, True)


def test_it_scans_again_by_itself_where_that_is_asked_for(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = opened / "share"
    share.mkdir()
    monkeypatch.chdir(opened)
    note = share / "notitie.txt"
    note.write_text(f"Mail: {EMAIL}\n")
    scan = partial(CliRunner().invoke, cli.main)
    made = scan(["scan", "share", "--workers", "1", "--today", DAY])
    assert made.exit_code == 0, made.output
    assert step("search", CASE).stdout.startswith("Scan 2: 1 zeker")
    folder = opened / "zaak"
    told = step("verify-erased", CASE, "--output", folder, "--scan")
    assert (told.exit_code, "Scan 3: share" in told.stdout) == (1, True), told.output
    assert "nog wel iets gevonden: 1 plaats" in told.stdout
    note.unlink()
    assert step("search", CASE).exit_code == 0
    told = step("verify-erased", CASE, "--output", folder, "--scan")
    assert (told.exit_code, "niets meer van de betrokkene" in told.stdout) == (0, True)


def test_a_place_that_nobody_decided_on_is_not_called_gone(opened: Path) -> None:
    folder = opened / "zaak"
    step("search", CASE, "--output", folder)
    maybe = inventory(opened)[2]
    scanned(opened, [maybe])
    done = step("verify-erased", CASE, "--output", folder)
    assert (done.exit_code, "nog niemand besloten" in done.stdout) == (1, True)
    review = folder / "review.csv"
    review.write_text(review.read_text("utf-8-sig").replace("nee;", "nee;nee"))
    assert step("review", CASE, "--from", review).exit_code == 0
    assert step("verify-erased", CASE, "--output", folder).exit_code == 0


def test_a_form_may_be_toml_and_is_asked_for_anew(opened: Path) -> None:
    form = opened / "verzoek.toml"
    form.write_text(f'name = "{NAME}"\ndate_of_birth = 1975-02-06\nreceived = 2026-11-01\n')
    assert step("open", "--request", form).stdout.startswith("I-2026-002\n")
    assert step("amend", CASE, "--request", form).exit_code == 0
    assert "ontvangen: 28 oktober 2026" in step("status", CASE).stdout
    assert step("search", CASE).stdout.startswith("Scan 1: 0 zeker")


def test_a_name_alone_opens_a_case_and_says_what_to_ask(opened: Path) -> None:
    form = {"name": NAME, "received": "2026-11-01"}
    done = step("open", "--request", "-", given=json.dumps(form))
    assert (done.exit_code, "ask for something that identifies" in done.stderr) == (0, True)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"received": "1-11-2026"}, "received is no date: write it as 2026-11-01"),
        ({"received": "2027-01-01"}, "received lies in the future"),
        ({"received": None}, "received is missing"),
        ({"policy": "geen-beleid"}, "geen-beleid"),
        ({"bsn": BSN}, "bsn needs bsn_basis"),
        ({"controller": "Noord"}, "the controller is in no [[scope]]"),
        ({"name": None, "email": None}, "nothing to search by"),
        ({"nicknames": "soms"}, "nicknames is true or false"),
    ],
)
def test_a_wrong_form_opens_no_case(tmp_path: Path, changed: dict[str, object], says: str) -> None:
    scanned(tmp_path, [])
    done = step("open", "--request", "-", given=json.dumps({**FORM, **changed}))
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not any(value in done.output for value in (*VALUES, BSN))
    assert step("status").stdout == "No cases.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("search", "I-2026-009"), "there is no case 'I-2026-009'"),
        (("extend", CASE, "--reason", "x", "--told", "2026-10-27"), "before the request"),
        (("extend", CASE, "--reason", "x", "--told", "24-12"), "--told '24-12' is no date"),
        (("close", CASE, "--outcome", "volledig"), "no answer yet"),
        (("close", CASE, "--outcome", "weg"), "choose from"),
        (("review", CASE, "--from", "/nowhere/review.csv"), "cannot be read"),
        (("search", CASE, "--scan", "7"), "holds no scan 7"),
        (("verify-erased", CASE, "--output", "/proc/none"), "was not searched yet"),
        (("verify-erased", CASE, "--output", "/proc/none", "--scan"), "was not searched yet"),
        (("export", CASE, "--output", "/proc/none"), "was not searched yet"),
        (("extend", CASE, "--reason", "x", "--told", "2026-11-21"), "has not come yet"),
        (("identity", CASE, "--means", "x", "--on", "2026-11-21"), "has not come yet"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    opened: Path, arguments: tuple[str, ...], says: str
) -> None:
    before = step("log", CASE).stdout, step("status").stdout
    done = step(*arguments)
    assert (done.exit_code, says in done.stderr) == (2, True)
    assert (step("log", CASE).stdout, step("status").stdout) == before


def test_a_case_is_closed_once(opened: Path) -> None:
    assert step("close", CASE, "--outcome", "ingetrokken").exit_code == 0
    done = step("close", CASE, "--outcome", "ingetrokken")
    assert (done.exit_code, "was closed on 2026-11-20" in done.stderr) == (2, True)
    assert step("status").stdout.count("gesloten") == 1


def test_a_source_that_is_gone_is_said_and_the_case_goes_on(opened: Path) -> None:
    for path in opened.glob("*.csv"):
        path.unlink()
    assert step("search", CASE).exit_code == 0
    done = step("export", CASE, "--output", opened / "zaak")
    assert (done.exit_code, "could not be copied" in done.stderr) == (3, True)
    assert "antwoord gemaakt" in step("status", CASE).stdout
    assert '"gone": 1' in step("log", CASE).stdout


def test_a_review_of_places_that_are_not_there_changes_nothing(opened: Path) -> None:
    step("search", CASE)
    form = opened / "review.csv"
    form.write_text("kenmerk;opnemen\npffffffffffff;ja\n")
    done = step("review", CASE, "--from", form)
    said = "1 places are not of this case's last search, or have changed since"
    assert (done.exit_code, said in done.stderr) == (2, True)
    assert "beoordeeld" not in step("status", CASE).stdout


def decide(folder: Path, *, keep: str) -> None:
    """Leave every place out but those of a file."""
    review = folder / "review.csv"
    lines = review.read_text("utf-8-sig").splitlines()
    lines[1:] = [f"{it}{'ja' if keep in it else 'nee'}" for it in lines[1:]]
    review.write_text("\n".join(lines))
    assert step("review", CASE, "--from", review, "--why", "reden").exit_code == 0


def test_a_decision_does_not_outlive_what_it_was_taken_on(opened: Path) -> None:
    folder = opened / "zaak"
    step("search", CASE, "--output", folder)
    decide(folder, keep="misschien.txt")
    assert step("export", CASE, "--output", folder).exit_code == 0
    places = json.loads((folder / "places.json").read_text())
    assert [it["included"] for it in places] == [False, True, False]

    changed = inventory(opened)
    (opened / "misschien.txt").write_text(f"{NAME}, de naamgenoot, belde over {OTHER}.\n")
    changed[2] = of_file(opened / "misschien.txt", [finding("PERSON", NAME)])
    scanned(opened, changed)
    old = (folder / "review.csv").read_bytes()
    found = step("search", CASE, "--output", folder)
    assert "lapsed, as the file or the request has changed: p" in found.stdout
    assert found.stdout.count("lapsed") == 1
    assert "vervallen besluiten, opnieuw te nemen: 1" in step("status", CASE).stdout
    text = (folder / "review.csv").read_text("utf-8-sig")
    (line,) = [it for it in text.splitlines() if "misschien" in it]
    assert "vervallen besluit, het bestand of het verzoek is gewijzigd: opnemen" in line
    assert line.endswith(";nee;")

    refused = step("export", CASE, "--output", folder)
    assert (refused.exit_code, "decisions lapsed" in refused.stderr) == (2, True)
    (opened / "old.csv").write_bytes(old)
    refused = step("review", CASE, "--from", opened / "old.csv")
    assert (refused.exit_code, "or have changed since" in refused.stderr) == (2, True)

    (folder / "review.csv").write_text(text.replace(";nee;\n", ";nee;nee\n"))
    assert step("review", CASE, "--from", folder / "review.csv").exit_code == 0
    assert step("export", CASE, "--output", folder).exit_code == 0
    places = json.loads((folder / "places.json").read_text())
    assert not any(it["included"] for it in places)


def test_what_changes_after_the_scan_is_in_no_answer_by_a_decision(opened: Path) -> None:
    folder = opened / "zaak"
    step("search", CASE, "--output", folder)
    decide(folder, keep="misschien.txt")
    (opened / "misschien.txt").write_text(f"{NAME} de oudere belde.\n")
    done = step("export", CASE, "--output", folder)
    places = json.loads((folder / "places.json").read_text())
    (place,) = [it for it in places if "misschien" in it["uri"]]
    assert not place["included"]
    assert "het bestand is na de scan gewijzigd" in place["reasons"][-1]
    assert (done.exit_code, "1 decisions are on files that changed" in done.stderr) == (3, True)


def test_decisions_that_were_not_taken_over_are_not_written_over(opened: Path) -> None:
    folder = opened / "zaak"
    step("search", CASE, "--output", folder)
    review = folder / "review.csv"
    filled = review.read_text("utf-8-sig").replace(";nee;", ";nee;ja")
    review.write_text(filled)
    done = step("search", CASE, "--output", folder)
    assert (done.exit_code, "decisions that are not in the case" in done.stderr) == (2, True)
    assert review.read_text() == filled
    assert step("review", CASE, "--from", review).exit_code == 0
    assert step("search", CASE, "--output", folder).exit_code == 0


def test_a_changed_request_is_searched_reviewed_and_answered_anew(opened: Path) -> None:
    folder = opened / "zaak"
    step("search", CASE, "--output", folder)
    decide(folder, keep="misschien.txt")
    assert step("export", CASE, "--output", folder).exit_code == 0
    form = json.dumps(FORM | {"date_of_birth": BORN})
    amended = step("amend", CASE, "--request", "-", given=form)
    assert amended.stdout == (f"{CASE}: 3 decisions lapsed; search, review and export again\n")
    for told, says in (
        (("export", CASE, "--output", folder), "was not searched yet"),
        (("close", CASE, "--outcome", "volledig"), "no answer yet"),
        (("review", CASE, "--from", folder / "review.csv"), "was not searched yet"),
    ):
        done = step(*told)
        assert (done.exit_code, says in done.stderr) == (2, True)
    found = step("search", CASE, "--output", folder)
    assert "lapsed, as the file or the request has changed" in found.stdout
    assert "decisions lapsed" in step("export", CASE, "--output", folder).stderr
    decide(folder, keep="klanten.csv")
    assert step("export", CASE, "--output", folder).exit_code == 0
    assert step("close", CASE, "--outcome", "volledig").exit_code == 0


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"policy": "geen-beleid"}, "geen-beleid"),
        ({"controller": "Noord"}, "the controller is in no [[scope]]"),
        ({"bsn": BSN}, "bsn needs bsn_basis"),
    ],
)
def test_a_wrong_form_amends_nothing(opened: Path, changed: dict[str, object], says: str) -> None:
    step("search", CASE)
    before = step("log", CASE).stdout, step("status", CASE).stdout
    done = step("amend", CASE, "--request", "-", given=json.dumps({**FORM, **changed}))
    assert (done.exit_code, says in done.stderr) == (2, True)
    assert len(done.stderr.splitlines()) == 1
    assert (step("log", CASE).stdout, step("status", CASE).stdout) == before


def test_the_policy_of_an_amended_form_counts(opened: Path) -> None:
    form = json.dumps(FORM | {"policy": "vcare"})
    assert step("amend", CASE, "--request", "-", given=form).exit_code == 0
    assert "eigen belofte; volgens de wet uiterlijk 28 november 2026" in step("status", CASE).stdout
    assert step("amend", CASE, "--request", "-", given=json.dumps(FORM)).exit_code == 0
    assert "eigen belofte" in step("status", CASE).stdout


def test_an_answer_is_about_the_scan_that_was_searched(opened: Path) -> None:
    step("search", CASE)
    scanned(opened, [])
    done = step("export", CASE, "--output", opened / "zaak")
    assert done.stdout.startswith("Scan 1: 2 zeker")
    assert "scan 2 is newer than scan 1" in done.stderr


def test_under_another_key_what_was_tied_cannot_be_sought_and_that_is_said(opened: Path) -> None:
    step("search", CASE)
    kept = opened / "fingerprint-old.key"
    (opened / "fingerprint.key").rename(kept)
    key = opened / "fingerprint.key"
    key.write_text(bytes(32).hex())
    key.chmod(0o600)
    scanned(opened, [], key=bytes(32))
    done = step("verify-erased", CASE, "--output", opened / "zaak")
    assert (done.exit_code, "Niet gezocht is op 2 gegevens" in done.stdout) == (1, True)


def test_a_case_that_cannot_be_opened_hides_no_other(opened: Path) -> None:
    key = opened / "fingerprint.key"
    old = key.read_text()
    key.write_text(bytes(32).hex())
    assert step("open", "--request", "-", given=json.dumps(FORM)).exit_code == 0
    done = step("status")
    assert (done.exit_code, "put it back from a copy" in done.stderr) == (3, True)
    assert done.stdout.startswith("I-2026-002\n")
    key.write_text(old)


def test_who_did_it_is_logged_beside_the_account_that_did(opened: Path) -> None:
    step("search", CASE, "--by", "An")
    (line,) = [it for it in step("log", CASE).stdout.splitlines() if "searched" in it]
    assert "  An  " in line
    assert '"account": ' in line
    assert '"account": ' not in step("log", CASE).stdout.splitlines()[0]


@pytest.mark.parametrize("during", ["search", "export"])
def test_what_another_decides_meanwhile_is_kept_and_nothing_is_written_over(
    opened: Path, monkeypatch: pytest.MonkeyPatch, during: str
) -> None:
    folder = opened / "zaak"
    step("search", CASE, "--output", folder)
    text = (folder / "review.csv").read_text("utf-8-sig")
    theirs = opened / "theirs.csv"
    theirs.write_text(text.replace(";nee;", ";nee;ja"))
    searching = answer.search
    is_first = iter([True])

    def meanwhile(*told: Any, **more: Any) -> answer.Searched:
        found = searching(*told, **more)
        if next(is_first, False):
            assert step("review", CASE, "--from", theirs, "--by", "Bo").exit_code == 0
        return found

    monkeypatch.setattr(answer, "search", meanwhile)
    done = step(during, CASE, "--output", folder)
    assert (done.exit_code, "changed by another meanwhile" in done.stderr) == (2, True)
    assert "beoordeeld: 1 plaatsen" in step("status", CASE).stdout
    assert (folder / "review.csv").read_text("utf-8-sig") == text
    assert not (folder / "brief.docx").exists()
    assert "antwoord gemaakt" not in step("status", CASE).stdout


def test_a_search_that_is_cut_off_changes_nothing(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = step("log", CASE).stdout, step("status").stdout

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(answer, "places", stopped)
    done = step("search", CASE, "--output", opened / "zaak")
    assert done.exit_code not in (0, 1, 3)
    assert (step("log", CASE).stdout, step("status").stdout) == before
    assert list((opened / "zaak").iterdir()) == []


def test_with_another_key_a_case_is_not_opened(opened: Path) -> None:
    (opened / "fingerprint.key").write_text(bytes(32).hex())
    done = step("status", CASE)
    assert (done.exit_code, "put it back from a copy" in done.stderr) == (2, True)


def test_options_of_a_step_go_behind_it(opened: Path) -> None:
    done = run("--today", DAY, "status")
    assert (done.exit_code, "options go behind status" in done.stderr) == (2, True)


def test_an_opdrachtgevers_data_is_named_to_refer(opened: Path) -> None:
    (opened / "config" / "pii-scan").mkdir()
    settings = opened / "config" / "pii-scan" / "pii-scan.toml"
    settings.write_text('[[scope]]\npath = "noord/*"\ncontroller = "Noord"\nrole = "verwerker"\n')
    theirs = finding("EMAIL_ADDRESS", EMAIL, controller="Noord")
    scanned(opened, [result("noord/a.txt", [theirs], "verwerker", "Noord")])
    done = step("search", CASE, "--config", settings)
    assert "Noord: 1 places, to be dealt with as a request to that opdrachtgever" in done.stdout
