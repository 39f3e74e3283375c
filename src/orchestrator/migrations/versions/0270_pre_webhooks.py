"""Webhooks: where news goes, and each piece of it on its way there."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0270"
down_revision = "0260"

SCHEMA = """
create table webhook_endpoints (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    url text not null,
    description text not null,
    events jsonb not null,
    secret_sealed bytea not null,
    former_secret_sealed bytea,
    former_secret_until timestamptz,
    status text not null check (status in ('active', 'disabled')),
    disabled_reason text,
    seq bigint not null,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id)
);
create table webhook_deliveries (
    tenant_id uuid not null,
    id uuid not null,
    endpoint_id uuid not null,
    number bigint not null,
    type text not null,
    subject text not null,
    body text not null,
    status text not null check (status in ('pending', 'delivered', 'dead')),
    attempts bigint not null,
    first_attempt_at timestamptz,
    next_attempt_at timestamptz not null,
    last_status_code bigint,
    last_problem text,
    delivered_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id) on delete cascade
);
create index webhook_deliveries_newest on webhook_deliveries (tenant_id, endpoint_id, created_at desc, id desc);
create index webhook_deliveries_waiting on webhook_deliveries (tenant_id, endpoint_id, subject, number)
    where status = 'pending';
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where status = 'pending';
create index webhook_deliveries_done on webhook_deliveries (created_at) where status <> 'pending';
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("webhook_endpoints")
    secure("webhook_deliveries")
    # Who has news, and what is due, is asked of all tenants at once, and a start seals all secrets with the newest key;
    # the content of news is read as its tenant.
    across_tenants({"webhook_endpoints": "select, update", "webhook_deliveries": "select, update, delete"})
