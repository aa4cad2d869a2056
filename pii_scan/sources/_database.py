"""Databases: each table is an item, read in one snapshot and never written to."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pii_scan.config.credentials import load_credential
from pii_scan.errors import ConfigError, ExtractError
from pii_scan.model import DENIED, LOST, Access, Item, Part, Source
from pii_scan.sources._place import password_refused
from pii_scan.sources._remote import WAITS
from pii_scan.sources._table import Reader

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Inspector
    from sqlalchemy.engine import URL

SYSTEM: Final = frozenset(
    {"information_schema", "pg_catalog", "performance_schema", "mysql", "sys"}
)
"""Schemas in which databases keep their own affairs."""

Name = tuple[str | None, str]
"""Schema and table."""


@dataclass(frozen=True, slots=True)
class Target:
    """A database as an operator names it, or a table of it as a locator does."""

    url: "URL"
    """Without password, and without what is meant for us."""
    sample: int | None = None
    """`?sample=10000`: rows that are read of a table, spread over it; `None`: all."""
    schema: str | None = None
    """`?schema=hr`: only this one."""
    name: Name | None = None
    """The table, of a locator."""

    @property
    def shown(self) -> str:
        """Return the beginning of addresses, without the account."""
        from sqlalchemy.engine import URL

        it = self.url
        bare = URL.create(it.get_backend_name(), None, None, it.host, it.port, it.database)
        return bare.render_as_string()

    def locator(self, name: Name) -> str:
        """Return what finds a table again."""
        sample = {"sample": str(self.sample)} if self.sample else {}
        return f"{self.url.update_query_dict(sample).render_as_string()}#{json.dumps(name)}"

    def address(self, name: Name) -> str:
        """Return where a table is, for people; a slash in its name is not one of the address."""
        return f"{self.shown}/" + ".".join(it.replace("/", r"\x2f") for it in name if it)


@dataclass(frozen=True, slots=True)
class Database:
    """A kind of database."""

    scheme: str
    engine: Callable[["URL"], "Engine"]
    """How it is opened so that nothing can be written."""
    about: Callable[["Connection"], dict[Name, tuple[str, Access, int]]]
    """Tells of its tables the owner, who may read them, and the bytes they take."""

    def source(self) -> Source:
        """Return the plug-in."""
        return Source(self.scheme, self.items, _is_no_file, address=address, parts=self.parts)

    def items(self, root: str) -> Iterator[Item]:
        """Yield the tables of a database, or the one that a locator names.

        Raises:
            ConfigError: it cannot be reached, or does not let us in.
        """
        from sqlalchemy import inspect

        target = parsed(root)
        try:
            with self._connected(target) as connection, _spoken():
                names = sorted(_names(inspect(connection), target), key=target.address)
                about = self.about(connection)
        except ExtractError as error:
            raise ConfigError(f"{target.shown}: {error.reason}; see docs/sources.md") from None
        for name in names:
            owner, access, size = about.get(name, (None, None, 0))
            locator, address = target.locator(name), target.address(name)
            yield Item(address, locator, size, owner=owner, access=access)

    def parts(self, item: Item) -> Iterator[Part]:
        """Yield what a table holds.

        Raises:
            ExtractError: it cannot be read, or not any further.
        """
        target = parsed(item.locator)
        schema, table = target.name or (None, "")
        with self._connected(target) as connection, _spoken():
            yield from Reader(connection, schema, table, target.sample).parts()

    def _connected(self, target: Target) -> "Connection":
        """Connect; try again, later, where nobody answers."""
        from sqlalchemy.exc import DBAPIError

        place = f"{target.url.host or ''}:{target.url.port}" if target.url.port else target.url.host
        who = load_credential(self.scheme, place or "", target.url.username)
        engine = self.engine(target.url.set(username=who.user, password=who.secret))
        for wait in (*WAITS, None):
            try:
                return engine.connect()
            except DBAPIError as error:
                if _is_refusal(error.orig):
                    raise ExtractError(DENIED) from None
                if wait is not None:
                    time.sleep(wait)
        raise ExtractError(LOST)


def address(root: str) -> str:
    """Return what the addresses of a database, or of a schema of it, begin with."""
    target = parsed(root)
    return f"{target.shown}/{target.schema}" if target.schema else target.shown


def parsed(place: str) -> Target:
    """Return what a URL or a locator names.

    Raises:
        ConfigError: it is malformed, or holds a password.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    scheme = place.partition("://")[0]
    text, mark, name = place.rpartition("#[")
    try:
        url = make_url(text if mark else place)
        sample = int(str(url.query.get("sample") or 0))
    except (ArgumentError, ValueError):
        raise ConfigError(
            f"a database is written as {scheme}://user@host/name, with ?sample=ROWS behind it"
        ) from None
    if url.password is not None:
        raise password_refused(scheme)
    schema = url.query.get("schema")
    return Target(
        url.difference_update_query(["sample", "schema"]),
        sample or None,
        None if schema is None else str(schema),
        tuple(json.loads(f"[{name}")) if mark else None,
    )


def _names(inspector: "Inspector", target: Target) -> list[Name]:
    """Return the tables, and what is kept of views; views themselves hold nothing of their own."""
    if target.name:
        return [target.name]
    schemas = [target.schema] if target.schema else _schemas(inspector)
    found: list[Name] = [
        (schema, name) for schema in schemas for name in inspector.get_table_names(schema)
    ]
    if inspector.dialect.name == "postgresql":
        for schema in schemas:
            found += [(schema, name) for name in inspector.get_materialized_view_names(schema)]
    return found


def _schemas(inspector: "Inspector") -> list[str | None]:
    if inspector.dialect.name == "sqlite":
        return [None]
    return [name for name in inspector.get_schema_names() if name not in SYSTEM]


@contextmanager
def _spoken() -> Iterator[None]:
    """Turn what a database says into a reason; its own message may quote rows."""
    from sqlalchemy.exc import DBAPIError, NoSuchTableError

    try:
        yield
    except NoSuchTableError:
        raise ExtractError("vanished during the scan") from None
    except DBAPIError as error:
        if error.connection_invalidated:
            raise ExtractError(LOST) from None
        raise ExtractError(DENIED if _is_refusal(error.orig) else "cannot be read") from None


def _is_refusal(error: Any) -> bool:
    """Tell whether a database says no to who we are: SQLSTATE class 28, 3D000, 42501."""
    state = str(getattr(error, "sqlstate", None) or "")
    # Before a session there is no SQLSTATE: psycopg has only the words of the server.
    words = str(error)
    return state.startswith("28") or state in ("3D000", "42501") or "FATAL:" in words


def _is_no_file(item: Item) -> BinaryIO:
    raise ExtractError("no file but a table")
