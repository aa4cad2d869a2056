"""Connections of the store, and failures of the database told in one line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from pii_scan.errors import PiiScanError

T = TypeVar("T")

PARAMETERS = 500
"""Values in one IN list; databases limit them."""


class Access:
    """A database that is read and written in transactions."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose tables are up to date."""
        self.engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the store."""
        with _spoken("read from"), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection; what is done on it is done together, or not at all."""
        with _spoken("write to"), self.engine.begin() as connection:
            yield connection


class Room:
    """A part of the store, by what it is for."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose tables are up to date."""
        self._access = Access(engine)


@contextmanager
def _spoken(doing: str) -> Iterator[None]:
    """Turn a failure of the database into one line; its own message may quote rows."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        kind = type(error.orig).__name__
        raise PiiScanError(
            f"cannot {doing} the store ({kind}): is its disk full, or another program holding it?"
        ) from None


def groups(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield `values` in runs that fit one IN list."""
    for start in range(0, len(values), PARAMETERS):
        yield values[start : start + PARAMETERS]
