"""Who deals with what: every step is kept, the last one holds."""

from collections.abc import Iterable

from sqlalchemy import Column, Connection, Date, Integer, Table, func, insert, select

from pii_scan.errors import ConfigError
from pii_scan.model import Assignment
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
