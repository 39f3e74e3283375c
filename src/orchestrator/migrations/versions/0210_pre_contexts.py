"""Shared contexts: entries, the history of each, and the writes that collided."""

from alembic import op

from orchestrator.migrations.security import secure

revision = "0210"
down_revision = "0200"

SCHEMA = """
create table context_entries (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    scope text not null check (scope in ('GLOBAL', 'SESSION', 'AGENT', 'TEMPORARY')),
    scope_id uuid,
    key text not null,
    version bigint not null check (version > 0),
    value jsonb,
    policy text not null check (policy in ('conflict', 'last_write_wins')),
    deleted boolean not null,
    size_bytes bigint not null,
    author text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    search tsvector not null generated always as (
        setweight(to_tsvector('english', translate(key, './_-', '    ')), 'A')
        || jsonb_to_tsvector('english', coalesce(value, 'null'), '["all"]')
    ) stored,
    primary key (tenant_id, id),
    constraint context_entries_name unique nulls not distinct (tenant_id, scope, scope_id, key),
    check ((scope = 'GLOBAL') = (scope_id is null)),
    check (not deleted or value is null)
);
create index context_entries_newest on context_entries (tenant_id, updated_at desc, id desc);
create index context_entries_of_scopes on context_entries (tenant_id, scope_id) where scope_id is not null;
create index context_entries_search on context_entries using gin (search);
create table context_versions (
    tenant_id uuid not null,
    entry_id uuid not null,
    number bigint not null check (number > 0),
    value jsonb,
    deleted boolean not null,
    merged_from bigint,
    size_bytes bigint not null,
    author text not null,
    created_at timestamptz not null,
    primary key (tenant_id, entry_id, number),
    foreign key (tenant_id, entry_id) references context_entries (tenant_id, id) on delete cascade
);
create table context_conflicts (
    tenant_id uuid not null,
    id uuid not null,
    entry_id uuid not null,
    base_version bigint not null,
    current_version bigint not null,
    value jsonb,
    paths jsonb not null,
    author text not null,
    created_at timestamptz not null,
    resolution text check (resolution in ('mine', 'theirs', 'value')),
    resolved_by text,
    resolved_at timestamptz,
    resolved_version bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, entry_id) references context_entries (tenant_id, id) on delete cascade
);
create index context_conflicts_newest on context_conflicts (tenant_id, created_at desc, id desc);
create index context_conflicts_open on context_conflicts (tenant_id, entry_id) where resolved_at is null;
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("context_entries")  # Those of a plan go with it.
    secure("context_versions", "select, insert")
    secure("context_conflicts", "select, insert, update")
