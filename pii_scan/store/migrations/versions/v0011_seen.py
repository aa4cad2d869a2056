"""What a scan has met as it was is a bit in memory now, no row."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Drop the table: a scan that was cut off walks everything again when it goes on."""
    op.drop_table("seen")
