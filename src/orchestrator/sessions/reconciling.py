"""The reconciler's hands: it takes snapshots, and does what is decided if the session is still where it was seen."""

import time
from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.durable import engine
from orchestrator.durable.engine import WorkflowState
from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger
from orchestrator.runtimes.nodes import Membership
from orchestrator.sessions.context import SessionKey
from orchestrator.sessions.failures import WorkflowLost
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.reconciler import Action, Decision, Facts, NodeState, Workflow, decide
from orchestrator.sessions.recovery import queue_again, recover_orphans, retry_or_fail
from orchestrator.sessions.states import QueueReason, Status

log = get_logger(__name__)

LOOK_SECONDS = 3.0
_STANDS_AFTER_SECONDS = 10.0
"""A workflow of ours that nothing runs may be about to begin; after so long it is not."""

_HERE = text(
    """
    select s.tenant_id, s.id, s.attempt, s.status, exists (
        select from approvals a
        where a.tenant_id = s.tenant_id and a.session_id = s.id and a.applied_at is null and a.status <> 'superseded'
    ) as has_deadline
    from sessions s
    where s.node_id = :node_id and s.status in ('running', 'waiting', 'degraded', 'verifying')
    """
)
"""A pending approval has a deadline, by its table; one that is decided is told to the agent within a second."""
_AROUND = text(
    """
    select s.tenant_id, s.id, s.attempt, s.status, s.queue_reason is not null as has_reason,
        case when n.id is null then 'unknown' when n.died_at is not null then 'dead' else 'lives' end as node
    from sessions s left join nodes n on n.id = s.node_id
    where (s.status in ('running', 'waiting', 'degraded', 'verifying') and (n.id is null or n.died_at is not null))
        or s.status = 'orphaned' or (s.status = 'queued' and s.queue_reason is null)
    """
)


@dataclass(frozen=True)
class Seen:
    """A session as a snapshot found it, and what was found out about it."""

    key: SessionKey
    facts: Facts


class NodeReconciler:
    """Of the sessions that this node holds slots for."""

    def __init__(
        self, database: Database, member: Membership, start: Callable[[SessionKey], Awaitable[None]], running: Set[str]
    ) -> None:
        """`start` begins the workflow of an attempt; `running` are the ids of those that run in this process."""
        self._database = database
        self._member = member
        self._start = start
        self._running = running
        self._standing: dict[str, float] = {}
        self._next_at = 0.0

    async def look(self) -> None:
        """Not sooner than a few seconds after the last time."""
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + LOOK_SECONDS
        for seen in await self._snapshot():
            decision = decide(seen.facts)
            if decision is not None:
                await self._act(seen, decision)

    async def _snapshot(self) -> list[Seen]:
        async with self._database.system_transaction() as db:
            rows = (await db.execute(_HERE, {"node_id": self._member.node_id})).mappings().all()
        keys = [SessionKey(row["tenant_id"], row["id"], row["attempt"]) for row in rows]
        states = await engine.states([key.workflow_id for key in keys])
        known = {key.workflow_id for key in keys}
        self._standing = {name: since for name, since in self._standing.items() if name in known}
        return [
            Seen(key, Facts(Status(row["status"]), workflow=self._state(key, states), has_deadline=row["has_deadline"]))
            for key, row in zip(keys, rows, strict=True)
        ]

    def _state(self, key: SessionKey, states: dict[str, WorkflowState]) -> Workflow:
        state = states.get(key.workflow_id)
        if state is None:
            return Workflow.NONE
        if state.failed:
            return Workflow.FAILED
        if state.ended:
            return Workflow.ENDED
        if state.application != self._member.name or not state.current:
            return Workflow.ELSEWHERE
        if key.workflow_id in self._running:
            self._standing.pop(key.workflow_id, None)
            return Workflow.RUNS
        since = self._standing.setdefault(key.workflow_id, time.monotonic())
        return Workflow.STANDS if time.monotonic() - since >= _STANDS_AFTER_SECONDS else Workflow.WAITS

    async def _act(self, seen: Seen, decision: Decision) -> None:
        key = seen.key
        if decision.action is Action.BEGIN_ANEW:
            await engine.cancel([key.workflow_id])  # Before another attempt can begin: this one must not come back.
        async with self._database.system_transaction() as db:
            session = await as_seen(db, seen)
            if session is None:
                return
            await self._move(db, session, decision)
            tell(db, session, decision)
        if decision.action is Action.START:
            await self._start(key)
        elif decision.action is Action.RESUME:
            self._standing.pop(key.workflow_id, None)
            await engine.resume(key.workflow_id)

    @staticmethod
    async def _move(db: AsyncSession, session: Session, decision: Decision) -> None:
        if decision.action is Action.RETRY:
            await retry_or_fail(db, session, WorkflowLost(problem=decision.reason))
        elif decision.action is Action.BEGIN_ANEW:
            await queue_again(db, session, decision.reason)
        elif decision.action is Action.GO_ON:
            await transition(db, session, Status.RUNNING, decision.reason)


class ClusterReconciler:
    """Of the sessions that no living node speaks for; the leader's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self) -> None:
        for seen in await self._snapshot():
            decision = decide(seen.facts)
            if decision is not None and decision.action is not Action.RECOVER:
                await self._act(seen, decision)
        await recover_orphans(self._database)

    async def _snapshot(self) -> list[Seen]:
        async with self._database.system_transaction() as db:
            rows = (await db.execute(_AROUND)).mappings().all()
        return [
            Seen(
                SessionKey(row["tenant_id"], row["id"], row["attempt"]),
                Facts(Status(row["status"]), NodeState(row["node"]), here=False, has_reason=row["has_reason"]),
            )
            for row in rows
        ]

    async def _act(self, seen: Seen, decision: Decision) -> None:
        async with self._database.system_transaction() as db:
            session = await as_seen(db, seen)
            if session is None:
                return
            if decision.action is Action.ORPHAN:
                await transition(db, session, Status.ORPHANED, decision.reason)
            elif decision.action is Action.EXPLAIN:
                session.queue_reason = QueueReason.CLUSTER_CAPACITY  # Until admission looks at it and knows better.
            tell(db, session, decision)


async def as_seen(db: AsyncSession, seen: Seen) -> Session | None:
    """The session, locked, if nobody has moved it since."""
    key = seen.key
    query = select(Session).where(Session.tenant_id == key.tenant_id, Session.id == key.session_id)
    query = query.where(Session.attempt == key.attempt, Session.status == seen.facts.status)
    return (await db.execute(query.with_for_update())).scalar_one_or_none()


def tell(db: AsyncSession, session: Session, decision: Decision) -> None:
    facts: dict[str, Any] = {"action": decision.action.value, "reason": decision.reason}
    where = {"tenant_id": str(session.tenant_id), "session_id": str(session.id)}
    log.warning("session_reconciled", **where, attempt=session.attempt, **facts)
    events.append(db, session.tenant_id, "session.reconciled", actor=ORCHESTRATOR, session_id=session.id, **facts)
