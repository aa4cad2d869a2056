"""How often findings were right, by what people decided on them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.cli import main
from pii_scan.measure.judged import judged
from pii_scan.model import Decision, DecisionKind
from pii_scan.store import Store
from pii_scan.store.browsing import Filter
from tests.desk_server import fill
from tests.invented_results import results

CHOICES = ("right", "wrong", "hold", "open")


def made(choice: str, data: Mapping[str, Any], kind: DecisionKind = "finding") -> Decision:
    return Decision(kind, "x", choice, data, "A. Tester", datetime(2026, 11, 26, tzinfo=UTC), 1)


def test_one_decision_is_one_judgement_however_many_findings_it_settles() -> None:
    bsn = [made("right", {"entity": "NL_BSN", "findings": 1_000}) for _ in range(9)]
    bsn.append(made("wrong", {"entity": "NL_BSN", "findings": 2}))
    (told,) = judged(bsn)
    assert (told.right, told.of, told.precision) == (9, 10, 0.9)
    assert (told.right_findings, told.wrong_findings) == (9_000, 2)
    # Wilson (1927) for 9 of 10, as R's prop.test(9, 10, correct = FALSE) gives it.
    assert [round(it, 4) for it in told.interval] == [0.5958, 0.9821]


@given(st.lists(st.tuples(st.sampled_from(CHOICES), st.sampled_from("ABC"), st.integers(1, 99))))
def test_only_right_and_wrong_count_and_none_is_lost(told: list[tuple[str, str, int]]) -> None:
    decisions = [made(choice, {"entity": it, "findings": n}) for choice, it, n in told]
    found = judged(decisions)
    counted = [it for it in told if it[0] in ("right", "wrong")]
    assert sum(it.of for it in found) == len(counted)
    assert sum(it.right_findings + it.wrong_findings for it in found) == sum(
        it[2] for it in counted
    )
    assert all(it.interval.low <= it.precision <= it.interval.high for it in found)
    assert [it.entity for it in found] == sorted({it[1] for it in counted})


def test_a_date_or_a_type_says_nothing_of_findings() -> None:
    assert judged([made("right", {"entity": "X", "findings": 1}, "date"), made("wrong", {})]) == ()


def test_the_command_tells_what_was_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "keys" / "fingerprint.key"))
    url = str(tmp_path / "inventory.db")
    fill(url, results(60))
    with Store.open(url) as store:
        browse = store.browse(store.scan())
        browse.gather()
        groups = [it for it in browse.clusters(Filter()) if it.entity == "NL_BSN"][:2]
    wrong = ["--reason", "oefening", "--until", "2027-06-30"]
    wrong += ["--suppressions", str(tmp_path / "judged.toml")]
    for group, choice in zip(groups, (("right",), ("wrong",)), strict=True):
        told = ["decide", "finding", *choice, group.subject, "--store", url]
        run = CliRunner().invoke(main, [*told, *(wrong if choice == ("wrong",) else [])])
        assert run.exit_code == 0, run.output
    run = CliRunner().invoke(main, ["decide", "precision", "--json", "--store", url])
    assert json.loads(run.output) == {
        **{"entity": "NL_BSN", "right": 1, "wrong": 1, "precision": 0.5},
        **{"low": 0.0945, "high": 0.9055},
        "findings_right": groups[0].findings,
        "findings_wrong": groups[1].findings,
    }
    run = CliRunner().invoke(main, ["decide", "precision", "--store", url])
    assert "NL_BSN" in run.output
    assert "9%-91%" in run.output
