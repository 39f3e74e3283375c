"""What a tenant's sandboxes may reach."""

from alembic import op

from orchestrator.migrations.security import secure

revision = "0050"
down_revision = "0012"

SCHEMA = """
create table tenant_networks (
    tenant_id uuid primary key references tenants (id),
    mode text check (mode in ('host', 'allowlist', 'none')),
    allowed_hosts jsonb,
    updated_at timestamptz not null
);
create index events_network_refused on events (tenant_id, seq desc) where type = 'network.refused';
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("tenant_networks", "select, insert, update")
