"""What is kept of an item against a policy: no file is opened to judge it again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from pii_scan.model import Consent, DatedRows, Evidence, Judgement, Policy, Result, Runs
from pii_scan.retain.judging import judge
from pii_scan.retain.rows import judge_rows


def judge_result(policy: Policy, result: Result, today: date) -> tuple[Judgement, ...]:
    """Return the judgements of an item: of its rows where those have dates, else of the whole.

    An item without personal data has none.
    """
    if all(finding.level == "Openbaar" for finding in result.findings):
        return ()
    by_row = tuple(
        replace(judgement, where=f"{table.where} {judgement.where}".strip())
        for table in result.rows
        for judgement in judge_rows(
            policy,
            subject_groups=result.subject_groups,
            doc_type=result.doc_type,
            role=result.role,
            evidence=result.evidence,
            consent=table.consent,
            today=today,
            rows=_spread(table),
        )
    )
    return by_row or judge(
        policy,
        subject_groups=result.subject_groups,
        doc_type=result.doc_type,
        role=result.role,
        evidence=result.evidence,
        consent=result.consent,
        today=today,
    )


def dated_rows(where: str, consent: Consent, rows: Mapping[int, Sequence[Evidence]]) -> DatedRows:
    """Return the rows of a table with equal ones together."""
    alike: dict[tuple[Evidence, ...], list[int]] = {}
    for number in sorted(rows):
        alike.setdefault(tuple(rows[number]), []).append(number)
    return DatedRows(
        where, consent, tuple((_runs(numbers), dates) for dates, numbers in alike.items())
    )


def _spread(table: DatedRows) -> dict[int, tuple[Evidence, ...]]:
    rows = {
        number: dates
        for runs, dates in table.dates
        for first, last in runs
        for number in range(first, last + 1)
    }
    return {number: rows[number] for number in sorted(rows)}


def _runs(numbers: Sequence[int]) -> Runs:
    """Return ascending numbers as runs.

    >>> _runs([2, 3, 4, 9])
    ((2, 4), (9, 9))
    """
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)
