"""A table of a database, read in the order of its key, a block of rows in memory at a time.

A row's address is its key where the database hands numbers out. A key that people brought along (a
citizen service number, a telephone number) may stand in no report: there a row's address is its
place in the order of the key.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Final

from pii_scan import extract
from pii_scan.model import SAMPLED, Chunk, Gap, Part, Table

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

BLOCK_ROWS: Final = 1_000
LONGEST_ADDRESS: Final = 10_000_000
"""Keys from here on have the eight digits that a citizen service number may have."""

Row = tuple[int, tuple[Any, ...]]


class Reader:
    """One table, on its way through an open connection."""

    def __init__(
        self, connection: "Connection", schema: str | None, name: str, sample: int | None
    ) -> None:
        """Look at its columns and its key; of `sample` rows, see how far apart they are."""
        from sqlalchemy import column, func, inspect, select, table

        self._connection = connection
        inspector = inspect(connection)
        self._told = {it["name"]: it for it in inspector.get_columns(name, schema)}
        # Columns without a type come as the driver gives them: one that says it holds dates may,
        # in SQLite, hold anything, and must not end the reading.
        self._table = table(name, *map(column, self._told), schema=schema)
        key = inspector.get_pk_constraint(name, schema)["constrained_columns"]
        self._key = [self._table.c[name] for name in key]
        self._step = 1
        if sample:
            rows = connection.scalar(select(func.count()).select_from(self._table)) or 0
            self._step = max(1, -(-rows // sample))

    def parts(self) -> Iterator[Part]:
        """Yield remarks on the columns, the rows, and the files in cells."""
        remarks = [f"{name}: {it['comment']}" for name, it in self._told.items() if _remark(it)]
        if remarks:
            yield Chunk("\n".join(remarks), "schema")
        where = self._key[0].name if self._has_own_numbers() else ""
        rows = self._rows(where)
        has_unknown = False
        while block := list(islice(rows, BLOCK_ROWS)):
            numbers, values = zip(*block, strict=True)
            cells = tuple(tuple(map(_cell, row)) for row in values)
            yield Table(tuple(self._told), cells, numbers, where)
            for part in self._binaries(block, where):
                if isinstance(part, Gap):
                    has_unknown = True
                else:
                    yield part
        if has_unknown:
            yield Gap("binary values")
        if self._step > 1:
            yield Gap(SAMPLED)

    def _has_own_numbers(self) -> bool:
        """Tell whether rows have a number that says nothing of anybody."""
        from sqlalchemy import Integer, func, select

        if len(self._key) != 1:
            return False
        (key,) = self._key
        told = self._told[key.name]
        if not isinstance(told["type"], Integer):
            return False
        low, high = self._connection.execute(select(func.min(key), func.max(key))).one()
        if not (isinstance(low, int) and isinstance(high, int)) or low < 1:
            return False
        is_handed_out = told.get("autoincrement") is True or bool(told.get("identity"))
        return is_handed_out or high < LONGEST_ADDRESS

    def _rows(self, where: str) -> Iterator[Row]:
        """Yield each row's address and its values."""
        options = {"stream_results": True, "yield_per": BLOCK_ROWS}
        found = self._connection.execution_options(**options).execute(self._query())
        place = list(self._told).index(where) if where else 0
        for number, (ordinal, *values) in zip(count(1), found, strict=False):
            yield (values[place] if where else ordinal or number), tuple(values)

    def _query(self) -> "Select[Any]":
        """Return what asks for the rows, each with its ordinal when some are left out."""
        from sqlalchemy import func, null, select

        if self._step == 1:
            return select(null(), *self._table.c).order_by(*self._key)
        ordinal = func.row_number().over(order_by=self._key or None).label("pii_scan_ordinal")
        numbered = select(ordinal, *self._table.c).subquery()
        first, *_ = numbered.c
        return select(*numbered.c).where(first % self._step == self._step // 2).order_by(first)

    def _binaries(self, block: list[Row], where: str) -> Iterator[Part]:
        for number, values in block:
            for name, value in zip(self._told, values, strict=True):
                if isinstance(value, bytes | memoryview):
                    address = f"{where} row {number}".strip()
                    part = extract.binary(bytes(value), f"{number}-{name}", address)
                    if part:
                        yield part


def _remark(column: Any) -> bool:
    return bool(column.get("comment"))


def _cell(value: Any) -> str:
    """Return a value as it would be written in a file; bytes are read apart."""
    match value:
        case None | bytes() | memoryview():
            return ""
        case str():
            return value
        case date() | datetime() | time():
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
