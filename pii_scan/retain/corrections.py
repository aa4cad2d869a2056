"""What people corrected of an item, judged in the place of what was read in it.

A correction is about the content that its maker saw: another version of the file is judged by what
is read in that. What was read stays as it was; only the verdicts differ, and say why.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from pii_scan.model import Contract, Decision, Evidence, Hold, Judgement, Policy, Result
from pii_scan.retain._references import trigger_of
from pii_scan.retain._wording import date_corrected, type_corrected
from pii_scan.retain.results import judge_result

STATED = "decision"
"""Where a date stands that a person stated."""


def in_force(made: Iterable[Decision], result: Result) -> tuple[Decision, ...]:
    """Return those of an item's corrections that are about its content as it is now."""
    return tuple(it for it in made if it.data.get("digest") == result.digest)


def judge_corrected(
    policy: Policy,
    result: Result,
    made: Iterable[Decision],
    today: date,
    contracts: Sequence[Contract] = (),
    holds: Sequence[Hold] = (),
) -> tuple[Judgement, ...]:
    """Return the judgements of an item with what people corrected; each says that it rests on it.

    A date that a person states is as good as one out of a register.
    """
    corrections = in_force(made, result)
    said = tuple(_said(corrections))
    for one in corrections:
        result = _with(result, policy, one)
    judgements = judge_result(policy, result, today, contracts, holds)
    return tuple(replace(it, assumptions=(*it.assumptions, *said)) for it in judgements)


def _with(result: Result, policy: Policy, one: Decision) -> Result:
    if one.kind == "doc_type":
        group = one.data.get("group")
        groups = (group,) if group else result.subject_groups
        return replace(result, doc_type=one.choice, subject_groups=groups)
    trigger = one.data["trigger"]
    event = trigger_of(policy, trigger).id
    stated = Evidence(trigger, date.fromisoformat(one.choice), "register", STATED)
    rest = (it for it in result.evidence if trigger_of(policy, it.trigger).id != event)
    return replace(result, evidence=(stated, *rest))


def _said(made: Iterable[Decision]) -> Iterator[str]:
    for one in made:
        word = date_corrected if one.kind == "date" else type_corrected
        yield word(one.by, one.at.date())
