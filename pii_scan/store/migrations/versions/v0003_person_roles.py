"""What a person is in a document, and why; earlier scans did not look."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("findings", sa.Column("person_role", sa.Text))
    op.add_column("findings", sa.Column("role_reasons", sa.Text))
