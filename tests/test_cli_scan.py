"""`pii-scan scan` and `report` as a user runs them, on the sample share and on bad input."""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Run

TODAY = "2026-11-01"
GOLDEN = ROOT / "fixtures" / "expected" / "share.txt"
TRUTH = json.loads((ROOT / "fixtures" / "expected" / "truth.json").read_text(encoding="utf-8"))
FREE_TEXT = {"PERSON", "LOCATION", "HEALTH", "CRIMINAL", "RELIGION_OR_BELIEF", "TRADE_UNION"}
SPECIAL = {"quality-contacts/IT/bijzonder/terug", "quality-contacts/IT/bijzonder/wachtrij"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store") / "inventory.db"


@pytest.fixture(scope="module")
def scanned(run: Run, share: Path, store: Path) -> subprocess.CompletedProcess[str]:
    return run(
        "scan", "share",
        "--config", ROOT / "fixtures" / "pii-scan.toml",
        "--events", ROOT / "fixtures" / "events.csv",
        "--today", TODAY,
        "--store", store,
        cwd=share.parent,
    )  # fmt: skip


@pytest.fixture(scope="module")
def lines(run: Run, store: Path, scanned: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert scanned.returncode == 3, scanned.stderr
    report = run("report", "--store", store, "--format", "jsonl")
    assert report.returncode == 0, report.stderr
    return [json.loads(line) for line in report.stdout.splitlines()]


@pytest.fixture(scope="module")
def items(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["uri"].removeprefix("share/"): line for line in lines if line["type"] == "item"}


def test_every_file_is_there_once_with_the_right_outcome(
    items: dict[str, dict[str, Any]], lines: list[dict[str, Any]]
) -> None:
    assert len(items) == len(lines) - 1
    known = {path for path in items if path not in TRUTH["files"]}
    assert known == SPECIAL
    outcome = {path: (one["status"], one["reason"]) for path, one in items.items()}
    assert {path: outcome[path] for path in TRUTH["files"]} == {
        path: (one["status"], one["reason"]) for path, one in TRUTH["files"].items()
    }


def test_a_file_with_identifiers_is_not_passed_over(items: dict[str, dict[str, Any]]) -> None:
    for path, truth in TRUTH["files"].items():
        if {entity for entity, _, _ in truth["identifiers"]} - FREE_TEXT:
            assert items[path]["findings"], path


def told(path: str, item: dict[str, Any]) -> str:
    """An item's outcome on a line that a person can compare.

    How many names the language model sees may differ by a few between processors, and is left out.
    """
    entities = Counter(
        finding["entity_type"]
        for finding in item["findings"]
        if finding["entity_type"] not in {"PERSON", "LOCATION"}
    )
    verdicts = Counter(judgement["verdict"] for judgement in item["retention"])
    counted = [
        " ".join(f"{name}:{count}" for name, count in sorted(counter.items())) or "-"
        for counter in (entities, verdicts)
    ]
    kind = f"{item['doc_type']}/{item['subject_group']}"
    dated = f"{item['reference_date']} ({item['reference_source']})"
    return "\n    ".join(
        [path, f"{item['status']}, {item['reason']}; {item['level']}; {kind}; {dated}", *counted]
    )


def test_the_share_as_a_whole(items: dict[str, dict[str, Any]]) -> None:
    """Golden: after a change that is meant, `PII_SCAN_GOLDEN=write make test` writes it again."""
    text = "\n".join(told(path, item) for path, item in sorted(items.items())) + "\n"
    if os.environ.get("PII_SCAN_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_the_summary_on_screen_is_that_of_the_report(
    scanned: subprocess.CompletedProcess[str], lines: list[dict[str, Any]]
) -> None:
    summary = lines[-1]
    assert summary["type"] == "summary"
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", scanned.stdout)]
    counted = Counter(line["status"] for line in lines[:-1])
    findings = sum(len(line["findings"]) for line in lines[:-1])
    for number in (len(lines) - 1, *counted.values(), findings):
        assert number in numbers
    assert summary["items"] == len(lines) - 1
    assert summary["findings"] == findings
    assert {k: v for k, v in summary["status"].items() if v} == counted
    verdicts = Counter(v for line in lines[:-1] for v in {j["verdict"] for j in line["retention"]})
    assert {k: v for k, v in summary["items_by_verdict"].items() if v} == verdicts


def test_no_value_is_kept_or_shown_in_clear(
    run: Run, store: Path, scanned: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    secret = {
        value.encode()
        for one in TRUTH["files"].values()
        for entity, value, _ in one["identifiers"]
        if entity in {"NL_BSN", "IBAN_CODE", "EMAIL_ADDRESS", "CREDIT_CARD", "DATE_OF_BIRTH"}
        and len(value) > 8
    }
    assert len(secret) > 100
    written = [scanned.stdout.encode(), scanned.stderr.encode()]
    for name in ("html", "csv", "jsonl", "json"):
        output = tmp_path / f"report.{name}"
        assert run("report", "--store", store, "--format", name, "--output", output).returncode == 0
        assert output.stat().st_mode & 0o777 == 0o600
        written.append(output.read_bytes())
    written += [path.read_bytes() for path in store.parent.iterdir()]
    for data in written:
        assert not [value for value in secret if value in data]


def test_nothing_in_the_share_was_touched(
    share: Path, scanned: subprocess.CompletedProcess[str]
) -> None:
    for path in TRUTH["files"]:
        if (share / path).exists():
            status = (share / path).stat()
            assert status.st_atime <= status.st_mtime, path


def test_what_was_not_read_is_said_on_one_line_each(
    scanned: subprocess.CompletedProcess[str],
) -> None:
    missed = [
        path
        for path, one in TRUTH["files"].items()
        if one["status"] != "scanned" and "!/" not in path.replace("!!/", "")
    ]
    told = [line for line in scanned.stderr.splitlines() if line.startswith("share/")]
    assert len(told) == len(missed)
    assert any("encrypted" in line for line in told)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nergens"], "there is no such file or folder"),
        (["kring"], "there is no such file or folder"),  # a link to itself
        ([""], "empty"),  # an unset variable of the shell must not mean everything
        (["."], "nl-default"),  # an unknown policy names the known ones
        ([".", "--policy", "nl-default", "--today", "1-11-2026"], "2026-11-01"),
        ([".", "--policy", "kapot.toml"], "kapot.toml"),
        ([".", "--events", "nergens.csv"], "nergens.csv"),
        ([".", "--config", "nergens.toml"], "nergens.toml"),
        ([".", "--store", "/proc/nee/x.db"], "/proc/nee/x.db"),
        ([".", "--max-file-size", "groot"], "200MB"),
        ([], "TARGET"),
    ],
)
def test_what_cannot_start_says_so_in_one_line(
    run: Run, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "kapot.toml").write_text("[[rule]]\nid = 3\n")
    (tmp_path / "kring").symlink_to("kring")
    if arguments == ["."]:
        arguments = [".", "--policy", "onbekend"]
    done = run("scan", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("Het weer is goed.", [], 0),
        ("bsn 999990019", [], 0),
        ("bsn 999990019", ["--fail-on", "geheim"], 1),
        ("mail jan.visser@thuis.example", ["--fail-on", "geheim"], 0),
        ("mail jan.visser@thuis.example", ["--fail-on", "intern"], 1),
        ("bsn 999990019", ["--fail-on", "geheim", "--exclude", "*.txt"], 0),
        ("bsn 999990019", ["--fail-on", "geheim", "--max-file-size", "3"], 0),
    ],
)
def test_how_it_ends(run: Run, tmp_path: Path, text: str, options: list[str], code: int) -> None:
    (tmp_path / "een.txt").write_text(text)
    done = run("scan", tmp_path / "een.txt", "--store", tmp_path / "s.db", *options)
    assert done.returncode == code, done.stderr


