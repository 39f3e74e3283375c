"""Completed plans whose branch goes to where the repository came from by itself."""

from alembic import op

revision = "0310"
down_revision = "0300"


def upgrade() -> None:
    op.execute("alter table plans add column push jsonb")
    op.execute("create index plans_to_push on plans (tenant_id, id) where push ->> 'state' = 'pending'")
