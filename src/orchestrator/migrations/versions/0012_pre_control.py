"""What people ask of sessions that run, what they decided of finished ones, and how many turns a session may take."""

from alembic import op

revision = "0012"
down_revision = "0060"

SCHEMA = """
alter table sessions add column requested text check (requested in ('pause', 'stop'));
alter table sessions add column requested_by text;
alter table sessions add column max_turns bigint not null default 50 check (max_turns > 0);
alter table sessions add column forked_checkpoint uuid;
alter table sessions add column decision text check (decision in ('accepted', 'rejected'));
alter table sessions add column decided_by text;
alter table sessions add column decided_at timestamptz;
alter table sessions add column decision_reason text;
alter table sessions add check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null));
create index sessions_of_parent on sessions (tenant_id, parent_id) where parent_id is not null;
"""


def upgrade() -> None:
    op.execute(SCHEMA)
