"""Out of which system an item came and which promises it breaks; earlier scans did not look."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("items", sa.Column("profile", sa.Text))
    op.add_column("items", sa.Column("contents", sa.Text))
    op.add_column("items", sa.Column("breaches", sa.Text))
