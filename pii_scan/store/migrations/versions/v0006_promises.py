"""Out of which system an item came and which promises it breaks; earlier scans did not look."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns, and a table for what may be said otherwise by a later scan."""
    op.add_column("items", sa.Column("profile", sa.Text))
    op.add_column("items", sa.Column("contents", sa.Text))
    told = ("policy", "promise", "kind", "title", "clause", "outcome", "place", "reason")
    op.create_table(
        "breaches",
        *(
            sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)
            for name in ("scan_id", "item", "judged", "ordinal")
        ),
        sa.Column("last_scan", sa.Integer),
        *(sa.Column(name, sa.Text, nullable=False) for name in told),
        sa.ForeignKeyConstraint(["scan_id", "item"], ["items.scan_id", "items.item"]),
        sqlite_with_rowid=False,
    )
