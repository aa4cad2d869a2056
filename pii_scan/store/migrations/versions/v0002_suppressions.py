"""What an organisation had judged when it scanned, and how many findings that left out."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; earlier scans suppressed nothing."""
    op.add_column("scans", sa.Column("suppressions", sa.Text, nullable=False, server_default="[]"))
    op.add_column("items", sa.Column("suppressed", sa.Text, nullable=False, server_default="[]"))
