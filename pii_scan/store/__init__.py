"""Stage 7, store: Result -> database. The only room with SQL.

It holds no value in clear: findings come in masked, with fingerprints under a key kept elsewhere.
"""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.model import Assignment, Decision, DecisionKind, Entry, Result, Scan, Suppression
from pii_scan.store import _assignments, _decisions, _log
from pii_scan.store import _tables as tables
from pii_scan.store._database import connected, parsed, sqlite_file
from pii_scan.store._insert import Inserts
from pii_scan.store._log import Check, Flaw, Signer
from pii_scan.store._rows import Rows, results_of, rows_of, scan_of
from pii_scan.store.browsing import Browse

T = TypeVar("T")

BATCH_ITEMS = 500
BATCH_ROWS = 10_000
BATCH_SECONDS = 5.0
"""A batch commits when it reaches one of these; a program that is killed loses one batch."""

PAGE_ITEMS = 256
"""Items that a reading pass holds at a time."""

PARAMETERS = 500
"""Values in one IN list; databases limit them."""


def default_url() -> str:
    """Return where the store is when nobody says: `PII_SCAN_STORE`, else the user's data folder."""
    if url := os.environ.get("PII_SCAN_STORE"):
        return url
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return str(Path(data) / "pii-scan" / "inventory.db")


