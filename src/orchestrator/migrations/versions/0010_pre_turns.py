"""Turns and messages as rows, so that whichever attempt comes next knows what the newest turn is and what follows it."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0010"
down_revision = "0004"

SCHEMA = """
create table turns (
    tenant_id uuid not null,
    session_id uuid not null,
    number bigint not null check (number >= 0),
    attempt bigint not null,
    kind text not null check (kind in ('prompt', 'feedback', 'message', 'nudge', 'conflict')),
    text text not null,
    author text not null,
    began_at timestamptz not null,
    ended_at timestamptz,
    outcome text,
    primary key (tenant_id, session_id, number),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id),
    check ((ended_at is null) = (outcome is null))
);
create table session_messages (
    tenant_id uuid not null,
    id uuid not null,
    session_id uuid not null,
    author text not null,
    kind text not null check (kind in ('message', 'review_comment', 'ci_failure')),
    text text not null,
    details jsonb not null,
    created_at timestamptz not null,
    turn bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id),
    foreign key (tenant_id, session_id, turn) references turns (tenant_id, session_id, number)
);
create index session_messages_of_session on session_messages (tenant_id, session_id, created_at, id);
alter table sessions add column turn bigint;
"""

# Sessions that began before: the newest turn they finished, or the one in which they were paused.
EARLIER = """
insert into turns
select s.tenant_id, s.id, n.turn, coalesce((s.pause ->> 'prompt_attempt')::bigint, s.attempt),
    case n.turn when 0 then 'prompt' else 'feedback' end,
    case n.turn when 0 then s.prompt else coalesce(p.text, s.prompt) end,
    'orchestrator', coalesce(s.started_at, s.created_at),
    case when s.paused_turn is null then now() end, case when s.paused_turn is null then 'finished' end
from sessions s
cross join lateral (
    select coalesce(s.paused_turn, max(c.turn)) as turn from checkpoints c
    where c.tenant_id = s.tenant_id and c.session_id = s.id and c.attempt = s.attempt
) n
left join lateral (
    select t.data ->> 'text' as text from transcript_parts t
    where t.tenant_id = s.tenant_id and t.session_id = s.id and t.role = 'user' order by t.created_at desc limit 1
) p on true
where n.turn is not null;
update sessions s set turn = t.number from turns t where t.tenant_id = s.tenant_id and t.session_id = s.id;
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    for table in ("sessions", "checkpoints", "transcript_parts"):
        op.execute(f"alter table {table} no force row level security")  # The owner moves rows of all tenants.
    op.execute(EARLIER)
    for table in ("sessions", "checkpoints", "transcript_parts"):
        op.execute(f"alter table {table} force row level security")
    secure("turns", "select, insert, update")
    secure("session_messages", "select, insert, update")
    across_tenants(
        {
            "turns": "select, insert, update",  # What ends a session of any tenant ends its turn.
            "session_messages": "select",  # What waits for a session of any tenant decides what follows.
        }
    )
