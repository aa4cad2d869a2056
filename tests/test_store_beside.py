"""Assignments and exposure: what the store keeps and counts beside results, in each database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pii_scan.errors import ConfigError
from pii_scan.model import Assignment, Coverage, Scan
from pii_scan.store import Store
from tests.invented_results import KINDS, TODAY, finding, judgement, results
from tests.test_report import plain

AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
STEP = Assignment("share/caf\u00e9", "NL_BSN", "A. T", date(2026, 12, 1), "busy", "n", "b", AT, 1)


def scanned(store: Store, made: list[Any], places: str | None = None) -> Scan:
    told = (["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
    scan = store.begin(*told, places=places)
    store.save(scan.id, made)
    return store.finish(scan.id)


def test_every_step_is_kept_and_the_last_holds(store_url: str) -> None:
    other = replace(STEP, path="share/x", entity=None, due=None)
    again = replace(STEP, status="done", revision=2)
    with Store.open(store_url) as store:
        store.assign([STEP, other], "b", None)
        store.assign([again], "b", None)
        assert store.assignments() == {again.group: again, other.group: other}
        assert store.assigned(STEP.group) == [STEP, again]
        assert sorted(it.revision for it in store.assigned()) == [1, 1, 2]


@pytest.mark.parametrize("revision", [0, 1, 3])
def test_a_step_that_is_not_the_next_writes_nothing(store_url: str, revision: int) -> None:
    other = replace(STEP, path="share/x")
    with Store.open(store_url) as store:
        store.assign([STEP], "b", None)
        with pytest.raises(ConfigError, match="somebody else"):
            store.assign([other, replace(STEP, revision=revision)], "b", None)
        assert store.assignments() == {STEP.group: STEP}
        assert sum(it.kind == "assigned" for it in store.log()) == 1


def test_what_paths_hold_is_counted_as_the_results_have_it(store_url: str) -> None:
    made = results(150)
    with Store.open(store_url) as store:
        scan = scanned(store, made)
        groups, kinds, verdicts = store.exposed(scan.id, ["share/hr", "share/oud.zip"])
        ours = [it for it in made if it.item.uri.startswith(("share/hr/", "share/oud.zip!/"))]
        assert sum(it.items for it in groups) == len(ours)
        assert sum(it.bytes for it in groups) == sum(it.item.size for it in ours)
        assert sum(it.findings for it in kinds) == sum(len(it.findings) for it in ours)
        for verdict, count in verdicts.items():
            assert count == sum(any(j.verdict == verdict for j in it.judgements) for it in ours)
        told = list(store.identifiers(scan.id, ["share/hr", "share/oud.zip"]))
        expected = {
            (it.entity, kind, digest)
            for one in ours
            for it in one.findings
            if it.entity in {"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER"}
            or it.category in {"B01", "G01"}
            for kind, digest in it.fingerprints
        }
        assert {(it.entity, it.kind, it.digest) for it in told} == expected


def test_of_a_series_each_scan_is_counted_as_it_was(store_url: str) -> None:
    found = (finding(KINDS[5], 1, ""),)
    late, fine = judgement("overdue", TODAY), judgement("within", TODAY)
    item = plain("share/a", findings=found, level="Geheim", judgements=(late,))
    cleaned = replace(item, digest="sha256:00", judgements=(fine,))
    lost = replace(plain("share/b"), coverage=Coverage("unreadable", "extract", "encrypted"))
    with Store.open(store_url) as store:
        first = scanned(store, [item], "share")
        second = scanned(store, [cleaned, lost], "share")
        assert store.exposed(first.id, ["share"])[2] == {"overdue": 1}
        assert store.exposed(second.id, ["share"])[2] == {"within": 1}
        counts = [
            sum(g.items for g in store.exposed(it.id, ["share"])[0]) for it in (first, second)
        ]
        assert counts == [1, 2]
        assert [len(list(store.identifiers(it.id, ["share"]))) for it in (first, second)] == [1, 1]
        assert (store.has(first.id, "share/b"), store.has(second.id, "share/b")) == (False, True)