class Store:
    """The scans of an organisation in one database."""

    def __init__(self, engine: Engine) -> None:
        """Use `open`, which also brings the tables up to date."""
        self._engine = engine
        self._inserts = Inserts(engine.dialect)

    @classmethod
    def open(cls, url: str, *, must_exist: bool = False) -> Self:
        """Open the store at a database URL or the path of an SQLite file.

        With `must_exist` nothing is created where no store is.

        Raises:
            ConfigError: it cannot be opened, and what to do.
        """
        return cls(connected(parsed(url), must_exist))

    @property
    def files(self) -> frozenset[str]:
        """Absolute paths of the files that it lies in, so that a scan can pass them by."""
        file = sqlite_file(self._engine.url)
        if file is None:
            return frozenset()
        path = str(file.absolute())
        return frozenset((path, f"{path}-wal", f"{path}-shm"))

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def begin(
        self,
        targets: Iterable[str],
        today: date,
        policy: str,
        tool_version: str,
        config_digest: str,
        operator: str,
        suppressions: Iterable[Suppression] = (),
        grounds: Iterable[str] = (),
    ) -> Scan:
        """Note down that a scan starts now."""
        values = {
            "targets": tuple(targets),
            "started": datetime.now(UTC),
            "today": today,
            "policy": policy,
            "tool_version": tool_version,
            "config_digest": config_digest,
            "operator": operator,
            "suppressions": tuple(suppressions),
            "grounds": tuple(grounds),
        }
        with self._writing() as connection:
            key = connection.execute(insert(tables.scans).values(values)).inserted_primary_key
        return self.scan(None if key is None else key[0])

    def finish(self, scan_id: int) -> Scan:
        """Note down that a scan is complete."""
        done = update(tables.scans).where(tables.scans.c.id == scan_id)
        with self._writing() as connection:
            connection.execute(done.values(finished=datetime.now(UTC)))
        return self.scan(scan_id)

    def scans(self) -> list[Scan]:
        """Return every scan, the oldest first."""
        with self._reading() as connection:
            return [scan_of(row) for row in connection.execute(_scans().order_by("id"))]

    def scan(self, scan_id: int | None = None) -> Scan:
        """Return a scan; `None` is the newest that finished, else the newest.

        Raises:
            ConfigError: there is no such scan.
        """
        scans = self.scans()
        if not scans:
            raise ConfigError("the store holds no scan yet: run pii-scan scan first")
        if scan_id is None:
            return max(scans, key=lambda scan: (scan.finished is not None, scan.id))
        for scan in scans:
            if scan.id == scan_id:
                return scan
        known = ", ".join(str(scan.id) for scan in scans[-10:])
        raise ConfigError(f"the store holds no scan {scan_id}; the latest are {known}")

    def save(self, scan_id: int, results: Iterable[Result]) -> int:
        """Write results as they come, in batches, and return how many.

        An item is written whole or not at all. One that is saved again takes the place of what was
        saved of it. When `results` raises, what it gave before is written first.
        """
        saved = 0
        batch: list[Result] = []
        rows, began = 0, time.monotonic()
        try:
            for result in results:
                batch.append(result)
                rows += 1 + len(result.findings) + len(result.judgements) + len(result.evidence)
                late = time.monotonic() - began > BATCH_SECONDS
                if len(batch) >= BATCH_ITEMS or rows >= BATCH_ROWS or late:
                    # Emptied first: a batch that fails is not tried again below.
                    full, batch = batch, []
                    self._write(scan_id, full)
                    saved += len(full)
                    rows, began = 0, time.monotonic()
        finally:
            self._write(scan_id, batch)
        return saved + len(batch)

    def results(self, scan_id: int) -> Iterator[Result]:
        """Give the results of a scan in the order of their URIs, a page in memory at a time."""
        items = tables.items.c
        page = _items(scan_id).order_by(items.uri).limit(PAGE_ITEMS)
        last: str | None = None
        while True:
            with self._reading() as connection:
                query = page if last is None else page.where(items.uri > last)
                rows = connection.execute(query).all()
                found = results_of(rows, _parts(connection, scan_id, rows))
            yield from found
            if len(rows) < PAGE_ITEMS:
                return
            last = rows[-1].uri

    def result(self, scan_id: int, uri: str) -> Result | None:
        """Return what a scan kept of one item, or `None` when it did not meet it."""
        with self._reading() as connection:
            rows = connection.execute(_items(scan_id).where(tables.items.c.uri == uri)).all()
            found = results_of(rows, _parts(connection, scan_id, rows))
        return found[0] if found else None

    def places(self, scan_id: int, fingerprints: Iterable[str]) -> Iterator[Result]:
        """Give the items that hold one of `fingerprints`, in the order of their URIs.

        Each with those findings only that match; the rest of the item is as in `results`.
        """
        findings: dict[int, dict[int, Row[Any]]] = defaultdict(dict)
        prints: dict[int, dict[tuple[int, int], Row[Any]]] = defaultdict(dict)
        items: list[Row[Any]] = []
        with self._reading() as connection:
            for some in _groups(sorted(set(fingerprints))):
                for row in connection.execute(_matching(tables.findings, scan_id, some)):
                    findings[row.item][row.ordinal] = row
                for row in connection.execute(_matching(tables.fingerprints, scan_id, some)):
                    prints[row.item][row.finding, row.ordinal] = row
            for numbers in _groups(sorted(findings)):
                query = _items(scan_id).where(tables.items.c.item.in_(numbers))
                items.extend(connection.execute(query))
        items.sort(key=lambda row: str(row.uri))
        for page in _groups(items):
            with self._reading() as connection:
                parts = _parts(connection, scan_id, page, of=(tables.evidence, tables.judgements))
            for name, matches in (("findings", findings), ("fingerprints", prints)):
                parts[name] = [row for it in page for _, row in sorted(matches[it.item].items())]
            yield from results_of(page, parts)

    def counts(self, scan_id: int) -> dict[str, int]:
        """Return the number of items by status."""
        status = tables.items.c.status
        query = select(status, func.count()).where(tables.items.c.scan_id == scan_id)
        with self._reading() as connection:
            rows = connection.execute(query.group_by(status).order_by(status))
            return {row[0]: row[1] for row in rows}

    def suppressed(self, scan_id: int) -> Counter[str]:
        """Return the number of findings that each suppression left out, by its id."""
        column = tables.items.c.suppressed
        query = select(column).where(tables.items.c.scan_id == scan_id, column != ())
        counted: Counter[str] = Counter()
        with self._reading() as connection:
            for pairs in connection.scalars(query):
                counted.update(dict(pairs))
        return counted

    # what people decided

    def decide(
        self, made: Decision, signer: Signer | None, suppression: Suppression | None = None
    ) -> None:
        """Write a decision down, and into the log, together.

        Raises:
            ConfigError: somebody else has decided on the same meanwhile.
        """
        told = {"subject": made.subject, "choice": made.choice, "revision": made.revision}
        told |= dict(made.data)
        if suppression is not None:
            told["suppression"] = suppression.id
        with self._writing() as connection:
            _decisions.decide(connection, made)
            _log.append(connection, f"decision.{made.kind}", made.by, told, signer)

    def decided(
        self, kind: DecisionKind, subjects: Iterable[str] | None = None
    ) -> dict[str, Decision]:
        """Return the decisions of a kind that hold, by subject."""
        with self._reading() as connection:
            return _decisions.decided(connection, kind, subjects)

    def assign(self, steps: Sequence[Assignment]) -> None:
        """Write down who deals with what: all of it or, when one cannot be, nothing.

        Raises:
            ConfigError: somebody else has assigned one of the groups meanwhile.
        """
        with self._writing() as connection:
            _assignments.add(connection, steps)

    def assignments(self) -> dict[str, Assignment]:
        """Return what holds of every group that somebody deals with, by its id."""
        with self._reading() as connection:
            return {it.group: it for it in _assignments.steps(connection)}

    def assigned(self, group: str | None = None) -> list[Assignment]:
        """Return the history of a group, or of all of them, the oldest step of each first."""
        with self._reading() as connection:
            return _assignments.steps(connection, group)

    def browse(self, scan: Scan) -> Browse:
        """Return the pages of a scan."""
        return Browse(self._reading, self._writing, scan)

    # the log

    def record(
        self, kind: str, operator: str, data: Mapping[str, Any], signer: Signer | None
    ) -> Entry:
        """Add an entry to the log: what was done, by whom; never a value that was found."""
        with self._writing() as connection:
            return _log.append(connection, kind, operator, data, signer)

    def log(self) -> Iterator[Entry]:
        """Give the entries of the log, the oldest first."""
        with self._reading() as connection:
            yield from _log.entries(connection)

    def flaws(self, check: Check) -> Iterator[Flaw]:
        """Give what is wrong with the log."""
        return _log.flaws(self.log(), check)

    def _write(self, scan_id: int, batch: Sequence[Result]) -> None:
        if not batch:
            return
        try:
            self._insert(scan_id, batch)
        except IntegrityError:
            # An item of the batch is there already, or twice in it. Rare, so that it may be slow.
            last = {result.item.uri: result for result in batch}
            with self._writing() as connection:
                _delete_items(connection, scan_id, list(last))
            self._insert(scan_id, list(last.values()))

    def _insert(self, scan_id: int, batch: Sequence[Result]) -> None:
        number = select(func.max(tables.items.c.item)).where(tables.items.c.scan_id == scan_id)
        with self._writing() as connection:
            first = (connection.scalar(number) or 0) + 1
            rows: Rows = defaultdict(list)
            for offset, result in enumerate(batch):
                rows_of(scan_id, first + offset, result, rows)
            for table in tables.IN_ORDER:
                self._inserts.run(connection, table, rows[table.name])

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _spoken("read from"), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _spoken("write to"), self._engine.begin() as connection:
            yield connection


