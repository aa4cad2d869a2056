"""Rows and texts of a scan that hold one of some fingerprints, with all that stands in them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from pii_scan.model import Result, Scan
from pii_scan.store import _tables as tables
from pii_scan.store._access import Access, groups
from pii_scan.store._carrying import holds
from pii_scan.store._reading import PARTS, matching, parts_of, with_keys
from pii_scan.store._rows import Key, results_of

findings, fingerprints, items = tables.findings, tables.fingerprints, tables.items

_REST = tuple(table for table in PARTS if table not in (findings, fingerprints))


def around(access: Access, scan: Scan, prints: Iterable[str]) -> Iterator[Result]:
    """Yield the items that hold one of `prints`, in the order of their URIs.

    Of a table the rows that do, whole; of what is no table all findings.
    """
    rows: dict[Key, set[int]] = defaultdict(set)
    texts: set[Key] = set()
    with access.reading() as connection:
        for some in groups(sorted(set(prints))):
            for found in connection.execute(matching(findings, scan, some)):
                key = found.scan_id, found.item
                if found.row_number is None:
                    texts.add(key)
                else:
                    rows[key].add(found.row_number)
        known = {(row.scan_id, row.item): row for row in with_keys(connection, {*rows, *texts})}
    ordered = sorted(known, key=lambda key: str(known[key].uri))
    for keys in groups(ordered):
        page = [known[key] for key in keys]
        with access.reading() as connection:
            parts = parts_of(connection, scan, page, of=_REST)
            parts |= _all_of_texts(connection, scan, [known[key] for key in keys if key in texts])
            for key in keys:
                if key in rows:
                    _add_rows(connection, key, rows[key], parts)
        yield from results_of(page, parts)


def tally(connection: Connection, scan: Scan, prints: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield how often each of `prints` is in a scan; those that are not there are left out."""
    is_item = (fingerprints.c.scan_id == items.c.scan_id) & (fingerprints.c.item == items.c.item)
    counted = (
        select(fingerprints.c.digest, func.count())
        .join(items, is_item)
        .where(holds(scan))
        .group_by(fingerprints.c.digest)
    )
    for some in groups(sorted(set(prints))):
        of_some = counted.where(fingerprints.c.digest.in_(some))
        for digest, count in connection.execute(of_some):
            yield str(digest), int(count)


def _all_of_texts(
    connection: Connection, scan: Scan, page: Sequence[Row[Any]]
) -> dict[str, Sequence[Any]]:
    """Return the findings of items outside tables, in lists that rows can be added to."""
    parts = parts_of(connection, scan, page, of=(findings, fingerprints))
    in_rows = {
        (row.scan_id, row.item, row.ordinal)
        for row in parts["findings"]
        if row.row_number is not None
    }
    kept = [row for row in parts["findings"] if row.row_number is None]
    prints = [
        row
        for row in parts["fingerprints"]
        if not in_rows or (row.scan_id, row.item, row.finding) not in in_rows
    ]
    return {"findings": kept, "fingerprints": prints}


def _add_rows(
    connection: Connection, key: Key, numbers: set[int], parts: dict[str, Sequence[Any]]
) -> None:
    """Add all that stands in some rows of an item."""
    found: list[Row[Any]] = []
    for some in groups(sorted(numbers)):
        found.extend(connection.execute(_of(findings, key, findings.c.row_number, some)))
    prints: list[Row[Any]] = []
    for ordinals in groups([row.ordinal for row in found]):
        prints.extend(connection.execute(_of(fingerprints, key, fingerprints.c.finding, ordinals)))
    parts["findings"] = [*parts["findings"], *found]
    parts["fingerprints"] = [*parts["fingerprints"], *prints]


def _of(table: Any, key: Key, column: Any, values: Sequence[int]) -> Select[Any]:
    scan_id, item = key
    is_item = (table.c.scan_id == scan_id) & (table.c.item == item)
    return select(table).where(is_item, column.in_(values)).order_by(*table.primary_key.columns)
