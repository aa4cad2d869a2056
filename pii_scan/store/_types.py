"""Column types that keep what databases would lose."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from pii_scan.model import Contents, DatedRows, DatedSection, Evidence, Suppression


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


class PackedRows(TypeDecorator[tuple[DatedRows, ...]]):
    """The dates of rows, kept as compressed JSON: a table has many rows and few dates."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self, value: Iterable[DatedRows] | None, dialect: Dialect
    ) -> bytes | None:
        """Return the compressed text; of no rows, nothing."""
        if not value:
            return None
        told = [
            (
                it.where,
                it.consent,
                [(runs, [_told(one) for one in dates]) for runs, dates in it.dates],
                it.controller,
                it.holds,
            )
            for it in value
        ]
        return zlib.compress(json.dumps(told, separators=(",", ":")).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> tuple[DatedRows, ...]:
        """Return them as they were."""
        if value is None:
            return ()
        kept = json.loads(zlib.decompress(bytes(value)))
        return tuple(
            DatedRows(
                where,
                consent,
                tuple(
                    (tuple((first, last) for first, last in runs), tuple(map(_evidence, dates)))
                    for runs, dates in groups
                ),
                controller,
                tuple(holds),
            )
            for where, consent, groups, controller, holds in kept
        )


class PackedSections(TypeDecorator[tuple[DatedSection, ...]]):
    """The documents in a file, kept as compressed JSON."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self, value: Iterable[DatedSection] | None, dialect: Dialect
    ) -> bytes | None:
        """Return the compressed text; of none, nothing."""
        if not value:
            return None
        told = [
            (it.where, it.doc_type, it.subject_groups, it.consent, [*map(_told, it.evidence)])
            for it in value
        ]
        return zlib.compress(json.dumps(told, separators=(",", ":")).encode())

    def process_result_value(
        self, value: bytes | None, dialect: Dialect
    ) -> tuple[DatedSection, ...]:
        """Return them as they were."""
        if value is None:
            return ()
        kept = json.loads(zlib.decompress(bytes(value)))
        return tuple(
            DatedSection(where, doc_type, tuple(groups), consent, tuple(map(_evidence, evidence)))
            for where, doc_type, groups, consent, evidence in kept
        )


def _told(one: Evidence) -> tuple[str, str, str, str]:
    return one.trigger, one.date.isoformat(), one.source, one.where


def _evidence(told: list[Any]) -> Evidence:
    trigger, day, source, where = told
    return Evidence(trigger, date.fromisoformat(day), source, where)
