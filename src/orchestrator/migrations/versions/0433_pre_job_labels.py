"""What people write on a training job; clients of OpenAI's API call it metadata."""

from alembic import op

revision = "0433"
down_revision = "0431"


def upgrade() -> None:
    op.execute("alter table finetuning_jobs add column labels jsonb not null default '{}'")
