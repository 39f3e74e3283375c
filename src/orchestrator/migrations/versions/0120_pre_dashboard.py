"""What the dashboard's lists stand on: when each session was last active, the text it is found by, how much its result
changes; and how many results of a repository may wait for a review."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0120"
down_revision = "0115"

SCHEMA = """
create table session_activity (
    tenant_id uuid not null references tenants (id),
    session_id uuid not null,
    at timestamptz not null,
    primary key (tenant_id, session_id)
) with (fillfactor = 70);
create index session_activity_newest on session_activity (tenant_id, at desc, session_id desc);

alter table sessions
    add column search text generated always as (lower(title || E'\\n' || left(prompt, 1000))) stored,
    add column files_changed bigint,
    add column lines_added bigint,
    add column lines_deleted bigint,
    add column protected_changed bigint;
alter table sessions alter column search set storage main;
create index sessions_by_status on sessions (tenant_id, status);
create index sessions_undecided on sessions (tenant_id, finished_at)
    where decision is null and status in ('completed', 'partially_completed', 'failed', 'timed_out');
create index sessions_before_review on sessions (tenant_id, repository_key)
    where decision is null and status in ('queued', 'running', 'waiting', 'degraded', 'verifying', 'orphaned',
        'completed', 'partially_completed');
alter table budgets add column max_unreviewed_results bigint check (max_unreviewed_results > 0);
"""

# The event of a session's beginning is written a moment after the session, at the end of the transaction: what has done
# nothing yet was last active when it was created.
# No foreign key: a check of one would lock the session's row after the tenant's counter of events, and whoever holds the
# row waits for that counter.
ACTIVITY = """
create function session_begins() returns trigger language plpgsql as $$
begin
    insert into session_activity (tenant_id, session_id, at)
    select n.tenant_id, n.id, n.created_at from begun n on conflict do nothing;
    return null;
end $$;
create trigger session_begins after insert on sessions referencing new table as begun
    for each statement execute function session_begins();
create function session_is_active() returns trigger language plpgsql as $$
begin
    insert into session_activity as a (tenant_id, session_id, at)
    select n.tenant_id, n.session_id, max(n.created_at) from told n
    where n.session_id is not null and n.type <> 'session.created'
    group by n.tenant_id, n.session_id order by n.tenant_id, n.session_id
    on conflict (tenant_id, session_id) do update set at = greatest(a.at, excluded.at);
    return null;
end $$;
create trigger session_is_active after insert on events referencing new table as told
    for each statement execute function session_is_active();
"""

EARLIER = """
insert into session_activity
select s.tenant_id, s.id, coalesce(
    (select e.created_at from events e where e.tenant_id = s.tenant_id and e.session_id = s.id order by e.seq desc limit 1),
    s.created_at)
from sessions s
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    for table in ("sessions", "events"):
        op.execute(f"alter table {table} no force row level security")  # The owner reads rows of all tenants.
    op.execute(EARLIER)
    for table in ("sessions", "events"):
        op.execute(f"alter table {table} force row level security")
    op.execute(ACTIVITY)
    secure("session_activity", "select, insert, update")
    across_tenants({"session_activity": "select, insert, update"})  # Admission and the reconciler tell of any tenant.
