"""`pii-scan suppress` and `scan --suppressions` as a user runs them."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pii_scan.classify.fingerprint import fingerprints
from pii_scan.cli import main
from pii_scan.config.keys import derive, load_key
from pii_scan.config.suppressions import load_suppressions
from tests.conftest import Run

pytestmark = pytest.mark.slow

BSN = "999990019"
TOMORROW = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011 - any day to come
WHO = ("--reason", "testpersoon van de handleiding", "--by", "A. Tester")
PATTERN = """
[[suppress]]
entity = "EMAIL_ADDRESS"
pattern = "[a-z]{{1,20}}@intranet[.]example"
reason = "postvakken van het oefensysteem"
by = "B. Tester"
added = 2026-01-05
until = {until}
"""


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "a.txt").write_text(f"Het BSN is {BSN}.\n")
    return folder


def add(run: Run, tmp_path: Path, *values: str, entity: str = "NL_BSN") -> Path:
    listed, given = tmp_path / "judged.toml", tmp_path / "values.txt"
    given.write_text("\n".join(values))
    told = ("--suppressions", listed, "--values", given, "--until", TOMORROW, "--entity", entity)
    done = run("suppress", "add", *told, *WHO)
    assert done.returncode == 0, done.stderr
    return listed


def quick(tmp_path: Path) -> tuple[str, ...]:
    """Return options for a scan without the model of names."""
    config = tmp_path / "pii-scan.toml"
    config.write_text("[detect]\nnames = false\n")
    return ("--config", str(config), "--workers", "1", "--fail-on", "geheim")


def scan(run: Run, tmp_path: Path, listed: Path, *more: str) -> str:
    told = ("--suppressions", listed, "--store", tmp_path / "store.db", *more, *quick(tmp_path))
    done = run("scan", tmp_path / "share", *told)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def report(run: Run, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    done = run("report", "--store", tmp_path / "store.db", "--format", "jsonl")
    item, last = map(json.loads, done.stdout.splitlines())
    return item, last


def test_a_judged_value_is_counted_and_a_new_one_beside_it_is_found(
    run: Run, tmp_path: Path, share: Path
) -> None:
    listed = add(run, tmp_path, "9999.90.019")
    assert BSN not in listed.read_text()
    assert "90.019" not in listed.read_text()
    said = scan(run, tmp_path, listed)
    assert "Suppressed 1 findings by 1 suppressions; 0 not used, 0 expired" in said
    item, last = report(run, tmp_path)
    (told,) = last["suppressions"]
    assert item["findings"] == []
    assert item["level"] is None
    assert item["suppressed"] == last["findings_suppressed"] == {told["id"]: 1}
    assert (told["by"], told["until"], told["state"]) == ("A. Tester", TOMORROW, "used")

    asked = ("--suppressions", listed, "--store", tmp_path / "store.db")
    checked = run("suppress", "check", *asked)
    assert (checked.returncode, checked.stdout) == (0, "")

    (share / "a.txt").write_text(f"Het BSN is {BSN}. Het BSN van haar is 123456782.\n")
    scan(run, tmp_path, listed)
    item, _ = report(run, tmp_path)
    assert [it["masked"] for it in item["findings"]] == ["******782"]
    assert item["suppressed"] == {told["id"]: 1}


def test_what_is_unused_expired_or_needless_is_told(run: Run, tmp_path: Path, share: Path) -> None:
    listed = add(run, tmp_path, BSN, "111222333")
    with listed.open("a") as file:
        file.write(PATTERN.format(until="2026-02-01"))
    scan(run, tmp_path, listed)
    asked = ("--suppressions", listed, "--store", tmp_path / "store.db")
    checked = run("suppress", "check", *asked)
    assert checked.returncode == 1
    expired, unused = checked.stdout.splitlines()
    assert "expired on 2026-02-01: judge it again or remove it; B. Tester" in expired
    assert "suppressed nothing in scan 1; A. Tester: testpersoon" in unused
    shown = run("suppress", "list", "--suppressions", listed).stdout.splitlines()
    assert len(shown) == 3
    assert "pattern [a-z]{1,20}@intranet[.]example, anywhere; expired on 2026-02-01" in shown[2]


def test_the_list_of_test_numbers_is_off_until_asked_for(
    run: Run, tmp_path: Path, share: Path
) -> None:
    (share / "a.txt").write_text("Het BSN is 111222333.\n")
    told = ("--store", tmp_path / "store.db", *quick(tmp_path))
    assert run("scan", share, *told).returncode == 1
    assert run("scan", share, *told, "--suppressions", "testnummers").returncode == 0


def test_a_value_is_known_under_the_key_of_every_controller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "fingerprint.key"))
    config, listed = tmp_path / "pii-scan.toml", tmp_path / "judged.toml"
    config.write_text(
        f"suppressions = ['testnummers', '{listed}']\n"
        "[[scope]]\npath = 'noord/*'\ncontroller = 'Noord'\n"
    )
    told = ("--config", config, "--entity", "NL_BSN", "--until", TOMORROW, *WHO)
    done = CliRunner().invoke(main, ["suppress", "add", *map(str, told)], input=f"{BSN}\n\n")
    assert done.exit_code == 0, done.stderr
    (one,) = load_suppressions([str(listed)])
    expected = [
        fingerprints("NL_BSN", BSN, None, derive(load_key(), "fingerprint", controller))[0][1]
        for controller in (None, "Noord")
    ]
    assert list(one.fingerprints) == expected
    assert done.stdout == f"{one.id}\n"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (("--entity", "NL_BNS", "--until", TOMORROW), "nothing finds the entity NL_BNS"),
        (("--entity", "NL_BSN", "--until", "2020-01-01"), "ends on 2020-01-01, before"),
        (("--entity", "NL_BSN", "--until", "soon"), "is no date"),
    ],
)
def test_what_cannot_be_added_is_one_line_without_the_value(
    run: Run, tmp_path: Path, told: tuple[str, ...], said: str
) -> None:
    given, listed = tmp_path / "values.txt", tmp_path / "judged.toml"
    given.write_text(BSN)
    done = run("suppress", "add", "--suppressions", listed, "--values", given, *told, *WHO)
    assert done.returncode == 2
    assert said in done.stderr
    assert BSN not in done.stderr + done.stdout
    assert not listed.exists()


def test_a_wrong_pattern_stops_a_scan_before_it_starts(
    run: Run, tmp_path: Path, share: Path
) -> None:
    listed = tmp_path / "judged.toml"
    text = PATTERN.format(until=TOMORROW).replace("[a-z]{1,20}", "(?=a)")
    listed.write_text(text)
    done = run("scan", share, "--suppressions", listed, "--store", tmp_path / "store.db")
    assert done.returncode == 2
    assert "without look-around" in done.stderr
    assert not (tmp_path / "store.db").exists()
