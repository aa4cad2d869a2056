"""`pii-scan impact`: the facts of a notification, from the inventory and of the paths alone."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Done

from pii_scan import cli
from pii_scan.model import Coverage, Item, Result
from pii_scan.store import Store
from tests.invented_results import KINDS, TODAY, finding, judgement, results
from tests.test_report import plain


def stored(tmp_path: Path, made: Sequence[Result], is_finished: bool = True) -> Path:
    path = tmp_path / "inventory.db"
    with Store.open(str(path)) as store:
        scan = store.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
        store.save(scan.id, made)
        if is_finished:
            store.finish(scan.id)
    return path


def run(inventory: Path, *arguments: object) -> Done:
    given = ["impact", "--store", str(inventory), *map(str, arguments)]
    return CliRunner().invoke(cli.main, given)


def told(inventory: Path, *paths: str) -> dict[str, Any]:
    done = run(inventory, *paths, "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_numbers_are_those_of_the_results_below_the_path(tmp_path: Path) -> None:
    made = results(200)
    inventory = stored(tmp_path, made)
    for path in ("share", "share/hr", "share/hr/dossiers", "share/oud.zip"):
        ours = [it for it in made if it.item.uri.startswith((f"{path}/", f"{path}!/"))]
        answer = told(inventory, path)
        personal = [it for it in ours if it.level not in {None, "Openbaar"}]
        assert answer["items"] == len(ours) > 0
        assert answer["items_with_personal_data"] == len(personal)
        for level, count in answer["levels"].items():
            assert count == sum(it.level == level for it in ours)
        for category, counted in answer["categories"].items():
            found = [f for it in ours for f in it.findings if f.category == category]
            assert counted["findings"] == len(found)
        assert answer["controllers"].get("Gemeente Voorbeeld", 0) == sum(
            it.controller is not None for it in personal
        )
        late = [it for it in ours if any(one.verdict == "overdue" for one in it.judgements)]
        assert answer["verdicts"].get("overdue", 0) == len(late)


def test_nothing_beside_the_path_is_counted(tmp_path: Path) -> None:
    found = (finding(KINDS[5], 1, ""),)
    names = ("share/a/x", "share/a!/x", "share/A/x", "share/ab/x", "share/a_/x", "share/a%/x")
    made = [plain(name, findings=found, level="Geheim") for name in sorted(names)]
    inventory = stored(tmp_path, made)
    assert told(inventory, "share/a")["items"] == 2
    assert told(inventory, "share/a%")["items"] == 1
    assert told(inventory, "share/a_/")["items"] == 1
    assert told(inventory, "share/a", "share/A")["items"] == 3
    assert told(inventory, "share/a", "share/a/x")["items"] == 2


def test_one_person_in_two_folders_is_one_when_both_leak(tmp_path: Path) -> None:
    found = (finding(KINDS[5], 1, ""),)
    made = [plain(f"share/{name}/x", findings=found, level="Geheim") for name in "ab"]
    answer = told(stored(tmp_path, made), "share/a", "share/b")
    assert answer["people"] == {"low": 1, "likely": 1, "high": 1}


@pytest.mark.parametrize(
    ("category", "under"), [("S07", "special"), ("C01", "criminal"), ("G07", "children")]
)
def test_what_the_law_weighs_heavier_is_named(tmp_path: Path, category: str, under: str) -> None:
    heavy = replace(finding(KINDS[6], 1, ""), category=category)
    inventory = stored(tmp_path, [plain("share/x", findings=(heavy,), level="Geheim")])
    answer = told(inventory, "share")
    named = {it: answer[it] for it in ("special", "criminal", "children")}
    assert named == {it: [category] if it == under else [] for it in named}


def test_the_text_says_what_is_sure_and_what_people_must_fill_in(tmp_path: Path) -> None:
    late = judgement("overdue", TODAY)
    item = plain(
        "share/x", findings=(finding(KINDS[6], 1, ""),), level="Geheim", judgements=(late,),
        controller="Gemeente <b>", role="verwerker", subject_groups=("sollicitant",),
    )  # fmt: skip
    lost = Result(Item("share/y", "share/y", 1), Coverage("unreadable", "extract", "encrypted"))
    nobody = replace(item, item=Item("share/z", "share/z", 1), controller=None)
    text = run(stored(tmp_path, [item, lost, nobody], is_finished=False), "share").stdout
    for line in (
        "LET OP: deze scan is niet afgerond.",
        "LET OP: 1 van 3 bestanden is niet of deels gelezen (versleuteld 1)",
        "minimaal 0, waarschijnlijk ongeveer 0, maximaal 0",
        "Gezondheid: 2 keer in 2 bestanden",
        "Bijzondere gegevens (art. 9 AVG): Gezondheid (2)",
        "Kinderen: niet gevonden",
        "Gemeente <b>: 1 bestanden",
        "Van 1 bestanden van opdrachtgevers is niet bekend van welke",
        "2 bestanden hadden er volgens het bewaarbeleid",
        "art. 33 lid 3 onder c",
    ):
        assert line in text


def test_no_value_is_told(tmp_path: Path) -> None:
    made = results()
    inventory = stored(tmp_path, made)
    texts = run(inventory, "share").stdout + run(inventory, "share", "--format", "json").stdout
    for it in {f.masked for one in made for f in one.findings}:
        assert it not in texts
    for _, digest in {p for one in made for f in one.findings for p in f.fingerprints}:
        assert digest not in texts


def test_a_path_that_the_scan_does_not_know_is_refused(tmp_path: Path) -> None:
    inventory = stored(tmp_path, results(12))
    done = run(inventory, "share/hr", "share/none")
    assert done.exit_code == 2
    assert "scan 1 has nothing at share/none" in done.stderr
