"""What the code before the turns still wrote. To be applied when none of it runs any more."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("alter table sessions drop column paused_turn")
