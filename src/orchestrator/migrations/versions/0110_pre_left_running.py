"""What commands of a session left running when they were over."""

from alembic import op

from orchestrator.migrations.security import secure

revision = "0110"
down_revision = "0100"

SCHEMA = """
create table left_running (
    tenant_id uuid not null references tenants (id),
    session_id uuid not null,
    record text not null,
    programs jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, session_id, record),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("left_running", "select, insert")
