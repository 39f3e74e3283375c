"""Sessions that came by A2A: their contexts, and which message of which caller made what."""

from alembic import op

from orchestrator.migrations.security import secure

revision = "0410"
down_revision = "0390"

SCHEMA = """
create table a2a_tasks (
    tenant_id uuid not null,
    session_id uuid not null,
    context_id text not null,
    created_at timestamptz not null,
    primary key (tenant_id, session_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
);
create index a2a_tasks_of_contexts on a2a_tasks (tenant_id, context_id);

create table a2a_messages (
    tenant_id uuid not null,
    principal text not null,
    message_id text not null,
    request_sha256 bytea not null,
    session_id uuid not null,
    session_message_id uuid,
    text text,
    created_at timestamptz not null,
    primary key (tenant_id, principal, message_id),
    foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
);
create index a2a_messages_of_sessions on a2a_messages (tenant_id, session_id);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    for table in ("a2a_tasks", "a2a_messages"):
        secure(table)
