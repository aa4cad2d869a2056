"""SQLite as a database that is in use: `sqlite:////folder/file.db`, opened with mode=ro.

A file met on a share is read as a file, by `pii_scan.extract.sqlite`, which trusts nothing in it.
"""

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pii_scan.errors import ConfigError
from pii_scan.model import Access
from pii_scan.sources._database import Database, Name
from pii_scan.sources._rights import account, of_mode

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL


def engine(url: "URL") -> "Engine":
    """Return how the file is opened."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    path = Path(url.database or "")
    if not path.is_file():
        raise ConfigError(f"sqlite://: there is no file {path}")
    made = create_engine(
        "sqlite://",
        hide_parameters=True,
        poolclass=NullPool,
        creator=lambda: sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True),
    )
    event.listen(made, "connect", _distrust)
    return made


def about(connection: "Connection") -> dict[Name, tuple[str, Access, int]]:
    """Return owner and access of the file for each table; together they take its bytes."""
    (_, _, file), *_ = connection.exec_driver_sql("PRAGMA database_list")
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    status = os.stat(file)  # noqa: PTH116 - a name that SQLite tells
    share = status.st_size // max(1, len(names))
    owner, access = account(status.st_uid), of_mode(status.st_mode)
    return {(None, name): (owner, access, share) for (name,) in names}


def _distrust(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")


SOURCE = Database("sqlite", engine, about).source()
