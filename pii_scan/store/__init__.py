"""Stage 7, store: Result -> database. The only room with SQL.

It holds no value in clear: findings come in masked, with fingerprints under a key kept elsewhere.
"""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from pii_scan.chain import Check, Flaw, Signer
from pii_scan.errors import ConfigError
from pii_scan.model import (
    Assignment,
    Breach,
    Change,
    Decision,
    DecisionKind,
    Entry,
    Judgement,
    Result,
    Scan,
    Suppression,
    Total,
)
from pii_scan.store import (
    _around,
    _assignments,
    _carrying,
    _cases,
    _decisions,
    _exposure,
    _log,
    _purge,
    _reading,
)
from pii_scan.store import _tables as tables
from pii_scan.store._access import Access, groups
from pii_scan.store._carrying import Standing
from pii_scan.store._cases import Deed, StoredCase
from pii_scan.store._claim import claimed
from pii_scan.store._database import connected, parsed, sqlite_file
from pii_scan.store._insert import Inserts
from pii_scan.store._purge import Purged
from pii_scan.store._rows import Rows, judged_rows, rows_of, scan_of
from pii_scan.store.browsing import Browse

__all__ = [
    "Deed",
    "Flaw",
    "Purged",
    "Signer",
    "Standing",
    "Store",
    "StoredCase",
    "default_folder",
    "default_url",
]

BATCH_ITEMS = 500
BATCH_ROWS = 10_000
BATCH_SECONDS = 5.0
"""A batch commits when it reaches one of these; a program that is killed loses one batch."""

Stamp = Callable[[Result], int | None]
"""Gives a number that stays as long as a file need not be read again; `None`: it must be."""


def default_url() -> str:
    """Return where the store is when nobody says: `PII_SCAN_STORE`, else the user's data folder."""
    if url := os.environ.get("PII_SCAN_STORE"):
        return url
    return str(default_folder() / "inventory.db")


