"""The tables of the store, and the types that keep what databases would lose.

Everything below a scan is keyed by (scan, item, ordinal). The program does the numbering, so that
rows go in by the batch without asking the database for ids.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from pii_scan.model import Breach, Contents, Suppression


class SafeText(TypeDecorator[str]):
    """Text that every database takes: NUL and lone surrogates are written out as escapes.

    PostgreSQL refuses the first, both it and SQLite the second; a hostile file holds either.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return `value` with what cannot be stored escaped."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


class PathBytes(TypeDecorator[str]):
    """A path whose undecodable bytes are surrogates, kept as the bytes it has on disk."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return the bytes; NUL, which no path holds, marks half a pair of UTF-16 inside."""
        if value is None:
            return None
        try:
            return value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return b"\0" + value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Return the path as it was given."""
        if value is None:
            return None
        path = bytes(value)
        if path.startswith(b"\0"):
            return path[1:].decode("utf-8", "surrogatepass")
        return path.decode("utf-8", "surrogateescape")


class HexBytes(TypeDecorator[str]):
    """A hexadecimal string, kept in half the room."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return the bytes that `value` spells."""
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Return them spelled in lower case."""
        return None if value is None else bytes(value).hex()


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite would hand it back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC, without its zone where the database keeps none."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return it aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A short tuple of strings, kept as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:
        """Return the JSON text, in ASCII."""
        return None if value is None else json.dumps(list(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Return the tuple."""
        return None if value is None else tuple(json.loads(value))


class Counts(TypeDecorator[tuple[tuple[str, float], ...]]):
    """A few names with a number each, kept as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: Iterable[tuple[str, float]] | None, dialect: Dialect
    ) -> str | None:
        """Return the JSON text, in ASCII."""
        return None if value is None else json.dumps(list(value))

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> tuple[tuple[str, float], ...] | None:
        """Return the pairs."""
        return None if value is None else tuple((name, count) for name, count in json.loads(value))


class Suppressions(TypeDecorator[tuple[Suppression, ...]]):
    """What was suppressed in a scan, kept as a JSON list of objects."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: Iterable[Suppression] | None, dialect: Dialect
    ) -> str | None:
        """Return the JSON text, in ASCII."""
        if value is None:
            return None
        return json.dumps([asdict(one) for one in value], default=date.isoformat)

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> tuple[Suppression, ...] | None:
        """Return them as they were."""
        if value is None:
            return None
        return tuple(
            Suppression(
                **one
                | {name: date.fromisoformat(one[name]) for name in ("added", "until")}
                | {"fingerprints": tuple(one["fingerprints"])}
            )
            for one in json.loads(value)
        )


