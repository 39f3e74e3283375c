"""The ledger's moves for several calls at once."""

from pathlib import Path

from alembic import op

revision = "0070"
down_revision = "0061"


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0070_ledger_groups.sql").read_text())
