"""Who added a task to a plan that was handed in before."""

from alembic import op

revision = "0280"
down_revision = "0270"


def upgrade() -> None:
    op.execute("alter table plan_tasks add column added_by text")
