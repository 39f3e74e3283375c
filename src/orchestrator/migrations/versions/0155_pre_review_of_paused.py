"""What was paused at work counts among the results that come to a review: the index has the words of the query."""

from alembic import op

revision = "0155"
down_revision = "0145"


def upgrade() -> None:
    op.execute("drop index sessions_before_review")
    op.execute(
        "create index sessions_before_review on sessions (tenant_id, repository_key) where decision is null and status in "
        "('queued', 'running', 'waiting', 'degraded', 'verifying', 'orphaned', 'paused', 'completed', 'partially_completed')"
    )
