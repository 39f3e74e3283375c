"""What lets the agent of a session call the orchestrator's own tools."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0240"
down_revision = "0220"

SCHEMA = """
create table tool_tokens (
    tenant_id uuid not null,
    id uuid not null,
    public_id text not null unique,
    secret_sha256 bytea not null,
    session_id uuid not null,
    attempt bigint not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
);
create index tool_tokens_of_sessions on tool_tokens (tenant_id, session_id);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("tool_tokens", "select, insert, delete")
    across_tenants({"tool_tokens": "select"})  # Whose a token is has to be found before there is a tenant.
