"""What a job measured is numbered, so that readers go on where they were; take-ups without progress are counted."""

from alembic import op

revision = "0431"
down_revision = "0420"


def upgrade() -> None:
    # Nothing has been measured before: no trainer came with the table.
    op.execute("alter table finetuning_points add column seq bigint not null")
    op.execute("alter table finetuning_jobs add column takeups bigint not null default 0")
    op.execute("create unique index finetuning_points_in_order on finetuning_points (tenant_id, job_id, seq)")
