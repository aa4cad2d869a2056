"""What a scan has: its results, where fingerprints are, and counts of all."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import select

from pii_scan.model import Change, Result, Total
from pii_scan.store import _around, _carrying, _reading
from pii_scan.store import _tables as tables
from pii_scan.store._scans import Scans


class Results(Scans):
    """What the store says of a scan."""

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

    def same_content(
        self, digest: str, name: str, detection_digest: str
    ) -> Iterator[tuple[int, list[Result]]]:
        """Give what was kept of files of a name and content: a stamp, the file behind its parts."""
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
        query = select(column).where(_carrying.holds_of_all(self.scan(scan_id)), column != ())
        counted: Counter[str] = Counter()
        with self._access.reading() as connection:
            for pairs in connection.scalars(query):
                counted.update(dict(pairs))
        return counted
