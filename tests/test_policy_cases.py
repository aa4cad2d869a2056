"""The packs against `policy_cases.md`, which was worked out by hand and not by the engine."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from pii_scan.cli import main
from pii_scan.config.policies import load_policy, policy_names
from pii_scan.model import Consent, Evidence, Judgement
from pii_scan.retain import judge

CASES = Path(__file__).with_name("policy_cases.md").read_text(encoding="utf-8")

Case = tuple[str, str, str, str, str, date, str, str, str]
"""Policy, group, type, consent, events, today, verdict, keep_until, must_keep_until."""


def lines(columns: int) -> Iterator[list[str]]:
    for line in CASES.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == columns and cells[0] not in ("policy", "---"):
            yield cells


def cases() -> Iterator[Case]:
    for *what, before, after, end, keep, must in lines(10):
        for shift, verdict in ((-1, before), (0, before), (1, after)):
            today = date.fromisoformat(end) + timedelta(days=shift)
            policy, group, doc_type, consent, events = what
            kept = (keep.replace("=", end), must.replace("=", end))
            yield (policy, group, doc_type, consent, events, today, verdict, *kept)
    for policy, group, doc_type, consent, events, day, verdict, keep, must in lines(9):
        today = date.fromisoformat(day)
        yield policy, group, doc_type, consent, events, today, verdict, keep, must


ALL = list(cases())

pack = cache(load_policy)


def judged(case: Case) -> Judgement:
    policy, group, doc_type, said, events, today, *_ = case
    consent: Consent = "yes" if said == "yes" else "no" if said == "no" else "unknown"
    pairs = (event.split("=") for event in events.split() if event != "-")
    (judgement,) = judge(
        pack(policy),
        subject_groups=(group,),
        doc_type=doc_type,
        role="unknown",
        evidence=[Evidence(name, date.fromisoformat(day), "register") for name, day in pairs],
        consent=consent,
        today=today,
    )
    return judgement


def told(day: date | None) -> str:
    return day.isoformat() if day else "-"


@pytest.mark.parametrize("case", ALL, ids=lambda case: " ".join(str(part) for part in case[:6]))
def test_case(case: Case) -> None:
    judgement = judged(case)
    assert (
        judgement.verdict,
        told(judgement.keep_until),
        told(judgement.must_keep_until),
    ) == case[6:]


def test_there_are_enough_of_each_pack() -> None:
    assert len(ALL) >= 150
    assert {case[0] for case in ALL} == set(policy_names())
    assert {case[6] for case in ALL} == {
        "overdue", "possibly_overdue", "within", "must_keep", "no_rule", "undetermined",
        "controller_decides",
    }  # fmt: skip


@pytest.mark.parametrize(
    "case", ALL[::9], ids=lambda case: " ".join(str(part) for part in case[:6])
)
def test_explain_says_the_same(case: Case) -> None:
    policy, group, doc_type, consent, events, today, verdict, keep, must = case
    arguments = ["retention", "explain", "--json", "--policy", policy, "--consent", consent]
    arguments += ["--subject-group", group, "--doc-type", doc_type, "--today", today.isoformat()]
    for event in events.split():
        arguments += ["--event", event] if event != "-" else []
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["verdict"] == verdict
    assert (answer["keep_until"] or "-", answer["must_keep_until"] or "-") == (keep, must)
    assert {"rules", "lost", "assumptions", "action"} <= set(answer)
