"""Why mailboxes and home folders were searched, and what holds an item; before, none was kept."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("scans", sa.Column("grounds", sa.Text, nullable=False, server_default="[]"))
    op.add_column("items", sa.Column("holds", sa.Text, nullable=False, server_default="[]"))
