"""Opening a database: SQLite made safe and private, and the tables brought up to date."""

import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

HEAD = "0011"
"""The last step in `migrations/versions`. Stated here so that opening an up-to-date store does not
import Alembic, which takes longer than all the rest."""

LOCK = 0x7069695F736574
"""Of PostgreSQL, for the one who brings the tables up to date: "pii_set"."""

BUSY_TIMEOUT_MILLISECONDS = 300_000
"""Another scan into the same store may be ending, or the desk gathering a large one: waiting for
minutes is better than a scan of hours that gives up."""


def parsed(url: str) -> URL:
    """Return `url` as a database URL; what is not a URL is the path of an SQLite file.

    Raises:
        ConfigError: it looks like a URL and is none.
    """
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).expanduser()))
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError(
            "the store's URL is not of the form sqlite:///file.db or postgresql://host/name"
        ) from None
    return made.set(drivername="postgresql+psycopg") if made.drivername == "postgresql" else made


def connected(url: URL, must_exist: bool) -> Engine:
    """Return an engine on `url` whose tables are up to date.

    Raises:
        ConfigError: it cannot be opened, is no store, or is of a newer version of this program.
    """
    name = url.render_as_string(hide_password=True)
    path = sqlite_file(url)
    if path is not None:
        name = str(path)
        _prepare_file(path, must_exist)
    try:
        # Without hide_parameters an error message would quote the rows that failed.
        engine = create_engine(url, hide_parameters=True)
    except (ImportError, NoSuchModuleError):
        raise ConfigError(
            f"no driver for the store {name}: install the one that its URL names; for PostgreSQL "
            "pip install 'pii-scan[postgres]'"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    try:
        _bring_up_to_date(engine, name, must_exist)
    except DBAPIError as error:
        engine.dispose()
        raise ConfigError(
            f"cannot open the store {name}: {type(error.orig).__name__}; is it a database of "
            "pii-scan that this account may write to?"
        ) from None
    except ConfigError:
        engine.dispose()
        raise
    return engine


def sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite URL, if it has one."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _prepare_file(path: Path, must_exist: bool) -> None:
    """Create the file before SQLite does, which would let everyone read it."""
    if path.is_file():
        return
    if must_exist:
        raise ConfigError(f"there is no store at {path}: run pii-scan scan first, or name another")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ConfigError(f"cannot create the store {path}: {error.strerror}") from None


def _set_up_sqlite(connection: "DBAPIConnection", record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}")
    _keep_a_log(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    # What is removed is overwritten: fingerprints are personal data too.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _keep_a_log(cursor: "DBAPICursor") -> None:
    """Let readers go on while a scan writes, and a batch cost one sync of the log.

    The busy timeout does not hold for a change of journal mode: of two programs that begin one new
    store together, SQLite refuses one straight away.
    """
    until = time.monotonic() + BUSY_TIMEOUT_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _bring_up_to_date(engine: Engine, name: str, must_exist: bool) -> None:
    with engine.connect() as connection:
        version = _version(connection)
    if version == HEAD:
        return
    if version is None and must_exist:
        raise ConfigError(f"{name} holds no store of pii-scan: run pii-scan scan first")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Takes the lock before Alembic looks: of two programs that start, one migrates.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        _upgrade(connection, name)
        connection.commit()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection, name: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise ConfigError(
            f"the store {name} was written by a newer version of pii-scan: use that one"
        ) from None
