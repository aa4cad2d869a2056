"""Cases of requests: sealed by whoever has the key, numbered by the year; the store reads none."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from pii_scan.chain import Signer
from pii_scan.errors import ConfigError
from pii_scan.store import _log
from pii_scan.store._access import Room
from pii_scan.store._tables import cases


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done with a case, for the log; written in the same transaction."""

    kind: str
    operator: str
    data: Mapping[str, Any]
    """JSON, with no value of the person."""
    signer: Signer | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as the store has it."""

    number: str
    """ "I-2026-001"."""
    key_id: str
    """Of the key that sealed it."""
    sealed: bytes = field(repr=False)
    kept_until: date | None = None
    """Last day on which it may be there; `None`: it is open."""


def add(connection: Connection, year: int, key_id: str, seal: Callable[[str], bytes]) -> StoredCase:
    """Add a case under the next number of a year."""
    last = connection.scalar(select(func.max(cases.c.serial)).where(cases.c.year == year))
    serial = (last or 0) + 1
    found = StoredCase(f"I-{year}-{serial:03}", key_id, seal(f"I-{year}-{serial:03}"))
    connection.execute(
        insert(cases).values(
            year=year, serial=serial, number=found.number, key_id=key_id, sealed=found.sealed
        )
    )
    return found


def everyone(connection: Connection) -> list[StoredCase]:
    """Return every case, the oldest first."""
    columns = (cases.c.number, cases.c.key_id, cases.c.sealed, cases.c.kept_until)
    query = select(*columns).order_by(cases.c.year, cases.c.serial)
    return [StoredCase(*row) for row in connection.execute(query)]


def one(connection: Connection, number: str) -> StoredCase:
    """Return a case.

    Raises:
        ConfigError: there is none of that number.
    """
    columns = (cases.c.number, cases.c.key_id, cases.c.sealed, cases.c.kept_until)
    row = connection.execute(select(*columns).where(cases.c.number == number)).first()
    if row is None:
        raise ConfigError(f"there is no case {number!r}: pii-scan inzage status lists them")
    return StoredCase(*row)


def keep(connection: Connection, before: StoredCase, after: StoredCase) -> None:
    """Put a case in the place of what it was.

    Raises:
        ConfigError: somebody else changed it meanwhile.
    """
    is_it = (cases.c.number == before.number) & (cases.c.sealed == before.sealed)
    changed = update(cases).where(is_it)
    values = {"key_id": after.key_id, "sealed": after.sealed, "kept_until": after.kept_until}
    if connection.dialect.name == "sqlite":
        # What it was is overwritten in the file, not only let go of.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    if connection.execute(changed.values(values)).rowcount != 1:
        raise ConfigError(f"case {before.number} was changed by another meanwhile; try again")


def remove(connection: Connection, numbers: Iterable[str]) -> None:
    """Remove cases altogether; their numbers are not given again while later ones stand."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    connection.execute(delete(cases).where(cases.c.number.in_(list(numbers))))


class Cases(Room):
    """Cases, which whoever has their key has sealed."""

    def add_case(
        self, year: int, key_id: str, seal: Callable[[str], bytes], deed: Deed
    ) -> StoredCase:
        """Add a case under the next number of a year, which `seal` gets."""
        with self._access.writing() as connection:
            found = add(connection, year, key_id, seal)
            data = {"case": found.number, **deed.data}
            _log.append(connection, deed.kind, deed.operator, data, deed.signer)
        return found

    def case(self, number: str) -> StoredCase:
        """Return a case.

        Raises:
            ConfigError: there is none of that number.
        """
        with self._access.reading() as connection:
            return one(connection, number)

    def cases(self) -> list[StoredCase]:
        """Return every case, the oldest first."""
        with self._access.reading() as connection:
            return everyone(connection)

    def keep_case(self, before: StoredCase, after: StoredCase, deed: Deed) -> None:
        """Put a case in the place of what it was.

        Raises:
            ConfigError: somebody else changed it meanwhile.
        """
        with self._access.writing() as connection:
            keep(connection, before, after)
            _log.append(connection, deed.kind, deed.operator, deed.data, deed.signer)

    def remove_cases(self, numbers: Iterable[str], deed: Deed) -> None:
        """Remove cases altogether."""
        with self._access.writing() as connection:
            remove(connection, numbers)
            _log.append(connection, deed.kind, deed.operator, deed.data, deed.signer)
