"""OSCAL: the file is one by the rules of the model, and says what the bundle says."""

import copy
import csv
import dataclasses
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pii_scan.model import Result
from tests.invented_results import SCAN
from tests.oscal_schema import SCHEMA
from tests.test_evidence import RESULTS, make, parts_of

VALIDATOR = Draft202012Validator(SCHEMA)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return parts_of(make(tmp_path_factory.mktemp("evidence") / "bundle.zip"))


@pytest.fixture(scope="module")
def result(parts: dict[str, bytes]) -> dict[str, Any]:
    (one,) = json.loads(parts["oscal.json"])["assessment-results"]["results"]
    assert isinstance(one, dict)
    return one


def wrong(value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(value)]


@pytest.mark.parametrize(
    ("some", "changes"),
    [
        (RESULTS, {}),
        ([], {}),
        (RESULTS[:1], {"finished": None}),
        (RESULTS[:3], {"operator": " \x1b[2J ", "targets": ("a  b\n", "é", "")}),
    ],
    ids=["many", "none", "unfinished", "hostile"],
)
def test_it_is_valid(tmp_path: Path, some: list[Result], changes: dict[str, Any]) -> None:
    path = make(tmp_path / "b.zip", some, scan=dataclasses.replace(SCAN, **changes))
    assert wrong(json.loads(parts_of(path)["oscal.json"])) == []


def at(*path: Any) -> Callable[[Any], Any]:
    def found(value: Any) -> Any:
        for step in ("assessment-results", *path):
            value = value[step]
        return value

    return found


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        (at(), "uuid", "not a uuid"),
        (at(), "note", "more"),
        (at("import-ap"), "href", ""),
        (at("metadata"), "last-modified", "2026-11-26T04:00:00"),
        (at("results", 0), "start", "2026-11-26"),
        (at("results", 0), "findings", []),
        (at("results", 0, "observations", 0), "methods", ["LOOK"]),
        (at("results", 0, "observations", 0), "types", ["finding"]),
        (at("results", 0, "risks", 0), "status", "over"),
        (at("results", 0, "risks", -1, "remediations", 0), "lifecycle", "hoped"),
        (at("results", 0, "risks", -1, "remediations", 0, "tasks", 0), "type", "wish"),
        (at("results", 0, "risks", -1), "deadline", "2026-11-01"),
        (at("results", 0, "findings", 0, "target", "status"), "state", "unknown"),
        (at("back-matter", "resources", 1, "rlinks", 0, "hashes", 0), "value", "abc"),
    ],
)
def test_the_rules_see_what_is_wrong(
    parts: dict[str, bytes], place: Callable[[Any], Any], name: str, value: Any
) -> None:
    document = copy.deepcopy(json.loads(parts["oscal.json"]))
    place(document)[name] = value
    assert wrong(document)


def test_every_reference_leads_somewhere_and_no_id_is_there_twice(parts: dict[str, bytes]) -> None:
    text = parts["oscal.json"].decode()
    defined = re.findall(r'"uuid": "([^"]+)"', text)
    used = re.findall(r'"(?:href": "#|[a-z]+-uuid": ")([^"]+)"', text)
    assert [one for one, count in Counter(defined).items() if count > 1] == []
    assert set(used) <= set(defined)
    assert used


def test_a_control_with_deviations_is_not_satisfied(result: dict[str, Any]) -> None:
    states = {
        one["target"]["target-id"]: one["target"]["status"]["state"] for one in result["findings"]
    }
    assert states["iso27001-2022-a.5.33"] == "not-satisfied"
    assert states["iso27001-2022-9.1"] == "not-satisfied"
    selected = {
        one["control-id"]
        for one in result["reviewed-controls"]["control-selections"][0]["include-controls"]
    }
    assert states.keys() <= selected


def test_a_scan_without_deviations_satisfies_as_far_as_it_shows(tmp_path: Path) -> None:
    path = make(tmp_path / "b.zip", [])
    (one,) = json.loads(parts_of(path)["oscal.json"])["assessment-results"]["results"]
    states = {it["target"]["target-id"]: it["target"]["status"] for it in one["findings"]}
    assert {it["state"] for it in states.values()} == {"satisfied"}
    assert "Not shown" in states["iso27001-2022-a.8.10"]["remarks"]
    assert "iso27001-2022-a.8.5" not in states  # a signal that is not given shows nothing


def test_risks_are_what_is_overdue_and_what_was_excepted(result: dict[str, Any]) -> None:
    late = {
        f"{it.policy}/{it.rule}"
        for one in RESULTS
        for it in one.judgements
        if it.verdict == "overdue"
    }
    by_status: dict[str, list[str]] = {}
    for one in result["risks"]:
        if one["title"].startswith("Assigned"):
            continue
        by_status.setdefault(one["status"], []).append(one["title"])
    assert len(by_status["open"]) == len(late)
    assert by_status["deviation-approved"] == ["Exception a1", "Exception b2"]


def test_what_somebody_deals_with_is_a_risk_with_a_day_and_an_owner(
    parts: dict[str, bytes], result: dict[str, Any]
) -> None:
    document = json.loads(parts["oscal.json"])["assessment-results"]
    people = {it["uuid"]: it["name"] for it in document["metadata"]["parties"]}
    told = []
    for one in result["risks"]:
        if one["title"].startswith("Assigned"):
            ((remedy,), (task,)) = one["remediations"], one["remediations"][0]["tasks"]
            roles = task.get("responsible-roles", ())
            owners = [people[it] for role in roles for it in role["party-uuids"]]
            day = task.get("timing", {}).get("on-date", {}).get("date")
            assert day == one.get("deadline")
            told.append((one["status"], remedy["lifecycle"], owners, day))
    assert sorted(told, key=str) == [
        ("closed", "completed", ["C. Tester"], None),
        ("open", "planned", [], "2027-01-01T23:59:59Z"),
        ("remediating", "planned", ["A. Tester"], "2026-11-01T23:59:59Z"),
    ]


def test_what_was_measured_on_the_share_is_an_observation(result: dict[str, Any]) -> None:
    measured = [it for it in result["observations"] if "Recall" in it["title"]]
    figures = [{p["name"]: p["value"] for p in it["props"]} for it in measured]
    assert [it["methods"] for it in measured] == [["TEST"], ["EXAMINE"]]
    assert figures[0] == {"found": "410", "of": "420", "low": "0.9567", "high": "0.987"}
    assert (figures[1]["missed"], figures[1]["not-answered"]) == ("1", "1")
    assert "C. Tester looked through 59 files" in measured[1]["description"]


def test_the_table_says_the_same(parts: dict[str, bytes], result: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(parts["oscal.csv"].decode(), newline="")))
    counted = Counter(row["kind"] for row in rows)
    assert counted == {
        "finding": len(result["findings"]),
        "risk": len(result["risks"]),
        "observation": len(result["observations"]),
    }
    assert [
        row for row in rows if any(value[:1] in "=+@\t" for value in row.values() if value)
    ] == []