def default_folder() -> Path:
    """Return the user's data folder for this program."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "pii-scan"


class Store:
    """The scans of an organisation in one database."""

    def __init__(self, engine: Engine) -> None:
        """Use `open`, which also brings the tables up to date."""
        self._access = Access(engine)
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
        file = sqlite_file(self._access.engine.url)
        if file is None:
            return frozenset()
        path = str(file.absolute())
        return frozenset((path, *(f"{path}-{end}" for end in ("wal", "shm", "lock"))))

    @property
    def url(self) -> str | None:
        """Where other processes find it, its password included; `None` when it is in memory."""
        url = self._access.engine.url
        if url.get_backend_name() == "sqlite" and sqlite_file(url) is None:
            return None
        return url.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._access.engine.dispose()

    # a scan as it is made

    def claimed(self, places: str) -> AbstractContextManager[None]:
        """Keep other programs from scanning the same places meanwhile.

        Raises:
            ConfigError: another one is at it.
        """
        return claimed(self._access.engine, places)

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
        *,
        places: str | None = None,
        detection_digest: str = "",
        policy_digest: str = "",
        key_id: str | None = None,
        is_full: bool = False,
        signer: Signer | None = None,
    ) -> Scan:
        """Note down that a scan starts now, or goes on where it was cut off.

        Scans of the same `places` are a series: what did not change holds on from the one before.
        `None` is a scan by itself. One that was cut off goes on when nothing else was asked for.
        """
        places_named = tuple(targets)
        values = {
            "targets": places_named,
            "today": today,
            "policy": policy,
            "tool_version": tool_version,
            "config_digest": config_digest,
            "operator": operator,
            "suppressions": tuple(suppressions),
            "grounds": tuple(grounds),
            "detection_digest": detection_digest,
            "policy_digest": policy_digest,
            "key_id": key_id,
            "is_full": is_full,
        }
        last = self._last(places) if places is not None else None
        with self._access.writing() as connection:
            if last is not None and last.finished is None:
                _carrying.undo_halves(connection, last)
                if all(getattr(last, name) == value for name, value in values.items()):
                    _log.append(connection, "scan.resumed", operator, {"scan": last.id}, signer)
                    return last
                _log.append(connection, "scan.abandoned", operator, {"scan": last.id}, signer)
            made = insert(tables.scans).values(
                **values,
                started=datetime.now(UTC),
                places=places,
                series=(last and last.series) or 0,
            )
            (scan_id,) = connection.execute(made).inserted_primary_key or (0,)
            if last is None:
                of_itself = update(tables.scans).where(tables.scans.c.id == scan_id)
                connection.execute(of_itself.values(series=scan_id))
            told = {"scan": scan_id, "targets": list(places_named), "config": config_digest}
            _log.append(connection, "scan.started", operator, told, signer)
        return self.scan(scan_id)

    def finish(
        self,
        scan_id: int,
        *,
        operator: str = "",
        signer: Signer | None = None,
        walked: tuple[int, int] | None = None,
    ) -> Scan:
        """Note down that a scan is complete: what it did not meet is gone.

        `walked` is how many files the walk counted by itself, and their bytes.
        """
        scan = self.scan(scan_id)
        told: dict[str, Any] = {"scan": scan_id}
        if walked is not None:
            told["walked"] = {"items": walked[0], "bytes": walked[1]}
        done = update(tables.scans).where(tables.scans.c.id == scan_id)
        with self._access.writing() as connection:
            _carrying.close_gone(connection, scan)
            connection.execute(done.values(finished=datetime.now(UTC)))
            _log.append(connection, "scan.finished", operator or scan.operator, told, signer)
        return self.scan(scan_id)

    def expected(self, scan: Scan) -> tuple[int, int]:
        """Return how many files earlier scans left at the places of a scan, and their bytes."""
        with self._access.reading() as connection:
            return _carrying.expected(connection, scan)

    def standing(self, scan: Scan, uris: Sequence[str]) -> dict[str, Standing]:
        """Return what holds of addresses as a scan comes by."""
        with self._access.reading() as connection:
            return _carrying.standing(connection, scan, uris)

    def note_seen(self, scan: Scan, seen: Sequence[Standing]) -> None:
        """Note down that a scan has met files as they were."""
        with self._access.writing() as connection:
            rows = [(scan.id, one.scan_id, one.item) for one in seen]
            self._inserts.run(connection, tables.seen, rows)

    def undo(self, scan: Scan, uris: Iterable[str]) -> None:
        """Take back what a scan wrote of files, which it will read again."""
        with self._access.writing() as connection:
            _carrying.undo(connection, scan, uris)

    def save(self, scan_id: int, results: Iterable[Result], stamp: Stamp = lambda _: None) -> int:
        """Write results as they come, in batches, and return how many.

        An item is written whole or not at all. One that is saved again takes the place of what was
        saved of it. When `results` raises, what it gave before is written first.
        """
        scan = self.scan(scan_id)
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
                    self._write(scan, full, stamp)
                    saved += len(full)
                    rows, began = 0, time.monotonic()
        finally:
            self._write(scan, batch, stamp)
        return saved + len(batch)

    def rejudge(self, scan: Scan, judge: Callable[[Result], Result]) -> int:
        """Judge anew what a scan took over from those before it; return how many items differ."""
        if not self._is_judged_otherwise(scan):
            return 0
        differing = 0
        is_taken_over = _carrying.is_earlier(scan)
        has_judgements = tables.items.c.level.is_not(None)
        for page in _reading.pages(self._access, scan, is_taken_over, has_judgements):
            judged = [(result, judge(result)) for result in page]
            news = {new.item.uri: new for old, new in judged if _verdicts(new) != _verdicts(old)}
            if news:
                self._judge_anew(scan, news)
                differing += len(news)
        return differing

    def _judge_anew(self, scan: Scan, news: Mapping[str, Result]) -> None:
        with self._access.writing() as connection:
            standing = _carrying.standing(connection, scan, list(news))
            keys = {uri: (it.scan_id, it.item) for uri, it in standing.items()}
            _carrying.close_judgements(connection, scan, list(keys.values()))
            rows: Rows = defaultdict(list)
            for uri, result in news.items():
                judged_rows(keys[uri], scan.id, result, rows)
            for table in tables.JUDGED:
                self._inserts.run(connection, table, rows[table.name])

    def _is_judged_otherwise(self, scan: Scan) -> bool:
        """Tell whether an earlier scan may have judged what this one takes over in another way."""
        by = (scan.policy_digest, scan.today)
        for one in reversed(self._series(scan)):
            if one.id < scan.id and (one.policy_digest, one.today) != by:
                return True
            if one.id < scan.id and one.finished:
                return False
        return False

    def _series(self, scan: Scan) -> list[Scan]:
        return [one for one in self.scans() if one.series == scan.series]

    def _last(self, places: str) -> Scan | None:
        of_places = select(tables.scans).where(tables.scans.c.places == places)
        with self._access.reading() as connection:
            row = connection.execute(of_places.order_by(tables.scans.c.id.desc()).limit(1)).first()
        return None if row is None else scan_of(row)

    def _write(self, scan: Scan, batch: Sequence[Result], stamp: Stamp) -> None:
        if not batch:
            return
        try:
            self._insert(scan, batch, stamp)
        except IntegrityError:
            # An item of the batch is there already, or twice in it. Rare, so that it may be slow.
            last = {result.item.uri: result for result in batch}
            with self._access.writing() as connection:
                items = tables.items.c
                of_scan = select(items.item).where(items.scan_id == scan.id)
                for some in groups(list(last)):
                    numbers = connection.scalars(of_scan.where(items.uri.in_(some)))
                    _carrying.drop(connection, scan.id, numbers.all())
            self._insert(scan, list(last.values()), stamp)

    def _insert(self, scan: Scan, batch: Sequence[Result], stamp: Stamp) -> None:
        number = select(func.max(tables.items.c.item)).where(tables.items.c.scan_id == scan.id)
        with self._access.writing() as connection:
            if scan.id != scan.series:
                _carrying.supersede(connection, scan, batch)
            first = (connection.scalar(number) or 0) + 1
            rows: Rows = defaultdict(list)
            for offset, result in enumerate(batch):
                rows_of(scan, first + offset, result, stamp(result), rows)
            for table in tables.IN_ORDER:
                self._inserts.run(connection, table, rows[table.name])

    # what it holds

    def scans(self) -> list[Scan]:
        """Return every scan that was not purged, the oldest first."""
        query = select(tables.scans).where(tables.scans.c.purged.is_(None))
        with self._access.reading() as connection:
            return [scan_of(row) for row in connection.execute(query.order_by("id"))]

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

    def results(self, scan_id: int) -> Iterator[Result]:
        """Give the results of a scan in the order of their URIs, a page in memory at a time.

        Of a scan that did not finish, what it had not come to is as the one before it left it.
        """
        for page in _reading.pages(self._access, self.scan(scan_id)):
            yield from page

    def result(self, scan_id: int, uri: str) -> Result | None:
        """Return what a scan kept of one item, or `None` when it did not meet it."""
        is_it = tables.items.c.uri == uri
        for page in _reading.pages(self._access, self.scan(scan_id), is_it):
            return page[0] if page else None
        return None

    def within(self, scan_id: int, uri: str) -> Iterator[Result]:
        """Give what lies within a file, however deep, in the order of their URIs."""
        for page in _reading.pages(self._access, self.scan(scan_id), tables.items.c.within == uri):
            yield from page

    def places(self, scan_id: int, fingerprints: Iterable[str]) -> Iterator[Result]:
        """Give the items that hold one of `fingerprints`, in the order of their URIs.

        Each with those findings only that match; the rest of the item is as in `results`.
        """
        return _reading.places(self._access, self.scan(scan_id), fingerprints)

    def around(self, scan_id: int, fingerprints: Iterable[str]) -> Iterator[Result]:
        """Give the items that hold one of `fingerprints`, in the order of their URIs.

        Of a table with all that stands in those rows; of what is no table with all findings.
        """
        return _around.around(self._access, self.scan(scan_id), fingerprints)

    def tally(self, scan_id: int, fingerprints: Iterable[str]) -> dict[str, int]:
        """Return how many findings each of `fingerprints` is of; without those that are of none."""
        with self._access.reading() as connection:
            return dict(_around.tally(connection, self.scan(scan_id), fingerprints))

    def same_content(self, digest: str, name: str, detection_digest: str) -> Iterator[list[Result]]:
        """Give what was kept of files of a name and content, each behind what was within it."""
        return _reading.same_content(self._access, digest, name, detection_digest)

    def totals(self, scan_id: int) -> list[Total]:
        """Return how many items of each sort there are."""
        with self._access.reading() as connection:
            return list(_reading.totals(connection, self.scan(scan_id)))

    def verdicts(self, scan_id: int) -> Counter[str]:
        """Return the number of items by verdict; one counts once under each that it has."""
        with self._access.reading() as connection:
            return _reading.verdicts(connection, self.scan(scan_id))

    def broken(self, scan_id: int) -> int:
        """Return how many items break a promise on place or content for certain."""
        with self._access.reading() as connection:
            return _reading.broken(connection, self.scan(scan_id))

    def changes(self, scan_id: int) -> Iterator[Change]:
        """Give what is not as the last finished scan of the same places left it."""
        scan = self.scan(scan_id)
        done = [one for one in self._series(scan) if one.finished and one.id < scan.id]
        if done:
            with self._access.reading() as connection:
                yield from _reading.changes(connection, scan, done[-1])

    def counts(self, scan_id: int) -> dict[str, int]:
        """Return the number of items by status."""
        counted: Counter[str] = Counter()
        for total in self.totals(scan_id):
            counted[total.coverage.status] += total.items
        return dict(sorted(counted.items()))

    def suppressed(self, scan_id: int) -> Counter[str]:
        """Return the number of findings that each suppression left out, by its id."""
        column = tables.items.c.suppressed
        query = select(column).where(_carrying.holds(self.scan(scan_id)), column != ())
        counted: Counter[str] = Counter()
        with self._access.reading() as connection:
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
        with self._access.writing() as connection:
            _decisions.decide(connection, made)
            _log.append(connection, f"decision.{made.kind}", made.by, told, signer)

    def decided(
        self, kind: DecisionKind, subjects: Iterable[str] | None = None
    ) -> dict[str, Decision]:
        """Return the decisions of a kind that hold, by subject."""
        with self._access.reading() as connection:
            return _decisions.decided(connection, kind, subjects)

    def corrections(self) -> dict[str, tuple[Decision, ...]]:
        """Return what people corrected of items, by address."""
        found: dict[str, tuple[Decision, ...]] = {}
        kinds: tuple[DecisionKind, ...] = ("date", "doc_type")
        for kind in kinds:
            for uri, made in self.decided(kind).items():
                found[uri] = (*found.get(uri, ()), made)
        return found

    def browse(self, scan: Scan) -> Browse:
        """Return the pages of a scan."""
        return Browse(self._access, scan)

    # what would be out if some folders were

    def has(self, scan_id: int, path: str) -> bool:
        """Tell whether a scan met an item, or anything in a folder."""
        where = _exposure.below(self.scan(scan_id), [path])
        with self._access.reading() as connection:
            return connection.scalar(select(tables.items.c.item).where(where).limit(1)) is not None

    def exposed(
        self, scan_id: int, paths: Sequence[str]
    ) -> tuple[list[_exposure.Group], list[_exposure.Kind], dict[str, int]]:
        """Return what paths hold: items that are alike, findings by category, items by verdict."""
        scan = self.scan(scan_id)
        where = _exposure.below(scan, paths)
        with self._access.reading() as connection:
            return (
                _exposure.groups(connection, where),
                _exposure.kinds(connection, where),
                _exposure.verdicts(connection, scan, where),
            )

    def identifiers(self, scan_id: int, paths: Sequence[str]) -> Iterator[_exposure.Identifier]:
        """Give the fingerprints that tell people below paths apart, item by item."""
        where = _exposure.below(self.scan(scan_id), paths)
        with self._access.reading() as connection:
            yield from _exposure.identifiers(connection, where)

    # who deals with what

    def assign(self, steps: Sequence[Assignment], operator: str, signer: Signer | None) -> None:
        """Write down who deals with what: all of it or, when one cannot be, nothing.

        Raises:
            ConfigError: somebody else has assigned one of the groups meanwhile.
        """
        if not steps:
            return
        told = {"steps": [{"group": it.group, "revision": it.revision} for it in steps]}
        with self._access.writing() as connection:
            _assignments.add(connection, steps)
            _log.append(connection, "assigned", operator, told, signer)

    def assignments(self) -> dict[str, Assignment]:
        """Return what holds of every group that somebody deals with, by its id."""
        with self._access.reading() as connection:
            return {it.group: it for it in _assignments.steps(connection)}

    def assigned(self, group: str | None = None) -> list[Assignment]:
        """Return the history of a group, or of all of them, the oldest step of each first."""
        with self._access.reading() as connection:
            return _assignments.steps(connection, group)

    # cases, which whoever has their key has sealed

    def add_case(
        self, year: int, key_id: str, seal: Callable[[str], bytes], deed: Deed
    ) -> StoredCase:
        """Add a case under the next number of a year, which `seal` gets."""
        with self._access.writing() as connection:
            found = _cases.add(connection, year, key_id, seal)
            data = {"case": found.number, **deed.data}
            _log.append(connection, deed.kind, deed.operator, data, deed.signer)
        return found

    def case(self, number: str) -> StoredCase:
        """Return a case.

        Raises:
            ConfigError: there is none of that number.
        """
        with self._access.reading() as connection:
            return _cases.one(connection, number)

    def cases(self) -> list[StoredCase]:
        """Return every case, the oldest first."""
        with self._access.reading() as connection:
            return _cases.everyone(connection)

    def keep_case(self, before: StoredCase, after: StoredCase, deed: Deed) -> None:
        """Put a case in the place of what it was.

        Raises:
            ConfigError: somebody else changed it meanwhile.
        """
        with self._access.writing() as connection:
            _cases.keep(connection, before, after)
            _log.append(connection, deed.kind, deed.operator, deed.data, deed.signer)

    def remove_cases(self, numbers: Iterable[str], deed: Deed) -> None:
        """Remove cases altogether."""
        with self._access.writing() as connection:
            _cases.remove(connection, numbers)
            _log.append(connection, deed.kind, deed.operator, deed.data, deed.signer)

    # the log, and what is past its term

    def record(
        self, kind: str, operator: str, data: Mapping[str, Any], signer: Signer | None
    ) -> Entry:
        """Add an entry to the log: what was done, by whom; never a value that was found."""
        with self._access.writing() as connection:
            return _log.append(connection, kind, operator, data, signer)

    def log(self, beginning: str = "") -> Iterator[Entry]:
        """Give the entries of the log, the oldest first; or those of which the kind begins so."""
        with self._access.reading() as connection:
            yield from _log.entries(connection, beginning)

    def latest(self, limit: int, before: int | None = None) -> list[Entry]:
        """Return the newest entries of the log, or those before a number, the newest first."""
        with self._access.reading() as connection:
            return list(_log.latest(connection, limit, before))

    def flaws(self, check: Check) -> Iterator[Flaw]:
        """Give what is wrong with the log."""
        return _log.flaws(self.log(), check)

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
            found = _purge.purge(connection, is_past, is_trial=is_trial)
            if not is_trial and found.scans:
                _log.append(connection, "purge", operator, _purge.told(found), signer)
        return found


def _verdicts(result: Result) -> tuple[tuple[Judgement, ...], tuple[Breach, ...]]:
    return result.judgements, result.breaches
