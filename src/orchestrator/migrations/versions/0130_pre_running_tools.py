"""Tool calls that run at this moment, so that who opens the page of a session sees them before they end."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0130"
down_revision = "0125"

SCHEMA = """
create table running_tools (
    tenant_id uuid not null references tenants (id),
    session_id uuid not null,
    part_id text not null,
    message_id text not null,
    model text,
    data jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, session_id, part_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("running_tools", "select, insert, delete")
    across_tenants({"running_tools": "select, delete"})  # Nothing runs any more of a session whose node is lost.
