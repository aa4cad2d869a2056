"""`pii-scan diff`: every way in which an item can differ, told once and under the right name."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Done
from hypothesis import given
from hypothesis import strategies as st

from pii_scan import cli
from pii_scan.model import Coverage, Result
from pii_scan.report._difference import differences
from pii_scan.store import Store
from tests.invented_results import HOSTILE, KINDS, SCAN, TODAY, finding, judgement, results
from tests.test_report import plain

LATE, FINE = judgement("overdue", TODAY), judgement("within", TODAY)


def item(uri: str, digest: str = "1", **fields: Any) -> Result:
    told = {"level": "Vertrouwelijk", "findings": (finding(KINDS[0], 1, ""),)} | fields
    return plain(f"share/{uri}", digest=f"sha256:{digest}", **told)


def told(
    earlier: Sequence[Result], later: Sequence[Result], targets: tuple[str, ...] = ("share",)
) -> list[tuple[Any, ...]]:
    scans = SCAN, replace(SCAN, id=2, targets=targets)
    found = differences(*scans, earlier, later)
    return [(it.kind, it.uri.removeprefix("share/"), it.before, it.after) for it in found.listed]


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ([item("a")], [item("a")], []),
        ([], [item("a")], [("new", "a", None, "Vertrouwelijk")]),
        ([item("a")], [], [("gone", "a", "Vertrouwelijk", None)]),
        ([], [item("a", level="Openbaar")], []),
        ([item("a", level="Openbaar")], [], []),
        ([item("a")], [item("b")], [("moved", "b", "share/a", None)]),
        (
            [item("a")],
            [item("b", "2")],
            [("new", "b", None, "Vertrouwelijk"), ("gone", "a", "Vertrouwelijk", None)],
        ),
        (
            [item("a")],
            [item("a", level="Geheim")],
            [("level", "a", "Vertrouwelijk", "Geheim")],
        ),
        (
            [item("a")],
            [item("a", "2", level=None, findings=())],
            [("level", "a", "Vertrouwelijk", None)],
        ),
        (
            [item("a", judgements=(FINE,))],
            [item("a", judgements=(LATE,))],
            [("newly_overdue", "a", "within", "overdue")],
        ),
        (
            [],
            [item("a", judgements=(LATE,))],
            [("newly_overdue", "a", None, "overdue"), ("new", "a", None, "Vertrouwelijk")],
        ),
        (
            [item("a", judgements=(FINE,))],
            [item("b", judgements=(LATE,))],
            [("newly_overdue", "b", "within", "overdue"), ("moved", "b", "share/a", None)],
        ),
        (
            [item("a", judgements=(LATE,))],
            [],
            [("gone", "a", "Vertrouwelijk", None), ("cleaned_up", "a", "overdue", None)],
        ),
        (
            [item("a", judgements=(LATE, FINE))],
            [item("a", "2", judgements=(FINE,))],
            [("cleaned_up", "a", "overdue", "within")],
        ),
        (
            [item("a", judgements=(LATE,))],
            [item("a", judgements=(FINE,))],
            [("judged_otherwise", "a", "overdue", "within")],
        ),
        (
            [item("a", judgements=(LATE,))],
            [replace(plain("share/a"), coverage=Coverage("unreadable", "extract", "encrypted"))],
            [("unread", "a", "scanned", "unreadable")],
        ),
    ],
)
def test_each_way_to_differ(
    earlier: list[Result], later: list[Result], expected: list[tuple[Any, ...]]
) -> None:
    assert told(earlier, later) == expected


def test_what_the_later_scan_had_no_business_with_is_not_gone() -> None:
    kept, outside = item("hr/a"), item("it/b", "2")
    scans = SCAN, replace(SCAN, targets=("share/hr",))
    found = differences(*scans, [kept, outside], [kept])
    assert (found.listed, found.outside, found.same) == ([], 1, 1)


@given(st.integers(0, 9), st.randoms(use_true_random=False))
def test_the_order_plays_no_part_and_nothing_is_lost(seed: int, rng: Any) -> None:
    earlier, later = results(40, seed), results(40, seed + 1)
    mixed = rng.sample(earlier, len(earlier)), rng.sample(later, len(later))
    assert sorted(told(*mixed)) == sorted(told(earlier, later))
    assert told(earlier, earlier) == []


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "inventory.db"
    late = [item(name, f"{n:02}", judgements=(LATE,)) for n, name in enumerate(HOSTILE)]
    many = [item(f"many/{n}", f"a{n:02}") for n in range(30)]
    with Store.open(str(path)) as store:
        for made in (late, [item("kept", "ff"), *late[1:], *many]):
            scan = store.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
            store.save(scan.id, sorted(made, key=lambda it: it.item.uri))
            store.finish(scan.id)
    return path


def run(inventory: Path, *arguments: object) -> Done:
    given = ["diff", "--store", str(inventory), *map(str, arguments)]
    return CliRunner().invoke(cli.main, given)


def test_text_names_the_first_and_json_all(inventory: Path) -> None:
    text = run(inventory, 1, 2)
    assert text.exit_code == 0
    assert "Nieuw: persoonsgegevens die er niet waren: 31\n" in text.stdout
    assert "en nog 6: zie --format json" in text.stdout
    assert "Opgeruimd: was over termijn: 1\n  share/<script>" in text.stdout
    document = json.loads(run(inventory, 1, 2, "--format", "json").stdout)
    assert document["counts"]["new"] == 31
    assert len(document["differences"]) == sum(document["counts"].values()) == 33
    assert document["same"] == len(HOSTILE) - 1


def test_markdown_runs_nothing_of_a_name(inventory: Path) -> None:
    ticket = run(inventory, 2, 1, "--format", "md").stdout
    assert "## Nieuw over termijn: 1\n" in ticket
    assert "share/\\<script\\>alert\\(1\\)\\</script\\>.docx" in ticket
    assert not re.search(r"(?<!\\)<", ticket)


@pytest.mark.parametrize(
    ("arguments", "says"), [((1, 1), "two different scans"), ((1, 9), "holds no scan 9")]
)
def test_scans_that_cannot_be_compared(
    inventory: Path, arguments: tuple[int, int], says: str
) -> None:
    done = run(inventory, *arguments)
    assert done.exit_code == 2
    assert says in done.stderr
