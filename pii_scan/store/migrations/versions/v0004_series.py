"""Scans of the same places are a series, items and judgements hold from scan to scan; the log."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make room; each earlier scan is a series of its own."""
    _widen_scans()
    _widen_items()
    _judge_apart()
    op.create_table(
        "seen",
        sa.Column("scan_id", sa.Integer, sa.ForeignKey("scans.id"), primary_key=True),
        *(_number(name) for name in ("first_scan", "item")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log",
        _number("number"),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("time", "operator", "kind", "data", "previous", "hash")
        ),
        sa.Column("key_id", sa.Text),
        sa.Column("signature", sa.Text),
    )


def _widen_scans() -> None:
    for name in ("detection_digest", "policy_digest"):
        op.add_column("scans", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("scans", sa.Column("key_id", sa.Text))
    op.add_column("scans", sa.Column("series", sa.Integer, nullable=False, server_default="0"))
    op.add_column(
        "scans", sa.Column("is_full", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("scans", sa.Column("places", sa.Text))
    op.add_column("scans", sa.Column("purged", sa.DateTime(timezone=True)))
    op.execute("UPDATE scans SET series = id")
    op.create_index("scans_by_places", "scans", ["places"])


def _widen_items() -> None:
    op.add_column("items", sa.Column("consent", sa.Text, nullable=False, server_default="unknown"))
    op.add_column("items", sa.Column("within", sa.Text))
    op.add_column("items", sa.Column("rows", sa.LargeBinary))
    op.add_column("items", sa.Column("findings", sa.Integer, nullable=False, server_default="0"))
    op.add_column("items", sa.Column("series", sa.Integer, nullable=False, server_default="0"))
    op.add_column("items", sa.Column("last_scan", sa.Integer))
    op.add_column("items", sa.Column("stamp", sa.BigInteger))
    op.execute(
        "UPDATE items SET series = scan_id, findings = (SELECT count(*) FROM findings"
        " WHERE findings.scan_id = items.scan_id AND findings.item = items.item)"
    )
    op.drop_index("items_by_uri", "items")
    op.create_index("items_by_uri", "items", ["series", "uri", "scan_id"], unique=True)
    op.create_index("items_by_digest", "items", ["digest"])
    op.drop_index("fingerprints_by_digest", "fingerprints")
    op.create_index("fingerprints_by_digest", "fingerprints", ["digest", "scan_id"])


def _judge_apart() -> None:
    """Give judgements the scan that judged as a part of their key; SQLite adds none to a table."""
    told = (
        *("policy", "rule", "place", "verdict", "trigger", "reference_date", "reference_source"),
        *("keep_until", "must_keep_until", "action", "assumptions"),
    )
    op.create_table(
        "judgements_since",
        *(_number(name) for name in ("scan_id", "item", "judged", "ordinal")),
        sa.Column("last_scan", sa.Integer),
        *(
            sa.Column(
                name,
                sa.Date if name.endswith(("_date", "_until")) else sa.Text,
                nullable=name not in ("policy", "place", "verdict", "assumptions"),
            )
            for name in told
        ),
        sa.ForeignKeyConstraint(["scan_id", "item"], ["items.scan_id", "items.item"]),
        sqlite_with_rowid=False,
    )
    columns = ", ".join(told)
    op.execute(
        f"INSERT INTO judgements_since (scan_id, item, judged, ordinal, {columns})"  # noqa: S608
        f" SELECT scan_id, item, scan_id, ordinal, {columns} FROM judgements"
    )
    op.drop_table("judgements")
    op.rename_table("judgements_since", "judgements")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)
