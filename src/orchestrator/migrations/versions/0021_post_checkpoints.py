"""Where the code before 0020 kept a conversation alone. To be applied when none of it runs any more."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("alter table checkpoints drop column export_path, drop column export_sha256")
