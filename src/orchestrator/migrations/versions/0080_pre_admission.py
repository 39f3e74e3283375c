"""Accounts of a month without those of sessions, of which there is one for each session that ever ran."""

from alembic import op

revision = "0080"
down_revision = "0040"


def upgrade() -> None:
    op.execute("create index budget_accounts_of_month on budget_accounts (period) where scope <> 'session'")
