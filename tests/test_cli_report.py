"""`pii-scan report`: what goes where, and one line when it cannot."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from pii_scan.store import Store
from tests.invented_results import SCAN, TODAY, results


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "inventory.db"
    with Store.open(str(path)) as store:
        for count in (3, 5):
            told = (["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
            scan = store.begin(*told, SCAN.suppressions)
            store.save(scan.id, results(count))
            if count == 3:
                store.finish(scan.id)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["report", *map(str, arguments)])


def items(text: str) -> int:
    *found, last = [json.loads(line) for line in text.splitlines()]
    assert last["type"] == "summary"
    return len(found)


def test_the_newest_finished_scan_goes_to_stdout(inventory: Path) -> None:
    done = run("--store", inventory)
    assert (done.exit_code, items(done.stdout), done.stderr) == (0, 3, "")


def test_a_scan_that_did_not_finish_is_written_and_said(inventory: Path) -> None:
    done = run("--store", f"sqlite:///{inventory}", "--scan", 2, "--format", "jsonl")
    assert (done.exit_code, items(done.stdout)) == (0, 5)
    assert "scan 2 did not finish" in done.stderr


@pytest.mark.parametrize(
    ("name", "options", "start"),
    [
        ("r.html", (), b"<!doctype html>"),
        ("r.CSV", (), b"\xef\xbb\xbfsoort"),
        ("r.txt", (), b'{"schema"'),
        ("r.html", ("--format", "json"), b'{"schema": 1, "type": "report"'),
    ],
)
def test_a_file_is_its_owners_alone(
    inventory: Path, tmp_path: Path, name: str, options: tuple[str, ...], start: bytes
) -> None:
    output = tmp_path / name
    output.write_text("what was there before" * 100_000)
    output.chmod(0o644)
    done = run("--store", inventory, "--output", output, *options)
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"scan 1 written to {output}" in done.stderr
    assert output.read_bytes().lstrip().startswith(start)
    assert b"what was there before" not in output.read_bytes()
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


def test_the_store_is_found_without_being_named(
    inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PII_SCAN_STORE", str(inventory))
    assert items(run().stdout) == 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--store", "{tmp}/none.db"), "there is no store at {tmp}/none.db"),
        (("--store", "{tmp}/inventory.db", "--scan", "9"), "holds no scan 9"),
        (("--store", "{tmp}/inventory.db", "--output", "{tmp}/no/r.html"), "cannot write"),
    ],
)
def test_what_cannot_be_is_one_line(
    inventory: Path, tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    done = run(*(it.format(tmp=tmp_path) for it in options))
    assert (done.exit_code, done.stdout) == (2, "")
    assert says.format(tmp=tmp_path) in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "none.db").exists()


def test_a_full_disk_leaves_no_half_report(inventory: Path) -> None:
    done = run("--store", inventory, "--output", "/dev/full")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "cannot write /dev/full" in done.stderr
    assert Path("/dev/full").exists()


def test_a_report_that_fails_is_taken_away(
    inventory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pii_scan.cli.report.write", fail)
    done = run("--store", inventory, "--output", tmp_path / "r.html")
    assert done.exit_code == 2
    assert "No space left" in done.stderr
    assert not (tmp_path / "r.html").exists()
