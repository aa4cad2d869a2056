"""Whose an item is and who may read it; earlier scans did not look."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("items", sa.Column("owner", sa.Text))
    op.add_column("items", sa.Column("access", sa.Text))
