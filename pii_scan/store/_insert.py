"""Inserting many rows: Core's types, the driver's speed.

Measured at a million rows: `exec_driver_sql` keeps 84 % of the bare driver's speed, Core's own
`insert` 20 %. So statement and conversions are taken from Core once, and the rows go past it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

from pii_scan.store._tables import IN_ORDER

Convert = Callable[[Any], Any]


class Inserts:
    """The insert statements of the tables that get many rows, for one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        """Compile them."""
        self._positional = dialect.positional
        self._sql = {table.name: str(insert(table).compile(dialect=dialect)) for table in IN_ORDER}
        self._convert = {table.name: _conversions(table, dialect) for table in IN_ORDER}

    def run(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert `rows`, each with a value for every column of `table` in its order."""
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        for place, convert in self._convert[table.name]:
            # Most columns say the same few things over and over.
            converted = {value: convert(value) for value in set(columns[place])}
            columns[place] = tuple(map(converted.__getitem__, columns[place]))
        values: list[Any] = list(zip(*columns, strict=True))
        if not self._positional:
            names = table.columns.keys()
            values = [dict(zip(names, row, strict=True)) for row in values]
        connection.exec_driver_sql(self._sql[table.name], values)


def _conversions(table: Table, dialect: Dialect) -> list[tuple[int, Convert]]:
    """Return (place of a column, what turns its value into the driver's) where it needs any."""
    found: list[tuple[int, Convert]] = []
    for place, column in enumerate(table.columns):
        convert = column.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            found.append((place, convert))
    return found
