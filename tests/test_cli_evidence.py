"""`pii-scan evidence`: what it prints, what it ends with, and a scan from file to bundle."""

import json
import os
import re
import sqlite3
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
LETTER = (
    "Sollicitatiebrief\n\nDatum: 12 maart 2019\n\nGeachte heer, mevrouw,\n\nHierbij solliciteer ik "
    "naar de functie van medewerker klantcontact. Mijn curriculum vitae vindt u bijgesloten.\n\n"
    "Met vriendelijke groet,\nWillemijn Testman\nw.testman@klant.example\n"
)
EVENTS = (
    "subject,key,event,date,consent\n"
    "Willemijn Testman,w.testman@klant.example,einde_vacature,2019-04-01,nee\n"
)
TEXT = (
    f"Sollicitatie van mevrouw Willemijn {PLANTED[1]}, BSN {PLANTED[0]}.\n"
    f"E-mail {PLANTED[2]}, IBAN {PLANTED[3]}.\nWachtwoord: Zeepaardje!27\n"
)


@pytest.fixture(autouse=True)
def keys_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))


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
    assert "Without a key" in bare.stdout
    known = run("verify", bundle, "--digest", f"sha256:{digest.upper()}")
    assert known.exit_code == 0
    assert "The digest is the one that was given." in known.stdout
    assert "Without a key" not in known.stdout
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
def test_a_second_scan_tells_what_became_of_the_first(tmp_path: Path) -> None:
    share, store = tmp_path / "share", tmp_path / "s.db"
    share.mkdir()
    for name in ("weg", "blijft", "verhuist"):
        (share / f"sollicitatie {name}.txt").write_text(f"{LETTER}{name}\n")
    scan = ["scan", str(share), "--store", str(store), "--workers", "1"]
    (tmp_path / "events.csv").write_text(EVENTS)
    judged = ["--policy", "quality-contacts", "--today", "2026-11-26"]
    judged += ["--events", str(tmp_path / "events.csv")]
    assert CliRunner().invoke(cli.main, [*scan, *judged]).exit_code == 0
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    assert run("create", "--store", store, "--output", first).exit_code == 0
    (share / "sollicitatie weg.txt").unlink()
    (share / "sollicitatie verhuist.txt").rename(share / "sollicitatie elders.txt")
    assert CliRunner().invoke(cli.main, [*scan, *judged]).exit_code == 0
    made = run("create", "--store", store, "--output", second, "--previous", first)
    assert made.exit_code == 0, made.output
    (tmp_path / "key.pem").write_text(CliRunner().invoke(cli.main, ["keys", "public"]).stdout)
    done = run("verify", second, "--public-key", tmp_path / "key.pem", "--previous", first)
    assert done.exit_code == 0, done.output
    assert "Signed with key" in done.stdout
    with zipfile.ZipFile(second) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        became = json.loads(archive.read("follow-up.json"))
        trend = json.loads(archive.read("trend.json"))["scans"]
        entries = [json.loads(line) for line in archive.read("log.jsonl").splitlines()]
    assert became["outcomes"] == {"gone": 1, "kept": 1, "moved": 1}
    assert {it["uri"].rpartition(" ")[2]: it["outcome"] for it in became["items"]} == {
        "weg.txt": "gone",
        "blijft.txt": "kept",
        "verhuist.txt": "moved",
    }
    assert became["overdue_since"] == 1  # the one that moved stands under another address
    assert manifest["population"]["is_equal"] is True
    assert manifest["population"]["walked"]["items"] == 2
    assert [it["overdue"] for it in trend] == [3, 2]
    with zipfile.ZipFile(first) as archive:
        assert trend[:1] == json.loads(archive.read("trend.json"))["scans"]
    assert entries[0]["number"] == manifest["previous"]["log_head"]["number"] + 1
    assert entries[0]["previous"] == manifest["previous"]["log_head"]["hash"]
    assert entries[-1]["kind"] == "scan.finished"


def test_a_log_that_was_cut_has_no_next_bundle(inventory: Path, tmp_path: Path) -> None:
    first = tmp_path / "1.zip"
    assert run("create", "--store", inventory, "--output", first).exit_code == 0
    with sqlite3.connect(inventory) as database:
        database.execute("DELETE FROM log")
    database.close()
    done = run(
        *("create", "--store", inventory, "--output", tmp_path / "2.zip", "--previous", first)
    )
    assert done.exit_code == 2
    assert "it was cut short or replaced" in done.stderr
    assert not (tmp_path / "2.zip").exists()


def test_a_query_for_a_time_stamp_tells_the_digest_alone(inventory: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "b.zip"
    digest = run("create", "--store", inventory, "--output", bundle).stdout.split()[0]
    done = run("timestamp", bundle)
    assert (done.exit_code, done.stdout.split()[0]) == (0, digest)
    query = (tmp_path / "b.zip.tsq").read_bytes()
    assert bytes.fromhex(digest) in query
    assert len(query) < 100
    (tmp_path / "x.tsr").write_bytes(b"no stamp")
    done = run("verify", bundle, "--timestamp", tmp_path / "x.tsr")
    assert (done.exit_code, "no granted time stamp" in done.stderr) == (2, True)


def test_a_key_of_another_kind_is_refused(inventory: Path, tmp_path: Path) -> None:
    run("create", "--store", inventory, "--output", tmp_path / "b.zip")
    (tmp_path / "k.pem").write_text("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n")
    done = run("verify", tmp_path / "b.zip", "--public-key", tmp_path / "k.pem")
    assert (done.exit_code, "holds no public Ed25519 key" in done.stderr) == (2, True)


@pytest.mark.slow
def test_the_same_scan_twice_gives_the_same_bundle_but_for_times(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "brief.txt").write_text(TEXT)
    (share / "sollicitatie.txt").write_text(LETTER)
    (share / "slot.pdf").write_bytes(b"%PDF-1.4 broken")
    made = []
    for name in ("a", "b"):
        store, bundle = tmp_path / f"{name}.db", tmp_path / f"{name}.zip"
        options = ["--store", str(store), "--workers", "1", "--today", "2026-11-26"]
        assert CliRunner().invoke(cli.main, ["scan", str(share), *options]).exit_code == 3
        assert run("create", "--store", store, "--output", bundle).exit_code == 0
        with zipfile.ZipFile(bundle) as archive:
            made.append({one: archive.read(one) for one in archive.namelist()})
    one, two = made
    assert one.keys() == two.keys()
    timed = {name for name in one if one[name] != two[name]}
    assert timed == {
        *("SHA256SUMS", "findings.jsonl", "log.jsonl", "made.json", "manifest.json"),
        *("oscal.csv", "oscal.json", "signature.dsse.json", "trend.json"),
    }
    moment = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(?:Z|[+]\d\d:\d\d)")
    drawn = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
    for name in timed - {"log.jsonl", "signature.dsse.json"}:
        first, second = (drawn.sub(b"", moment.sub(b"", it[name])) for it in made)
        assert (name, first) == (name, second)


@pytest.mark.slow
def test_no_planted_value_is_in_a_bundle_in_clear(tmp_path: Path) -> None:
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
