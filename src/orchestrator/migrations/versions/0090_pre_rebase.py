"""A session that is to be put upon a base that has moved, and the base that each checkpoint stands on."""

from alembic import op

revision = "0090"
down_revision = "0080"


def upgrade() -> None:
    op.execute("alter table sessions add column rebase jsonb")
    op.execute("alter table checkpoints add column base_commit text")