def test_incomplete_beats_findings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "een.txt").write_text("bsn 999990019")
    (tmp_path / "twee.pdf").write_bytes(b"%PDF-1.7\nstuk")
    done = run("scan", tmp_path, "--store", tmp_path / "s.db", "--fail-on", "geheim")
    assert done.returncode == 3
    # On a slow machine a line of progress may stand beside it.
    assert f"{tmp_path}/twee.pdf: unreadable, damaged" in done.stderr.splitlines()


def test_a_target_within_another_is_met_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "een.txt").write_text("niets")
    store = tmp_path.parent / f"{tmp_path.name}.db"
    done = run("scan", tmp_path, tmp_path / "a", tmp_path, "--store", store)
    assert done.returncode == 0
    assert "Items      1:" in done.stdout


def test_two_scans_of_the_same_share_tell_the_same(run: Run, share: Path, tmp_path: Path) -> None:
    part = tmp_path / "deel"
    shutil.copytree(share / "quality-contacts" / "HR" / "Sollicitaties", part)
    reports = []
    for workers in (1, 2):
        store = tmp_path / f"{workers}.db"
        run("scan", part, "--workers", workers, "--today", TODAY, "--store", store)
        report = run("report", "--store", store, "--format", "jsonl")
        reports.append(report.stdout.splitlines()[:-1])
    assert reports[0] == reports[1]
    assert len(reports[0]) > 3


def test_what_a_file_is_called_is_read_whatever_its_extension(run: Run, tmp_path: Path) -> None:
    names = ("bsn 999990019", "bsn 999990019.txt", "bsn 999990019 van J. de Vries", "Welk.json")
    for name in names:
        (tmp_path / "x" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "x" / name).write_text(r'{"wachtwoord": "Welk\ud800om12!"}')
    store = tmp_path / "s.db"
    assert run("scan", tmp_path / "x", "--store", store).returncode == 0
    lines = run("report", "--store", store, "--format", "jsonl").stdout.splitlines()
    found = {
        item["uri"].rpartition("/")[2]: {
            (it["entity_type"], it["where"]) for it in item["findings"]
        }
        for item in map(json.loads, lines)
        if item["type"] == "item"
    }
    assert set(found) == set(names)
    assert all(("NL_BSN", "name") in found[name] for name in names[:3])
    assert any(entity == "CREDENTIALS" for entity, _ in found["Welk.json"])


def test_globs_hold_below_a_target_that_is_a_link(run: Run, tmp_path: Path) -> None:
    (tmp_path / "echt" / "hr").mkdir(parents=True)
    (tmp_path / "echt" / "hr" / "een.txt").write_text("niets")
    (tmp_path / "link").symlink_to("echt")
    done = run("scan", tmp_path / "link", "--include", "hr/*", "--store", tmp_path / "s.db")
    assert "1 scanned" in done.stdout, done.stderr
