"""Stage 3, extract: Parquet, Arrow (Feather) and ORC, where the library for them is installed."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _blob
from pii_scan.extract._decode import decode
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import BLOCK_ROWS, MAX_COLUMNS
from pii_scan.extract._reasons import NEEDS_PARQUET, TOO_MANY_PARTS
from pii_scan.extract._table import Row, tables
from pii_scan.extract._text import fields
from pii_scan.model import Chunk, Extractor, Part

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

PARQUET: Final = b"PAR1"
ARROW: Final = b"ARROW1"
OWN_KEYS: Final = frozenset(
    {b"ARROW:schema", b"pandas", b"org.apache.spark.sql.parquet.row.metadata"}
)
"""Metadata that says again what the columns are."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the rows in blocks, the metadata as text, files among the values as members.

    Raises:
        ExtractError: the library is not there, or the file is damaged or encrypted.
    """
    reason = _missing()
    if reason:
        raise ExtractError(reason)
    stream.seek(0)
    head = stream.read(len(ARROW))
    stream.seek(0)
    schema, batches = _open(stream, head)
    yield from fields(_properties(schema), "properties")
    if len(schema.names) > MAX_COLUMNS:
        raise ExtractError(TOO_MANY_PARTS)
    files: list[Part] = []
    for table in tables(_rows(batches, files), "", tuple(schema.names)):
        yield table
        yield from files
        files.clear()
    yield from files


def _missing() -> str | None:
    return None if find_spec("pyarrow") else NEEDS_PARQUET


def _open(stream: BinaryIO, head: bytes) -> tuple["Schema", Iterator["RecordBatch"]]:
    """Return the columns, and the rows a few at a time."""
    if head.startswith(PARQUET):
        from pyarrow import parquet

        file = parquet.ParquetFile(stream)
        return file.schema_arrow, file.iter_batches(batch_size=BLOCK_ROWS)
    if head == ARROW:
        from pyarrow import ipc

        reader = ipc.open_file(stream)
        return reader.schema, map(reader.get_batch, range(reader.num_record_batches))
    from pyarrow import orc

    source = orc.ORCFile(stream)
    return source.schema, map(source.read_stripe, range(source.nstripes))


def _properties(schema: "Schema") -> Iterator[tuple[str, str]]:
    for key, value in (schema.metadata or {}).items():
        if key not in OWN_KEYS:
            yield decode(key), decode(value)


def _rows(batches: Iterator["RecordBatch"], files: list[Part]) -> Iterator[Row]:
    number = 0
    while (batch := guarded(lambda: next(batches, None))) is not None:
        for start in range(0, batch.num_rows, BLOCK_ROWS):
            columns = [column.to_pylist() for column in batch.slice(start, BLOCK_ROWS).columns]
            for values in zip(*columns, strict=True):
                number += 1
                yield (
                    number,
                    tuple(
                        _cell(value, f"{number}-{place}", files)
                        for place, value in enumerate(values, start=1)
                    ),
                )


def _cell(value: Any, name: str, files: list[Part]) -> str:
    """Return a value as text: whole numbers and dates as they are, lists and records as JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).lower()
        case bytes():
            part = _blob.part(value, name, "")
            if isinstance(part, Chunk):
                return part.text
            if part and part not in files:
                files.append(part)
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case list() | dict() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


EXTRACTOR = Extractor(
    media_types=(
        "application/vnd.apache.parquet",
        "application/vnd.apache.arrow.file",
        "application/vnd.apache.orc",
    ),
    suffixes=(".parquet", ".feather", ".arrow", ".orc"),
    parts=parts,
    missing=_missing,
)
