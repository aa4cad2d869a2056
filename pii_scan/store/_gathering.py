"""A finished scan gathered, by the database itself: all of it follows from its tables."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)

from pii_scan.model import Scan
from pii_scan.store import _tables as tables
from pii_scan.store._carrying import holds
from pii_scan.store._spread import (
    ALIKE,
    ALL,
    NOT_JUDGED,
    TOLD_WHOLE,
    cells,
    clusters,
    gathered,
    level_of,
    repeats,
    spread,
    terms,
    verdict_of,
)

items, findings = tables.items, tables.findings
judgements, prints = tables.judgements, tables.fingerprints


def is_gathered(connection: Connection, scan: Scan) -> bool:
    """Tell whether the tables here hold a scan."""
    found = connection.scalar(select(gathered.c.scan_id).where(gathered.c.scan_id == scan.id))
    return found is not None


def gather(connection: Connection, scan: Scan) -> None:
    """Fill the tables here from those of a scan."""
    drop(connection, [scan.id])
    _spread(connection, scan)
    _cells(connection, scan)
    _clusters(connection, scan)
    _repeats(connection, scan)
    _terms(connection, scan)
    connection.execute(insert(gathered).values(scan_id=scan.id))
    if connection.dialect.name == "sqlite":
        connection.execute(text("ANALYZE"))


def drop(connection: Connection, scans: Iterable[int]) -> None:
    """Take scans out of the tables here."""
    for table in ALL:
        connection.execute(delete(table).where(table.c.scan_id.in_(list(scans))))


def folder() -> ColumnElement[str]:
    """Return the folder of an item on the share, as the reports have it."""
    outer = func.coalesce(items.c.within, items.c.uri)
    # What is left when all that stands in names is taken from the end: up to the last slash.
    return func.rtrim(func.rtrim(outer, func.replace(outer, "/", "")), "/")


def _is_item(table: Table) -> ColumnElement[bool]:
    return (table.c.scan_id == items.c.scan_id) & (table.c.item == items.c.item)


def _worst(scan: Scan) -> Any:
    rank = func.min(verdict_of(judgements.c.verdict))
    query = select(judgements.c.scan_id, judgements.c.item, rank.label("worst"))
    query = query.join(items, _is_item(judgements)).where(holds(scan), holds(scan, judgements))
    return query.group_by(judgements.c.scan_id, judgements.c.item).subquery()


def _spread(connection: Connection, scan: Scan) -> None:
    worst = _worst(scan)
    is_worst = (worst.c.scan_id == items.c.scan_id) & (worst.c.item == items.c.item)
    where, it = folder(), items.c
    told = (
        func.coalesce(worst.c.worst, NOT_JUDGED),
        func.coalesce(it.controller, ""),
        func.coalesce(it.doc_type, ""),
        it.status,
        func.coalesce(it.reason, ""),
    )
    in_item = (
        select(
            findings.c.scan_id,
            findings.c.item,
            findings.c.category,
            func.max(level_of(findings.c.level)).label("level"),
            func.count().label("findings"),
        )
        .join(items, _is_item(findings))
        .where(holds(scan))
        .group_by(findings.c.scan_id, findings.c.item, findings.c.category)
        .subquery()
    )
    count = (
        select(in_item.c.scan_id, in_item.c.item, func.sum(in_item.c.findings).label("findings"))
        .group_by(in_item.c.scan_id, in_item.c.item)
        .subquery()
    )
    key = (literal(scan.id).label("of"),)
    whole = (
        select(
            *key, literal(""), where, it.scan_id, it.item, level_of(it.level), *told,
            func.coalesce(count.c.findings, 0), it.size,
        )
        .outerjoin(worst, is_worst)
        .outerjoin(count, (count.c.scan_id == it.scan_id) & (count.c.item == it.item))
        .where(holds(scan))
    )  # fmt: skip
    each = (
        select(
            *key, in_item.c.category, where, it.scan_id, it.item, in_item.c.level, *told,
            in_item.c.findings, it.size,
        )
        .join(items, (in_item.c.scan_id == it.scan_id) & (in_item.c.item == it.item))
        .outerjoin(worst, is_worst)
    )  # fmt: skip
    for query in (whole, each):
        connection.execute(insert(spread).from_select(spread.c.keys(), query))


def _cells(connection: Connection, scan: Scan) -> None:
    alike = [spread.c[name] for name in ALIKE]
    sums = (func.count(), func.sum(spread.c.findings), func.sum(spread.c.size))
    query = select(literal(scan.id).label("of"), *alike, *sums)
    query = query.where(spread.c.scan_id == scan.id).group_by(*alike)
    connection.execute(insert(cells).from_select(cells.c.keys(), query))


def _clusters(connection: Connection, scan: Scan) -> None:
    worst = _worst(scan)
    where, it = folder(), findings.c
    in_item = (
        select(
            it.scan_id,
            it.item,
            it.entity,
            func.max(it.category).label("category"),
            func.max(level_of(it.level)).label("level"),
            func.count().label("findings"),
            func.min(it.score).label("low"),
            func.max(it.score).label("high"),
        )
        .join(items, _is_item(findings))
        .where(holds(scan))
        .group_by(it.scan_id, it.item, it.entity)
        .subquery()
    )
    one = in_item.c
    query = (
        select(
            literal(scan.id).label("of"),
            where.label("in_folder"),
            one.entity,
            func.max(one.category),
            func.max(one.level),
            func.min(func.coalesce(worst.c.worst, NOT_JUDGED)),
            func.count(),
            func.sum(one.findings),
            func.min(one.low),
            func.max(one.high),
        )
        .join(items, (one.scan_id == items.c.scan_id) & (one.item == items.c.item))
        .outerjoin(worst, (worst.c.scan_id == one.scan_id) & (worst.c.item == one.item))
        # By its name: as an expression it has other parameters here than above.
        .group_by("in_folder", one.entity)
    )
    connection.execute(insert(clusters).from_select(clusters.c.keys(), query))


def _repeats(connection: Connection, scan: Scan) -> None:
    it = findings.c
    is_finding = (
        (prints.c.scan_id == it.scan_id)
        & (prints.c.item == it.item)
        & (prints.c.finding == it.ordinal)
    )
    query = (
        select(
            literal(scan.id).label("of"),
            prints.c.digest,
            func.max(it.entity),
            func.max(it.category),
            func.max(level_of(it.level)),
            func.max(it.masked),
            func.count(items.c.uri.distinct()),
            func.count(),
            func.min(it.score),
            func.max(it.score),
        )
        .join(findings, is_finding)
        .join(items, _is_item(findings))
        .where(holds(scan), prints.c.kind.in_(TOLD_WHOLE))
        .group_by(prints.c.digest)
        .having(func.count() > 1)
    )
    connection.execute(insert(repeats).from_select(repeats.c.keys(), query))


def _terms(connection: Connection, scan: Scan) -> None:
    it = judgements.c
    rank, rule = verdict_of(it.verdict), func.coalesce(it.rule, "")
    trigger = func.coalesce(it.trigger, "")
    query = (
        select(
            literal(scan.id).label("of"), rank.label("ranked"), it.policy, rule, trigger,
            it.scan_id, it.item,
            func.max(func.coalesce(items.c.controller, "")), func.count(), func.min(it.keep_until),
            func.min(it.reference_date), func.max(func.coalesce(it.reference_source, "")),
        )
        .join(items, _is_item(judgements))
        .where(holds(scan), holds(scan, judgements))
        .group_by("ranked", it.policy, it.rule, it.trigger, it.scan_id, it.item)
    )  # fmt: skip
    connection.execute(insert(terms).from_select(terms.c.keys(), query))
