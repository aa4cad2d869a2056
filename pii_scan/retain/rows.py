"""The rows of a table against a policy: each judged by its own dates, equal ones together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from pii_scan.model import Consent, DateSource, Evidence, Hold, Judgement, Policy, Role
from pii_scan.retain.judging import Case, selections_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("row", "trigger", "date", "source")


def judge_rows(
    policy: Policy,
    *,
    subject_groups: tuple[str, ...],
    doc_type: str | None,
    role: Role,
    evidence: Sequence[Evidence],
    consent: Consent,
    today: date,
    rows: Mapping[int, Sequence[Evidence]] | pd.DataFrame,
    customer: bool | None = None,
    holds: Sequence[Hold] = (),
) -> tuple[Judgement, ...]:
    """Return the judgements of rows, in order of the first row that each holds for.

    `evidence` is what dates the whole item. `rows` maps the row number in the file to what dates
    that row; or it is a frame with the columns row, trigger, date and source, one line a date,
    where a missing trigger stands for a row without one. `where` says "row 12" or
    "rows 12-480,512". Rows with the same dates are judged once.
    """
    import pandas as pd

    frame = rows.reset_index(drop=True) if isinstance(rows, pd.DataFrame) else _frame(rows)
    selections = selections_of(policy, subject_groups, doc_type, role)
    case = Case(policy, role, consent, customer, tuple(holds), today)
    alike: dict[tuple[Evidence, ...], list[int]] = {}
    for pieces, members in _alike(frame):
        bearing = case.bearing(selections, (*pieces, *evidence))
        alike.setdefault(bearing, []).extend(members)
    numbers: dict[Judgement, list[int]] = {}
    for bearing, members in alike.items():
        for judgement in case.judge(selections, bearing):
            numbers.setdefault(judgement, []).extend(members)
    spoken = ((sorted(members), judgement) for judgement, members in numbers.items())
    ordered = sorted(spoken, key=lambda pair: pair[0][0])
    return tuple(replace(judgement, where=rows_told(members)) for members, judgement in ordered)


def _frame(rows: Mapping[int, Sequence[Evidence]]) -> pd.DataFrame:
    import pandas as pd

    lines: list[tuple[int, str | None, date | None, DateSource | None]] = [
        (number, piece.trigger, piece.date, piece.source)
        for number, pieces in rows.items()
        for piece in pieces
    ]
    lines += [(number, None, None, None) for number, pieces in rows.items() if not pieces]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _alike(frame: pd.DataFrame) -> Iterable[tuple[tuple[Evidence, ...], list[int]]]:
    """Yield each distinct set of dates with the rows that have it."""
    if frame.empty:
        return
    kinds = ["trigger", "date", "source"]
    codes = frame.groupby(kinds, dropna=False, sort=False).ngroup()
    distinct = frame.loc[~codes.duplicated(), kinds]
    pieces = {
        code: Evidence(trigger, _day(day), source) if isinstance(trigger, str) else None
        for code, trigger, day, source in zip(
            codes[distinct.index],
            distinct["trigger"],
            distinct["date"],
            distinct["source"],
            strict=True,
        )
    }
    lines = frame[["row"]].assign(code=codes).drop_duplicates().sort_values(["row", "code"])
    # The place of a date within its row makes a column, so that equal rows are equal lines.
    place = lines.groupby("row").cumcount()
    wide = lines.assign(place=place).pivot(index="row", columns="place", values="code")
    for key, members in wide.fillna(-1).astype(int).groupby(list(wide.columns), sort=False):
        found = (pieces[code] for code in cast("tuple[int, ...]", key) if code >= 0)
        yield tuple(piece for piece in found if piece is not None), members.index.tolist()


def _day(day: date) -> date:
    """Return a plain date; pandas hands its own timestamps out."""
    return day.date() if isinstance(day, datetime) else day


def rows_told(numbers: Sequence[int]) -> str:
    """Write sorted row numbers down.

    >>> rows_told([12]), rows_told([12, 13, 14, 512])
    ('row 12', 'rows 12-14,512')
    """
    runs: list[list[int]] = []
    for number in dict.fromkeys(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
    return f"rows {told}" if len(set(numbers)) > 1 else f"row {told}"
