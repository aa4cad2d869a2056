"""Who deals with what: every step is kept, the last one holds."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Column, Connection, Date, Integer, Table, func, insert, select

from pii_scan.chain import Signer
from pii_scan.errors import ConfigError
from pii_scan.model import Assignment
from pii_scan.store import _log
from pii_scan.store._access import Room
from pii_scan.store._tables import metadata
from pii_scan.store._types import Moment, SafeText

assignments = Table(
    "assignments",
    metadata,
    Column("group", SafeText, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("path", SafeText, nullable=False),
    Column("entity", SafeText),
    Column("owner", SafeText, nullable=False),
    Column("due", Date),
    Column("status", SafeText, nullable=False),
    Column("note", SafeText, nullable=False),
    Column("by", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
)
FIELDS = ("path", "entity", "owner", "due", "status", "note", "by", "at", "revision")


def add(connection: Connection, steps: Iterable[Assignment]) -> None:
    """Add steps, each of which must be the next of its group.

    Raises:
        ConfigError: somebody else has added one meanwhile.
    """
    columns = assignments.c
    last = select(func.max(columns.revision))
    for it in steps:
        held = connection.scalar(last.where(columns.group == it.group)) or 0
        if it.revision != held + 1:
            raise ConfigError("somebody else has assigned the same meanwhile: try again")
        values = {name: getattr(it, name) for name in FIELDS}
        connection.execute(insert(assignments).values(group=it.group, **values))


def steps(connection: Connection, group: str | None = None) -> list[Assignment]:
    """Return the steps of a group, or of all, in order."""
    columns = assignments.c
    query = select(*(columns[name] for name in FIELDS)).order_by(columns.group, columns.revision)
    if group is not None:
        query = query.where(columns.group == group)
    return [Assignment(*row) for row in connection.execute(query)]


class Assignments(Room):
    """Who deals with what."""

    def assign(self, steps: Sequence[Assignment], operator: str, signer: Signer | None) -> None:
        """Write down who deals with what: all of it or, when one cannot be, nothing.

        Raises:
            ConfigError: somebody else has assigned one of the groups meanwhile.
        """
        if not steps:
            return
        told = {"steps": [{"group": it.group, "revision": it.revision} for it in steps]}
        with self._access.writing() as connection:
            add(connection, steps)
            _log.append(connection, "assigned", operator, told, signer)

    def assignments(self) -> dict[str, Assignment]:
        """Return what holds of every group that somebody deals with, by its id."""
        with self._access.reading() as connection:
            return {it.group: it for it in steps(connection)}

    def assigned(self, group: str | None = None) -> list[Assignment]:
        """Return the history of a group, or of all of them, the oldest step of each first."""
        with self._access.reading() as connection:
            return steps(connection, group)
