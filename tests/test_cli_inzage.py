"""`pii-scan inzage` as a user runs it: a request from a file, stdin or prompts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from pii_scan.cli import _asking
from pii_scan.cli import inzage as command
from pii_scan.inzage import writing
from pii_scan.inzage.masks import Left
from pii_scan.inzage.writing import INTERNAL, LISTS, NAMES, PORTABLE
from pii_scan.store import Store
from tests.conftest import Run
from tests.invented_case import (
    EMAIL,
    KEY,
    NAME,
    NUMBER,
    OTHER,
    OTHER_BSN,
    OTHER_EMAIL,
    OTHERS,
    PHONE,
    REQUEST,
    TODAY,
    export,
    message,
    of_file,
    result,
    row,
)

DAY = "2026-11-20"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "fingerprint.key"
    key.write_text(KEY.hex())
    key.chmod(0o600)
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(key))
    monkeypatch.setenv("PII_SCAN_STORE", str(tmp_path / "inventory.db"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A store with one file in which the person and another have a line each."""
    path = tmp_path / "notitie.csv"
    path.write_text(f"Naam;E-mail;Notitie\n{NAME};{EMAIL};belt {OTHER}\n{OTHER};;niets\n")
    rows = [*row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL), *row(3, PERSON=OTHER)]
    store = tmp_path / "inventory.db"
    with Store.open(str(store)) as opened:
        scan = opened.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
        opened.save(scan.id, [of_file(path, rows)])
        opened.finish(scan.id)
    return store


def answer(*arguments: object, given: str = "") -> Result:
    return CliRunner().invoke(
        cli.main, ["inzage", "--today", DAY, *map(str, arguments)], input=given
    )


def test_a_request_is_answered_and_says_where(inventory: Path, tmp_path: Path) -> None:
    request = tmp_path / "verzoek.json"
    request.write_text(json.dumps(REQUEST), encoding="utf-8-sig")
    done = answer(
        "--request", request, "--store", f"sqlite:///{inventory}", "--output", tmp_path / "z"
    )
    assert (done.exit_code, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert said[0] == "Scan 1: 1 zeker, 0 waarschijnlijk, 0 mogelijk; 1 in the answer"
    assert [Path(line).name for line in said[1:]] == [*NAMES, *PORTABLE, *LISTS, *INTERNAL]
    assert all(Path(line).is_file() for line in said[1:])
    (place,) = json.loads((tmp_path / "z" / "subject.json").read_text("utf-8"))["places"]
    assert place["extract"][0]["fields"][2] == ["Notitie", "belt [derde 1]"]


def test_decisions_on_masks_come_back_with_a_review(inventory: Path, tmp_path: Path) -> None:
    request = json.dumps(REQUEST)
    masks = tmp_path / "z" / "masks.csv"
    assert answer("--request", "-", "--output", tmp_path / "z", given=request).exit_code == 0
    lines = masks.read_text("utf-8-sig")
    assert OTHER not in lines
    masks.write_text(lines.replace("afdekken;;;", "tonen;A. Beslisser;door u genoemd;"), "utf-8")
    again = answer("--request", "-", "--output", tmp_path / "z", given=request)
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)
    assert "holds a review of masks: add --review" in again.stderr
    done = answer("--request", "-", "--output", tmp_path / "z", "--review", masks, given=request)
    assert done.exit_code == 0
    (place,) = json.loads((tmp_path / "z" / "subject.json").read_text("utf-8"))["places"]
    assert place["extract"][0]["fields"][2] == ["Notitie", f"belt {OTHER}"]
    assert "tonen;A. Beslisser;door u genoemd" in masks.read_text("utf-8-sig")
    none = ("--review", tmp_path / "no.csv")
    gone = answer("--request", "-", "--output", tmp_path / "z", *none, given=request)
    assert (gone.exit_code, "cannot be read" in gone.stderr) == (2, True)


