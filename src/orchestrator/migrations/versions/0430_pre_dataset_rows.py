"""Where a row of a dataset stands in its file, so that a page of rows is read without all that comes before it."""

from alembic import op

revision = "0430"
down_revision = "0432"


def upgrade() -> None:
    op.execute("alter table dataset_rows add column file_offset bigint not null, add column bytes bigint not null")
