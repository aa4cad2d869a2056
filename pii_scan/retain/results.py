"""What is kept of an item against a policy: no file is opened to judge it again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from pii_scan.model import (
    Contract,
    DatedRows,
    DatedSection,
    Evidence,
    Hold,
    Judgement,
    Policy,
    Result,
    Runs,
)
from pii_scan.retain._references import WEAK
from pii_scan.retain.matter import Matter, Sheet, judge_matter

Rows = Mapping[int, Sequence[Evidence]]
"""What dates each row of a sheet."""


def judge_result(
    policy: Policy,
    result: Result,
    today: date,
    contracts: Sequence[Contract] = (),
    holds: Sequence[Hold] = (),
) -> tuple[Judgement, ...]:
    """Return the judgements of an item: of its rows and the documents in it, else of the whole.

    An item without personal data has none.
    """
    if all(finding.level == "Openbaar" for finding in result.findings):
        return ()
    by_row = tuple(
        judgement
        for table in result.rows
        for judgement in judge_matter(policy, contracts, _of_rows(result, table, holds), today)
    )
    by_section = tuple(
        replace(judgement, where=section.where)
        for section in result.sections
        for judgement in judge_matter(policy, contracts, _of_section(result, section, holds), today)
    )
    if by_row or by_section:
        return (*by_row, *by_section)
    return judge_matter(policy, contracts, _matter(result, holds), today)


def dated_rows(
    sheet: Sheet,
    controllers: Mapping[int, str],
    holds: Mapping[int, Sequence[Hold]],
) -> Iterator[DatedRows]:
    """Yield the rows of a sheet, those with one controller and the same holds together."""
    alike: dict[tuple[str | None, tuple[str, ...]], dict[int, Sequence[Evidence]]] = {}
    for number in sorted(sheet.rows):
        labels = tuple(hold.label for hold in holds.get(number, ()))
        group = alike.setdefault((controllers.get(number), labels), {})
        group[number] = sheet.rows[number]
    for (controller, labels), rows in alike.items():
        yield DatedRows(sheet.where, sheet.consent, _packed(rows), controller, labels)


def _matter(result: Result, holds: Sequence[Hold], more: Iterable[str] = ()) -> Matter:
    labels = {*result.holds, *more}
    return Matter(
        subject_groups=result.subject_groups,
        doc_type=result.doc_type,
        role=result.role,
        controller=result.controller,
        evidence=result.evidence,
        consent=result.consent,
        holds=tuple(hold for hold in holds if hold.label in labels),
    )


def _of_rows(result: Result, table: DatedRows, holds: Sequence[Hold]) -> Matter:
    matter = _matter(result, holds, table.holds)
    sheet = Sheet(table.where, table.consent, _spread(table))
    return replace(matter, controller=table.controller or matter.controller, sheets=(sheet,))


def _of_section(result: Result, section: DatedSection, holds: Sequence[Hold]) -> Matter:
    of_place = (piece for piece in result.evidence if piece.source in WEAK)
    return replace(
        _matter(result, holds),
        subject_groups=section.subject_groups,
        doc_type=section.doc_type,
        evidence=(*section.evidence, *of_place),
        consent=section.consent,
    )


def _packed(rows: Rows) -> tuple[tuple[Runs, tuple[Evidence, ...]], ...]:
    alike: dict[tuple[Evidence, ...], list[int]] = {}
    for number in sorted(rows):
        alike.setdefault(tuple(rows[number]), []).append(number)
    return tuple((_runs(numbers), dates) for dates, numbers in alike.items())


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
