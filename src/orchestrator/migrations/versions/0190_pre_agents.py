"""Agents in versions, what became of the work of each, and who was chosen for what."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0190"
down_revision = "0155"

SCHEMA = """
create table agents (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    name text not null check (name ~ '^[a-z][a-z0-9-]{0,47}$'),
    kind text not null check (kind in ('opencode')),
    version bigint not null check (version > 0),
    built_in boolean not null,
    enabled boolean not null,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
create table agent_versions (
    tenant_id uuid not null,
    id uuid not null,
    agent_id uuid not null,
    number bigint not null check (number > 0),
    definition jsonb not null,
    sha256 text not null,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, agent_id, number),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);
create table routing_decisions (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    capabilities jsonb not null,
    model text,
    seed bigint not null,
    version_id uuid,
    reason text not null,
    candidates jsonb not null,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, version_id) references agent_versions (tenant_id, id)
);
alter table sessions
    add column agent_version_id uuid,
    add column agent_version bigint,
    add column capabilities jsonb not null default '[]',
    add column routing_id uuid,
    add constraint sessions_agent_version foreign key (tenant_id, agent_version_id)
        references agent_versions (tenant_id, id) not valid,
    add constraint sessions_routing foreign key (tenant_id, routing_id)
        references routing_decisions (tenant_id, id) not valid;
create index sessions_of_agents on sessions (tenant_id, agent_version_id)
    where agent_version_id is not null and status in ('queued', 'running', 'waiting', 'degraded', 'verifying', 'orphaned');
create table agent_outcomes (
    tenant_id uuid not null,
    session_id uuid not null,
    version_id uuid not null,
    capabilities jsonb not null,
    success boolean,
    reason text not null,
    cost_micro_usd bigint not null,
    seconds bigint not null,
    feedback_rounds bigint not null,
    ended_at timestamptz not null,
    primary key (tenant_id, session_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade,
    foreign key (tenant_id, version_id) references agent_versions (tenant_id, id)
);
create index agent_outcomes_by_version on agent_outcomes (tenant_id, version_id, ended_at desc);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("agents", "select, insert, update")
    secure("agent_versions", "select, insert")  # A version never changes, and stays as long as sessions name it.
    secure("routing_decisions", "select, insert")
    secure("agent_outcomes", "select, insert, update")
    # What ends a session of any tenant says something about its agent.
    across_tenants({"agent_versions": "select", "agent_outcomes": "select, insert, update"})
