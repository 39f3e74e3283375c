"""Tenants, keys, events, the gateway's virtual keys, nodes, runtimes and sessions.

Every tenant's table has the key (tenant_id, id), composite foreign keys, and forced row-level security. The app's role
sees the tenant in `app.tenant_id` and nothing else; what the system's role may do across tenants is named table by table.
"""

from alembic import op

revision = "0001"
down_revision = None

SCHEMA = """
create table tenants (
    id uuid primary key,
    ordinal bigint generated always as identity unique,
    slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text not null,
    max_concurrent_sessions bigint not null check (max_concurrent_sessions > 0),
    created_at timestamptz not null
);
create table users (
    id uuid primary key,
    name text not null,
    email text,
    created_at timestamptz not null
);
create table memberships (
    tenant_id uuid not null references tenants (id),
    user_id uuid not null references users (id),
    role text not null check (role in ('ADMIN', 'LEAD', 'MEMBER', 'VIEWER')),
    created_at timestamptz not null,
    primary key (tenant_id, user_id)
);
create table api_keys (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    public_id text not null unique,
    secret_sha256 bytea not null,
    name text not null,
    role text not null check (role in ('ADMIN', 'LEAD', 'MEMBER', 'VIEWER')),
    user_id uuid,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references memberships (tenant_id, user_id)
);
create table idempotency_keys (
    tenant_id uuid not null references tenants (id),
    principal text not null,
    key text not null,
    request_sha256 bytea not null,
    response jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, principal, key)
);

create table event_counters (
    tenant_id uuid primary key references tenants (id),
    last_seq bigint not null
);
create table events (
    tenant_id uuid not null references tenants (id),
    seq bigint not null,
    type text not null,
    session_id uuid,
    actor text not null,
    data jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, seq)
);
create index events_of_session on events (tenant_id, session_id, seq) where session_id is not null;

create table nodes (
    id uuid primary key,
    hostname text not null,
    pid bigint not null,
    slots bigint not null,
    sandbox text not null,
    started_at timestamptz not null,
    heartbeat_at timestamptz not null
);
create table runtimes (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    node_id uuid not null references nodes (id),
    isolation text not null check (isolation in ('tenant', 'session')),
    session_id uuid,
    pid bigint,
    process_started_ticks bigint,
    created_at timestamptz not null,
    stopped_at timestamptz,
    stop_reason text,
    primary key (tenant_id, id)
);
create table gateway_keys (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    public_id text not null unique,
    secret_sha256 bytea not null,
    runtime_id uuid not null,
    revoked_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);

create table sessions (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    title text not null,
    prompt text not null,
    repository text,
    base_ref text,
    base_commit text,
    repository_key text,
    branch text not null,
    commit_sha text,
    agent text not null,
    model text not null,
    priority bigint not null,
    verify jsonb,
    isolation text not null check (isolation in ('tenant', 'session')),
    timeout_seconds bigint not null check (timeout_seconds > 0),
    max_feedback_rounds bigint not null check (max_feedback_rounds >= 0),
    status text not null,
    status_reason text,
    queue_reason text,
    verification text,
    verification_reason text,
    failure jsonb,
    attempt bigint not null,
    node_id uuid references nodes (id),
    opencode_session_id text,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost_micro_usd bigint not null,
    parent_id uuid,
    created_by text not null,
    created_at timestamptz not null,
    queued_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, parent_id) references sessions (tenant_id, id),
    check (status <> 'queued' or queued_at is not null)
);
create index sessions_newest on sessions (tenant_id, created_at desc, id desc);
create index sessions_queue on sessions (priority desc, queued_at, id) where status = 'queued';
create index sessions_live on sessions (node_id)
    where status in ('running', 'waiting', 'degraded', 'verifying', 'orphaned');

create table checkpoints (
    tenant_id uuid not null,
    id uuid not null,
    session_id uuid not null,
    number bigint not null,
    attempt bigint not null,
    turn bigint not null,
    commit_sha text not null,
    ref text not null,
    changed boolean not null,
    opencode_session_id text,
    export_path text,
    export_sha256 text,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost_micro_usd bigint not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, session_id, number),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
create table evidence (
    tenant_id uuid not null,
    id uuid not null,
    session_id uuid not null,
    attempt bigint not null,
    round bigint not null,
    position bigint not null,
    command text not null,
    commit_sha text not null,
    exit_code bigint not null,
    duration_ms bigint not null,
    output text not null,
    timed_out boolean not null,
    flaky boolean not null,
    pre_existing boolean not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, session_id, attempt, round, position),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
create table base_verifications (
    tenant_id uuid not null references tenants (id),
    commit_sha text not null,
    command_sha256 text not null,
    command text not null,
    exit_code bigint not null,
    duration_ms bigint not null,
    output text not null,
    created_at timestamptz not null,
    primary key (tenant_id, commit_sha, command_sha256)
);
create table transcript_parts (
    tenant_id uuid not null,
    session_id uuid not null,
    part_id text not null,
    message_id text not null,
    role text not null,
    type text not null,
    model text,
    data jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, session_id, part_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
"""

