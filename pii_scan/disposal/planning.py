"""What a plan takes and what it leaves, and why: from the verdicts of a scan, and no others."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from pii_scan.model import Judgement, Result

Method = Literal["quarantine", "delete", "anonymise"]
METHODS: tuple[Method, ...] = get_args(Method)
OVERDUE = "overdue"
"""The one verdict on which anything is taken away."""
TABLES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
"""Media types of which rows can be emptied."""
MAX_DAYS = 30
"""After which a quarantine ends."""
_ROWS = re.compile(r"(?:(?P<sheet>.*) )?rows? (?P<runs>[\d,-]+)", re.DOTALL)
Runs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table of a file."""

    sheet: str
    """Empty when the file is one table."""
    runs: Runs


@dataclass(frozen=True, slots=True)
class Target:
    """One file that a plan is about."""

    number: int
    """From 1; what the log names it by."""
    uri: str
    path: str
    """Of the file, with no link in it."""
    inode: int
    size: int
    digest: str
    """Of the content that was judged: "sha256:…"."""
    method: Method
    rules: tuple[str, ...]
    keep_until: str | None
    rows: tuple[Rows, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """One item over its term that a plan leaves alone."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be taken away, as two people sign it."""

    scan: int
    today: str
    planner: str
    """Id of the planner's own key."""
    quarantine: str | None
    """Folder, with no link in it."""
    days: int
    """How long the quarantine lasts."""
    keep_columns: tuple[str, ...]
    """Headings whose cells stay in a row that is emptied."""
    targets: tuple[Target, ...] = ()
    left: tuple[Left, ...] = field(default=(), repr=False)


def plan_of(
    results: Callable[[], Iterable[Result]],
    *,
    scan: int,
    today: date,
    planner: str,
    method: Method,
    quarantine: str | None = None,
    days: int = MAX_DAYS,
    keep_columns: tuple[str, ...] = (),
) -> Plan:
    """Return a plan; `results` starts a pass over results, judged as of now, in their order."""
    holding = {one.item.within for one in results() if one.item.within and not is_wholly_late(one)}
    targets: list[Target] = []
    left: list[Left] = []
    for one in filter(_is_late, results()):
        reason = why_not(one, holding)
        rows = rows_of(one)
        wanted: Method = "anonymise" if rows else method
        found = reason or _target(one, len(targets) + 1, wanted, rows)
        if isinstance(found, Target):
            targets.append(found)
        else:
            left.append(Left(one.item.uri, found))
    return Plan(
        *(scan, today.isoformat(), planner, quarantine, days, keep_columns),
        targets=tuple(targets),
        left=tuple(left),
    )


def why_not(result: Result, holding: Iterable[str | None] = ()) -> str | None:
    """Return why a file is left alone whatever lies on the disk; `None`: it may be taken.

    `holding` are addresses of files that something lies in which is not over its term.
    """
    item, verdicts = result.item, {one.verdict for one in result.judgements if not one.where}
    if item.within is not None:
        return f"lies within {item.within}: only that file as a whole can be taken away"
    if "://" in item.locator:
        return "does not lie in a folder of this machine"
    if result.coverage.status != "scanned" or result.digest is None:
        return "was not read in full"
    if other := sorted(verdicts - {OVERDUE}):
        return f"has another verdict as well: {', '.join(other)}"
    if rows_of(result):
        return None if result.media_type in TABLES else "rows cannot be taken out of such a file"
    if any(one.where for one in result.judgements):
        return "parts of it have verdicts of their own"
    actions = {one.action for one in result.judgements}
    if actions != {"delete"}:
        asked = ", ".join(sorted(str(one) for one in actions - {"delete"}))
        return f"its rule asks for something else than deletion: {asked}"
    if item.uri in holding:
        return "something in it is not over its term"
    return None


def unlike(target: Target, result: Result) -> str | None:
    """Return how a target differs from what its item, judged now, would have in a plan.

    A plan is a paper that its planner wrote: what it says of a file need not be what was judged.
    """
    item, rows = result.item, rows_of(result)
    place = Path(item.locator)
    is_same = str(_real(place)) == target.path
    # A scan of a relative place knows its files by where it was run.
    below = not place.is_absolute() and target.path.endswith(f"/{os.path.normpath(place)}")
    if not (is_same or below) or item.version not in {None, str(target.inode)}:
        return "is another file than the one that was judged"
    if rows != target.rows:
        return "other rows are over their term now"
    if bool(rows) != (target.method == "anonymise"):
        return "the plan asks for another act than its rule"
    return None


def is_wholly_late(result: Result) -> bool:
    """Whether nothing in a file within a file speaks for keeping it."""
    verdicts = {one.verdict for one in result.judgements}
    actions = {one.action for one in result.judgements}
    return result.coverage.status == "scanned" and (
        (verdicts == {OVERDUE} and actions == {"delete"}) or not (verdicts or result.findings)
    )


def rows_of(result: Result) -> tuple[Rows, ...]:
    """Return the rows that are over their term, without those that have another verdict too."""
    late: dict[str, set[int]] = {}
    other: dict[str, set[int]] = {}
    for one in result.judgements:
        match = _ROWS.fullmatch(one.where)
        if match:
            kept = late if _is_to_go(one) else other
            kept.setdefault(match["sheet"] or "", set()).update(_numbers(match["runs"]))
    found = ((sheet, sorted(rows - other.get(sheet, set()))) for sheet, rows in late.items())
    return tuple(Rows(sheet, runs_of(rows)) for sheet, rows in sorted(found) if rows)


def runs_of(numbers: Sequence[int]) -> Runs:
    """Return sorted numbers as runs.

    >>> runs_of([2, 3, 4, 9])
    ((2, 4), (9, 9))
    """
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def _is_to_go(one: Judgement) -> bool:
    return one.verdict == OVERDUE and one.action in {"delete", "anonymise"}


def _is_late(result: Result) -> bool:
    return any(one.verdict == OVERDUE for one in result.judgements)


def _target(result: Result, number: int, method: Method, rows: tuple[Rows, ...]) -> Target | str:
    """Return what to take, or why the file on the disk is not the one that was judged."""
    item = result.item
    path = _real(Path(item.locator))
    try:
        status = path.lstat()
    except OSError:
        return "is not there any more"
    is_same = item.version in {None, str(status.st_ino)} and status.st_size == item.size
    if not is_same or result.digest is None:
        return "changed since the scan"
    late = [one for one in result.judgements if one.verdict == OVERDUE]
    ends = sorted(one.keep_until.isoformat() for one in late if one.keep_until)
    rules = tuple(sorted({f"{one.policy}/{one.rule}" for one in late}))
    return Target(
        *(number, item.uri, str(path), status.st_ino, item.size, result.digest, method, rules),
        *(ends[0] if ends else None, rows),
    )


def _real(place: Path) -> Path:
    """Return a path with no link in the folders above it; the file itself may be one."""
    return place.parent.resolve() / place.name


def _numbers(runs: str) -> Iterator[int]:
    for run in runs.split(","):
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)
