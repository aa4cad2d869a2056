"""What a scan has met as it was is a bit in memory now, no row; what ended is found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Drop the table: a scan that was cut off walks everything again when it goes on."""
    op.drop_table("seen")
    ended = sa.text("last_scan IS NOT NULL")
    op.create_index(
        "items_ended", "items", ["series", "last_scan"], sqlite_where=ended, postgresql_where=ended
    )