TENANT_TABLES = (
    "memberships",
    "api_keys",
    "idempotency_keys",
    "event_counters",
    "events",
    "runtimes",
    "gateway_keys",
    "sessions",
    "checkpoints",
    "evidence",
    "base_verifications",
    "transcript_parts",
)
APP_MAY_NOT_CHANGE = ("events",)  # Append-only.

CURRENT_TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"

# What the system's role may do across tenants, and why.
SYSTEM_GRANTS = {
    "tenants": "select, insert, update",  # The first start, key look-up, admission.
    "users": "select, insert",  # The first start.
    "memberships": "select, insert",  # The first start.
    "api_keys": "select, insert, update",  # A key names its tenant, so it is looked up before there is one.
    "gateway_keys": "select",  # The same, for a runtime's virtual key.
    "sessions": "select, update",  # Admission and the reconciler.
    "events": "select, insert",  # What admission and the reconciler did.
    "event_counters": "select, insert, update",  # The number of those events.
    "runtimes": "select, update",  # The reconciler closes rows of runtimes that died with their node.
}


def upgrade() -> None:
    op.execute(SCHEMA)
    op.execute("grant usage on schema public to orchestrator_app, orchestrator_system")
    op.execute("grant select, insert, update on nodes to orchestrator_system")
    op.execute("grant select on nodes to orchestrator_app")
    _secure_tenants_and_users()
    for table in TENANT_TABLES:
        _secure(table)
    for table, rights in SYSTEM_GRANTS.items():
        op.execute(f"grant {rights} on {table} to orchestrator_system")
        op.execute(f"create policy system_across_tenants on {table} to orchestrator_system using (true) with check (true)")


def _secure(table: str) -> None:
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(
        f"create policy tenant_isolation on {table} to orchestrator_app "
        f"using (tenant_id = (select {CURRENT_TENANT})) with check (tenant_id = (select {CURRENT_TENANT}))"
    )
    rights = "select, insert" if table in APP_MAY_NOT_CHANGE else "select, insert, update, delete"
    op.execute(f"grant {rights} on {table} to orchestrator_app")


def _secure_tenants_and_users() -> None:
    for table in ("tenants", "users"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"grant select on {table} to orchestrator_app")
    op.execute(
        f"create policy own_tenant on tenants to orchestrator_app "
        f"using (id = (select {CURRENT_TENANT})) with check (id = (select {CURRENT_TENANT}))"
    )
    member = "select 1 from memberships m where m.user_id = users.id and m.tenant_id"
    members = f"exists ({member} = (select {CURRENT_TENANT}))"
    op.execute(f"create policy members on users to orchestrator_app using ({members}) with check ({members})")
