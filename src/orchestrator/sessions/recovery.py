"""Sessions that go on by themselves after a fault of the infrastructure: queued again, to start from their last checkpoint.

How often that happens without progress is counted; the count begins anew whenever a turn has ended.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from orchestrator.durable import engine
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.runtimes.fleet import Seen, declare_dead, title_of
from orchestrator.runtimes.models import Node
from orchestrator.sessions.admission import LOCK
from orchestrator.sessions.context import SessionKey
from orchestrator.sessions.failures import RETRIES, Failure, NodeLost
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import HOLDS_SLOT, QueueReason, Status

log = get_logger(__name__)

_ENDED_TURNS = text("select count(*) from turns where tenant_id = :tenant_id and session_id = :id and ended_at is not null")


async def retry_or_fail(
    db: AsyncSession, session: Session, error: OrchestratorError, *, wait: bool = True, to: Status = Status.FAILED
) -> None:
    """Queues the session for its next try when its failure is one of those, and not the last of too many.

    `wait` is False when what failed is not what will be tried next: another node, say.
    """
    failure = Failure.of(error)
    retries = await _retries_without_progress(db, session)
    limits = RETRIES.get(failure.class_)
    if limits is None or not failure.retryable or retries >= limits.most:
        await transition(db, session, to, failure.message[:500], failure=failure.over(retries).stored())
        return
    again = failure.again(retries + 1, limits.wait_seconds(retries) if wait else 0.0)
    session.retries = retries + 1
    session.retried_turn = await _ended_turns(db, session)
    await queue_again(
        db,
        session,
        f"{failure.class_.value}: {failure.message[:400]}",
        not_before=again.retry_at,
        failure=again.stored(),
        queue_reason=QueueReason.RETRY if wait else QueueReason.CLUSTER_CAPACITY,
    )


async def queue_again(db: AsyncSession, session: Session, reason: str, **changes: Any) -> None:
    """From any state that holds a slot. It keeps its place in the line, and the time until it runs again is not counted."""
    if session.status not in (Status.RUNNING, Status.ORPHANED):
        await transition(db, session, Status.RUNNING, reason)
    values: dict[str, Any] = {"queue_reason": QueueReason.CLUSTER_CAPACITY, "queued_at": session.created_at, **changes}
    values.setdefault("paused_at", session.paused_at or now())
    await transition(db, session, Status.QUEUED, reason, **values)


async def _retries_without_progress(db: AsyncSession, session: Session) -> int:
    return session.retries if session.retried_turn == await _ended_turns(db, session) else 0


async def _ended_turns(db: AsyncSession, session: Session) -> int:
    return (await db.execute(_ENDED_TURNS, {"tenant_id": session.tenant_id, "id": session.id})).scalar_one()


async def bury(database: Database, node: Seen) -> bool:
    """Declares the node dead and orphans its sessions, in one transaction; from its commit on no write of theirs lands."""
    async with database.system_transaction() as db:
        await db.execute(text("select pg_advisory_xact_lock(:n)"), {"n": LOCK})
        if not await declare_dead(db, node):
            return False
        sessions = await _locked(db, Session.node_id == node.id, Session.status.in_(HOLDS_SLOT - {Status.ORPHANED}))
        since = now() - timedelta(seconds=max(node.age_seconds, 0.0))
        for session in sessions:
            await transition(db, session, Status.ORPHANED, f"the node {node.title} is lost", paused_at=since)
    log.warning("node_declared_dead", node_id=str(node.id), incarnation=node.incarnation, sessions=len(sessions))
    return True


async def recover_orphans(database: Database) -> int:
    """Ends what ran them, as far as it is known, and queues them. What an interruption leaves is the next look's."""
    async with database.system_transaction() as db:
        orphans = await _locked(db, Session.status == Status.ORPHANED)
    await engine.cancel([SessionKey(one.tenant_id, one.id, one.attempt).workflow_id for one in orphans])
    for orphan in orphans:
        async with database.system_transaction() as db:
            mine = Session.tenant_id == orphan.tenant_id, Session.id == orphan.id, Session.attempt == orphan.attempt
            for session in await _locked(db, *mine, Session.status == Status.ORPHANED):
                await retry_or_fail(db, session, NodeLost(node=await _node_title(db, session)), wait=False)
    return len(orphans)


async def _node_title(db: AsyncSession, session: Session) -> str:
    node = (await db.execute(select(Node.hostname, Node.id).where(Node.id == session.node_id))).one_or_none()
    return title_of(*node) if node else "unknown"


async def _locked(db: AsyncSession, *where: ColumnElement[bool]) -> Sequence[Session]:
    query = select(Session).where(*where).order_by(Session.tenant_id, Session.id).with_for_update()
    return (await db.execute(query)).scalars().all()
