"""What people decided; and scans gathered for pages over them."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

PLACE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables; what is gathered of earlier scans is made when they are looked at."""
    op.create_table(
        "decisions",
        _key("kind"),
        _key("subject"),
        sa.Column("revision", sa.Integer, nullable=False),
        *_texts("choice", "data", "by"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table("gathered", sa.Column("scan_id", sa.Integer, primary_key=True))
    number = sa.Integer
    op.create_table(
        "spread",
        *(_key("scan_id", number), _key("category"), _key("folder", PLACE)),
        *(_key("first_scan", number), _key("item", number)),
        *_numbers("level", "worst"),
        *_texts("controller", "doc_type", "status", "reason"),
        *_numbers("findings"),
        sa.Column("size", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cells",
        *(_key("scan_id", number), _key("category"), _key("folder", PLACE), _key("level", number)),
        *(_key("worst", number), _key("controller"), _key("doc_type"), _key("status")),
        _key("reason"),
        *_numbers("items", "findings"),
        sa.Column("size", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clusters",
        *(_key("scan_id", number), _key("folder", PLACE), _key("entity")),
        *_texts("category"),
        *_numbers("level", "worst", "items", "findings"),
        *_scores(),
        sqlite_with_rowid=False,
    )
    op.create_index("clusters_in_order", "clusters", ["scan_id", "level", "findings"])
    op.create_table(
        "repeats",
        *(_key("scan_id", number), _key("digest", sa.LargeBinary)),
        *_texts("entity", "category"),
        *_numbers("level"),
        *_texts("masked"),
        *_numbers("items", "findings"),
        *_scores(),
        sqlite_with_rowid=False,
    )
    op.create_index("repeats_in_order", "repeats", ["scan_id", "findings"])
    op.create_table(
        "terms",
        *(_key("scan_id", number), _key("verdict", number), _key("policy"), _key("rule")),
        *(_key("trigger"), _key("first_scan", number), _key("item", number)),
        *_texts("controller"),
        *_numbers("places"),
        sa.Column("keep_until", sa.Date),
        sa.Column("reference_date", sa.Date),
        *_texts("source"),
        sqlite_with_rowid=False,
    )


def _key(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _texts(*names: str) -> Iterator[sa.Column[str]]:
    return (sa.Column(name, sa.Text, nullable=False) for name in names)


def _numbers(*names: str) -> Iterator[sa.Column[int]]:
    return (sa.Column(name, sa.Integer, nullable=False) for name in names)


def _scores() -> Iterator[sa.Column[float]]:
    return (sa.Column(name, sa.Double, nullable=False) for name in ("low", "high"))
