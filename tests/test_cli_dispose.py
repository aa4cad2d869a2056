"""`pii-scan dispose` as two people use it, from scan to bundle."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from tests.test_cli_evidence import EVENTS, LETTER

PASSPHRASE = "vier ogen"


def run(*arguments: object, said: str = PASSPHRASE) -> Result:
    return CliRunner().invoke(cli.main, [*map(str, arguments)], input=f"{said}\n")


def key(folder: Path, name: str) -> None:
    """Make a person's key as the help says."""
    private, public = folder / f"{name}.key", folder / f"{name}.pem"
    for command in (
        f"genpkey -algorithm ed25519 -aes256 -pass file:{folder}/pass -out {private}",
        f"pkey -in {private} -passin file:{folder}/pass -pubout -out {public}",
    ):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True)
    private.chmod(0o600)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    (folder / "pass").write_text(PASSPHRASE)
    for name in ("planner", "approver", "stranger"):
        key(folder, name)
    return folder


@pytest.fixture
def place(tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A share that was scanned, with one letter over its term and one file that is not."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PII_SCAN_STORE", str(tmp_path / "store.db"))
    (tmp_path / "config" / "pii-scan").mkdir(parents=True)
    (tmp_path / "config" / "pii-scan" / "pii-scan.toml").write_text("[detect]\nnames = false\n")
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "sollicitatie.txt").write_text(LETTER)
    (tmp_path / "share" / "recept.txt").write_text("Een recept voor appeltaart.\n")
    (tmp_path / "events.csv").write_text(EVENTS)
    assert scan(tmp_path).exit_code == 0
    for name in ("planner", "approver"):
        done = run("dispose", "enrol", f"De {name}", keys / f"{name}.pem")
        assert done.exit_code == 0, done.output
    return tmp_path


def asked(place: Path) -> tuple[str, ...]:
    return ("--today", "2026-11-26", "--events", str(place / "events.csv"))


def scan(place: Path) -> Result:
    where = ("scan", str(place / "share"), "--workers", "1", "--policy", "quality-contacts")
    return run(*where, *asked(place))


def planned(place: Path, keys: Path, *more: object) -> Result:
    options = ("--key", keys / "planner.key", "--output", place / "plan.json")
    return run("dispose", "plan", *options, *asked(place), *more)


def quarantined(place: Path, keys: Path) -> Result:
    return planned(place, keys, "--quarantine", place / "quarantine")


@pytest.mark.slow
def test_two_people_take_a_file_away_and_the_next_bundle_tells(place: Path, keys: Path) -> None:
    letter, first, second = place / "share" / "sollicitatie.txt", place / "1.zip", place / "2.zip"
    assert run("evidence", "create", "--output", first).exit_code == 0
    done = quarantined(place, keys)
    assert done.exit_code == 0, done.output
    assert "quarantine  1 files" in done.output
    refused = run("dispose", "run", place / "plan.json", "--yes", *asked(place))
    assert (refused.exit_code, "no approver has signed" in refused.stderr) == (2, True)
    alone = run("dispose", "approve", place / "plan.json", "--key", keys / "planner.key", "--yes")
    assert (alone.exit_code, "cannot approve the plan" in alone.stderr) == (2, True)
    stranger = run("dispose", "approve", place / "plan.json", "--key", keys / "stranger.key")
    assert (stranger.exit_code, "is not enrolled" in stranger.stderr) == (2, True)
    done = run("dispose", "approve", place / "plan.json", "--key", keys / "approver.key", "--yes")
    assert done.exit_code == 0, done.output
    tried = run("dispose", "run", place / "plan.json", *asked(place))
    assert "1 quarantine (--yes does it)" in tried.stdout
    assert letter.exists()
    done = run("dispose", "run", place / "plan.json", "--yes", *asked(place))
    assert (done.exit_code, "1 quarantined" in done.stdout) == (0, True)
    assert (letter.exists(), (place / "share" / "recept.txt").exists()) == (False, True)
    assert scan(place).exit_code == 0
    done = run("evidence", "create", "--output", second, "--previous", first)
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(second) as archive:
        became = json.loads(archive.read("follow-up.json"))
        steps = [one["kind"] for one in json.loads(archive.read("decisions.json"))["steps"]]
    assert became["outcomes"] == {"disposed": 1}
    assert steps.pop(2) == "evidence.created"
    assert [one.removeprefix("dispose.") for one in steps] == [
        *("enrolled", "enrolled", "planned", "approved", "begun", "intent", "done", "finished")
    ]
    letter.write_text("nieuw")
    done = run("dispose", "undo", place / "plan.json", "--yes")
    assert (done.exit_code, "1 left alone" in done.stdout) == (3, True)
    assert letter.read_text() == "nieuw"
    letter.unlink()
    done = run("dispose", "undo", place / "plan.json", "--yes")
    assert (done.exit_code, letter.read_text()) == (0, LETTER)


