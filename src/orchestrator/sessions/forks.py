"""A new session from a checkpoint of another one: its files and its conversation, and another prompt."""

from dataclasses import asdict, dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions import follow_ups, service
from orchestrator.sessions.checkpoint_store import is_usable, usable
from orchestrator.sessions.control import record
from orchestrator.sessions.errors import NoCheckpointYet, UnknownCheckpoint
from orchestrator.sessions.fork_starts import begin_at
from orchestrator.sessions.merging import refuse_merge
from orchestrator.sessions.models import Checkpoint, Session
from orchestrator.sessions.service import Checked, NewSession
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.principal import Principal

DEFAULT_PROMPT = "Go on."


@dataclass(frozen=True)
class NewFork:
    """What is None is as in the parent: the checkpoint its last one, the prompt DEFAULT_PROMPT."""

    checkpoint: int | None = None
    prompt: str | None = None
    title: str | None = None
    agent: str | None = None
    model: str | None = None


def wanted_of(parent: Session, new: NewFork) -> NewSession:
    """The base is the parent's base commit, wherever the branch that it was read from is now."""
    return replace(
        follow_ups.same_again(parent),
        prompt=DEFAULT_PROMPT if new.prompt is None else new.prompt,
        title=new.title or parent.title,
        agent=new.agent or parent.agent,
        model=new.model or parent.model,
        base_ref=None,
    )


async def fork(
    db: AsyncSession, principal: Principal, parent_id: UUID, new: NewFork, checked: Checked, key: str | None
) -> Session:
    """It takes nothing from the parent, which may be at work or finished."""

    async def make() -> UUID:
        parent = await service.get_session(db, parent_id)
        refuse_merge(parent)
        return (await _fork(db, principal, parent, await _checkpoint(db, parent, new.checkpoint), checked)).id

    session_id, _ = await once(db, principal, key, Deed(f"POST /sessions/{parent_id}/fork", asdict(new)), make)
    return await service.get_session(db, session_id)


async def _checkpoint(db: AsyncSession, parent: Session, number: int | None) -> Checkpoint:
    mine = Checkpoint.session_id == parent.id
    rows = await IndustrialRepository(db).list(Checkpoint, mine, order=(Checkpoint.number.desc(),))
    if number is None:
        if (newest := next(filter(is_usable, rows), None)) is None:
            raise NoCheckpointYet
        return newest
    if (found := next((row for row in rows if row.number == number), None)) is None:
        raise UnknownCheckpoint(number=number) if rows else NoCheckpointYet
    return usable(found)


async def _fork(
    db: AsyncSession, principal: Principal, parent: Session, checkpoint: Checkpoint, checked: Checked
) -> Session:
    session = await service.create_session(db, principal, checked, parent_id=parent.id)
    begin_at(session, parent, checkpoint)
    told = {"parent_id": str(parent.id), "checkpoint": checkpoint.number, "commit": checkpoint.commit}
    events.append(db, session.tenant_id, "session.forked", actor=principal.actor, session_id=session.id, **told)
    made = {"made": str(session.id), "checkpoint": checkpoint.number}
    record(db, principal, "session.fork", parent, {"status": parent.status}, **made)
    await db.flush()
    return session
