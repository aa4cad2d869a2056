"""Why mailboxes and home folders were searched; earlier scans wrote none down."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    """Add the column."""
    op.add_column("scans", sa.Column("grounds", sa.Text, nullable=False, server_default="[]"))
