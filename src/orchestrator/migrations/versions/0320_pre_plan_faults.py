"""Plans that a fault blocks are looked at again."""

from alembic import op

revision = "0320"
down_revision = "0310"


def upgrade() -> None:
    op.execute("alter table plans add column retry_at timestamptz")
    op.execute("create index plans_to_retry on plans (tenant_id, id) where retry_at is not null")
