"""What GitHub and VS Code read: valid, stable from scan to scan, and nowhere a value."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pii_scan import report
from pii_scan.model import Result
from pii_scan.report import sarif
from tests.invented_results import HOSTILE, KINDS, SCAN, finding, judgement, results
from tests.sarif_rules import Log
from tests.test_report import plain


def log(given: Sequence[Result], **scan: Any) -> Log:
    sink = io.BytesIO()
    report.write("sarif", replace(SCAN, **scan), lambda: iter(given), sink)
    return Log.model_validate(json.loads(sink.getvalue()))


def test_every_finding_and_every_late_verdict_is_a_result() -> None:
    made = results()
    (run,) = log(made).runs
    counted = [it for it in run.results if it.ruleId.startswith("pii/")]
    assert sum(it.occurrenceCount for it in counted) == sum(len(it.findings) for it in made)
    for verdict in ("overdue", "possibly_overdue"):
        late = [it for it in made if any(one.verdict == verdict for one in it.judgements)]
        assert sum(it.ruleId == f"retention/{verdict}" for it in run.results) == len(late) > 0


def test_heavier_levels_weigh_more_and_public_data_is_no_failure() -> None:
    found = tuple(finding(kind, 1, "page 1") for kind in KINDS)
    (run,) = log([plain("share/a.txt", findings=found)]).runs
    levels = {it.ruleId: (it.kind, it.level) for it in run.results}
    assert levels["pii/NL_BSN"] == ("fail", "error")
    assert levels["pii/IBAN_CODE"] == ("fail", "warning")
    assert levels["pii/ORGANIZATION"] == ("informational", "none")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_relative_reference(name: str) -> None:
    (run,) = log([plain(f"share/{name}", findings=(finding(KINDS[5], 1, name),))]).runs
    assert len(run.results) == 1


@pytest.mark.parametrize(
    ("targets", "uri", "base", "relative"),
    [
        (("/mnt/hr",), "/mnt/hr/a b.txt", ("TARGET1", "file:///mnt/hr/"), "a%20b.txt"),
        (("/a", "/b/"), "/b/c.txt", ("TARGET2", "file:///b/"), "c.txt"),
        (("smb://host/deel",), "smb://host/deel/x.txt", ("TARGET1", "smb://host/deel/"), "x.txt"),
        (("share",), "share/x.zip!/cv/j.docx", None, "share/x.zip"),
        (("share",), "share/LET OP!/c.txt", None, "share/LET%20OP!/c.txt"),
        (("share",), "share/a:b.txt", None, "share/a%3Ab.txt"),
        (("/mnt/one.txt",), "/mnt/one.txt", None, "mnt/one.txt"),
    ],
)
def test_addresses_are_relative_to_what_was_scanned(
    targets: tuple[str, ...], uri: str, base: tuple[str, str] | None, relative: str
) -> None:
    (run,) = log([plain(uri, findings=(finding(KINDS[5], 1, ""),))], targets=targets).runs
    where = run.results[0].locations[0].physicalLocation.artifactLocation
    assert where.uri == relative
    assert where.uriBaseId == (base[0] if base else None)
    if base:
        assert run.originalUriBaseIds[base[0]].uri == base[1]


def test_what_is_within_a_file_is_named() -> None:
    (run,) = log([plain("share/x.zip!/cv.docx", findings=(finding(KINDS[5], 1, ""),))]).runs
    (place,) = run.results[0].locations
    assert place.logicalLocations[0].fullyQualifiedName == "share/x.zip!/cv.docx"
    assert "cv.docx" in run.results[0].message.text


def test_a_result_keeps_its_fingerprint_while_other_things_change() -> None:
    old = plain("share/a.txt", findings=(finding(KINDS[5], 1, "page 1"),))
    new = replace(old, findings=(finding(KINDS[5], 2, "page 9"), finding(KINDS[0], 1, "")))
    elsewhere = plain("share/b.txt", findings=old.findings)
    before, after, other = (
        {
            it.ruleId: it.partialFingerprints.primaryLocationLineHash
            for it in log([given]).runs[0].results
        }["pii/NL_BSN"]
        for given in (old, new, elsewhere)
    )
    assert before == after != other


def test_many_results_are_several_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [it for run in log(results()).runs for it in run.results]
    monkeypatch.setattr(sarif, "RUN_RESULTS", 50)
    runs = log(results()).runs
    assert len(runs) > 3
    assert max(len(run.results) for run in runs) == 50
    prints = [it.partialFingerprints for run in runs for it in run.results]
    assert prints == [it.partialFingerprints for it in whole]


def test_what_was_not_read_is_notified_and_a_scan_cut_short_did_not_succeed() -> None:
    (invocation,) = log(results()).runs[0].invocations
    assert any("encrypted" in it.message.text for it in invocation.toolExecutionNotifications)
    assert invocation.executionSuccessful
    assert not log([], finished=None).runs[0].invocations[0].executionSuccessful


def test_a_masked_value_is_not_shown_either() -> None:
    odd = replace(finding(KINDS[5], 1, ""), masked="ZICHTBAAR")
    assert "ZICHTBAAR" not in log([plain("a", findings=(odd,))]).model_dump_json()


def test_the_earliest_end_is_told() -> None:
    late = judgement("overdue", SCAN.today)
    (run,) = log([plain("a", judgements=(late,))]).runs
    assert run.results[0].message.text.startswith("Over termijn: ")
    assert "tot en met 7 juni 2026" in run.results[0].message.text
