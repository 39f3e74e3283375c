"""The gateway's ledger, its providers and models, what it recorded of each call, and what a paused session waits for."""

from pathlib import Path

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0003"
down_revision = "0002"

# What belongs to all tenants is owned by nobody: the nil id.
PLATFORM = "'00000000-0000-0000-0000-000000000000'::uuid"

SCHEMA = """
create table budgets (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    scope text not null check (scope in ('user', 'repository')),
    subject text not null,
    tokens_per_month bigint check (tokens_per_month >= 0),
    cost_micro_usd_per_month bigint check (cost_micro_usd_per_month >= 0),
    updated_at timestamptz not null,
    label text not null default '',
    primary key (tenant_id, id),
    unique (tenant_id, scope, subject)
);
create table budget_accounts (
    tenant_id uuid not null references tenants (id),
    scope text not null check (scope in ('tenant', 'user', 'repository', 'session')),
    subject text not null,
    period text not null,
    spent_tokens bigint not null default 0 check (spent_tokens >= 0),
    spent_micro_usd bigint not null default 0 check (spent_micro_usd >= 0),
    primary key (tenant_id, scope, subject, period)
);
create table budget_holds (
    tenant_id uuid not null references tenants (id),
    request_id uuid not null,
    session_id uuid,
    user_subject text not null,
    repository text,
    period text not null,
    tokens bigint not null check (tokens >= 0),
    micro_usd bigint not null check (micro_usd >= 0),
    detail jsonb not null,
    reached_provider boolean not null default false,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant_id, request_id)
);
create index budget_holds_expiry on budget_holds (expires_at);
create table usage_events (
    tenant_id uuid not null references tenants (id),
    request_id uuid not null,
    session_id uuid,
    user_subject text not null,
    repository text,
    agent text,
    model text not null,
    provider text not null,
    provider_model text not null,
    period text not null,
    input_tokens bigint not null check (input_tokens >= 0),
    cached_input_tokens bigint not null check (cached_input_tokens >= 0),
    cache_write_tokens bigint not null check (cache_write_tokens >= 0),
    output_tokens bigint not null check (output_tokens >= 0),
    reasoning_tokens bigint not null check (reasoning_tokens >= 0),
    cost_micro_usd bigint not null check (cost_micro_usd >= 0),
    priced boolean not null,
    price_version text not null,
    source text not null check (source in ('provider', 'partial', 'estimated')),
    http_status bigint,
    duration_ms bigint not null,
    first_byte_ms bigint,
    created_at timestamptz not null,
    primary key (tenant_id, request_id)
);
create index usage_events_by_time on usage_events (tenant_id, created_at);
create index usage_events_of_session on usage_events (tenant_id, session_id) where session_id is not null;
create table budget_refusals (
    tenant_id uuid not null references tenants (id),
    session_id uuid not null,
    scope text not null,
    resource text not null check (resource in ('tokens', 'cost')),
    subject text not null,
    period text not null,
    needed_tokens bigint not null,
    needed_micro_usd bigint not null,
    refused_at timestamptz not null,
    primary key (tenant_id, session_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
create table token_ratios (
    tenant_id uuid not null references tenants (id),
    model text not null,
    samples bigint not null,
    max_tokens_per_million_bytes bigint not null,
    updated_at timestamptz not null,
    primary key (tenant_id, model)
);
create table child_conversations (
    tenant_id uuid not null references tenants (id),
    opencode_session_id text not null,
    session_id uuid not null,
    created_at timestamptz not null,
    primary key (tenant_id, opencode_session_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);

create table providers (
    tenant_id uuid not null,
    id uuid not null,
    name text not null,
    kind text not null,
    base_url text not null,
    api_key_sealed bytea,
    options jsonb not null default '{}',
    requests_per_minute bigint check (requests_per_minute > 0),
    tokens_per_minute bigint check (tokens_per_minute > 0),
    enabled boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
create table model_aliases (
    tenant_id uuid not null,
    id uuid not null,
    name text not null,
    format text not null check (format in ('chat', 'responses', 'messages')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
create table model_targets (
    tenant_id uuid not null,
    id uuid not null,
    alias_id uuid not null,
    provider_tenant_id uuid not null,
    provider_id uuid not null,
    model text not null,
    weight bigint not null check (weight >= 0),
    context_tokens bigint not null check (context_tokens > 0),
    output_tokens bigint not null check (output_tokens > 0),
    input_price bigint check (input_price >= 0),
    output_price bigint check (output_price >= 0),
    cached_input_price bigint check (cached_input_price >= 0),
    cache_write_price bigint check (cache_write_price >= 0),
    primary key (tenant_id, id),
    foreign key (tenant_id, alias_id) references model_aliases (tenant_id, id) on delete cascade,
    foreign key (provider_tenant_id, provider_id) references providers (tenant_id, id),
    check (provider_tenant_id in (tenant_id, '00000000-0000-0000-0000-000000000000'))
);
comment on column budgets.subject is 'user:<id>, key:<id>, or the key of a repository, which label names.';
comment on column model_targets.input_price is 'Micro-USD per million tokens; null: from the price list.';
create table provider_states (
    tenant_id uuid not null,
    provider_id uuid not null,
    exhausted_at timestamptz,
    reset_at timestamptz,
    problem text,
    held_until timestamptz,
    next_request_at timestamptz,
    next_token_at timestamptz,
    primary key (tenant_id, provider_id)
);
create table trajectories (
    tenant_id uuid not null references tenants (id),
    request_id uuid not null,
    session_id uuid,
    conversation text,
    base_request_id uuid,
    model text not null,
    path text not null,
    sha256 text not null,
    bytes bigint not null,
    created_at timestamptz not null,
    primary key (tenant_id, request_id),
    foreign key (tenant_id, base_request_id) references trajectories (tenant_id, request_id)
);
create index trajectories_in_order on trajectories (tenant_id, created_at, request_id);
create index trajectories_of_session on trajectories (tenant_id, session_id, created_at, request_id);
create index trajectories_upon on trajectories (tenant_id, base_request_id) where base_request_id is not null;

alter table sessions add column user_subject text;
alter table sessions add column max_tokens bigint check (max_tokens > 0);
alter table sessions add column max_cost_micro_usd bigint check (max_cost_micro_usd > 0);
alter table sessions add column pause jsonb;
alter table sessions add column paused_at timestamptz;
alter table sessions add column paused_turn bigint;
alter table sessions add column idle_seconds bigint not null default 0;
create index sessions_paused on sessions (paused_at) where status = 'paused';
create index sessions_by_conversation on sessions (tenant_id, opencode_session_id) where opencode_session_id is not null;
"""

