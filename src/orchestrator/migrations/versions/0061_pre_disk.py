"""Whether a node's disk has less room than it needs to start a session."""

from alembic import op

revision = "0061"
down_revision = "0050"


def upgrade() -> None:
    op.execute("alter table nodes add column disk_full boolean not null default false")
