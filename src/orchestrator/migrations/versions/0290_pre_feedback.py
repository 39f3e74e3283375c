"""How a person found a session's work, and that it was taken back."""

from alembic import op

revision = "0290"
down_revision = "0280"


def upgrade() -> None:
    op.execute("alter table sessions add column rating jsonb, add column reverted jsonb")
