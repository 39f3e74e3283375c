"""A2A agents of others: the card of each, as it was pinned, and the task there for each piece of work."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0415"
down_revision = "0433"

SCHEMA = """
create table a2a_cards (
    tenant_id uuid not null,
    id uuid not null,
    card_url text not null,
    card jsonb not null,
    card_sha256 text not null,
    interface_url text not null,
    binding text not null check (binding in ('JSONRPC', 'HTTP+JSON')),
    protocol_version text not null,
    streaming boolean not null,
    auth text not null check (auth in ('none', 'bearer', 'basic', 'api_key')),
    auth_header text,
    seen_sha256 text not null,
    read_at timestamptz not null,
    next_look_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, id) references external_agents (tenant_id, id) on delete cascade
);
create index a2a_cards_looked_at on a2a_cards (next_look_at);

create table a2a_remote_tasks (
    tenant_id uuid not null,
    id uuid not null,
    assignment_id uuid not null,
    lease_epoch bigint not null,
    external_agent_id uuid not null,
    message_id text not null,
    sent_at timestamptz,
    remote_task_id text,
    remote_context_id text,
    state text,
    told jsonb not null,
    downloads jsonb not null,
    driver uuid not null,
    driver_until timestamptz not null,
    ended_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, message_id),
    foreign key (tenant_id, assignment_id) references assignments (tenant_id, id) on delete cascade,
    foreign key (tenant_id, external_agent_id) references external_agents (tenant_id, id)
);
create index a2a_remote_tasks_of_assignments on a2a_remote_tasks (tenant_id, assignment_id, created_at desc);
create index a2a_remote_tasks_of_members on a2a_remote_tasks (tenant_id, external_agent_id, created_at desc);
create index a2a_remote_tasks_open on a2a_remote_tasks (driver_until) where ended_at is null;
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("a2a_cards")
    secure("a2a_remote_tasks")
    # Which card is to be looked at, and which task nobody follows, is looked for in all tenants at once.
    across_tenants({"a2a_cards": "select, update", "a2a_remote_tasks": "select, update"})
