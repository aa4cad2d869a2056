"""Pages over a scan: counts under a filter, and lists a page at a time."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, Table, func, or_, select, tuple_

from pii_scan.model import Scan, Verdict
from pii_scan.store import _spread as made
from pii_scan.store import _tables as tables
from pii_scan.store._access import Access
from pii_scan.store._carrying import holds
from pii_scan.store._decisions import decisions
from pii_scan.store._gathering import gather, is_gathered
from pii_scan.store._pages import (
    Count,
    Due,
    Filter,
    Group,
    Line,
    Ruling,
    Spot,
    due_of,
    group_of,
    level_of,
    line_of,
    spot_of,
    verdict_of,
)

__all__ = ["Browse", "By", "Count", "Due", "Filter", "Group", "Line", "Ruling", "Spot"]

T = TypeVar("T")
By = Literal["category", "folder", "level", "worst", "controller", "doc_type", "status", "reason"]
EVERYTHING = Filter()
KEPT = 128
"""Answers of counting that are kept."""
items, findings, prints = tables.items, tables.findings, tables.fingerprints


class Browse:
    """The pages of one finished scan. What they are made of is gathered once."""

    def __init__(self, access: Access, scan: Scan) -> None:
        """Use `Store.browse`."""
        self._access = access
        self.scan = scan
        # A scan that has finished stays as it is, and so do its numbers.
        self._by = lru_cache(KEPT)(self._count)
        self._folders = lru_cache(KEPT)(self._count_folders)

    @property
    def is_ready(self) -> bool:
        """Whether everything is gathered; until then the pages are empty."""
        with self._access.reading() as connection:
            return is_gathered(connection, self.scan)

    def gather(self) -> None:
        """Gather what the pages are made of, unless it is there."""
        with self._access.writing() as connection:
            if not is_gathered(connection, self.scan):
                gather(connection, self.scan)

    def by(self, name: By, asked: Filter = EVERYTHING) -> tuple[Count, ...]:
        """Return what there is by one property, the most first."""
        return self._by(name, asked)

    def folders(self, asked: Filter) -> tuple[tuple[str, str, int], ...]:
        """Return how many items each folder has of each level: (folder, level, items)."""
        return self._folders(asked)

    def _count(self, name: By, asked: Filter) -> tuple[Count, ...]:
        column = made.cells.c[name]
        of = self._asked(made.cells, asked, is_by_category=name == "category")
        sums = (func.sum(made.cells.c[it]) for it in ("items", "findings", "size"))
        query = select(column, *sums).where(*of).group_by(column)
        with self._access.reading() as connection:
            rows = [
                Count(_named(name, value), *map(int, sums))
                for value, *sums in connection.execute(query)
            ]
        return tuple(sorted(rows, key=lambda it: (-it.items, it.name)))

    def _count_folders(self, asked: Filter) -> tuple[tuple[str, str, int], ...]:
        cells = made.cells.c
        query = (
            select(cells.folder, cells.level, func.sum(cells["items"]))
            .where(*self._asked(made.cells, asked))
            .group_by(cells.folder, cells.level)
        )
        with self._access.reading() as connection:
            rows = connection.execute(query)
            return tuple((folder, level_of(rank) or "", int(count)) for folder, rank, count in rows)

    def lines(self, asked: Filter, after: str = "", limit: int = 50) -> list[Line]:
        """Return items by folder, a page at a time."""
        it = made.spread.c
        is_item = (it.first_scan == items.c.scan_id) & (it.item == items.c.item)
        query = (
            select(
                items.c.uri, it.level, it.worst, it.doc_type, it.controller, it.status, it.reason,
                it.findings, it.size, it.folder, it.first_scan, it.item,
            )
            .join(items, is_item)
            .where(*self._asked(made.spread, asked))
            .order_by(it.folder, it.first_scan, it.item)
            .limit(limit)
        )  # fmt: skip
        if after:
            folder, first, number = after.rsplit("|", 2)
            here = tuple_(it.folder, it.first_scan, it.item)
            query = query.where(here > tuple_(folder, int(first), int(number)))
        with self._access.reading() as connection:
            return [line_of(dict(row._mapping)) for row in connection.execute(query)]

    def clusters(
        self, asked: Filter, *, start: int = 0, limit: int = 50, is_open: bool = True
    ) -> list[Group]:
        """Return what was found of an entity in a folder, the heaviest and most first.

        With `is_open` only what nobody has decided on.
        """
        it = made.clusters.c
        query = (
            select(made.clusters)
            .where(*self._of(made.clusters, asked))
            .order_by(it.level.desc(), it.findings.desc(), it.folder, it.entity)
        )
        if is_open:
            query = _undecided(query, it.entity + " " + it.folder)
        return self._groups(query.offset(start).limit(limit))

    def repeats(
        self, asked: Filter, *, start: int = 0, limit: int = 50, is_open: bool = True
    ) -> list[Group]:
        """Return values that were found more than once, the most first; else as `clusters`."""
        it = made.repeats.c
        query = select(made.repeats).where(it.scan_id == self.scan.id)
        if asked.category:
            query = query.where(it.category == asked.category)
        if asked.level:
            query = query.where(it.level == made.LEVELS.index(asked.level))
        query = query.order_by(it.findings.desc(), it.digest).offset(start).limit(limit)
        if not is_open:
            return self._groups(query)
        # What is decided is in letters, a fingerprint in bytes: held together here.
        with self._access.reading() as connection:
            is_value = ~decisions.c.subject.contains(" ")
            done = list(connection.scalars(select(decisions.c.subject).where(*_DECIDED, is_value)))
        return self._groups(query.where(it.digest.not_in(done)) if done else query)

    def group(self, subject: str) -> Group | None:
        """Return the group that decisions on `subject` are about, if the scan has it."""
        entity, space, folder = subject.partition(" ")
        if space:
            it = made.clusters.c
            query = select(made.clusters).where(it.folder == folder, it.entity == entity)
        else:
            it = made.repeats.c
            query = select(made.repeats).where(it.digest == subject)
        found = self._groups(query.where(it.scan_id == self.scan.id))
        return found[0] if found else None

    def spots(self, group: Group, after: str = "", limit: int = 20) -> list[Spot]:
        """Return findings of a group, a page at a time."""
        it = findings.c
        key = (it.scan_id, it.item, it.ordinal)
        in_finding = (
            (prints.c.scan_id == it.scan_id)
            & (prints.c.item == it.item)
            & (prints.c.finding == it.ordinal)
        )
        is_item = (it.scan_id == items.c.scan_id) & (it.item == items.c.item)
        query = (
            select(
                items.c.uri, it.place, it.entity, it.masked, it.score, it.level,
                prints.c.digest, *key,
            )
            .join(items, is_item)
            .where(holds(self.scan))
        )  # fmt: skip
        told = prints.c.kind.in_(made.TOLD_WHOLE)
        if group.folder or not group.masked:
            mine = select(made.spread.c.first_scan, made.spread.c.item).where(
                made.spread.c.scan_id == self.scan.id,
                made.spread.c.category == "",
                made.spread.c.folder == group.folder,
            )
            query = query.outerjoin(prints, in_finding & told).where(
                it.entity == group.entity, tuple_(it.scan_id, it.item).in_(mine)
            )
        else:
            query = query.join(prints, in_finding & told).where(prints.c.digest == group.subject)
        return self._page(query, key, after, limit, spot_of)

    def rulings(self, verdicts: Iterable[Verdict] = ("overdue",)) -> list[Ruling]:
        """Return what the rules say, with how many items each says it of."""
        it = made.terms.c
        alike = (it.verdict, it.policy, it.rule, it.trigger)
        ranks = [made.VERDICTS.index(one) for one in verdicts]
        query = (
            select(*alike, func.count(), func.min(it.keep_until))
            .where(it.scan_id == self.scan.id, it.verdict.in_(ranks))
            .group_by(*alike)
            .order_by(it.verdict, func.count().desc(), it.policy, it.rule, it.trigger)
        )
        with self._access.reading() as connection:
            return [Ruling(made.VERDICTS[rank], *told) for rank, *told in connection.execute(query)]

    def due(self, of: Ruling, after: str = "", limit: int = 50) -> list[Due]:
        """Return the items of a ruling, a page at a time."""
        it = made.terms.c
        is_item = (it.first_scan == items.c.scan_id) & (it.item == items.c.item)
        key = (it.first_scan, it.item)
        query = (
            select(
                items.c.uri, it.places, it.keep_until, it.reference_date, it.source,
                it.controller, *key,
            )
            .join(items, is_item)
            .where(
                it.scan_id == self.scan.id,
                it.verdict == made.VERDICTS.index(of.verdict),
                it.policy == of.policy,
                it.rule == of.rule,
                it.trigger == of.trigger,
            )
        )  # fmt: skip
        return self._page(query, key, after, limit, due_of)

    def _page(
        self,
        query: Select[Any],
        key: Sequence[ColumnElement[int]],
        after: str,
        limit: int,
        of: Callable[[dict[str, Any]], T],
    ) -> list[T]:
        """Return what comes after a key, in its order."""
        if after:
            query = query.where(tuple_(*key) > tuple_(*map(int, after.split("|"))))
        with self._access.reading() as connection:
            rows = connection.execute(query.order_by(*key).limit(limit))
            return [of(dict(row._mapping)) for row in rows]

    def _groups(self, query: Select[Any]) -> list[Group]:
        with self._access.reading() as connection:
            return [group_of(dict(row._mapping)) for row in connection.execute(query)]

    def _asked(
        self, table: Table, asked: Filter, *, is_by_category: bool = False
    ) -> list[ColumnElement[bool]]:
        """Return the conditions of a filter; without a category an item counts once."""
        it = table.c
        of = self._of(table, asked)
        if not asked.category:
            of.append(it.category != "" if is_by_category else it.category == "")
        if asked.controller:
            of.append(it.controller == ("" if asked.controller == "-" else asked.controller))
        if asked.doc_type:
            of.append(it.doc_type == ("" if asked.doc_type == "-" else asked.doc_type))
        if asked.status:
            of.append(it.status == asked.status)
        return of

    def _of(self, table: Table, asked: Filter) -> list[ColumnElement[bool]]:
        it = table.c
        of: list[ColumnElement[bool]] = [it.scan_id == self.scan.id]
        if asked.category:
            of.append(it.category == asked.category)
        if asked.folder:
            # "0" comes straight after "/": all that lies below, by the order of the key.
            below = (it.folder > f"{asked.folder}/") & (it.folder < f"{asked.folder}0")
            of.append(or_(it.folder == asked.folder, below))
        if asked.level in made.LEVELS:
            of.append(it.level == made.LEVELS.index(asked.level))
        if asked.verdict in made.VERDICTS:
            of.append(it.worst == made.VERDICTS.index(asked.verdict))
        return of


_DECIDED = (decisions.c.kind == "finding", decisions.c.choice != "open")


def _undecided(query: Select[Any], subject: ColumnElement[str]) -> Select[Any]:
    chosen = select(decisions.c.subject).where(*_DECIDED, decisions.c.subject == subject)
    return query.where(~chosen.exists())


def _named(name: By, value: Any) -> str:
    if name == "level":
        return level_of(value) or ""
    if name == "worst":
        return verdict_of(value) or ""
    return str(value)
