"""Plans whose tasks an agent makes."""

from alembic import op

revision = "0250"
down_revision = "0240"


def upgrade() -> None:
    op.execute("alter table plans add column planner jsonb")
