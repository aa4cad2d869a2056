"""From one scan of the same places to the next: what is as it was costs no rows.

The interval of an item ends when another version of it is written, or when a scan ends without
having met it. An interval that scan 7 ends has 6 as its last scan: that is how a scan that was cut
off is undone where it left half a file.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from pii_scan.model import Result, Scan
from pii_scan.store import _tables as tables
from pii_scan.store._access import groups
from pii_scan.store._rows import Key
from pii_scan.store._seen import Seen

items = tables.items

PAGE = 10_000
"""Rows of a pass over the files that stand, which are in memory together."""

WITHIN = "!/"
"""Between the address of a file and that of what is within it."""

IS_FILE = items.c.within.is_(None)
"""The condition of what is a file of the source, and not a part of one."""


class Standing(NamedTuple):
    """What the store has of an address when a scan comes by."""

    scan_id: int
    item: int
    stamp: int | None


def holds(scan: Scan, table: Table = items) -> ColumnElement[bool]:
    """Return the condition that a version of an item is that of a scan."""
    first = table.c.judged if table in tables.JUDGED else table.c.scan_id
    is_of_interval = and_(
        first <= scan.id, or_(table.c.last_scan.is_(None), table.c.last_scan >= scan.id)
    )
    return (
        is_of_interval if table is not items else (items.c.series == scan.series) & is_of_interval
    )


def written(scan: Scan, table: Table = items, *, after: int = 0) -> ColumnElement[bool]:
    """Return the condition that a scan of the series wrote a row: one up to `scan`, past `after`.

    Rows lie in the order of their scan. Where all are wanted this goes through them as they lie;
    by the series it would be by way of the addresses, at three times the cost.
    """
    of_series = (
        tables.scans.c.series == scan.series,
        tables.scans.c.id <= scan.id,
        tables.scans.c.id > after,
    )
    return table.c.scan_id.in_(select(tables.scans.c.id).where(*of_series))


def holds_of_all(scan: Scan) -> ColumnElement[bool]:
    """Return the same condition as `holds`, for a pass over all items."""
    return written(scan) & (items.c.last_scan.is_(None) | (items.c.last_scan >= scan.id))


def standing(connection: Connection, scan: Scan, uris: Sequence[str]) -> dict[str, Standing]:
    """Return what holds of each address, as far as there is anything."""
    query = select(items.c.uri, items.c.scan_id, items.c.item, items.c.stamp).where(
        items.c.series == scan.series, items.c.last_scan.is_(None)
    )
    found: dict[str, Standing] = {}
    for some in groups(uris):
        for uri, first, item, stamp in connection.execute(query.where(items.c.uri.in_(some))).all():
            found[uri] = Standing(first, item, stamp)
    return found


def expected(connection: Connection, scan: Scan) -> tuple[int, int]:
    """Return how many files hold as a scan begins, and their bytes."""
    size = func.coalesce(func.sum(items.c.size), 0)
    query = select(func.count(), size).where(holds_of_all(scan), IS_FILE)
    count, total = connection.execute(query).one()
    return count, int(total)


def supersede(connection: Connection, scan: Scan, results: Iterable[Result]) -> None:
    """End the intervals of earlier versions of `results`, and of what was within those files."""
    found = [result.item for result in results]
    uris = [item.uri for item in found]
    ended = update(items).where(is_earlier(scan)).values(last_scan=scan.id - 1)
    for some in groups(uris):
        connection.execute(ended.where(items.c.uri.in_(some)))
    if bounds := [_bounds(item.uri) for item in found if item.within is None]:
        connection.execute(ended.where(_is_within()), bounds)


def undo(connection: Connection, scan: Scan, uris: Iterable[str]) -> None:
    """Take back what a scan wrote of files and what is within them, as if it had not come there."""
    for uri in uris:
        in_tree = or_(items.c.uri == uri, _is_within())
        bounds = _bounds(uri)
        numbers = select(items.c.item).where(
            items.c.series == scan.series, items.c.scan_id == scan.id, in_tree
        )
        drop(connection, scan.id, list(connection.scalars(numbers, bounds)))
        reopened = update(items).where(
            items.c.series == scan.series, items.c.last_scan == scan.id - 1, in_tree
        )
        connection.execute(reopened.values(last_scan=None), bounds)


def undo_halves(connection: Connection, scan: Scan) -> None:
    """Take back what a scan that was cut off wrote of files that it did not come to the end of."""
    root = items.alias("root")
    is_root = and_(
        root.c.series == items.c.series,
        root.c.scan_id == items.c.scan_id,
        root.c.uri == items.c.within,
    )
    halves = select(items.c.within).where(
        items.c.series == scan.series,
        items.c.scan_id == scan.id,
        items.c.within.is_not(None),
        ~exists().where(is_root),
    )
    undo(connection, scan, connection.scalars(halves.distinct()).all())


def drop(connection: Connection, scan_id: int, numbers: Sequence[int]) -> None:
    """Delete items that a scan wrote, with all that belongs to them."""
    for some in groups(numbers):
        for table in reversed(tables.IN_ORDER):
            connection.execute(
                delete(table).where(table.c.scan_id == scan_id, table.c.item.in_(some))
            )


def close_gone(connection: Connection, scan: Scan, seen: Seen) -> None:
    """End the intervals of files that a scan did not meet."""
    stands = items.c.last_scan.is_(None) & (items.c.scan_id < scan.id)
    held = select(items.c.scan_id, func.count()).where(written(scan), stands, IS_FILE)
    for first, count in connection.execute(held.group_by(items.c.scan_id)).all():
        if count != seen.count(first):
            _close_gone_of(connection, scan, first, seen)


def _close_gone_of(connection: Connection, scan: Scan, first: int, seen: Seen) -> None:
    """End the intervals of those that the scan `first` wrote."""
    page = select(items.c.item, items.c.uri).where(
        is_earlier(scan), IS_FILE, items.c.scan_id == first
    )
    page = page.order_by(items.c.item).limit(PAGE)
    ended = update(items).where(is_earlier(scan)).values(last_scan=scan.id - 1)
    last = 0
    while rows := connection.execute(page.where(items.c.item > last)).all():
        gone = [row for row in rows if (first, row.item) not in seen]
        for some in groups(gone):
            numbers = items.c.item.in_([row.item for row in some])
            connection.execute(ended.where(items.c.scan_id == first, numbers))
            connection.execute(ended.where(_is_within()), [_bounds(row.uri) for row in some])
        last = rows[-1].item


def close_judgements(connection: Connection, scan: Scan, keys: Sequence[Key]) -> None:
    """End the intervals of what earlier scans judged of items; what this one did goes."""
    values = [{"of_scan": first, "of_item": number} for first, number in keys]
    for table in tables.JUDGED:
        told = table.c
        of_item = and_(told.scan_id == bindparam("of_scan"), told.item == bindparam("of_item"))
        connection.execute(delete(table).where(of_item, told.judged == scan.id), values)
        connection.execute(
            update(table)
            .where(of_item, told.judged < scan.id, told.last_scan.is_(None))
            .values(last_scan=scan.id - 1),
            values,
        )


def is_earlier(scan: Scan) -> ColumnElement[bool]:
    """Return the condition of items that an earlier scan wrote and that hold as yet."""
    return and_(
        items.c.series == scan.series, items.c.last_scan.is_(None), items.c.scan_id < scan.id
    )


def _is_within() -> ColumnElement[bool]:
    """Return the condition that an address is within a file; the bounds are parameters."""
    is_below = and_(items.c.uri > bindparam("above"), items.c.uri < bindparam("below"))
    return and_(is_below, items.c.within.is_not(None))


def _bounds(uri: str) -> dict[str, str]:
    return {"above": uri + WITHIN, "below": uri + WITHIN[0] + chr(ord(WITHIN[1]) + 1)}
