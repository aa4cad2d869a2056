"""Why mailboxes and home folders were searched; the documents in a file and what holds it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("scans", sa.Column("grounds", sa.Text, nullable=False, server_default="[]"))
    op.add_column("items", sa.Column("sections", sa.LargeBinary))
    op.add_column("items", sa.Column("holds", sa.Text, nullable=False, server_default="[]"))
