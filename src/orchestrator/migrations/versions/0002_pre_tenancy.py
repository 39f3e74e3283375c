"""Quotas, platform operators, rotated keys, log-ins, rate buckets, fair shares and the audit log."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0002"
down_revision = "0001"

SCHEMA = """
alter table tenants add column weight bigint not null default 1 check (weight between 1 and 1000);
alter table tenants add column clamp_output boolean not null default false;
alter table tenants add column capture_trajectories boolean not null default true;
alter table tenants add column trajectory_retention_days bigint not null default 90
    check (trajectory_retention_days between 1 and 3650);
-- Written by nobody any more; dropped by the post migration.
alter table tenants alter column max_concurrent_sessions set default 8;

create table quotas (
    tenant_id uuid primary key references tenants (id),
    max_concurrent_sessions bigint check (max_concurrent_sessions >= 0),
    max_queued_sessions bigint check (max_queued_sessions >= 0),
    requests_per_minute bigint check (requests_per_minute >= 0),
    tokens_per_month bigint check (tokens_per_month >= 0),
    cost_micro_usd_per_month bigint check (cost_micro_usd_per_month >= 0),
    max_session_tokens bigint check (max_session_tokens >= 0),
    storage_bytes bigint check (storage_bytes >= 0),
    updated_at timestamptz not null
);
insert into quotas (tenant_id, max_concurrent_sessions, updated_at) select id, max_concurrent_sessions, now() from tenants;

alter table users add column issuer text;
alter table users add column subject text;
alter table users add column is_operator boolean not null default false;
alter table users add constraint users_identity unique (issuer, subject);
alter table users add check ((issuer is null) = (subject is null));

alter table api_keys add column is_operator boolean not null default false;
alter table api_keys add column created_by text;
alter table api_keys add column previous_sha256 bytea;
alter table api_keys add column previous_until timestamptz;
-- The first start made exactly this one, for the person who runs the installation.
update api_keys set is_operator = true where name = 'first admin';

create table login_sessions (
    id uuid primary key,
    public_id text not null unique,
    secret_sha256 bytea not null,
    user_id uuid not null references users (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
);

-- Between leaving for the OpenID provider and coming back from it; each row is good for one return.
create table pending_log_ins (
    state_sha256 bytea primary key,
    browser_sha256 bytea not null,
    nonce text not null,
    verifier text not null,
    next text not null,
    expires_at timestamptz not null
);
create index pending_log_ins_expiry on pending_log_ins (expires_at);
create index login_sessions_expiry on login_sessions (expires_at);

-- Not worth a wait for the disk: after a crash of the database every bucket is full again.
create unlogged table rate_buckets (
    tenant_id uuid not null references tenants (id),
    bucket text not null,
    next_at timestamptz not null,
    primary key (tenant_id, bucket)
);
create table fair_shares (
    tenant_id uuid primary key references tenants (id),
    slot_seconds double precision not null default 0 check (slot_seconds >= 0),
    tokens double precision not null default 0 check (tokens >= 0),
    micro_usd double precision not null default 0 check (micro_usd >= 0),
    updated_at timestamptz not null
);
create table storage_samples (
    tenant_id uuid not null references tenants (id),
    node_id uuid not null references nodes (id),
    bytes bigint not null check (bytes >= 0),
    measured_at timestamptz not null,
    primary key (tenant_id, node_id)
);
create table audit_heads (
    tenant_id uuid primary key references tenants (id),
    number bigint not null,
    hash bytea not null
);
create table audit_log (
    tenant_id uuid not null references tenants (id),
    number bigint not null check (number > 0),
    at timestamptz not null,
    actor text not null,
    action text not null,
    target text not null,
    detail jsonb not null,
    request_id text not null,
    hash bytea not null,
    primary key (tenant_id, number)
);
create index sessions_queue_of_tenant on sessions (tenant_id, priority desc, queued_at, id) where status = 'queued';
"""

SYSTEM_GRANTS = {
    "quotas": "select, insert, update",  # Operators set any tenant's; admission reads all.
    "rate_buckets": "select, insert, update",  # A request is counted before its tenant's transaction begins.
    "fair_shares": "select, insert, update",  # Admission orders tenants by them.
    "storage_samples": "select, insert, update",  # The node measures its folders.
    "audit_heads": "select, insert, update",  # What operators did to a tenant is in the tenant's own chain.
    "audit_log": "select, insert",
}


def upgrade() -> None:
    op.execute(SCHEMA)
    for table in ("quotas", "rate_buckets", "audit_heads"):
        secure(table, "select, insert, update")
    secure("fair_shares", "select")
    secure("storage_samples", "select")
    secure("audit_log", "select, insert")
    across_tenants(SYSTEM_GRANTS)
    for table in ("login_sessions", "pending_log_ins"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"grant select, insert, update, delete on {table} to orchestrator_system")
        op.execute(f"create policy log_ins on {table} to orchestrator_system using (true) with check (true)")
    # A tenant's ADMIN changes members; an operator changes tenants.
    op.execute("grant update on users to orchestrator_system")
    op.execute("grant update, delete on memberships to orchestrator_system")
    op.execute("grant select, update on idempotency_keys to orchestrator_system")
    op.execute("grant insert on idempotency_keys to orchestrator_system")
    op.execute(
        "create policy system_across_tenants on idempotency_keys to orchestrator_system using (true) with check (true)"
    )
