"""What people decided on what was found: of each matter the last decision, with its number.

The steps before it are in the log.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, Table, insert, select, update

from pii_scan.chain import Signer
from pii_scan.errors import ConfigError
from pii_scan.model import Decision, DecisionKind, Suppression
from pii_scan.store import _log
from pii_scan.store._access import Room
from pii_scan.store._tables import metadata
from pii_scan.store._types import Moment, SafeText

decisions = Table(
    "decisions",
    metadata,
    Column("kind", SafeText, primary_key=True),
    Column("subject", SafeText, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("choice", SafeText, nullable=False),
    Column("data", SafeText, nullable=False),
    Column("by", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
)
MEANWHILE = "somebody else has decided on the same meanwhile: look at what they did, and try again"


def decide(connection: Connection, it: Decision) -> None:
    """Put a decision in the place of the one before it.

    Raises:
        ConfigError: its number is not the next one: somebody else was first.
    """
    columns = decisions.c
    is_it = (columns.kind == it.kind) & (columns.subject == it.subject)
    values = {
        "revision": it.revision,
        "choice": it.choice,
        "data": json.dumps(dict(it.data), sort_keys=True),
        "by": it.by,
        "at": it.at,
    }
    if it.revision == 1:
        if connection.scalar(select(columns.revision).where(is_it)) is not None:
            raise ConfigError(MEANWHILE)
        connection.execute(insert(decisions).values(kind=it.kind, subject=it.subject, **values))
        return
    before = update(decisions).where(is_it, columns.revision == it.revision - 1)
    if connection.execute(before.values(values)).rowcount != 1:
        raise ConfigError(MEANWHILE)


def decided(
    connection: Connection, kind: DecisionKind, subjects: Iterable[str] | None
) -> dict[str, Decision]:
    """Return what holds of subjects, or of all that there are, by subject."""
    query = select(decisions).where(decisions.c.kind == kind)
    if subjects is not None:
        query = query.where(decisions.c.subject.in_(list(subjects)))
    return {row.subject: _decision(row) for row in connection.execute(query)}


def _decision(row: Row[Any]) -> Decision:
    data = json.loads(row.data)
    return Decision(row.kind, row.subject, row.choice, data, row.by, row.at, row.revision)


class Decisions(Room):
    """What people decided."""

    def decide(
        self, made: Decision, signer: Signer | None, suppression: Suppression | None = None
    ) -> None:
        """Write a decision down, and into the log, together.

        Raises:
            ConfigError: somebody else has decided on the same meanwhile.
        """
        told = {"subject": made.subject, "choice": made.choice, "revision": made.revision}
        told |= dict(made.data)
        if suppression is not None:
            told["suppression"] = suppression.id
        with self._access.writing() as connection:
            decide(connection, made)
            _log.append(connection, f"decision.{made.kind}", made.by, told, signer)

    def decided(
        self, kind: DecisionKind, subjects: Iterable[str] | None = None
    ) -> dict[str, Decision]:
        """Return the decisions of a kind that hold, by subject."""
        with self._access.reading() as connection:
            return decided(connection, kind, subjects)

    def corrections(self) -> dict[str, tuple[Decision, ...]]:
        """Return what people corrected of items, by address."""
        found: dict[str, tuple[Decision, ...]] = {}
        kinds: tuple[DecisionKind, ...] = ("date", "doc_type")
        for kind in kinds:
            for uri, made in self.decided(kind).items():
                found[uri] = (*found.get(uri, ()), made)
        return found
