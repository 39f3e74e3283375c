"""What the control plane logs in to git remotes with."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0060"
down_revision = "0006"

SCHEMA = """
create table git_credentials (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    name text not null,
    kind text not null check (kind in ('token', 'ssh_key', 'github_app')),
    scheme text not null check (scheme in ('https', 'http', 'ssh')),
    host text not null,
    path text not null,
    username text not null,
    options jsonb not null default '{}',
    known_hosts text not null,
    secret_sealed bytea not null,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("git_credentials")
    across_tenants({"git_credentials": "select, update"})
