"""`pii-scan evidence`: what it prints, what it ends with, and a scan from file to bundle."""

import json
import os
import stat
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from pii_scan.config._rules import rules_dir
from pii_scan.config.in_use import files_in_use
from pii_scan.config.settings import Scope, Settings
from pii_scan.store import Store
from tests.invented_results import TODAY, results

PLANTED = ("999990019", "Wobbegong", "w.vandertest@klant.example", "NL91ABNA0417164300")
TEXT = (
    f"Sollicitatie van mevrouw Willemijn {PLANTED[1]}, BSN {PLANTED[0]}.\n"
    f"E-mail {PLANTED[2]}, IBAN {PLANTED[3]}.\nWachtwoord: Zeepaardje!27\n"
)


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "inventory.db"
    with Store.open(str(path)) as store:
        for count in (3, 5):
            scan = store.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
            store.save(scan.id, results(count))
            if count == 3:
                store.finish(scan.id)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["evidence", *map(str, arguments)])


def test_a_scan_is_bundled_and_its_bundle_verified(inventory: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.zip"
    made = run("create", "--store", inventory, "--output", bundle)
    digest, name = made.stdout.split()
    assert (made.exit_code, name) == (0, str(bundle))
    assert "scan 1 written to" in made.stderr
    assert "changed since the scan" in made.stderr
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    bare = run("verify", bundle)
    assert bare.exit_code == 0
    assert "WHOLE: " in bare.stdout
    assert "Without a signature" in bare.stdout
    known = run("verify", bundle, "--digest", f"sha256:{digest.upper()}")
    assert known.exit_code == 0
    assert "The digest is the one that was given." in known.stdout
    assert "Without a signature" not in known.stdout
    follows = run("create", "--store", inventory, "--output", bundle, "--previous", bundle)
    assert follows.exit_code == 0
    assert run("verify", bundle, "--digest", digest).exit_code == 1


def test_a_scan_that_did_not_finish_is_bundled_and_said(inventory: Path, tmp_path: Path) -> None:
    done = run("create", "--store", inventory, "--scan", 2, "--output", tmp_path / "b.zip")
    assert done.exit_code == 0
    assert "scan 2 did not finish" in done.stderr


def test_a_bundle_that_was_tampered_with_ends_with_1(inventory: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "b.zip"
    run("create", "--store", inventory, "--output", bundle)
    content = bundle.read_bytes()
    bundle.write_bytes(content.replace(b'"overdue"', b'"OVERDUE"'))
    done = run("verify", bundle)
    assert done.exit_code == 1
    assert "findings.jsonl: changed" in done.stdout
    assert "NOT WHOLE" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("verify", "{tmp}/none.zip"), "cannot read {tmp}/none.zip: No such file"),
        (("verify", "{tmp}"), "cannot read {tmp}: Is a directory"),
        (("verify", "{tmp}/inventory.db"), "{tmp}/inventory.db is no evidence bundle"),
        (("verify", "{tmp}/inventory.db", "--digest", "abc"), "--digest is no SHA-256"),
        (("create", "--store", "{tmp}/none.db", "--output", "{tmp}/b.zip"), "there is no store"),
        (("create", "--store", "{tmp}/inventory.db", "--output", "{tmp}/no/b.zip"), "cannot write"),
        (
            (
                *("create", "--store", "{tmp}/inventory.db", "--output", "{tmp}/b.zip"),
                *("--previous", "{tmp}/inventory.db"),
            ),
            "is no evidence bundle",
        ),
    ],
)
def test_what_cannot_be_ends_with_2(
    inventory: Path, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = run(*(one.format(tmp=tmp_path) for one in arguments))
    assert (done.exit_code, done.stdout) == (2, "")
    assert says.format(tmp=tmp_path) in done.stderr
    assert os.listdir(tmp_path) == ["inventory.db"]  # noqa: PTH208


def test_names_of_policy_files_are_safe_and_differ(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "be leid.toml" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes((rules_dir() / "policies" / "quality-contacts.toml").read_bytes())
    scopes = (Scope("x/*", policy=str(paths[1])),)
    assert sorted(files_in_use(Settings(policy=str(paths[0]), scopes=scopes))) == [
        *("be_leid-2.toml", "be_leid.toml", "nl-default.toml"),
        *("words/records.toml", "words/triggers.toml", "words/vocabulary.toml"),
    ]


@pytest.mark.slow
def test_no_planted_value_is_in_a_bundle_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    share, store, bundle = tmp_path / "share", tmp_path / "s.db", tmp_path / "b.zip"
    share.mkdir()
    (share / "brief.txt").write_text(TEXT)
    (share / "slot.pdf").write_bytes(b"%PDF-1.4 broken")
    options = ["--store", str(store), "--workers", "1", "--today", "2026-11-26"]
    scanned = CliRunner().invoke(cli.main, ["scan", str(share), *options])
    assert scanned.exit_code == 3
    made = run("create", "--store", store, "--output", bundle)
    assert (made.exit_code, "changed since" in made.stderr) == (0, False)
    assert run("verify", bundle).exit_code == 0
    with zipfile.ZipFile(bundle) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    manifest = json.loads(parts["manifest.json"])
    assert manifest["configuration"]["is_that_of_scan"] is True
    assert manifest["figures"]["findings_by_entity"]["NL_BSN"] == 1
    assert manifest["figures"]["findings"] >= 4
    leaks = [(n, v) for n, text in parts.items() for v in (*PLANTED, "Zeepaardje") if v in text]
    assert leaks == []
    recognizers = json.loads(parts["recognizers.json"])["recognizers"]
    assert {one["entity"] for one in recognizers} >= {"NL_BSN", "IBAN_CODE"}
    assert [one["name"] for one in recognizers if not one["sha256"]] == []
