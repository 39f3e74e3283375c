"""What the code before the quotas still wrote. To be applied when none of it runs any more."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("alter table tenants drop column max_concurrent_sessions")
