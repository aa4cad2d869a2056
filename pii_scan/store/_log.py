"""The log: what was done, each entry chained to the one before it and signed."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from pii_scan.chain import (
    BEGINNING,
    CHANGED,
    Check,
    Flaw,
    Signer,
    canonical,
    chain_flaws,
    hashed,
    signature_flaws,
)
from pii_scan.model import Entry
from pii_scan.store._access import Room
from pii_scan.store._tables import log

LOCK = 0x7069695F6C6F67
"""Of PostgreSQL, for the one who adds an entry: "pii_log"."""


def append(
    connection: Connection,
    kind: str,
    operator: str,
    data: Mapping[str, Any],
    signer: Signer | None,
) -> Entry:
    """Add an entry, in the transaction of the connection."""
    _wait_for_turn(connection)
    last = connection.execute(select(log).order_by(log.c.number.desc()).limit(1)).first()
    told = {
        "number": last.number + 1 if last else 1,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "operator": operator.encode("utf-8", "backslashreplace").decode(),
        "kind": kind,
        "data": dict(data),
        "previous": last.hash if last else BEGINNING,
    }
    digest = hashed(told)
    row = told | {
        "data": canonical(told["data"]),
        "hash": digest,
        "key_id": signer.id if signer else None,
        "signature": signer.sign(bytes.fromhex(digest)) if signer else None,
    }
    connection.execute(insert(log).values(row))
    return _entry(row)


def entries(connection: Connection, beginning: str = "") -> Iterator[Entry]:
    """Yield all entries, or those of which the kind begins so, the oldest first."""
    query = select(log).order_by(log.c.number)
    if beginning:
        query = query.where(log.c.kind.startswith(beginning, autoescape=True))
    for row in connection.execute(query):
        yield _entry(row._mapping)


def latest(connection: Connection, limit: int, before: int | None) -> Iterator[Entry]:
    """Yield the newest entries, or the newest of those before a number; the newest first."""
    query = select(log).order_by(log.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(log.c.number < before)
    for row in connection.execute(query):
        yield _entry(row._mapping)


def flaws(found: Iterator[Entry], check: Check) -> Iterator[Flaw]:
    """Yield what is wrong with a log: a gap, a changed entry, a signature that is not its key's."""
    previous, number = BEGINNING, 0
    for entry in found:
        wrong = list(chain_flaws([entry], number, previous))
        yield from wrong
        if not any(flaw.what == CHANGED for flaw in wrong):
            yield from signature_flaws([entry], check)
        previous, number = entry.hash, entry.number


def _wait_for_turn(connection: Connection) -> None:
    """Keep others from adding an entry until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    else:
        connection.execute(update(log).where(log.c.number == 0).values(kind=""))


def _entry(row: Mapping[Any, Any]) -> Entry:
    return Entry(
        number=row["number"],
        time=datetime.fromisoformat(row["time"]),
        operator=row["operator"],
        kind=row["kind"],
        data=json.loads(row["data"]),
        previous=row["previous"],
        hash=row["hash"],
        key_id=row["key_id"],
        signature=row["signature"],
    )


class Logbook(Room):
    """The log of the store."""

    def record(
        self, kind: str, operator: str, data: Mapping[str, Any], signer: Signer | None
    ) -> Entry:
        """Add an entry to the log: what was done, by whom; never a value that was found."""
        with self._access.writing() as connection:
            return append(connection, kind, operator, data, signer)

    def log(self, beginning: str = "") -> Iterator[Entry]:
        """Give the entries of the log, the oldest first; or those of which the kind begins so."""
        with self._access.reading() as connection:
            yield from entries(connection, beginning)

    def latest(self, limit: int, before: int | None = None) -> list[Entry]:
        """Return the newest entries of the log, or those before a number, the newest first."""
        with self._access.reading() as connection:
            return list(latest(connection, limit, before))

    def flaws(self, check: Check) -> Iterator[Flaw]:
        """Give what is wrong with the log."""
        return flaws(self.log(), check)
