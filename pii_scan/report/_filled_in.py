"""Reading a workbook back: what people filled in, merged with what others did meanwhile."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pii_scan.errors import ConfigError
from pii_scan.model import Assignment, GroupStatus
from pii_scan.report import _workbook as book
from pii_scan.report._dutch import visible

SHEETS = (book.GROUPS, book.ITEMS)
NEEDED = (book.OWNER, book.DUE, book.STATUS, book.NOTE, book.REVISION, book.ID)
NAMES = {"owner": book.OWNER, "due": book.DUE, "status": book.STATUS, "note": book.NOTE}
"""Field of an assignment -> heading."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A row of the workbook that is about a group."""

    place: str
    """ "Groepen rij 12"."""
    group: str
    revision: int
    """The step of its history that the person had in front of them; 0: none yet."""
    owner: str
    due: date | None
    status: GroupStatus
    note: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken over, and why."""

    place: str
    reason: str


def filled_in(path: Path) -> Iterator[Filled | Refused]:
    """Yield every row of a workbook that people may have filled in.

    Raises:
        ConfigError: it cannot be read, or is no workbook of `pii-scan report`.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        opened = CalamineWorkbook.from_path(str(path))
        sheets = {name: opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names}
    except (CalamineError, OSError):
        raise ConfigError(f"{path}: cannot be read as an xlsx workbook") from None
    ours = {name: rows for name, rows in sheets.items() if name.startswith(SHEETS)}
    if not ours:
        raise ConfigError(f"{path}: has no sheet {' or '.join(SHEETS)}; begin with pii-scan report")
    for name, rows in ours.items():
        yield from _rows(path, name, rows)


def _rows(path: Path, name: str, rows: Sequence[Sequence[Any]]) -> Iterator[Filled | Refused]:
    headings = [str(it).strip() for it in rows[0]] if rows else []
    if missing := [it for it in NEEDED if it not in headings]:
        raise ConfigError(f"{path}: sheet {name} has no column {', '.join(missing)}")
    columns = {it: headings.index(it) for it in NEEDED}
    for number, row in enumerate(rows[1:], start=2):
        told = {it: row[place] if place < len(row) else "" for it, place in columns.items()}
        if any(str(value).strip() for value in told.values()):
            yield _row(f"{visible(name)} rij {number}", told)


def _row(place: str, told: dict[str, Any]) -> Filled | Refused:
    try:
        due, status = _day(told[book.DUE]), _status(told[book.STATUS])
    except ValueError as error:
        return Refused(place, str(error))
    group, revision = str(told[book.ID]).strip(), told[book.REVISION]
    if not re.fullmatch(r"[0-9a-f]{12}", group) or not isinstance(revision, int | float):
        return Refused(place, f"{book.ID} of {book.REVISION} is veranderd of weg")
    owner, note = str(told[book.OWNER]).strip(), str(told[book.NOTE]).strip()
    return Filled(place, group, int(revision), owner, due, status, note)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    if not text:
        return None
    dutch = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text)
    try:
        if dutch:
            return date(*(int(part) for part in reversed(dutch.groups())))
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{book.DUE} is geen datum") from None


def _status(value: Any) -> GroupStatus:
    text = str(value).strip().lower()
    for status, label in book.STATUSES.items():
        if text in {label, status}:
            return status
    if text:
        raise ValueError(f"{book.STATUS} is geen van: {', '.join(book.STATUSES.values())}")
    return "open"


def next_steps(
    rows: Iterable[Filled | Refused],
    history: Iterable[Assignment],
    known: Callable[[], Mapping[str, tuple[str, str | None]]],
    by: str,
    at: datetime,
) -> Iterator[Assignment | Refused]:
    """Yield the next step of every group that the rows change, or why there can be none.

    Of each field what the person changed is taken; what they left as it was is as others made it.

    Args:
        rows: What people filled in.
        history: All steps of all groups, each after the one before it.
        known: Gives what the groups of the scan are about; asked only when it has to be.
        by: Who hands it in.
        at: When.
    """
    held: dict[str, list[Assignment]] = defaultdict(list)
    for step in history:
        held[step.group].append(step)
    of_scan: Mapping[str, tuple[str, str | None]] | None = None
    for row in rows:
        if isinstance(row, Refused):
            yield row
            continue
        steps = held[row.group]
        of: tuple[str, str | None] | None = None
        if steps:
            of = (steps[-1].path, steps[-1].entity)
        elif row.owner or row.due or row.note or row.status != "open":
            of_scan = known() if of_scan is None else of_scan
            of = of_scan.get(row.group)
            if of is None:
                yield Refused(row.place, "gaat over niets van deze scan")
        if of is not None and (step_or_not := _merged(row, of, steps, by, at)):
            if isinstance(step_or_not, Assignment):
                steps.append(step_or_not)
            yield step_or_not


def _merged(
    row: Filled, of: tuple[str, str | None], history: Sequence[Assignment], by: str, at: datetime
) -> Assignment | Refused | None:
    nothing = Assignment(*of, "", None, "open", "", "", at, 0)
    if row.revision > len(history):
        return Refused(row.place, "is van een andere administratie, of van een nieuwere stand")
    base = history[row.revision - 1] if row.revision else nothing
    now = history[-1] if history else nothing
    changed: dict[str, Any] = {}
    for name, heading in NAMES.items():
        mine, was, theirs = (_shown(getattr(it, name)) for it in (row, base, now))
        if mine in (was, theirs):
            continue
        if theirs != was:
            told = f"{heading} is intussen ook veranderd, door {now.by} op {now.at:%d-%m-%Y}"
            return Refused(row.place, told)
        changed[name] = getattr(row, name)
    if not changed:
        return None
    return replace(now, **changed, by=by, at=at, revision=now.revision + 1)


def _shown(value: Any) -> Any:
    """Return a value as the workbook shows it."""
    return visible(value).strip() if isinstance(value, str) else value
