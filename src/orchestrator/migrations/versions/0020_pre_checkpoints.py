"""Checkpoints that another node can resume: their file in the artifact store, and inside of a turn as well."""

from alembic import op

revision = "0020"
down_revision = "0070"

COLUMNS = """
alter table checkpoints
    add column kind text not null default 'turn' check (kind in ('turn', 'pause', 'step')),
    add column node_id uuid,
    add column path text,
    add column sha256 text,
    add column bytes bigint,
    add column pack_bytes bigint,
    add column anchor_path text,
    add column anchor_sha256 text,
    add column damaged_at timestamptz
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute("grant delete on turns to orchestrator_app")  # Those that no usable checkpoint holds begin again.
