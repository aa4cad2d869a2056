"""Cases of requests, sealed; and findings by their row, so that what stands beside one is found."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the table and the index."""
    op.create_table(
        "cases",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("serial", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("kept_until", sa.Date),
    )
    op.create_index("cases_by_number", "cases", ["number"], unique=True)
    op.create_index("findings_by_row", "findings", ["scan_id", "item", "row_number"])
