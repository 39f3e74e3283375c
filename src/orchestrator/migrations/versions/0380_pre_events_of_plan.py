"""The events of one plan are read without a look at all the others."""

from alembic import op

revision = "0380"
down_revision = "0370"


def upgrade() -> None:
    op.execute(
        "create index events_of_plan on events (tenant_id, (data ->> 'plan_id'), seq) where data ->> 'plan_id' is not null"
    )
