"""When a tenant was last told that four fifths of its requests a minute were used."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("alter table rate_buckets add column warned_at timestamptz")
