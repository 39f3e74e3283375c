"""Where a fork begins: a checkpoint of another session, under the fork's own ref and with ids of its own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.opencode.renaming import new_name, renamed
from orchestrator.sessions.checkpoint_store import Contents
from orchestrator.sessions.errors import ForkStartLost
from orchestrator.sessions.models import Checkpoint, CheckpointKind, Session
from orchestrator.sessions.states import Status
from orchestrator.workspaces import checkpoint_ref

START = 0
"""A fork's own checkpoints are numbered from 1 on."""
_BEFORE_ALL_TURNS = -1


async def start_of(db: AsyncSession, session: Session) -> Checkpoint | None:
    """What the fork has before its own first checkpoint; no row of its own. None when it is damaged or gone."""
    if session.forked_checkpoint is None:
        return None
    mine = (Checkpoint.tenant_id == session.tenant_id, Checkpoint.id == session.forked_checkpoint)
    query = select(Checkpoint).where(*mine, Checkpoint.damaged_at.is_(None))
    row = (await db.execute(query)).scalar_one_or_none()
    return row and _as_start(row, session)


async def begin_alike(db: AsyncSession, session: Session, fork: Session) -> None:
    """A new session begins where that fork did. Raises ForkStartLost."""
    if fork.forked_checkpoint is None:
        return
    if (start := await start_of(db, fork)) is None:
        raise ForkStartLost
    begin_at(session, fork, start)
    await db.flush()


def begin_at(session: Session, parent: Session, checkpoint: Checkpoint) -> None:
    """Its changes are told against the base that the checkpoint stands on, wherever that branch is now."""
    session.base_commit, session.base_ref = checkpoint.base_commit or parent.base_commit, parent.base_ref
    session.repository_key = parent.repository_key
    session.forked_checkpoint = checkpoint.id


def _as_start(row: Checkpoint, fork: Session) -> Checkpoint:
    return Checkpoint(
        id=row.id,
        session_id=fork.id,
        number=START,
        attempt=0,
        turn=_BEFORE_ALL_TURNS,
        kind=CheckpointKind.TURN,
        commit=row.commit,
        ref=checkpoint_ref(fork.id, START),
        base_commit=row.base_commit,
        opencode_session_id=row.opencode_session_id and new_name(row.opencode_session_id, fork.id),
        path=row.path,
        sha256=row.sha256,
        anchor_path=row.anchor_path,
        anchor_sha256=row.anchor_sha256,
    )


def conversation_of(row: Checkpoint, contents: Contents) -> list[bytes]:
    """The session first, then its children; nothing of a turn that was done elsewhere."""
    if row.opencode_session_id is None:
        return []
    snapshots = [contents.conversation, *contents.children]
    return renamed(snapshots, row.session_id) if row.number == START else snapshots


async def needed(db: AsyncSession, rows: Sequence[Checkpoint]) -> set[UUID]:
    """Those checkpoints that a fork has not come beyond yet."""
    if not rows:
        return set()
    beyond = select(Checkpoint.session_id).where(Checkpoint.tenant_id == rows[0].tenant_id, Checkpoint.path.is_not(None))
    query = select(Session.forked_checkpoint).where(
        Session.tenant_id == rows[0].tenant_id,
        Session.forked_checkpoint.in_([row.id for row in rows]),
        Session.status != Status.CANCELLED,
        Session.id.not_in(beyond),
    )
    return {id_ for id_ in (await db.execute(query)).scalars() if id_ is not None}
