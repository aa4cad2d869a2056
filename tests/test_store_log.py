"""The log shows every change, and the commands for it, for keys and for what is past its term."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pii_scan.config.keys import is_signed, keys, load_key, rotate, signing_key
from pii_scan.errors import ConfigError
from pii_scan.model import Suppression
from pii_scan.store import Seen, Store
from pii_scan.store._tables import log, scans
from tests.conftest import Run
from tests.test_store import found, plain


@pytest.fixture
def inventory(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "keys" / "fingerprint.key"))
    with Store.open(store_url) as opened:
        yield opened


def told(inventory: Store) -> list[tuple[int, str]]:
    return [(flaw.number, flaw.what) for flaw in inventory.flaws(is_signed)]


def test_a_log_tells_of_every_change_in_it(inventory: Store) -> None:
    for number in range(4):
        inventory.record("decision", "tester", {"item": number}, signing_key())
    assert told(inventory) == []
    entries = list(inventory.log())
    assert [entry.data for entry in entries] == [{"item": number} for number in range(4)]
    assert entries[1].previous == entries[0].hash
    assert [entry.number for entry in inventory.log("decis")] == [1, 2, 3, 4]
    assert list(inventory.log("decision_")) == []
    with inventory._access.writing() as connection:
        connection.execute(log.update().where(log.c.number == 2).values(operator="another"))
    assert told(inventory) == [(2, "was changed")]
    with inventory._access.writing() as connection:
        connection.execute(log.delete().where(log.c.number == 2))
    assert told(inventory) == [(3, "entry 2 is missing")]


def test_who_has_the_store_and_not_the_key_cannot_make_an_entry(
    inventory: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inventory.record("decision", "tester", {}, signing_key())
    inventory.record("decision", "tester", {}, None)
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "other" / "fingerprint.key"))
    other = signing_key()
    inventory.record("decision", "tester", {}, other)
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "keys" / "fingerprint.key"))
    assert told(inventory) == [
        (2, "is not signed"),
        (3, f"was signed with key {other.id}, which is not here"),
    ]


def test_a_key_that_was_replaced_still_counts(inventory: Store) -> None:
    first, signer = load_key(), signing_key()
    before = {key.purpose: key.id for key in keys()}
    inventory.record("decision", "tester", {}, signer)
    made = rotate("signing")
    assert signing_key().id == made.id != signer.id
    inventory.record("decision", "tester", {}, signing_key())
    assert told(inventory) == []
    rotate("fingerprint")
    assert load_key() != first == load_key(before["fingerprint"])
    assert len([key for key in keys() if not key.is_current]) == 2
    assert {stat.S_IMODE(key.path.stat().st_mode) for key in keys()} == {0o600}
    with pytest.raises(ConfigError, match="put it back"):
        load_key("0" * 16)


JUDGED = Suppression(
    "s", None, None, ("ab" * 32,), None, None, "oefening", "t", date(2026, 1, 1), date(2027, 1, 1)
)


def series(inventory: Store, count: int) -> None:
    for number in range(count):
        scan = inventory.begin(
            (), date(2026, 11, 1), "nl-default", "0.1.0", "sha256:00", "tester", (JUDGED,),
            ("home homes/jansen: onderzoek 2026-14",), places="share",
        )  # fmt: skip
        news = plain("changes", findings=(found(f"{number:02}"),))
        inventory.save(scan.id, [news] if number else [news, plain("stays")])
        standing = inventory.standing(scan, ["stays"])
        seen = Seen()
        for it in standing.values():
            seen.add(it.scan_id, it.item)
        inventory.finish(scan.id, seen=seen)


def test_a_purge_removes_what_no_scan_that_stays_holds_on_to(inventory: Store) -> None:
    series(inventory, 3)
    last = list(inventory.results(3))
    tried = inventory.purge(lambda _: True, "tester", None, is_trial=True)
    assert (tried.scans, tried.items, tried.findings) == ((1, 2), 2, 2)
    assert [scan.id for scan in inventory.scans()] == [1, 2, 3]
    assert inventory.purge(lambda _: True, "tester", None, is_trial=False) == tried
    assert [scan.id for scan in inventory.scans()] == [3]
    assert list(inventory.results(3)) == last
    assert [result.item.uri for result in last] == ["changes", "stays"]
    assert list(inventory.places(3, ["00", "01"])) == []
    assert [entry.kind for entry in inventory.log()][-1] == "purge"
    with inventory._access.reading() as connection:
        kept = connection.execute(select(scans.c.suppressions, scans.c.grounds).order_by("id"))
        assert [bool(row.suppressions or row.grounds) for row in kept] == [False, False, True]
    assert inventory.purge(lambda _: True, "tester", None, is_trial=False).scans == ()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert inventory.purge(lambda end: end < long_ago, "tester", None, is_trial=False).scans == ()


@pytest.mark.slow
def test_the_commands(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "inventory.db"
    with Store.open(str(store)) as opened:
        series(opened, 3)
    assert "NOT WHOLE" in run("log", "verify", "--store", store).stdout  # nothing signed those
    listed = run("keys", "list").stdout
    assert listed.count("current") == 2
    done = run("keys", "rotate", "signing", "--store", store)
    assert done.returncode == 0, done.stderr
    assert run("keys", "list").stdout.count("replaced") == 1
    report = tmp_path / "report.html"
    report.write_text("")
    old = datetime.now(UTC) - timedelta(days=500)
    os.utime(report, (old.timestamp(), old.timestamp()))
    asked = ["purge", "--store", store, "--folder", tmp_path, "--today", "2030-01-01"]
    assert "1, 2 would be removed" in run(*asked).stdout
    assert report.exists()
    assert "1, 2 removed" in run(*asked, "--yes").stdout
    assert not report.exists()
    shown = run("log", "show", "--store", store).stdout
    assert "key.rotated" in shown
    assert "purge.files" in shown
    assert run("log", "verify", "--store", store, "--head", "ab").returncode == 1
