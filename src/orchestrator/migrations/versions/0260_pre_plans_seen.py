"""Plans that need a person, until somebody has seen what they came to."""

from alembic import op

revision = "0260"
down_revision = "0250"


def upgrade() -> None:
    # Nobody is called to what was over before there was a place to be called to.
    op.execute("alter table plans add column seen_at timestamptz default now(), add column seen_by text")
    op.execute("alter table plans alter column seen_at drop default")
    op.execute(
        "create index plans_needing on plans (tenant_id, id) where status in ('awaiting_approval', 'blocked') "
        "or (status in ('completed', 'failed') and seen_at is null)"
    )
