"""One program at a time on the same places: a lock that goes when its holder dies."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select

from pii_scan.errors import ConfigError
from pii_scan.store._database import sqlite_file

_BUSY = "another pii-scan is at the same places with this store: wait for it to end"


@contextmanager
def claimed(engine: Engine, places: str) -> Iterator[None]:
    """Hold the places.

    Raises:
        ConfigError: another program holds them.
    """
    number = int.from_bytes(hashlib.sha256(places.encode("utf-8", "replace")).digest()[:4]) >> 1
    file = sqlite_file(engine.url)
    if engine.dialect.name == "postgresql":
        # A connection of its own: the lock is the session's, and goes with it.
        with engine.connect() as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(number))):
                raise ConfigError(_BUSY)
            connection.commit()
            try:
                yield
            finally:
                connection.scalar(select(func.pg_advisory_unlock(number)))
    elif file is not None:
        handle = os.open(f"{file}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
            except OSError:
                raise ConfigError(_BUSY) from None
            yield
        finally:
            os.close(handle)
    else:
        yield
