"""When a tool call began and ended, beside what it said, which takes long to look into.

Tool calls from before keep no times.
"""

from alembic import op

revision = "0125"
down_revision = "0120"


def upgrade() -> None:
    op.execute("alter table transcript_parts add column began_at timestamptz, add column ended_at timestamptz")