def test_what_may_not_leave_is_a_draft_and_a_line(
    inventory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = Left("0123456789abcdef", "P. V.", "PERSON", "rapport.pdf", "page 1")
    monkeypatch.setattr(writing, "left", lambda *_: (still,))
    done = answer("--request", "-", "--output", tmp_path / "z", given=json.dumps(REQUEST))
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "not released: 1 texts that may be somebody else's" in done.stderr
    assert (tmp_path / "z" / "concept" / "rapport.pdf").is_file()
    assert not (tmp_path / "z" / "rapport.pdf").exists()


@pytest.mark.parametrize(("term", "due"), [("P4W", "2026-11-29"), ("P6W", "2026-12-01")])
def test_the_promise_of_the_policy_counts_where_it_is_earlier_than_the_law(
    inventory: Path, tmp_path: Path, term: str, due: str
) -> None:
    policy = tmp_path / "beleid.toml"
    head = f'[policy]\nbeneath = "nl-default"\nanswer_term = "{term}"\n'
    policy.write_text(head, encoding="utf-8")
    asked = {**REQUEST, "received": "2026-11-01", "policy": str(policy)}
    done = answer("--request", "-", "--output", tmp_path / "z", given=json.dumps(asked))
    assert done.exit_code == 0
    told = json.loads((tmp_path / "z" / "subject.json").read_text("utf-8"))
    assert told["request"]["due"] == due


def test_stdin_holds_a_request_too(inventory: Path, tmp_path: Path) -> None:
    only_name = json.dumps({"name": NAME})
    done = answer("--request", "-", "--output", tmp_path / "z", given=only_name)
    assert done.exit_code == 0
    assert "0 in the answer" in done.stdout
    assert "A name alone gives places to look at by hand" in done.stdout


def test_what_a_scan_suppressed_is_said_to_be_missing(inventory: Path, tmp_path: Path) -> None:
    hidden = replace(result("share/b", ()), suppressed=(("s", 3),))
    with Store.open(str(inventory)) as opened:
        opened.save(1, [hidden])
    done = answer("--request", "-", "--output", tmp_path / "z", given=json.dumps(REQUEST))
    assert "scan 1 left out 3 findings that are suppressed" in done.stderr


def test_what_cannot_be_copied_is_no_complete_answer(inventory: Path, tmp_path: Path) -> None:
    (tmp_path / "notitie.csv").unlink()
    done = answer("--request", "-", "--output", tmp_path / "z", given=json.dumps(REQUEST))
    assert done.exit_code == 3
    assert "1 places could not be copied" in done.stderr


def test_a_terminal_is_asked(
    inventory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_asking, "_is_terminal", lambda: True)
    answers = ["", "", "", f"{EMAIL}; x@elders.example", "", "", "", "", "", "2026-11-01", "", ""]
    done = answer("--output", tmp_path / "z", given="\n".join([*answers, ""]))
    assert (done.exit_code, "1 zeker" in done.stdout) == (0, True)
    subject = json.loads((tmp_path / "z" / "subject.json").read_text("utf-8"))["subject"]
    assert subject["email"] == [EMAIL, "x@elders.example"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"polcy": "x"}, "unknown field 'polcy'"),
        ({"policy": "geen"}, "unknown policy 'geen'"),
        ({"controller": "Alfa"}, "the controller is in no [[scope]]"),
        ({"bsn": "999990019"}, "art. 46 UAVG"),
        ({"date_of_birth": "6-2-1975"}, "write it as 2026-11-01"),
    ],
)
def test_a_wrong_request_is_one_line_and_names_nobody(
    inventory: Path, tmp_path: Path, changed: dict[str, str], says: str
) -> None:
    request = json.dumps({**REQUEST, **changed})
    done = answer("--request", "-", "--output", tmp_path / "z", given=request)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    values = (*OTHERS, NAME, EMAIL, "1975", "999990019", "0612345678")
    assert [value for value in values if value in done.output] == []


def test_there_must_be_a_request_and_a_store(tmp_path: Path) -> None:
    done = answer("--output", tmp_path / "z")
    assert (done.exit_code, "--request FILE, or - for stdin" in done.stderr) == (2, True)
    done = answer("--output", tmp_path / "z", "--request", tmp_path / "no.json")
    assert (done.exit_code, "cannot be read" in done.stderr) == (2, True)
    done = answer("--output", tmp_path / "z", "--request", "-", given=json.dumps(REQUEST))
    assert done.exit_code == 2
    done = answer("--output", tmp_path / "z", "--request", "-", "--today", "20-11-2026")
    assert (done.exit_code, "is no date" in done.stderr) == (2, True)


def test_no_identifier_can_be_given_on_the_command_line() -> None:
    taken = {name for option in command.command.params for name in option.opts}
    assert taken == {
        "--request",
        "--store",
        "--output",
        "--scan",
        "--config",
        "--today",
        "--review",
    }


def test_a_controller_is_known_however_it_is_spelled(inventory: Path, tmp_path: Path) -> None:
    config = tmp_path / "pii-scan.toml"
    config.write_text('[[scope]]\npath = "*/alfa/*"\ncontroller = "Alfa BV"\nrole = "verwerker"\n')
    with Store.open(str(inventory)) as store:
        rows = row(2, "", EMAIL_ADDRESS=EMAIL)
        store.save(1, [result("share/alfa/x.csv", rows, "verwerker", "Alfa BV")])
    request = json.dumps({**REQUEST, "controller": "alfa bv"})
    done = answer("--config", config, "--request", "-", "--output", tmp_path / "z", given=request)
    assert done.exit_code == 0
    assert "0 zeker" in done.stdout
    letter = json.loads((tmp_path / "z" / "subject.json").read_text("utf-8"))
    assert letter["request"]["controller"] == "Alfa BV"


@pytest.mark.slow
def test_what_a_scan_found_is_found_again(run: Run, tmp_path: Path) -> None:
    share = tmp_path / "share"
    (share / "NIET WISSEN!!").mkdir(parents=True)
    own = (NUMBER, NAME, EMAIL, PHONE, "", "", f"belt {OTHER}")
    (share / "bellijst.csv").write_bytes(export(own, ("K-9", OTHER, OTHER_EMAIL, *("",) * 4)))
    letter = f"Geachte heer,\n\nKlantnummer: {NUMBER}\nNaam: {NAME}\n"
    (share / "NIET WISSEN!!" / "vraag.eml").write_bytes(message("Zie bijlage.", letter))
    (share / "notitie.txt").write_text(f"Dhr. {OTHER}, {OTHER_EMAIL}, BSN {OTHER_BSN}\n")
    store, request = tmp_path / "scan.db", tmp_path / "verzoek.json"
    request.write_text(json.dumps(REQUEST))
    scanned = run("scan", "share", "--store", store, "--today", DAY, cwd=tmp_path)
    assert scanned.returncode == 0, scanned.stderr
    case = ("--request", request, "--store", store, "--output", tmp_path / "z", "--today", DAY)
    done = run("inzage", *case, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    places = json.loads((tmp_path / "z" / "places.json").read_text("utf-8"))
    assert [(place["uri"], place["match"]) for place in places] == [
        ("share/NIET WISSEN!!/vraag.eml", "zeker"),
        ("share/NIET WISSEN!!/vraag.eml!/bijlage.txt", "zeker"),
        ("share/bellijst.csv", "zeker"),
    ]
    copy = (tmp_path / "z" / "subject.json").read_text("utf-8")
    assert f"Klantnummer: {NUMBER}" in copy
    assert [value for value in OTHERS if value in copy] == []
