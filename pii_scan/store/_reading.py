"""Results as rows tell of them: pages, places of fingerprints, totals, changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, false, func, or_, select

from pii_scan.model import Change, Coverage, Result, Scan, Total
from pii_scan.store import _tables as tables
from pii_scan.store._access import Access, groups
from pii_scan.store._carrying import IS_FILE, WITHIN, holds
from pii_scan.store._rows import Key, results_of

items = tables.items

PAGE_ITEMS = 256
"""Items that a reading pass holds at a time."""

SAME_CONTENT = 20
"""Files of one content that are looked at; the others are not better."""

MOST_WITHIN = 1_000
"""Files within one whose content is known; with more it is analysed anew, in bounded memory."""

PARTS = (tables.findings, tables.fingerprints, tables.evidence, *tables.JUDGED)


def pages(access: Access, scan: Scan, *which: ColumnElement[bool]) -> Iterator[list[Result]]:
    """Yield the results of a scan in the order of their addresses, a page at a time."""
    page = select(items).where(holds(scan), *which).order_by(items.c.uri).limit(PAGE_ITEMS)
    last: str | None = None
    while True:
        with access.reading() as connection:
            query = page if last is None else page.where(items.c.uri > last)
            rows = connection.execute(query).all()
            found = results_of(rows, parts_of(connection, scan, rows))
        yield found
        if len(rows) < PAGE_ITEMS:
            return
        last = rows[-1].uri


def parts_of(
    connection: Connection, scan: Scan | None, rows: Sequence[Row[Any]], of: Sequence[Any] = PARTS
) -> dict[str, Sequence[Any]]:
    """Return what belongs to items, of each table of `of`, in the order of its keys.

    The judgements are those of `scan`; without one they are left out.
    """
    by_scan: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_scan[row.scan_id].append(row.item)
    found: dict[str, list[Any]] = {table.name: [] for table in of}
    for table in of:
        query = select(table).order_by(*table.primary_key.columns)
        if table in tables.JUDGED:
            query = query.where(holds(scan, table) if scan else false())
        for first, numbers in by_scan.items():
            own = query.where(table.c.scan_id == first, table.c.item.in_(numbers))
            found[table.name].extend(connection.execute(own))
    return dict(found)


def places(access: Access, scan: Scan, fingerprints: Iterable[str]) -> Iterator[Result]:
    """Yield the items of a scan that hold one of `fingerprints`, with those findings only."""
    findings: dict[Key, dict[int, Row[Any]]] = defaultdict(dict)
    prints: dict[Key, dict[tuple[int, int], Row[Any]]] = defaultdict(dict)
    rows: dict[Key, Row[Any]] = {}
    with access.reading() as connection:
        for some in groups(sorted(set(fingerprints))):
            for row in connection.execute(matching(tables.findings, scan, some)):
                findings[row.scan_id, row.item][row.ordinal] = row
            for row in connection.execute(matching(tables.fingerprints, scan, some)):
                prints[row.scan_id, row.item][row.finding, row.ordinal] = row
        for row in with_keys(connection, findings):
            rows[row.scan_id, row.item] = row
    ordered = sorted(rows, key=lambda key: str(rows[key].uri))
    for keys in groups(ordered):
        page = [rows[key] for key in keys]
        with access.reading() as connection:
            parts = parts_of(connection, scan, page, of=(tables.evidence, *tables.JUDGED))
        for name, matches in (("findings", findings), ("fingerprints", prints)):
            parts[name] = [row for key in keys for _, row in sorted(matches[key].items())]
        yield from results_of(page, parts)


def with_keys(connection: Connection, keys: Iterable[Key]) -> Iterator[Row[Any]]:
    """Yield the items of some keys."""
    by_scan: dict[int, list[int]] = defaultdict(list)
    for first, number in sorted(keys):
        by_scan[first].append(number)
    for first, numbers in by_scan.items():
        for some in groups(numbers):
            query = select(items).where(items.c.scan_id == first, items.c.item.in_(some))
            yield from connection.execute(query)


def matching(table: Any, scan: Scan, fingerprints: Sequence[str]) -> Select[Any]:
    """Select the rows of `table` that belong to findings of a scan with one of `fingerprints`."""
    prints = tables.fingerprints.alias("matching")
    finding = table.c.ordinal if table is tables.findings else table.c.finding
    is_item = (prints.c.scan_id == items.c.scan_id) & (prints.c.item == items.c.item)
    matched = (
        select(prints.c.scan_id, prints.c.item, prints.c.finding)
        .join(items, is_item)
        .where(prints.c.digest.in_(fingerprints), holds(scan))
        .distinct()
        .subquery()
    )
    return select(table).join(
        matched,
        (table.c.scan_id == matched.c.scan_id)
        & (table.c.item == matched.c.item)
        & (finding == matched.c.finding),
    )


def same_content(
    access: Access, digest: str, name: str, detection_digest: str
) -> Iterator[list[Result]]:
    """Yield what was kept of files of one name and content, under the same way to read it."""
    of_file = (
        select(items.c.series, items.c.scan_id, items.c.item, items.c.uri)
        .join(tables.scans, tables.scans.c.id == items.c.scan_id)
        .where(
            items.c.digest == digest,
            items.c.stamp.is_not(None),
            tables.scans.c.detection_digest == detection_digest,
        )
        .limit(SAME_CONTENT)
    )
    with access.reading() as connection:
        for one in connection.execute(of_file).all():
            if one.uri.rpartition("/")[2] == name:
                in_tree = or_(
                    items.c.item == one.item,
                    and_(items.c.uri > one.uri + WITHIN, items.c.within == one.uri),
                )
                tree = select(items).where(
                    items.c.series == one.series,
                    items.c.scan_id == one.scan_id,
                    items.c.uri >= one.uri,
                    in_tree,
                )
                limited = tree.order_by("uri").limit(MOST_WITHIN + 2)
                rows = list(connection.execute(limited))
                if len(rows) <= MOST_WITHIN + 1:
                    rows.append(rows.pop(0))  # the file itself comes last
                    yield results_of(rows, parts_of(connection, None, rows))


def totals(connection: Connection, scan: Scan) -> Iterator[Total]:
    """Yield how many items of each sort a scan has."""
    sort = (items.c.media_type, items.c.status, items.c.stage, items.c.reason, items.c.level)
    has = case((items.c.findings > 0, 1), else_=0)
    counted = (func.count(), func.sum(items.c.size), func.sum(has), func.sum(items.c.findings))
    query = select(*sort, *counted).where(holds(scan)).group_by(*sort)
    for media_type, status, stage, reason, level, *numbers in connection.execute(query):
        yield Total(media_type, Coverage(status, stage, reason), level, *map(int, numbers))


def broken(connection: Connection, scan: Scan) -> int:
    """Return how many items break a promise for certain."""
    told = tables.breaches
    is_item = (told.c.scan_id == items.c.scan_id) & (told.c.item == items.c.item)
    query = (
        select(items.c.scan_id, items.c.item)
        .join(told, is_item)
        .where(holds(scan), holds(scan, told), told.c.outcome != "undetermined")
        .distinct()
    )
    return int(connection.scalar(select(func.count()).select_from(query.subquery())) or 0)


def verdicts(connection: Connection, scan: Scan) -> Counter[str]:
    """Return the number of items by verdict; one counts once under each that it has."""
    judged = tables.judgements
    is_item = (judged.c.scan_id == items.c.scan_id) & (judged.c.item == items.c.item)
    once = (
        select(judged.c.verdict, items.c.scan_id, items.c.item)
        .join(items, is_item)
        .where(holds(scan), holds(scan, judged))
        .distinct()
        .subquery()
    )
    query = select(once.c.verdict, func.count()).group_by(once.c.verdict)
    return Counter({row.verdict: row[1] for row in connection.execute(query)})


def changes(connection: Connection, scan: Scan, before: Scan) -> Iterator[Change]:
    """Yield the files that a scan does not have as an earlier one of the series has them."""
    then, now = holds(before), holds(scan)
    columns = select(items.c.uri, items.c.digest).where(IS_FILE)
    came = columns.where(now, items.c.scan_id > before.id)
    other = items.alias("other")
    same_place = (other.c.series == scan.series) & (other.c.uri == items.c.uri)
    left = columns.where(then, items.c.last_scan < scan.id)
    still = select(other.c.uri).where(
        same_place,
        other.c.scan_id <= scan.id,
        other.c.last_scan.is_(None) | (other.c.last_scan >= scan.id),
    )
    gone = {row.uri: row.digest for row in connection.execute(left.where(~still.exists()))}
    was = select(other.c.uri).where(
        same_place,
        other.c.scan_id <= before.id,
        other.c.last_scan.is_(None) | (other.c.last_scan >= before.id),
    )
    by_digest: dict[str, list[str]] = defaultdict(list)
    for uri in sorted(gone, reverse=True):
        if gone[uri]:
            by_digest[gone[uri]].append(uri)
    # Read again under other settings, or touched: it is as it was.
    is_same = was.where(other.c.digest == items.c.digest).exists()
    news = came.add_columns(was.exists()).where(~is_same).order_by(items.c.uri)
    for row in connection.execute(news):
        if row[2]:
            yield Change(row.uri, "changed")
        elif row.digest and by_digest[row.digest]:
            before_uri = by_digest[row.digest].pop()
            del gone[before_uri]
            yield Change(row.uri, "moved", before_uri)
        else:
            yield Change(row.uri, "new")
    yield from (Change(uri, "gone") for uri in sorted(gone))