@pytest.mark.slow
def test_the_name_of_a_file_does_nothing_on_the_terminal_of_who_approves(
    place: Path, keys: Path
) -> None:
    folder = place / "share" / "\x1b[2J\x1b[Hdelete 0 files"
    folder.mkdir()
    (place / "share" / "sollicitatie.txt").rename(folder / "sollicitatie.txt")
    assert scan(place).exit_code == 0
    done = quarantined(place, keys)
    assert done.exit_code == 0
    shown = run("dispose", "approve", place / "plan.json", "--key", keys / "approver.key", "--yes")
    for output in (done.output, shown.output):
        assert "delete 0 files" in output
        assert "\x1b" not in output
        assert f"30 days, in {place}/quarantine" in output


@pytest.mark.slow
def test_one_program_at_a_time_disposes(place: Path, keys: Path) -> None:
    import sys

    assert quarantined(place, keys).exit_code == 0
    holder = (
        "import sys; from pii_scan.store import Store\n"
        "with Store.open(sys.argv[1]) as store, store.claimed('dispose'):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    store = str(place / "store.db")
    with subprocess.Popen(
        [sys.executable, "-c", holder, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        done = run("dispose", "undo", place / "plan.json", "--yes")
        assert (done.exit_code, "another pii-scan" in done.stderr) == (2, True)
        other.communicate()
    assert run("dispose", "undo", place / "plan.json", "--yes").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("what", ["holds", "written", "scanned", "revoked", "log"])
def test_what_changed_after_the_approval_stops_the_run(
    place: Path, keys: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quarantined(place, keys).exit_code == 0
    approve = run(
        "dispose", "approve", place / "plan.json", "--key", keys / "approver.key", "--yes"
    )
    assert approve.exit_code == 0
    letter = place / "share" / "sollicitatie.txt"
    more: tuple[str, ...] = ()
    if what == "holds":
        (place / "holds.csv").write_text(HOLDS)
        more = ("--holds", str(place / "holds.csv"))
    elif what == "written":
        letter.write_text(f"{LETTER}PS\n")
    elif what == "scanned":
        letter.write_text("Een recept voor appeltaart.\n")
        assert scan(place).exit_code == 0
    elif what == "revoked":
        listed = run("log", "show", "--json").stdout.splitlines()
        enrolled = [one["data"] for one in map(json.loads, listed) if "public" in one["data"]]
        assert run("dispose", "revoke", enrolled[1]["key"]).exit_code == 0
    else:
        import sqlite3

        with sqlite3.connect(place / "store.db") as database:
            database.execute("UPDATE log SET operator = 'x' WHERE number = 1")
        database.close()
    before = letter.read_text()
    done = run("dispose", "run", place / "plan.json", "--yes", *asked(place), *more)
    assert SAYS[what] in done.output, done.output
    is_left = what in {"written", "scanned"}
    assert done.exit_code == (3 if is_left else 2)
    assert ("1 left alone" in done.stdout) == is_left
    tried = run("dispose", "run", place / "plan.json", *asked(place), *more)
    assert tried.exit_code == done.exit_code
    assert letter.read_text() == before


HOLDS = (
    "person,path,case,reason,by,since,until\n,*sollicitatie.txt,,procedure,A. Tester,2026-11-01,\n"
)
SAYS = {
    "holds": "settings, holds, registers or program are not those of scan",
    "written": "changed since the plan",
    "scanned": "changed since the plan",
    "revoked": "is not enrolled",
    "log": "the log is not whole (entry 1)",
}


@pytest.mark.slow
def test_what_cannot_be_a_plan_ends_with_2(place: Path, keys: Path) -> None:
    inside = planned(place, keys, "--quarantine", place / "share" / "weg")
    assert (inside.exit_code, "which is scanned" in inside.stderr) == (2, True)
    assert (planned(place, keys).exit_code, (place / "plan.json").exists()) == (2, False)
    other = run("dispose", "enrol", "Iemand", keys / "approver.pem")
    assert (other.exit_code, "is enrolled already" in other.stderr) == (2, True)
    (keys / "planner.key").chmod(0o644)
    readable = quarantined(place, keys)
    (keys / "planner.key").chmod(0o600)
    assert (readable.exit_code, "others can read this key" in readable.stderr) == (2, True)
    wrong = run(
        *("dispose", "plan", "--key", keys / "planner.key", "--output", place / "plan.json"),
        *("--quarantine", place / "quarantine", *asked(place)),
        said="een ander",
    )
    assert (wrong.exit_code, "passphrase is not its own" in wrong.stderr) == (2, True)
