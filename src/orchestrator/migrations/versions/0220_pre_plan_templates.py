"""Templates of plans that are a tenant's own."""

from alembic import op

from orchestrator.migrations.security import secure

revision = "0220"
down_revision = "0210"

SCHEMA = """
create table plan_templates (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    name text not null check (name ~ '^[a-z][a-z0-9-]{0,47}$'),
    document text not null,
    created_by text not null,
    updated_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("plan_templates")
