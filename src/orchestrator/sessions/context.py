"""What the steps of a session's workflow share: who they work for, and what with."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap.news import AssignmentNews
from orchestrator.events.deltas import Deltas
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import Conflict
from orchestrator.kit.settings import Settings
from orchestrator.runtimes.pool import RuntimePool
from orchestrator.sessions.clock_jumps import ClockJumps
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import HOLDS_SLOT, Status
from orchestrator.workspaces import Workspaces


@dataclass(frozen=True)
class SessionKey:
    """One attempt of one session: a step of an older attempt must not touch the session any more."""

    tenant_id: UUID
    session_id: UUID
    attempt: int

    @property
    def workflow_id(self) -> str:
        return f"session:{self.session_id}:{self.attempt}"


@dataclass(frozen=True)
class Services:
    settings: Settings
    database: Database
    catalog: Catalog
    workspaces: Workspaces
    runtimes: RuntimePool
    clock_jumps: ClockJumps
    deltas: Deltas
    assignments: AssignmentNews


class Superseded(Conflict):
    """The session is no longer this attempt's: it is {status}, attempt {attempt}."""

    code = "session_superseded"
    hint = "Nothing to do: somebody ended the session or began another attempt."


async def load(db: AsyncSession, key: SessionKey, *, lock: bool = False) -> Session:
    """The session, if the attempt still owns it. Raises Superseded."""
    session = await IndustrialRepository(db).get(Session, key.session_id, lock=lock)
    if session.attempt != key.attempt or session.status not in HOLDS_SLOT or session.status is Status.ORPHANED:
        raise Superseded(status=session.status.value, attempt=session.attempt)
    return session
