"""A scan as it is made: what it takes over, what it writes, what it judges anew."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from pii_scan.model import Breach, Judgement, Result, Scan
from pii_scan.store import _carrying, _reading
from pii_scan.store import _tables as tables
from pii_scan.store._access import groups
from pii_scan.store._carrying import Standing
from pii_scan.store._insert import Inserts
from pii_scan.store._rows import Rows, judged_rows, rows_of
from pii_scan.store._scans import Scans

BATCH_ITEMS = 500
BATCH_ROWS = 10_000
BATCH_SECONDS = 5.0
"""A batch commits when it reaches one of these; a program that is killed loses one batch."""

Stamp = Callable[[Result], int | None]
"""Gives a number that stays as long as a file need not be read again; `None`: it must be."""


class Saving(Scans):
    """What a scan does while it runs."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose tables are up to date."""
        super().__init__(engine)
        self._inserts = Inserts(engine.dialect)

    def standing(self, scan: Scan, uris: Sequence[str]) -> dict[str, Standing]:
        """Return what holds of addresses as a scan comes by."""
        with self._access.reading() as connection:
            return _carrying.standing(connection, scan, uris)

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
        for page in _reading.pages(self._access, scan, is_taken_over, _may_be_judged()):
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


def _may_be_judged() -> ColumnElement[bool]:
    """Return the condition of items that a policy may say something of.

    Without anything found it still does of what they are: a recording is one, whoever it names.
    """
    it = tables.items.c
    is_of_kind = or_(
        it.doc_type.is_not(None), *(it.media_type.startswith(one) for one in ("audio/", "video/"))
    )
    return or_(it.level.is_not(None), and_(it.status != "skipped", is_of_kind))


def _verdicts(result: Result) -> tuple[tuple[Judgement, ...], tuple[Breach, ...]]:
    return result.judgements, result.breaches
