"""Plans: one goal as a graph of tasks, whose sessions' work is merged onto one branch."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0200"
down_revision = "0190"

SCHEMA = """
create table plans (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    goal text not null,
    status text not null check (status in
        ('awaiting_approval', 'running', 'blocked', 'paused', 'completed', 'failed', 'cancelled')),
    status_reason text not null,
    revision bigint not null check (revision > 0),
    repository text,
    repository_key text not null,
    base_ref text,
    base_commit text,
    branch text not null,
    head_commit text,
    head_checkpoint uuid,
    verify jsonb,
    settings jsonb not null,
    user_subject text not null,
    created_by text not null,
    approved_by text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    primary key (tenant_id, id)
);
create index plans_newest on plans (tenant_id, created_at desc, id desc);
create index plans_at_work on plans (tenant_id, id) where status = 'running';
create table plan_tasks (
    tenant_id uuid not null,
    plan_id uuid not null,
    key text not null,
    position bigint not null,
    title text not null,
    prompt text not null,
    depends_on jsonb not null,
    capabilities jsonb not null,
    paths jsonb not null,
    verify jsonb,
    agent text,
    model text,
    best_of bigint not null check (best_of > 0),
    status text not null check (status in
        ('pending', 'running', 'reviewing', 'merging', 'resolving', 'done', 'failed', 'blocked', 'cancelled')),
    status_reason text,
    attempt bigint not null,
    conflict_rounds bigint not null,
    session_id uuid,
    queued_at timestamptz,
    started_at timestamptz,
    worked_at timestamptz,
    finished_at timestamptz,
    primary key (tenant_id, plan_id, key),
    foreign key (tenant_id, plan_id) references plans (tenant_id, id) on delete cascade
);
alter table sessions
    add column plan_id uuid,
    add column task_key text,
    add column based_on uuid,
    add column merges jsonb,
    add column rules_commit text,
    add constraint sessions_plan foreign key (tenant_id, plan_id) references plans (tenant_id, id) not valid;
alter table agents add column max_concurrent_sessions bigint check (max_concurrent_sessions > 0);
update agents a set max_concurrent_sessions = (v.definition -> 'limits' ->> 'max_concurrent_sessions')::bigint
    from agent_versions v where v.tenant_id = a.tenant_id and v.agent_id = a.id and v.number = a.version;
create index agents_limited on agents (tenant_id, name) where max_concurrent_sessions is not null;
create index sessions_of_plans on sessions (tenant_id, plan_id) where plan_id is not null;
create table plan_sessions (
    tenant_id uuid not null,
    plan_id uuid not null,
    session_id uuid not null,
    task_key text not null,
    attempt bigint not null,
    number bigint not null,
    role text not null check (role in ('work', 'review')),
    won boolean,
    reason text,
    created_at timestamptz not null,
    primary key (tenant_id, session_id),
    unique (tenant_id, plan_id, task_key, attempt, role, number),
    foreign key (tenant_id, plan_id, task_key) references plan_tasks (tenant_id, plan_id, key) on delete cascade,
    foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
);
create table plan_merges (
    tenant_id uuid not null,
    id uuid not null,
    plan_id uuid not null,
    number bigint not null,
    session_id uuid not null,
    task_keys jsonb not null,
    status text not null check (status in ('running', 'merged', 'rejected', 'failed')),
    reason text,
    commit_sha text,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, plan_id, number),
    foreign key (tenant_id, plan_id) references plans (tenant_id, id) on delete cascade,
    foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
);
create unique index plan_merges_one_at_a_time on plan_merges (tenant_id, plan_id) where status = 'running';
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    for table in ("plans", "plan_sessions", "plan_merges"):
        secure(table, "select, insert, update")
    secure("plan_tasks")
    # The leader of the cluster finds the plans that are at work, and admission how much agents may do at once.
    across_tenants({"plans": "select", "agents": "select"})
