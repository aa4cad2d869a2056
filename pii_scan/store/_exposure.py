"""What a few folders hold, counted by the database: an answer within seconds over a large scan."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from pii_scan.model import Scan
from pii_scan.store import _tables as tables
from pii_scan.store._carrying import holds

IDENTIFYING = ("PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER")
"""Entities, and below categories, whose fingerprints tell people apart."""
IDENTIFYING_CATEGORIES = ("B01", "B02", "N06", "G01")

items, findings, prints = tables.items, tables.findings, tables.fingerprints


class Group(NamedTuple):
    """Items that are alike, counted."""

    status: str
    reason: str | None
    level: str | None
    controller: str | None
    role: str
    subject_groups: tuple[str, ...]
    items: int
    bytes: int


class Kind(NamedTuple):
    """Findings of one category, at one level."""

    category: str
    level: str
    items: int
    findings: int


class Identifier(NamedTuple):
    """One fingerprint of a finding that tells who somebody is."""

    scan_id: int
    """With `item` which item it is."""
    item: int
    finding: int
    row: int | None
    where: str
    entity: str
    category: str
    level: str
    person_role: str | None
    kind: str
    digest: str


def below(scan: Scan, paths: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that an item of a scan is one of the paths, or lies in one of them."""
    # Not LIKE, which is blind to case in SQLite, nor a range, which follows the collation.
    uri = items.c.uri
    parts = [
        or_(uri == path, *(_begins(uri, f"{path}{end}") for end in ("/", "!/"))) for path in paths
    ]
    return and_(holds(scan), or_(*parts))


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    return func.substr(column, 1, len(text)) == text


def groups(connection: Connection, where: ColumnElement[bool]) -> list[Group]:
    """Return the items by what they have in common."""
    columns = items.c
    alike = (
        *(columns.status, columns.reason, columns.level),
        *(columns.controller, columns.role, columns.subject_groups),
    )
    counted = (func.count(), func.coalesce(func.sum(columns.size), 0))
    query = select(*alike, *counted).where(where).group_by(*alike)
    # PostgreSQL gives sums of large numbers as decimals.
    return [
        Group._make((*told, int(count), int(size)))
        for *told, count, size in connection.execute(query)
    ]


def kinds(connection: Connection, where: ColumnElement[bool]) -> list[Kind]:
    """Return the findings by category and level."""
    alike = (findings.c.category, findings.c.level)
    item = (items.c.scan_id, items.c.item)
    of_item = _of_items(select(*alike, func.count().label("many")), findings).where(where)
    once = of_item.group_by(*alike, *item).subquery()
    columns = (once.c.category, once.c.level)
    query = select(*columns, func.count(), func.sum(once.c.many)).group_by(*columns)
    return [
        Kind(category, level, count, int(many))
        for category, level, count, many in connection.execute(query)
    ]


def verdicts(connection: Connection, scan: Scan, where: ColumnElement[bool]) -> dict[str, int]:
    """Return the number of items by verdict; one counts once under each that it has."""
    judged = tables.judgements
    once = (
        _of_items(select(judged.c.verdict, items.c.scan_id, items.c.item), judged)
        .where(where, holds(scan, judged))
        .distinct()
        .subquery()
    )
    query = select(once.c.verdict, func.count()).group_by(once.c.verdict)
    return {row[0]: row[1] for row in connection.execute(query)}


def identifiers(connection: Connection, where: ColumnElement[bool]) -> Iterator[Identifier]:
    """Yield what tells people apart, item by item and finding by finding."""
    columns = findings.c
    query = (
        _of_items(
            select(
                *(
                    columns.scan_id,
                    columns.item,
                    columns.ordinal,
                    columns.row_number,
                    columns.place,
                ),
                *(columns.entity, columns.category, columns.level, columns.person_role),
                *(prints.c.kind, prints.c.digest),
            ),
            findings,
        )
        .join(
            prints,
            (prints.c.scan_id == columns.scan_id)
            & (prints.c.item == columns.item)
            & (prints.c.finding == columns.ordinal),
        )
        .where(
            where,
            or_(columns.entity.in_(IDENTIFYING), columns.category.in_(IDENTIFYING_CATEGORIES)),
        )
        .order_by(columns.scan_id, columns.item, columns.ordinal, prints.c.ordinal)
    )
    # By thousands: a million of them are gone through while somebody waits.
    for rows in connection.execution_options(yield_per=10_000).execute(query).partitions():
        yield from map(Identifier._make, rows)


def _of_items(query: Select[Any], table: Any) -> Select[Any]:
    is_item = (table.c.scan_id == items.c.scan_id) & (table.c.item == items.c.item)
    return query.select_from(table).join(items, is_item)
