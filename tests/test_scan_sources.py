"""A scan and its sources: what changes meanwhile, who is not let in, who may read what."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pii_scan import scan
from pii_scan.errors import ConfigError
from pii_scan.model import CHANGED, DENIED, SAMPLED, Coverage, Item, Result, Status
from pii_scan.sources.folder import SOURCE
from tests.conftest import Run

KIT = cast(Any, SimpleNamespace(plan=SimpleNamespace(bytes_per_second=None)))


def the_item(path: Path) -> Item:
    (item,) = SOURCE.items(str(path))
    assert isinstance(item, Item)
    return item


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        ("scanned", None, Coverage("partial", "source", CHANGED)),
        ("partial", "damaged", Coverage("partial", "source", f"damaged, {CHANGED}")),
        ("unreadable", "damaged", Coverage("unreadable", "source", CHANGED)),
    ],
)
@pytest.mark.parametrize("changes", [True, False])
def test_a_file_that_is_written_to_meanwhile_says_so(
    status: Status,
    reason: str | None,
    told: Coverage,
    changes: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "log.txt"
    path.write_text("regel")
    as_read = Coverage(status, "", reason)

    def scanned(item: Item, *_: object) -> Iterator[Result]:
        if changes:
            path.write_text("regel\nnog een")
        yield Result(Item(f"{item.uri}!/binnen", item.locator, 1), Coverage("scanned"))
        yield Result(item, as_read)

    monkeypatch.setattr(scan, "scan_stream", scanned)
    within, own = scan.scan_item(the_item(path), KIT)
    assert within.coverage == Coverage("scanned")
    assert own.coverage == (told if changes else as_read)


def test_a_source_that_lets_nobody_in_costs_the_item_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> object:
        raise ConfigError("no account")

    monkeypatch.setattr(scan, "source_of", refuse)
    with pytest.raises(ConfigError):  # not reached: the source is looked up before
        list(scan.scan_item(Item("x", "x", 1), KIT))
    source = SimpleNamespace(parts=None, open=refuse)
    monkeypatch.setattr(scan, "source_of", lambda _: source)
    (one,) = scan.scan_item(Item("x", "x", 1), KIT)
    assert one.coverage == Coverage("unreadable", "source", DENIED)


def test_a_sample_on_request_is_complete_and_another_gap_is_not() -> None:
    assert Coverage("partial", "extract", SAMPLED).is_complete
    assert not Coverage("partial", "extract", f"binary values, {SAMPLED}").is_complete


@pytest.mark.slow
def test_what_everyone_may_read_is_said_and_members_go_with_their_file(
    run: Run, tmp_path: Path
) -> None:
    place = tmp_path / "map"
    (place / "dicht").mkdir(parents=True)
    place.chmod(0o755)
    (place / "dicht").chmod(0o750)
    text = "From: a@b.example\nSubject: x\n\nMevrouw De Vries, BSN 999990019\n"
    modes = {"open.txt": 0o644, "eigen.txt": 0o600, "groep.txt": 0o640, "dicht/open.txt": 0o644}
    for name, mode in modes.items():
        (place / name).write_text(text)
        (place / name).chmod(mode)
    store = tmp_path / "s.db"
    options = ("--max-rate", "0.5", "--nice", "5", "--workers", "1")
    done = run("scan", place, "--store", store, *options)
    assert done.returncode == 0, done.stderr
    report = run("report", "--store", store, "--format", "jsonl").stdout.splitlines()
    *items, summary = map(json.loads, report)
    told = {it["uri"].removeprefix(f"{place}/"): it["access"] for it in items}
    assert told == {
        "open.txt": "everyone",
        "eigen.txt": "private",
        "groep.txt": "group",
        "dicht/open.txt": "group",
    }
    assert {it["owner"] for it in items} == {Path(place).owner()}
    assert (summary["open_items"], summary["open_items_by_category"]["B01"]) == (1, 1)
    page = run("report", "--store", store, "--format", "html").stdout
    assert "Voor iedereen leesbaar" in page
    os.chmod(place / "open.txt", 0o600)  # noqa: PTH101
    assert run("scan", place, "--store", store).returncode == 0
    page = run("report", "--store", store, "--format", "html").stdout
    assert "Voor iedereen leesbaar" not in page
