"""External agents: who joined and with which key, the tokens that they work with, and the work that is leased to them."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0390"
down_revision = "0380"

SCHEMA = """
alter table agents drop constraint agents_kind_check;
alter table agents add constraint agents_kind_check check (kind in ('opencode', 'external'));
alter table agents drop constraint agents_max_concurrent_sessions_check;
alter table agents add constraint agents_max_concurrent_sessions_check check (max_concurrent_sessions >= 0);

create table external_agents (
    tenant_id uuid not null,
    id uuid not null,
    agent_id uuid not null,
    version_id uuid not null,
    name text not null,
    agent_type text not null,
    version text not null,
    protocol_version text not null,
    transport text not null check (transport in ('pull', 'push', 'a2a')),
    endpoint_url text,
    secret_sealed bytea,
    metadata jsonb not null,
    public_key bytea,
    challenge text,
    challenge_until timestamptz,
    proven_at timestamptz,
    max_tasks bigint not null,
    status text not null check (status in ('healthy', 'degraded', 'busy', 'offline')),
    current_load double precision not null,
    metrics jsonb not null,
    desired text not null check (desired in ('continue', 'drain', 'pause')),
    heartbeat_at timestamptz,
    liveness text not null check (liveness in ('live', 'suspect', 'lost')),
    last_error text,
    last_error_at timestamptz,
    revoked_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    foreign key (tenant_id, version_id) references agent_versions (tenant_id, id)
) with (fillfactor = 70);
create index external_agents_of_agents on external_agents (tenant_id, agent_id);
create index external_agents_of_versions on external_agents (tenant_id, version_id);
create index external_agents_watched on external_agents (liveness) where revoked_at is null;

create table external_agent_enrolments (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    public_id text not null unique,
    secret_sha256 bytea not null,
    agent_name text,
    capabilities jsonb,
    expires_at timestamptz not null,
    used_at timestamptz,
    external_agent_id uuid,
    revoked_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, external_agent_id) references external_agents (tenant_id, id)
);
create index external_agent_enrolments_newest on external_agent_enrolments (tenant_id, created_at desc, id desc);
create index external_agent_enrolments_used on external_agent_enrolments (tenant_id, external_agent_id);

create table external_agent_tokens (
    tenant_id uuid not null,
    id uuid not null,
    public_id text not null unique,
    secret_sha256 bytea not null,
    external_agent_id uuid not null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, external_agent_id) references external_agents (tenant_id, id) on delete cascade
);
create index external_agent_tokens_of_agents on external_agent_tokens (tenant_id, external_agent_id, expires_at);

create table external_agent_assertions (
    tenant_id uuid not null,
    external_agent_id uuid not null,
    jti text not null,
    expires_at timestamptz not null,
    primary key (tenant_id, external_agent_id, jti),
    foreign key (tenant_id, external_agent_id) references external_agents (tenant_id, id) on delete cascade
);

create table assignments (
    tenant_id uuid not null,
    id uuid not null,
    session_id uuid not null,
    turn bigint not null,
    agent_id uuid not null,
    priority bigint not null,
    task_type text not null,
    body jsonb not null,
    commit_sha text not null,
    bundle_path text,
    timeout_seconds bigint not null,
    status text not null check (status in ('queued', 'leased', 'completed', 'failed', 'cancelled')),
    reason text,
    tries bigint not null,
    lease_epoch bigint not null,
    external_agent_id uuid,
    version_id uuid,
    holders jsonb not null,
    lease_until timestamptz,
    not_before timestamptz,
    next_seq bigint not null,
    result jsonb,
    result_sha256 bytea,
    result_epoch bigint,
    created_at timestamptz not null,
    leased_at timestamptz,
    ended_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade,
    foreign key (tenant_id, agent_id) references agents (tenant_id, id),
    foreign key (tenant_id, external_agent_id) references external_agents (tenant_id, id),
    foreign key (tenant_id, version_id) references agent_versions (tenant_id, id)
) with (fillfactor = 70);
create index assignments_in_line on assignments (tenant_id, agent_id, priority desc, created_at, id)
    where status = 'queued';
