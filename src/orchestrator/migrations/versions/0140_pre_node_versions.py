"""Which orchestrator and which OpenCode a node runs; a node from before tells when it starts again."""

from alembic import op

revision = "0140"
down_revision = "0135"


def upgrade() -> None:
    op.execute("alter table nodes add column version text, add column opencode_version text")
