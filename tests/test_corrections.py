"""What a person corrects of an item is what the next scan and a plan of disposal say of it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from pii_scan.config.policies import load_policy
from pii_scan.model import (
    Coverage,
    Decision,
    DecisionKind,
    Evidence,
    Finding,
    Item,
    Judgement,
)
from pii_scan.model import Result as Kept
from pii_scan.retain import judge_corrected, judge_result
from pii_scan.store import Store
from tests import rescans
from tests.test_cli_dispose import keys, place, planned, scan  # noqa: F401 - fixtures

POLICY = load_policy("quality-contacts")
TODAY = date(2026, 11, 26)
URI = "share/brief.txt"
FOUND = Finding("EMAIL_ADDRESS", "N02", "Vertrouwelijk", "page 1", 0.9, "w***@klant.example", ())


def kept(doc_type: str = "sollicitatie", *groups: str, digest: str = "sha256:1") -> Kept:
    return Kept(
        Item(URI, URI, 1),
        Coverage("scanned"),
        doc_type=doc_type,
        digest=digest,
        subject_groups=groups or ("sollicitant",),
        findings=(FOUND,),
        evidence=(Evidence("einde_vacature", date(2019, 4, 1), "register"),),
        consent="no",
    )


def made(kind: DecisionKind, choice: str, group: str = "") -> Decision:
    data = {"digest": "sha256:1", "trigger": "einde_vacature", "group": group}
    return Decision(kind, URI, choice, data, "A. Tester", datetime(2026, 11, 26, tzinfo=UTC), 1)


def judged(result: Kept, *decisions: Decision) -> Sequence[Judgement]:
    return judge_corrected(POLICY, result, decisions, TODAY)


def verdicts(told: Sequence[Judgement]) -> set[str]:
    return {it.verdict for it in told}


def test_without_a_correction_nothing_is_judged_otherwise() -> None:
    assert judged(kept()) == judge_result(POLICY, kept(), TODAY)


def test_a_date_of_a_person_goes_before_what_was_read_and_says_so() -> None:
    assert verdicts(judged(kept())) == {"overdue"}
    told = judged(kept(), made("date", "2026-11-20"))
    assert verdicts(told) == {"within"}
    assert {it.reference_date for it in told} == {date(2026, 11, 20)}
    said = "De datum is door A. Tester vastgesteld op 2026-11-26."
    assert all(said in it.assumptions for it in told)


def test_with_a_type_a_person_may_say_about_whom_it_is() -> None:
    unknown = kept("overig", "onbekend")
    assert verdicts(judged(unknown, made("doc_type", "sollicitatie"))) == {"no_rule"}
    told = judged(unknown, made("doc_type", "sollicitatie", "sollicitant"))
    assert verdicts(told) == {"overdue"}
    assert "De soort document is door A. Tester vastgesteld op 2026-11-26." in told[0].assumptions


def test_what_the_law_keeps_is_kept_once_it_is_known_for_what_it_is() -> None:
    result = kept()
    dated = Evidence("documentdatum", date(2024, 2, 1), "text")
    result = replace(result, evidence=(*result.evidence, dated))
    assert verdicts(judged(result)) == {"overdue"}
    told = judged(result, made("doc_type", "factuur", "opdrachtgever"))
    assert verdicts(told) == {"must_keep"}


def test_a_correction_is_about_the_content_that_was_seen() -> None:
    other = kept(digest="sha256:2")
    assert judged(other, made("date", "2026-11-20")) == judge_result(POLICY, other, TODAY)


def test_a_scan_takes_corrections_in_without_reading_a_file_again(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "mail.txt").write_text("Mail aan w.testman@klant.example, BSN 999990019.\n")
    with Store.open(str(tmp_path / "store.db")) as store:
        assert rescans.scan(store, share, rescans.plan(store)) == ["mail.txt"]
        (before,) = rescans.kept(store)
        told = {"digest": before.digest, "trigger": "documentdatum"}
        now = datetime(2026, 11, 26, tzinfo=UTC)
        uri = before.item.uri
        store.decide(Decision("doc_type", uri, "factuur", told, "A. Tester", now, 1), None)
        assert rescans.scan(store, share, rescans.plan(store)) == []
        (after,) = rescans.kept(store)
        assert after.judgements != before.judgements
        assert after.doc_type == before.doc_type, "what was read stays as it was"
        assert any("A. Tester" in said for it in after.judgements for said in it.assumptions)
        (share / "mail.txt").write_text("Mail aan w.testman@klant.example, BSN 999990020.\n")
        assert rescans.scan(store, share, rescans.plan(store)) == ["mail.txt"]
        (changed,) = rescans.kept(store)
        assert not any("A. Tester" in said for it in changed.judgements for said in it.assumptions)


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [*map(str, arguments)])


@pytest.mark.slow
def test_a_plan_of_disposal_goes_by_the_correction_at_once(
    place: Path,  # noqa: F811
    keys: Path,  # noqa: F811
) -> None:
    letter = place / "share" / "sollicitatie.txt"
    options = ("--quarantine", place / "quarantine")
    assert planned(place, keys, *options).exit_code == 0
    first = json.loads((place / "plan.json").read_text())
    assert letter.name in json.dumps(first)
    (place / "plan.json").unlink()
    by = ("--event", "einde_vacature", "--by", "A. Tester")
    corrected = ran("decide", "date", letter, "2026-11-20", *by)
    assert corrected.exit_code == 0, corrected.output
    done = planned(place, keys, *options)
    assert done.exit_code == 0, done.output
    assert letter.name not in (place / "plan.json").read_text()
    assert scan(place).exit_code == 0
    report = ran("report", "--format", "jsonl").output
    (item,) = (json.loads(it) for it in report.splitlines() if letter.name in it)
    assert {it["verdict"] for it in item["retention"]} == {"within"}
    assert {it["reference_date"] for it in item["retention"]} == {"2026-11-20"}
