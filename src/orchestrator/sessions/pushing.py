"""A session's result branch, pushed to its origin."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.models import Event
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.sessions.commits_here import CommitsHere, holders_of
from orchestrator.sessions.errors import NoResultYet
from orchestrator.sessions.models import Session
from orchestrator.sessions.service import get_session
from orchestrator.sessions.states import FINISHED, Status
from orchestrator.tenancy import audit
from orchestrator.tenancy.caller import Caller
from orchestrator.workspaces import Workspaces
from orchestrator.workspaces.push import Pushed

PUSHED = "session.pushed"

Transaction = Callable[[], AbstractAsyncContextManager[AsyncSession]]


async def push_result(caller: Caller, workspaces: Workspaces, store: CheckpointStore, session_id: UUID) -> Pushed:
    """No transaction is open while the remote is talked to. Who repeats it changes nothing, and leaves no further trace."""
    tenant_id = caller.principal.tenant_id
    return await push_as(caller.principal.actor, lambda: caller.in_tenant(tenant_id), workspaces, store, session_id)


async def push_as(
    actor: str, transaction: Transaction, workspaces: Workspaces, store: CheckpointStore, session_id: UUID
) -> Pushed:
    """By whomever, in the tenant that `transaction` is in."""
    async with transaction() as db:
        session = await get_session(db, session_id)
        holders = await holders_of(db, session)
    commit = _result(session)
    base = await CommitsHere(workspaces, store).bring(session, commit, holders)
    pushed = await workspaces.push(str(session.tenant_id), base, session.branch, commit)
    await _record(actor, transaction, session, pushed)
    return pushed


def _result(session: Session) -> str:
    finished = session.status in FINISHED and session.status is not Status.CANCELLED
    if not finished or session.base_commit is None or session.commit is None:
        raise NoResultYet
    return session.commit


async def _record(actor: str, transaction: Transaction, session: Session, pushed: Pushed) -> None:
    """A process that ends between the push and this leaves it to whoever pushes again, and finds the commit there."""
    facts = {"repository": pushed.repository, "branch": pushed.branch, "commit": pushed.commit}
    async with transaction() as db:
        if not pushed.moved and await _is_told(db, session, pushed):
            return
        events.append(db, session.tenant_id, PUSHED, actor=actor, session_id=session.id, **facts)
        audit.record(db, session.tenant_id, actor, "session.push", f"session:{session.id}", after=facts)


async def _is_told(db: AsyncSession, session: Session, pushed: Pushed) -> bool:
    mine = (Event.tenant_id == session.tenant_id, Event.session_id == session.id, Event.type == PUSHED)
    query = select(Event.data["commit"].astext).where(*mine).order_by(Event.seq.desc()).limit(1)
    return (await db.execute(query)).scalar_one_or_none() == pushed.commit