class Breaches(TypeDecorator[tuple[Breach, ...]]):
    """The promises that an item breaks, kept as a JSON list of objects."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[Breach] | None, dialect: Dialect) -> str | None:
        """Return the JSON text, in ASCII."""
        return None if value is None else json.dumps([asdict(one) for one in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Breach, ...]:
        """Return them as they were; none where an earlier scan did not look."""
        return tuple(Breach(**one) for one in json.loads(value or "[]"))


class Held(TypeDecorator[Contents]):
    """What bears on promises, kept as a JSON object, or as NULL where nothing does."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Contents | None, dialect: Dialect) -> str | None:
        """Return the JSON text, in ASCII."""
        return None if value in (None, Contents()) else json.dumps(asdict(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Contents:
        """Return it as it was."""
        told = json.loads(value or "{}")
        spots = {
            name: tuple((where, tuple(map(tuple, runs))) for where, runs in told[name])
            for name in ("texts", "withheld", "young")
            if name in told
        }
        return Contents(**told | spots)


metadata = MetaData()


def _part(name: str, *columns: Column[object]) -> Table:
    """Make a table of numbered things of an item, stored in the order of its key."""
    return Table(
        name,
        metadata,
        Column("scan_id", Integer, primary_key=True, autoincrement=False),
        Column("item", Integer, primary_key=True, autoincrement=False),
        Column("ordinal", Integer, primary_key=True, autoincrement=False),
        *columns,
        ForeignKeyConstraint(["scan_id", "item"], ["items.scan_id", "items.item"]),
        sqlite_with_rowid=False,
    )


scans = Table(
    "scans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("targets", Strings, nullable=False),
    Column("started", Moment, nullable=False),
    Column("finished", Moment),
    Column("today", Date, nullable=False),
    Column("policy", SafeText, nullable=False),
    Column("tool_version", SafeText, nullable=False),
    Column("config_digest", SafeText, nullable=False),
    Column("operator", SafeText, nullable=False),
    Column("suppressions", Suppressions, nullable=False, server_default="[]"),
    Column("grounds", Strings, nullable=False, server_default="[]"),
)

items = Table(
    "items",
    metadata,
    Column("scan_id", Integer, ForeignKey("scans.id"), primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    # Collation "C" makes the order that of code points, as Python and SQLite have it.
    Column("uri", SafeText().with_variant(Text(collation="C"), "postgresql"), nullable=False),
    Column("locator", PathBytes, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("modified", Moment),
    Column("version", SafeText),
    Column("status", SafeText, nullable=False),
    Column("stage", SafeText, nullable=False),
    Column("reason", SafeText),
    Column("media_type", SafeText),
    Column("digest", SafeText),
    Column("doc_type", SafeText),
    Column("subject_groups", Strings, nullable=False),
    Column("controller", SafeText),
    Column("role", SafeText, nullable=False),
    Column("level", SafeText),
    Column("reference_trigger", SafeText),
    Column("reference_date", Date),
    Column("reference_source", SafeText),
    Column("reference_place", SafeText),
    Column("suppressed", Counts, nullable=False, server_default="[]"),
    Column("profile", SafeText),
    Column("contents", Held),
    Column("breaches", Breaches),
    Index("items_by_uri", "scan_id", "uri", unique=True),
    sqlite_with_rowid=False,
)

findings = _part(
    "findings",
    Column("entity", SafeText, nullable=False),
    Column("category", SafeText, nullable=False),
    Column("level", SafeText, nullable=False),
    Column("place", SafeText, nullable=False),
    Column("score", Double, nullable=False),
    Column("masked", SafeText, nullable=False),
    Column("row_number", Integer),
    Column("person_role", SafeText),
    Column("role_reasons", Counts),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("scan_id", Integer, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("finding", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("kind", SafeText, nullable=False),
    Column("digest", HexBytes, nullable=False),
    ForeignKeyConstraint(
        ["scan_id", "item", "finding"], ["findings.scan_id", "findings.item", "findings.ordinal"]
    ),
    Index("fingerprints_by_digest", "scan_id", "digest"),
    sqlite_with_rowid=False,
)

evidence = _part(
    "evidence",
    Column("trigger", SafeText, nullable=False),
    Column("date", Date, nullable=False),
    Column("source", SafeText, nullable=False),
    Column("place", SafeText, nullable=False),
)

judgements = _part(
    "judgements",
    Column("policy", SafeText, nullable=False),
    Column("rule", SafeText),
    Column("place", SafeText, nullable=False),
    Column("verdict", SafeText, nullable=False),
    Column("trigger", SafeText),
    Column("reference_date", Date),
    Column("reference_source", SafeText),
    Column("keep_until", Date),
    Column("must_keep_until", Date),
    Column("action", SafeText),
    Column("assumptions", Strings, nullable=False),
)

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("time", SafeText, nullable=False),
    Column("operator", SafeText, nullable=False),
    Column("kind", SafeText, nullable=False),
    Column("data", SafeText, nullable=False),
    Column("previous", SafeText, nullable=False),
    Column("hash", SafeText, nullable=False),
    Column("key_id", SafeText),
    Column("signature", SafeText),
)
"""Entries are added, never changed; the time is text, so that what was hashed is what is kept."""

IN_ORDER = (items, findings, fingerprints, evidence, judgements)
"""The tables below a scan, each after the one that it points at."""
