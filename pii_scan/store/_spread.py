"""The tables in which a finished scan is gathered: pages over a million findings come at once.

What is ranked in them is ranked here.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Double,
    Integer,
    Table,
    Text,
    case,
)
from sqlalchemy import Column as Col
from sqlalchemy.schema import Index

from pii_scan.model import Level, Verdict
from pii_scan.store._tables import metadata
from pii_scan.store._types import HexBytes, SafeText

LEVELS: tuple[Level, ...] = ("Openbaar", "Intern", "Vertrouwelijk", "Geheim")
VERDICTS: tuple[Verdict, ...] = (
    "overdue",
    "possibly_overdue",
    "undetermined",
    "controller_decides",
    "on_hold",
    "must_keep",
    "no_rule",
    "within",
)
"""What asks for a hand first."""
NOT_JUDGED = len(VERDICTS)
NO_LEVEL = -1
TOLD_WHOLE = ("value", "full")
"""Kinds of fingerprint that stand for a value as a whole."""

# Collation "C": "what lies below a folder" is a range in the order of code points.
PLACE = SafeText().with_variant(Text(collation="C"), "postgresql")


def _key(name: str, kind: Any = SafeText) -> Col[Any]:
    return Col(name, kind, primary_key=True, autoincrement=False)


spread = Table(
    "spread",
    metadata,
    _key("scan_id", Integer),
    _key("category"),
    _key("folder", PLACE),
    _key("first_scan", Integer),
    _key("item", Integer),
    Col("level", Integer, nullable=False),
    Col("worst", Integer, nullable=False),
    Col("controller", SafeText, nullable=False),
    Col("doc_type", SafeText, nullable=False),
    Col("status", SafeText, nullable=False),
    Col("reason", SafeText, nullable=False),
    Col("findings", Integer, nullable=False),
    Col("size", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""A row an item under the category "", and one for each category that is found in it."""

KINDS: dict[str, Any] = {"level": Integer, "worst": Integer, "folder": PLACE}
ALIKE = (
    *("category", "folder", "level", "worst"),
    *("controller", "doc_type", "status", "reason"),
)
cells = Table(
    "cells",
    metadata,
    _key("scan_id", Integer),
    *(_key(name, KINDS.get(name, SafeText)) for name in ALIKE),
    Col("items", Integer, nullable=False),
    Col("findings", Integer, nullable=False),
    Col("size", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The rows of `spread` that differ in their item alone, counted."""

clusters = Table(
    "clusters",
    metadata,
    _key("scan_id", Integer),
    _key("folder", PLACE),
    _key("entity"),
    Col("category", SafeText, nullable=False),
    Col("level", Integer, nullable=False),
    Col("worst", Integer, nullable=False),
    Col("items", Integer, nullable=False),
    Col("findings", Integer, nullable=False),
    Col("low", Double, nullable=False),
    Col("high", Double, nullable=False),
    Index("clusters_in_order", "scan_id", "level", "findings"),
    sqlite_with_rowid=False,
)
"""What was found of one entity in one folder."""

repeats = Table(
    "repeats",
    metadata,
    _key("scan_id", Integer),
    _key("digest", HexBytes),
    Col("entity", SafeText, nullable=False),
    Col("category", SafeText, nullable=False),
    Col("level", Integer, nullable=False),
    Col("masked", SafeText, nullable=False),
    Col("items", Integer, nullable=False),
    Col("findings", Integer, nullable=False),
    Col("low", Double, nullable=False),
    Col("high", Double, nullable=False),
    Index("repeats_in_order", "scan_id", "findings"),
    sqlite_with_rowid=False,
)
"""Values that were found more than once."""

terms = Table(
    "terms",
    metadata,
    _key("scan_id", Integer),
    _key("verdict", Integer),
    _key("policy"),
    _key("rule"),
    _key("trigger"),
    _key("first_scan", Integer),
    _key("item", Integer),
    Col("controller", SafeText, nullable=False),
    Col("places", Integer, nullable=False),
    Col("keep_until", Date),
    Col("reference_date", Date),
    Col("source", SafeText, nullable=False),
    sqlite_with_rowid=False,
)
"""What a rule says of an item, as to the place in it that ends first."""

gathered = Table("gathered", metadata, Col("scan_id", Integer, primary_key=True))
"""The scans of which all this is there."""

ALL = (spread, cells, clusters, repeats, terms, gathered)


def level_of(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the rank of a level, so that the heaviest is the highest."""
    return case({name: rank for rank, name in enumerate(LEVELS)}, value=column, else_=NO_LEVEL)


def verdict_of(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the rank of a verdict, so that what asks most for a hand is the lowest."""
    return case({it: rank for rank, it in enumerate(VERDICTS)}, value=column, else_=NOT_JUDGED)