@contextmanager
def _spoken(doing: str) -> Iterator[None]:
    """Turn a failure of the database into one line; its own message may quote rows."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        kind = type(error.orig).__name__
        raise PiiScanError(
            f"cannot {doing} the store ({kind}): is its disk full, or another program holding it?"
        ) from None


def _scans() -> Select[Any]:
    return select(tables.scans)


def _items(scan_id: int) -> Select[Any]:
    return select(tables.items).where(tables.items.c.scan_id == scan_id)


def _matching(table: Any, scan_id: int, fingerprints: Sequence[str]) -> Select[Any]:
    """Select the rows of `table` that belong to findings with one of `fingerprints`."""
    prints = tables.fingerprints.alias("matching")
    finding = table.c.ordinal if table is tables.findings else table.c.finding
    matched = (
        select(prints.c.item, prints.c.finding)
        .where(prints.c.scan_id == scan_id, prints.c.digest.in_(fingerprints))
        .distinct()
        .subquery()
    )
    return select(table).join(
        matched,
        (table.c.scan_id == scan_id)
        & (table.c.item == matched.c.item)
        & (finding == matched.c.finding),
    )


PARTS = (tables.findings, tables.fingerprints, tables.evidence, tables.judgements)


def _parts(
    connection: Connection, scan_id: int, items: Sequence[Row[Any]], of: Sequence[Any] = PARTS
) -> dict[str, Sequence[Any]]:
    """Return the rows that belong to `items` of each table of `of`, in the order of their keys."""
    numbers = [row.item for row in items]
    return {
        table.name: connection.execute(
            select(table)
            .where(table.c.scan_id == scan_id, table.c.item.in_(numbers))
            .order_by(*table.primary_key.columns)
        ).all()
        for table in of
    }


def _delete_items(connection: Connection, scan_id: int, uris: Sequence[str]) -> None:
    items = tables.items.c
    for some in _groups(uris):
        numbers = select(items.item).where(items.scan_id == scan_id, items.uri.in_(some))
        found = list(connection.scalars(numbers))
        for table in reversed(tables.IN_ORDER):
            connection.execute(
                delete(table).where(table.c.scan_id == scan_id, table.c.item.in_(found))
            )


def _groups(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), PARAMETERS):
        yield values[start : start + PARAMETERS]