TENANT_TABLES = {
    "budgets": "select, insert, update, delete",
    "budget_accounts": "select, insert, update",
    "budget_holds": "select, insert, update, delete",
    "usage_events": "select, insert",  # The truth about what was spent is only added to.
    "budget_refusals": "select, insert, update, delete",
    "token_ratios": "select, insert, update",
    "child_conversations": "select, insert, update",
    "trajectories": "select, insert, delete",
}
SHARED_TABLES = ("providers", "model_aliases", "model_targets", "provider_states")

SYSTEM_GRANTS = {
    "budget_accounts": "select",  # Admission: a tenant that has spent its budget starts nothing.
    "budgets": "select",  # The same, for what a paused session waits for.
    "budget_holds": "select, update",  # The sweeper finds expired holds of all tenants; leases are renewed at once.
    "budget_refusals": "select, delete",  # The reconciler resumes sessions whose budget suffices again.
    "usage_events": "select",  # Fair shares are made of what each tenant used.
    "trajectories": "select",  # The sweeper finds what is past its retention.
    "providers": "select, insert, update, delete",  # Operators keep the providers of all tenants.
    "model_aliases": "select, insert, update, delete",
    "model_targets": "select, insert, update, delete",
    "provider_states": "select, insert, update",  # A provider of all tenants has one state for all.
}


def upgrade() -> None:
    op.execute(SCHEMA)
    op.execute(Path(__file__).with_name("0003_ledger.sql").read_text())
    for table, rights in TENANT_TABLES.items():
        secure(table, rights)
    for table in SHARED_TABLES:
        _secure_shared(table)
    across_tenants(SYSTEM_GRANTS)


def _secure_shared(table: str) -> None:
    """A tenant reads its own rows and those of the platform, and changes its own alone."""
    secure(table)
    op.execute(f"create policy platform_rows on {table} for select to orchestrator_app using (tenant_id = {PLATFORM})")
