"""Removing what is past its term: scans, and what no scan that stays holds on to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, update

from pii_scan.chain import Signer
from pii_scan.store import _gathering, _log
from pii_scan.store import _tables as tables
from pii_scan.store._access import Room

scans, items, judgements = tables.scans, tables.items, tables.judgements


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge removes."""

    scans: tuple[int, ...]
    items: int
    """Versions of items that no scan that stays has."""
    findings: int


def purge(connection: Connection, is_past: Callable[[datetime], bool], *, is_trial: bool) -> Purged:
    """Remove what is past its term, or say what would be."""
    going = tuple(_going(connection, is_past))
    if not going:
        return Purged((), 0, 0)
    is_needless = ~_is_held(items.c.scan_id, items.c.last_scan, items.c.series, going)
    in_question = and_(items.c.series.in_(_series_of(going)), is_needless)
    counted = select(func.count(), func.coalesce(func.sum(items.c.findings), 0))
    count, findings = connection.execute(counted.where(in_question)).one()
    if not is_trial:
        _gathering.drop(connection, going)
        _remove(connection, going, in_question)
    return Purged(going, int(count), int(findings))


def told(found: Purged) -> dict[str, Any]:
    """Return what the log says of a purge."""
    return {
        "scans": list(found.scans),
        "items": found.items,
        "findings": found.findings,
    }


def _going(connection: Connection, is_past: Callable[[datetime], bool]) -> Iterator[int]:
    """Yield the scans past their term: not the last of a series, nor the last that finished."""
    rows = connection.execute(
        select(scans.c.id, scans.c.series, scans.c.started, scans.c.finished)
        .where(scans.c.purged.is_(None))
        .order_by(scans.c.id)
    ).all()
    last = {row.series: row.id for row in rows}
    done = {row.series: row.id for row in rows if row.finished}
    for row in rows:
        stays = row.id in (last[row.series], done.get(row.series))
        if not stays and is_past(row.finished or row.started):
            yield row.id


def _remove(
    connection: Connection, going: tuple[int, ...], in_question: ColumnElement[bool]
) -> None:
    """Delete the rows, those of the tables that point at others first."""
    for table in reversed(tables.IN_ORDER):
        is_item = and_(items.c.scan_id == table.c.scan_id, items.c.item == table.c.item)
        which = in_question if table is items else exists().where(is_item, in_question)
        connection.execute(delete(table).where(which))
    for table in tables.JUDGED:
        of_item = and_(items.c.scan_id == table.c.scan_id, items.c.item == table.c.item)
        series = select(items.c.series).where(of_item).scalar_subquery()
        is_needless = ~_is_held(table.c.judged, table.c.last_scan, series, going)
        connection.execute(delete(table).where(table.c.last_scan.is_not(None), is_needless))
    # What stays of a scan names nobody: suppressions hold fingerprints, grounds persons' folders.
    bare = {"purged": datetime.now(UTC), "suppressions": (), "grounds": ()}
    connection.execute(update(scans).where(scans.c.id.in_(going)).values(bare))


def _is_held(first: Any, last: Any, series: Any, going: tuple[int, ...]) -> ColumnElement[bool]:
    """Return the condition that a scan which stays falls in the interval."""
    return exists().where(
        scans.c.series == series,
        scans.c.purged.is_(None),
        scans.c.id.not_in(going),
        scans.c.id >= first,
        or_(last.is_(None), scans.c.id <= last),
    )


def _series_of(going: tuple[int, ...]) -> Any:
    return select(scans.c.series).where(scans.c.id.in_(going))


class Purging(Room):
    """What is past its term goes."""

    def purge(
        self,
        is_past: Callable[[datetime], bool],
        operator: str,
        signer: Signer | None,
        *,
        is_trial: bool,
    ) -> Purged:
        """Remove the scans whose end is past its term, but for the newest of each series.

        What a later scan still holds on to stays, and so does the log, which gets an entry.
        """
        with self._access.writing() as connection:
            found = purge(connection, is_past, is_trial=is_trial)
            if not is_trial and found.scans:
                _log.append(connection, "purge", operator, told(found), signer)
        return found
