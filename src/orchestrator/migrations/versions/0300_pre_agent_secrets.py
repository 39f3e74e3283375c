"""What the gateway adds to the headers of an agent's MCP servers."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0300"
down_revision = "0290"

SCHEMA = """
create table agent_secrets (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    name text not null,
    sealed bytea not null,
    updated_by text not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("agent_secrets")
    across_tenants({"agent_secrets": "select, update"})  # A new master key seals them anew.
