"""What a change of suppressions touches: the files that have to be read again, and no others."""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select, tuple_, update

from pii_scan.model import Scan, Suppression, below
from pii_scan.store import _tables as tables
from pii_scan.store._access import groups
from pii_scan.store._carrying import PAGE

items, findings, prints = tables.items, tables.findings, tables.fingerprints


def reopen(
    connection: Connection, last: Scan, suppressions: Iterable[Suppression], today: date
) -> None:
    """Have the files read again that suppressions touch which held for the last scan or hold now.

    What stands is as under the suppressions of the last scan of a series, finished or not: this is
    done together with the beginning of the next.
    """
    before, after = _held(last.suppressions, last.today), _held(suppressions, today)
    if before.keys() == after.keys():
        return
    added = [one for told, one in after.items() if told not in before]
    for is_touched, path in _touched(added):
        _forget_stamps(connection, last.series, is_touched, path)


def _held(
    suppressions: Iterable[Suppression], today: date
) -> dict[tuple[object, ...], Suppression]:
    return {one.told: one for one in suppressions if today <= one.until}


def _touched(added: Iterable[Suppression]) -> Iterator[tuple[ColumnElement[bool], str | None]]:
    """Yield (condition of items, glob over their addresses); together they miss none."""
    # All from which something was left out: by one that is gone, or by a wider one than there is.
    yield items.c.suppressed != (), None
    by_value: list[str] = []
    for one in added:
        if one.fingerprints:
            by_value += one.fingerprints
        else:
            yield _has_finding(one), one.path
    for some in groups(by_value):
        has_value = select(prints.c.scan_id, prints.c.item).where(prints.c.digest.in_(some))
        yield tuple_(items.c.scan_id, items.c.item).in_(has_value), None


def _has_finding(one: Suppression) -> ColumnElement[bool]:
    """Return the condition of items with a finding of the sort that is suppressed."""
    told = findings.c
    is_sort = or_(told.entity == one.entity, told.category == one.category)
    if one.pattern is not None:
        is_sort = told.entity == one.entity
    return exists().where(told.scan_id == items.c.scan_id, told.item == items.c.item, is_sort)


def _forget_stamps(
    connection: Connection, series: int, is_touched: ColumnElement[bool], path: str | None
) -> None:
    """Take the stamps off files that are touched, or hold what is."""
    stands = (items.c.series == series) & items.c.last_scan.is_(None)
    root = func.coalesce(items.c.within, items.c.uri).label("root")
    page = select(items.c.uri, root).where(stands, is_touched).order_by(items.c.uri).limit(PAGE)
    forget = update(items).where(stands).values(stamp=None)
    last = ""
    while rows := connection.execute(page.where(items.c.uri > last)).all():
        roots = {row.root for row in rows if path is None or below(row.uri, path)}
        for some in groups(sorted(roots)):
            connection.execute(forget.where(items.c.uri.in_(some)))
        last = rows[-1].uri
