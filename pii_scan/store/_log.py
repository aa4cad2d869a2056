"""The log: what was done, each entry chained to the one before it and signed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, func, insert, select, update

from pii_scan.model import Entry
from pii_scan.store._tables import log

BEGINNING = "0" * 64
"""What the first entry has for the hash of the one before it."""

LOCK = 0x7069695F6C6F67
"""Of PostgreSQL, for the one who adds an entry: "pii_log"."""


class Signer(Protocol):
    """A key that signs; this room knows no more of it."""

    @property
    def id(self) -> str:
        """What tells the key from others."""

    def sign(self, data: bytes) -> str:
        """Return the signature in hex."""


Check = Callable[[str, bytes, str], bool | None]
"""(key id, data, signature) -> whether it is right; `None` when the key is not known here."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the log, and at which entry."""

    number: int
    what: str


def append(
    connection: Connection,
    kind: str,
    operator: str,
    data: Mapping[str, Any],
    signer: Signer | None,
) -> Entry:
    """Add an entry, in the transaction of the connection."""
    _wait_for_turn(connection)
    last = connection.execute(select(log).order_by(log.c.number.desc()).limit(1)).first()
    told = {
        "number": last.number + 1 if last else 1,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "operator": operator.encode("utf-8", "backslashreplace").decode(),
        "kind": kind,
        "data": dict(data),
        "previous": last.hash if last else BEGINNING,
    }
    digest = _hash(told)
    row = told | {
        "data": _canonical(told["data"]),
        "hash": digest,
        "key_id": signer.id if signer else None,
        "signature": signer.sign(bytes.fromhex(digest)) if signer else None,
    }
    connection.execute(insert(log).values(row))
    return _entry(row)


def entries(connection: Connection) -> Iterator[Entry]:
    """Yield all entries, the oldest first."""
    for row in connection.execute(select(log).order_by(log.c.number)):
        yield _entry(row._mapping)


def flaws(found: Iterator[Entry], check: Check) -> Iterator[Flaw]:
    """Yield what is wrong with a log: a gap, a changed entry, a signature that is not its key's."""
    previous, number = BEGINNING, 0
    for entry in found:
        number += 1
        if entry.number != number:
            yield Flaw(entry.number, f"entry {number} is missing")
            number = entry.number
        elif entry.previous != previous:
            yield Flaw(number, "does not follow the entry before it")
        if _hash(_told(entry)) != entry.hash:
            yield Flaw(number, "was changed")
        elif entry.key_id is None or entry.signature is None:
            yield Flaw(number, "is not signed")
        else:
            is_right = check(entry.key_id, bytes.fromhex(entry.hash), entry.signature)
            if is_right is None:
                yield Flaw(number, f"was signed with key {entry.key_id}, which is not here")
            elif not is_right:
                yield Flaw(number, "has a signature that is not of its key")
        previous = entry.hash


def _wait_for_turn(connection: Connection) -> None:
    """Keep others from adding an entry until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    else:
        connection.execute(update(log).where(log.c.number == 0).values(kind=""))


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "time": entry.time.isoformat(timespec="seconds"),
        "operator": entry.operator,
        "kind": entry.kind,
        "data": entry.data,
        "previous": entry.previous,
    }


def _canonical(value: Any) -> str:
    """Return the one way to write a JSON value down (RFC 8785, for texts and whole numbers)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _hash(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(told).encode()).hexdigest()


def _entry(row: Mapping[Any, Any]) -> Entry:
    return Entry(
        number=row["number"],
        time=datetime.fromisoformat(row["time"]),
        operator=row["operator"],
        kind=row["kind"],
        data=json.loads(row["data"]),
        previous=row["previous"],
        hash=row["hash"],
        key_id=row["key_id"],
        signature=row["signature"],
    )
