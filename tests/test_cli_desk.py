"""What the desk does can be done from the command line: decide, show, users, serve."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from pii_scan.cli import main
from pii_scan.config.suppressions import load_suppressions
from pii_scan.desk.accounts import load_accounts
from pii_scan.store import Store
from tests.conftest import Run
from tests.desk_server import fill
from tests.invented_results import results

TEXT = "Mevrouw Anna Proefpersoon, burgerservicenummer (BSN) 999990019, tel. 06-12345678.\n"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "keys" / "fingerprint.key"))
    made = str(tmp_path / "inventory.db")
    fill(made, results(60))
    return made


def test_groups_are_named_and_decided_on(url: str, tmp_path: Path) -> None:
    listed = CliRunner().invoke(main, ["decide", "groups", "--store", url])
    assert listed.exit_code == 0, listed.output
    subject = re.split("items  ", listed.output.splitlines()[0])[1]
    file = tmp_path / "judged.toml"
    told = ["--reason", "oefengegevens", "--until", "2027-06-30", "--suppressions", str(file)]
    made = CliRunner().invoke(
        main, ["decide", "finding", "wrong", subject, *told, "--by", "A. Tester", "--store", url]
    )
    assert made.exit_code == 0, made.output
    (one,) = load_suppressions([str(file)])
    assert (one.by, one.until) == ("A. Tester", date(2027, 6, 30))
    again = CliRunner().invoke(main, ["decide", "groups", "--store", url])
    assert not [it for it in again.output.splitlines() if it.endswith(f"  {subject}")]
    with Store.open(url) as store:
        assert store.decided("finding")[subject].choice == "wrong"
        assert list(store.log())[-1].data["suppression"] == one.id


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["finding", "right", "NL_BSN nergens"], "no such group"),
        (["finding", "wrong", "{group}"], "asks for a reason"),
        (["date", "nergens", "2026-01-01", "--event", "opname"], "no such item"),
        (["date", "{item}", "gisteren", "--event", "opname"], "2026-11-26"),
        (["date", "{item}", "2026-01-01", "--event", "onzin"], "known event"),
        (["type", "{item}", "onzin"], "that is known"),
    ],
)
def test_what_cannot_be_decided_is_said(url: str, arguments: list[str], says: str) -> None:
    with Store.open(url) as store:
        item = next(store.results(store.scan().id)).item.uri
    listed = CliRunner().invoke(main, ["decide", "groups", "--store", url]).output
    group = re.split("items  ", listed.splitlines()[0])[1]
    told = [it.format(item=item, group=group) for it in arguments]
    run = CliRunner().invoke(main, ["decide", *told, "--store", url])
    assert run.exit_code == 2
    assert says in run.output


def test_a_date_and_a_type_are_corrected(url: str) -> None:
    with Store.open(url) as store:
        item = next(store.results(store.scan().id)).item.uri
    for told in (["date", item, "2026-01-01", "--event", "opname"], ["type", item, "factuur"]):
        run = CliRunner().invoke(main, ["decide", *told, "--store", url])
        assert run.exit_code == 0, run.output
    with Store.open(url) as store:
        assert store.decided("date")[item].data == {"trigger": "opname", "digest": None}
        assert store.decided("doc_type")[item].choice == "factuur"


def test_an_account_is_made_with_a_password_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    secret = "een heel lang wachtwoord"
    run = CliRunner().invoke(
        main,
        ["users", "add", "A. Tester", "--role", "officer", "--users", str(file)],
        input=f"{secret}\n{secret}\n",
    )
    assert run.exit_code == 0, run.output
    assert load_accounts(file)["A. Tester"].role == "officer"
    listed = CliRunner().invoke(main, ["users", "list", "--users", str(file)])
    assert listed.output.split() == ["officer", "A.", "Tester"]
    removed = CliRunner().invoke(main, ["users", "remove", "A. Tester", "--users", str(file)])
    assert removed.exit_code == 0
    assert load_accounts(file) == {}


@pytest.mark.slow
def test_a_finding_is_shown_masked_and_in_clear_only_with_an_entry_in_the_log(
    run: Run, tmp_path: Path
) -> None:
    share, url = tmp_path / "LET OP!", str(tmp_path / "inventory.db")  # "!/" is in its addresses
    share.mkdir()
    (share / "verslag.txt").write_text(TEXT)
    assert run("scan", share, "--store", url, "--workers", 1).returncode == 0
    asked = ("show", f"{share}/verslag.txt", "--entity", "NL_BSN", "--store", url)
    told = json.loads(run(*asked).stdout)
    assert told["shown"] == "******019"
    assert "Proefpersoon" not in told["before"] + told["after"]
    assert "999990019" not in json.dumps(told)
    assert told["reasons"]
    with Store.open(url) as store:
        assert "value.shown" not in [it.kind for it in store.log()]
    clear = json.loads(run(*asked, "--show-values", "--by", "A. Tester").stdout)
    assert clear["shown"] == "999990019"
    assert "Proefpersoon" not in clear["before"] + clear["after"]
    with Store.open(url) as store:
        last = list(store.log())[-1]
    assert (last.kind, last.operator) == ("value.shown", "A. Tester")
    assert run("show", "nergens", "--entity", "NL_BSN", "--store", url).returncode == 2


@pytest.mark.slow
def test_the_desk_is_served_on_loopback_and_lets_the_link_in(url: str, tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    paths = f"{root}{os.pathsep}{root / 'recognizers'}"
    environment = os.environ | {"PYTHONPATH": paths, "XDG_DATA_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "pii_scan", "serve", "--store", url, "--port", "18765"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stderr is not None
        said = server.stderr.readline()
        link = re.search(r"http://127\.0\.0\.1:18765/in\?token=\S+", said)
        assert link, said
        for _ in range(200):
            if server.poll() is not None:
                break
            try:
                opened = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
                with opened.open(link[0], timeout=60) as page:
                    assert "Waar liggen persoonsgegevens?" in page.read().decode()
                break
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
        server.send_signal(signal.SIGINT)
        server.wait(60)
