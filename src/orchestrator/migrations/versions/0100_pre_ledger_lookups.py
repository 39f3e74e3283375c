"""The ledger's moves for several calls at once read their own rows alone."""

from pathlib import Path

from alembic import op

revision = "0100"
down_revision = "0090"


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0100_ledger_lookups.sql").read_text())
