"""A session's result branch, pushed to its origin."""

from uuid import UUID

from orchestrator.events import log as events
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


async def push_result(caller: Caller, workspaces: Workspaces, store: CheckpointStore, session_id: UUID) -> Pushed:
    """No transaction is open while the remote is talked to. Who repeats it changes nothing, and leaves no further trace."""
    async with caller.in_tenant(caller.principal.tenant_id) as db:
        session = await get_session(db, session_id)
        holders = await holders_of(db, session)
    commit = _result(session)
    base = await CommitsHere(workspaces, store).bring(session, commit, holders)
    pushed = await workspaces.push(str(session.tenant_id), base, session.branch, commit)
    if pushed.moved:
        await _record(caller, session, pushed)
    return pushed


def _result(session: Session) -> str:
    finished = session.status in FINISHED and session.status is not Status.CANCELLED
    if not finished or session.base_commit is None or session.commit is None:
        raise NoResultYet
    return session.commit


async def _record(caller: Caller, session: Session, pushed: Pushed) -> None:
    facts = {"repository": pushed.repository, "branch": pushed.branch, "commit": pushed.commit}
    actor = caller.principal.actor
    async with caller.in_tenant(caller.principal.tenant_id) as db:
        events.append(db, session.tenant_id, "session.pushed", actor=actor, session_id=session.id, **facts)
        audit.record(db, session.tenant_id, actor, "session.push", f"session:{session.id}", after=facts)
