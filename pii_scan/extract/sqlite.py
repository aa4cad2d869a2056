"""Stage 3, extract: SQLite databases, opened without letting their schema do anything."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _blob
from pii_scan.extract._archive import BLOCK_BYTES
from pii_scan.extract._decode import decode
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_DATABASE_BYTES, MAX_PART_BYTES
from pii_scan.extract._reasons import BINARY, TOO_LARGE
from pii_scan.extract._table import Row, tables
from pii_scan.extract._text import address, chunks
from pii_scan.model import Chunk, Extractor, Gap, Part

ALLOWED: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
"""What statements may do. Computed columns call functions; without trust in the schema those are
only ones that have no effect."""
LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_PART_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
"""What hostile databases are known to ask for (sqlite.org, "Defense Against The Dark Arts")."""
STEPS: Final = 1_000_000
MAX_CALLS: Final = 5_000
"""Of `STEPS` instructions of its virtual machine: a few minutes. A row takes one for each cell."""
OBJECTS: Final = "SELECT type, name, sql, rootpage FROM sqlite_master ORDER BY rowid"

Value = int | float | str | bytes | None


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the schema as text, since it has comments, and every table.

    Virtual tables are not asked for anything; the plain tables that they keep their text in are
    read as such. Views hold nothing of their own.

    Raises:
        ExtractError: it is no database, or is encrypted.
    """
    with tempfile.TemporaryDirectory(prefix="pii-scan-") as folder:
        copy = Path(folder, "copy.db")
        _copy(stream, copy)
        with closing(_open(copy)) as database:
            objects = guarded(lambda: database.execute(OBJECTS).fetchall())
            with suppress(OSError):  # where a file that is open can go, no copy stays behind
                copy.unlink()
            yield from _schema(objects)
            names = [name for kind, name, _, page in objects if kind == "table" and page]
            for number, name in enumerate(names, start=1):
                if not name.lower().startswith("sqlite_"):
                    yield from _table(database, name, number)


def _copy(stream: BinaryIO, path: Path) -> None:
    stream.seek(0)
    size = 0
    with path.open("xb") as target:
        while block := stream.read(BLOCK_BYTES):
            size += len(block)
            if size > MAX_DATABASE_BYTES:
                raise ExtractError(TOO_LARGE)
            target.write(block)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    database.text_factory = _text
    database.execute("PRAGMA trusted_schema=OFF")
    database.execute("PRAGMA cell_size_check=ON")
    database.execute("PRAGMA mmap_size=0")
    for name, value in LIMITS.items():
        database.setlimit(name, value)
    calls = iter(range(MAX_CALLS))
    database.set_progress_handler(lambda: next(calls, None) is None, STEPS)
    database.set_authorizer(lambda action, *_: int(action not in ALLOWED))
    return database


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode(raw)


def _schema(objects: list[tuple[str, str, str | None, int]]) -> Iterator[Part]:
    lines = (f"{sql}\n" for _, _, sql, _ in objects if sql)
    for chunk in chunks(lines):
        yield Chunk(chunk.text, "schema")


def _table(database: sqlite3.Connection, name: str, number: int) -> Iterator[Part]:
    """Yield the rows of a table, then its binary values, which are long and come one by one."""
    where = address(name, f"table {number}")
    try:
        found = guarded(lambda: database.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0"))  # noqa: S608
        columns = tuple(column for column, *_ in found.description)
        numbered = _numbering(database, name)
        cells = (f"iif(typeof({c})='blob', NULL, {c})" for c in map(_quoted, columns))
        rows = database.execute(f"SELECT {numbered}, {', '.join(cells)} FROM {_quoted(name)}")  # noqa: S608
        blocks = tables(_rows(rows), where, columns)
        while (block := guarded(lambda: next(blocks, None))) is not None:
            yield block
        for column in columns:
            yield from _blobs(database, name, column, numbered, where)
    except ExtractError as error:
        yield Gap(error.reason, where)


def _numbering(database: sqlite3.Connection, name: str) -> str:
    """Return the column that numbers the rows of a table; most have one beside their own."""
    try:
        database.execute(f"SELECT _rowid_ FROM {_quoted(name)} LIMIT 0")  # noqa: S608
    except sqlite3.Error:
        return "NULL"
    return "_rowid_"


def _rows(found: Iterator[tuple[Value, ...]]) -> Iterator[Row]:
    for place, (number, *cells) in enumerate(found, start=1):
        yield (
            number if isinstance(number, int) else place,
            tuple("" if cell is None else str(cell) for cell in cells),
        )


def _blobs(
    database: sqlite3.Connection, name: str, column: str, numbered: str, where: str
) -> Iterator[Part]:
    cell = _quoted(column)
    found = guarded(
        lambda: database.execute(
            f"SELECT {numbered}, {cell} FROM {_quoted(name)} WHERE typeof({cell})='blob'"  # noqa: S608
        )
    )
    place, is_unknown = 0, False
    while (row := guarded(lambda: next(found, None))) is not None:
        place += 1
        number = row[0] if isinstance(row[0], int) else place
        part = _blob.part(row[1], f"{name}/{number}-{column}", f"{where} row {number}")
        is_unknown = is_unknown or isinstance(part, Gap)
        if part and not isinstance(part, Gap):
            yield part
    if is_unknown:
        yield Gap(BINARY, where)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


EXTRACTOR = Extractor(
    media_types=("application/vnd.sqlite3",),
    suffixes=(".sqlite", ".sqlite3", ".db3"),
    parts=parts,
)
