"""Scans, their items, and what was found in and judged of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = ("scan_id", "item", "ordinal")


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("targets", sa.Text, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("today", sa.Date, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("tool_version", sa.Text, nullable=False),
        sa.Column("config_digest", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
    )
    _create_items()
    _create_findings()
    _create_part(
        "evidence",
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
    )
    _create_part(
        "judgements",
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("rule", sa.Text),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("trigger", sa.Text),
        sa.Column("reference_date", sa.Date),
        sa.Column("reference_source", sa.Text),
        sa.Column("keep_until", sa.Date),
        sa.Column("must_keep_until", sa.Date),
        sa.Column("action", sa.Text),
        sa.Column("assumptions", sa.Text, nullable=False),
    )


def _create_items() -> None:
    uri_type = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "items",
        _number("scan_id", sa.ForeignKey("scans.id")),
        _number("item"),
        sa.Column("uri", uri_type, nullable=False),
        sa.Column("locator", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("media_type", sa.Text),
        sa.Column("digest", sa.Text),
        sa.Column("doc_type", sa.Text),
        sa.Column("subject_groups", sa.Text, nullable=False),
        sa.Column("controller", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("level", sa.Text),
        sa.Column("reference_trigger", sa.Text),
        sa.Column("reference_date", sa.Date),
        sa.Column("reference_source", sa.Text),
        sa.Column("reference_place", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_index("items_by_uri", "items", ["scan_id", "uri"], unique=True)


def _create_findings() -> None:
    _create_part(
        "findings",
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("masked", sa.Text, nullable=False),
        sa.Column("row_number", sa.Integer),
    )
    op.create_table(
        "fingerprints",
        _number("scan_id"),
        _number("item"),
        _number("finding"),
        _number("ordinal"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["scan_id", "item", "finding"], [f"findings.{name}" for name in KEY]
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("fingerprints_by_digest", "fingerprints", ["scan_id", "digest"])


def _create_part(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        *(_number(column) for column in KEY),
        *columns,
        sa.ForeignKeyConstraint(["scan_id", "item"], ["items.scan_id", "items.item"]),
        sqlite_with_rowid=False,
    )


def _number(name: str, *constraints: sa.ForeignKey) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *constraints, primary_key=True, autoincrement=False)
