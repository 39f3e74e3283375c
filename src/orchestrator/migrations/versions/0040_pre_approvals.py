"""What agents ask for and who answered; each tenant's policy; when a session began to wait, and what it is capped by."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0040"
down_revision = "0030"

SCHEMA = """
create table approval_policies (
    tenant_id uuid not null primary key references tenants (id),
    rules jsonb not null,
    deadline_seconds bigint not null check (deadline_seconds > 0),
    default_action text not null,
    updated_by text not null,
    updated_at timestamptz not null
);
create table approvals (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    session_id uuid not null,
    attempt bigint not null,
    conversation text not null,
    request_id text not null,
    kind text not null,
    asker text not null,
    tool text not null,
    patterns jsonb not null,
    always jsonb not null,
    detail jsonb not null,
    status text not null,
    default_action text not null,
    requested_at timestamptz not null,
    deadline_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    reason text,
    answers jsonb,
    remember boolean not null default false,
    applied_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, session_id, request_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
create index approvals_by_time on approvals (tenant_id, requested_at, id);
create index approvals_pending on approvals (tenant_id, session_id) where status = 'pending';
alter table sessions add column waiting_since timestamptz;
alter table sessions add column stall_seconds bigint check (stall_seconds > 0);
alter table sessions add column max_steps bigint check (max_steps > 0);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("approval_policies", "select, insert, update")
    secure("approvals", "select, insert, update")
    across_tenants({"approvals": "select, update"})  # What a lost node's session asked for is closed with it.
