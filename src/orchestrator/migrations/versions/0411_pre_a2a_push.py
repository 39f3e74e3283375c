"""Where news of a task that came by A2A is pushed to, and how far it has got."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0411"
down_revision = "0410"

SCHEMA = """
create table a2a_push_configs (
    tenant_id uuid not null,
    id uuid not null,
    session_id uuid not null,
    principal text not null,
    config_id text not null,
    url text not null,
    secret_sealed bytea,
    seq bigint not null,
    attempts bigint not null,
    first_attempt_at timestamptz,
    next_attempt_at timestamptz not null,
    last_problem text,
    ended_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, session_id, principal, config_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
);
create index a2a_push_configs_open on a2a_push_configs (next_attempt_at) where ended_at is null;
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("a2a_push_configs")
    # What is due is looked for in all tenants at once; it is read and sent as the tenant.
    across_tenants({"a2a_push_configs": "select, update"})
