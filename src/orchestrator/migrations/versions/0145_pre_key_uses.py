"""When each key was last used, to the minute. Keys that were not used since keep none."""

from alembic import op

revision = "0145"
down_revision = "0140"


def upgrade() -> None:
    op.execute("alter table api_keys add column last_used_at timestamptz")
