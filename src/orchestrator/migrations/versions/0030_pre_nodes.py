"""Nodes that are declared dead, that drain and that come back; sessions that are tried again later."""

from alembic import op

revision = "0030"
down_revision = "0021"

SCHEMA = """
alter table nodes
    add column incarnation bigint not null default 1,
    add column heartbeats bigint not null default 0,
    add column died_at timestamptz,
    add column draining_since timestamptz;
alter table runtimes add column incarnation bigint not null default 1;
alter table sessions
    add column not_before timestamptz,
    add column retries bigint not null default 0,
    add column retried_turn bigint;
alter table sessions drop constraint sessions_requested_check;
alter table sessions add check (requested in ('pause', 'stop', 'drain'));
create index runtimes_running on runtimes (node_id) where stopped_at is null;
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    # Whoever declares a node dead ends the keys of its runtimes in the same transaction.
    op.execute("grant update on gateway_keys to orchestrator_system")
