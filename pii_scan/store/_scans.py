"""Scans: begun, gone on with, finished, and told apart."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from pii_scan.chain import Signer
from pii_scan.errors import ConfigError
from pii_scan.model import Scan, Suppression
from pii_scan.store import _carrying, _log, _suppressing
from pii_scan.store import _tables as tables
from pii_scan.store._access import Room
from pii_scan.store._claim import claimed
from pii_scan.store._rows import scan_of
from pii_scan.store._seen import Seen


class Scans(Room):
    """The scans of an organisation."""

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
        places_named, held = tuple(targets), tuple(suppressions)
        values = {
            "targets": places_named,
            "today": today,
            "policy": policy,
            "tool_version": tool_version,
            "config_digest": config_digest,
            "operator": operator,
            "suppressions": held,
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
            if last is not None:
                _suppressing.reopen(connection, last, held, today)
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
        seen: Seen | None = None,
    ) -> Scan:
        """Note down that a scan is complete: what it neither wrote nor has seen is gone.

        `walked` is how many files the walk counted by itself, and their bytes.
        """
        scan = self.scan(scan_id)
        told: dict[str, Any] = {"scan": scan_id}
        if walked is not None:
            told["walked"] = {"items": walked[0], "bytes": walked[1]}
        done = update(tables.scans).where(tables.scans.c.id == scan_id)
        with self._access.writing() as connection:
            _carrying.close_gone(connection, scan, seen or Seen())
            connection.execute(done.values(finished=datetime.now(UTC)))
            _log.append(connection, "scan.finished", operator or scan.operator, told, signer)
        return self.scan(scan_id)

    def expected(self, scan: Scan) -> tuple[int, int]:
        """Return how many files earlier scans left at the places of a scan, and their bytes."""
        with self._access.reading() as connection:
            return _carrying.expected(connection, scan)

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

    def _series(self, scan: Scan) -> list[Scan]:
        return [one for one in self.scans() if one.series == scan.series]

    def _last(self, places: str) -> Scan | None:
        of_places = select(tables.scans).where(tables.scans.c.places == places)
        with self._access.reading() as connection:
            row = connection.execute(of_places.order_by(tables.scans.c.id.desc()).limit(1)).first()
        return None if row is None else scan_of(row)