create index assignments_leased on assignments (lease_until) where status = 'leased';
create index assignments_held on assignments (tenant_id, external_agent_id) where status = 'leased';
create index assignments_of_sessions on assignments (tenant_id, session_id, turn);
create index assignments_of_agents on assignments (tenant_id, agent_id, created_at desc, id desc);
create index assignments_of_members on assignments (tenant_id, external_agent_id, created_at desc);
create index assignments_of_versions on assignments (tenant_id, version_id);

create table assignment_events (
    tenant_id uuid not null,
    assignment_id uuid not null,
    lease_epoch bigint not null,
    seq bigint not null,
    kind text not null,
    data jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, assignment_id, lease_epoch, seq),
    foreign key (tenant_id, assignment_id) references assignments (tenant_id, id) on delete cascade
);

create table assignment_artifacts (
    tenant_id uuid not null,
    id uuid not null,
    assignment_id uuid not null,
    lease_epoch bigint not null,
    name text not null,
    media_type text not null,
    bytes bigint not null,
    sha256 text not null,
    received bigint not null,
    path text,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, assignment_id, lease_epoch, name),
    foreign key (tenant_id, assignment_id) references assignments (tenant_id, id) on delete cascade
);

alter table gateway_keys alter column runtime_id drop not null;
alter table gateway_keys add column assignment_id uuid;
alter table gateway_keys add constraint gateway_keys_of_one check (num_nonnulls(runtime_id, assignment_id) = 1);
alter table gateway_keys add foreign key (tenant_id, assignment_id)
    references assignments (tenant_id, id) on delete cascade;
create index gateway_keys_of_assignments on gateway_keys (tenant_id, assignment_id) where assignment_id is not null;
"""

HEARTBEAT = """
create function eap_heartbeat(
    member uuid, reported text, load double precision, measured jsonb, problem text, tasks jsonb,
    lease_seconds double precision
) returns jsonb language plpgsql set search_path = pg_catalog, public as $$
declare
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    before record;
    lost jsonb := '[]';
begin
    select status, liveness, desired into before from external_agents
    where tenant_id = tenant and id = member and revoked_at is null for no key update;
    if not found then
        return null;
    end if;
    update external_agents set status = reported, current_load = load, metrics = measured, heartbeat_at = now(),
        liveness = 'live', last_error = coalesce(problem, last_error),
        last_error_at = case when problem is null then last_error_at else now() end
    where tenant_id = tenant and id = member;
    if jsonb_array_length(tasks) > 0 then
        with told as (
            select (one ->> 'task_id')::uuid as id, (one ->> 'lease_epoch')::bigint as epoch
            from jsonb_array_elements(tasks) one
        ), renewed as (
            update assignments a set lease_until = now() + make_interval(secs => lease_seconds) from told
            where a.tenant_id = tenant and a.id = told.id and a.external_agent_id = member and a.status = 'leased'
                and a.lease_epoch = told.epoch
            returning a.id
        )
        select coalesce(jsonb_agg(told.id), '[]') into lost from told where told.id not in (select id from renewed);
    end if;
    return jsonb_build_object('desired', before.desired, 'cancel', lost, 'changed',
        before.liveness <> 'live' or (before.status = 'offline') <> (reported = 'offline'));
end $$;
grant execute on function eap_heartbeat to orchestrator_app;
"""

TABLES = (
    "external_agents",
    "external_agent_enrolments",
    "external_agent_tokens",
    "external_agent_assertions",
    "assignments",
    "assignment_events",
    "assignment_artifacts",
)


def upgrade() -> None:
    op.execute(SCHEMA)
    op.execute(HEARTBEAT)
    for table in TABLES:
        secure(table)
    # Whose a token is has to be found before there is a tenant; leases that are over, and agents that are silent, are
    # looked for in all tenants at once, and what is due to be pushed as well. Their content is read as the tenant.
    across_tenants(
        {
            "external_agent_enrolments": "select",
            "external_agent_tokens": "select, delete",
            "external_agents": "select, update",
            "external_agent_assertions": "select, delete",
            "assignments": "select, update",
        }
    )
