"""What is said of finished work later: how a person found it, and that it was taken back. The agent's record follows each
time; a session counts once, and the last word on it counts."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.control import locked, record
from orchestrator.sessions.grading import grade
from orchestrator.sessions.lifecycle import illegal
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED, Rating
from orchestrator.tenancy.principal import Principal
from orchestrator.workspaces import Base, Revert

log = get_logger(__name__)

_MOST_SESSIONS = 500
"""That one commit takes back: a plan's."""


class Rated(TypedDict):
    value: Rating
    comment: str | None
    by: str
    at: str


class Reverted(TypedDict):
    """`commit` is the one that takes the work back, where it is known. `counts` is false when a person has said so."""

    commit: str | None
    reason: str | None
    by: str
    at: str
    counts: bool


async def rate(
    db: AsyncSession, principal: Principal, session_id: UUID, rating: Rating | None, comment: str | None
) -> Session:
    """None takes a rating back."""
    session = await _finished(db, session_id, "rating it before it has finished")
    before = session.rating
    moment = now().isoformat()
    session.rating = None if rating is None else dict(Rated(value=rating, comment=comment, by=principal.actor, at=moment))
    told = {"rating": rating and rating.value, "comment": comment}
    events.append(db, session.tenant_id, "session.rated", actor=principal.actor, session_id=session.id, **told)
    record(db, principal, "session.rate", session, {"rating": before and before["value"]}, **told)
    await db.flush()
    await grade(db, session)
    return session


async def say_reverted(
    db: AsyncSession, principal: Principal, session_id: UUID, *, reverted: bool, commit: str | None, reason: str | None
) -> Session:
    """A person's word, also against what the commits say. Of a merge it is said of the work in it as well."""
    session = await _finished(db, session_id, "saying that it was reverted before it has finished")
    for one in [session, *await _merged(db, session)]:
        before = {"reverted": bool(one.reverted and one.reverted["counts"])}
        known = None if one.reverted is None else one.reverted["commit"]
        await _set(db, one, principal.actor, commit=commit or known, reason=reason, counts=reverted)
        record(db, principal, "session.reverted", one, before, reverted=reverted, commit=commit, reason=reason)
    return session


async def _finished(db: AsyncSession, session_id: UUID, action: str) -> Session:
    session = await locked(db, session_id)
    if session.status not in FINISHED:
        raise illegal(session.status, action)
    return session


async def _set(
    db: AsyncSession, session: Session, actor: str, *, commit: str | None, reason: str | None, counts: bool
) -> None:
    moment = now().isoformat()
    session.reverted = dict(Reverted(commit=commit, reason=reason, by=actor, at=moment, counts=counts))
    told = {"reverted": counts, "commit": commit, "reason": reason}
    events.append(db, session.tenant_id, "session.reverted", actor=actor, session_id=session.id, **told)
    await db.flush()
    await grade(db, session)


async def look_for_reverts(services: Services, key: SessionKey, base: Base) -> None:
    """Where the mirror was fetched: whatever it comes to, work goes on."""
    mirror = services.workspaces.mirror(str(key.tenant_id), base)
    try:
        lately = await services.workspaces.reverts.lately(mirror)
    except OrchestratorError as error:
        log.warning("reverts_not_read", session_id=str(key.session_id), code=error.code, problem=error.message)
        return
    if lately is None:
        return
    if lately.reverts:
        async with services.database.transaction() as db:
            await note_reverts(db, base.repository_key, lately.reverts)
    services.workspaces.reverts.remember(mirror, lately.tip)


async def note_reverts(db: AsyncSession, repository_key: str, reverts: Sequence[Revert]) -> None:
    """What commits of the origin's default branch say that they take back, the oldest first. Told again, nothing changes."""
    for one in reverts:
        for session in await _with_commits(db, repository_key, one.of):
            if session.reverted is None:
                reason = f"commit {one.commit[:12]} says that it reverts {one.of[0][:12]}"
                await _set(db, session, ORCHESTRATOR, commit=one.commit, reason=reason, counts=True)
        await _put_back(db, repository_key, one)


async def _with_commits(db: AsyncSession, repository_key: str, commits: Sequence[str]) -> list[Session]:
    """The finished sessions whose result one of the commits is, and those whose work is in it."""
    mine = (Session.repository_key == repository_key, Session.commit.in_(commits), Session.status.in_(FINISHED))
    rows = IndustrialRepository(db).query(Session, *mine).order_by(Session.id).limit(_MOST_SESSIONS).with_for_update()
    found = {one.id: one for one in (await db.execute(rows)).scalars() if one.base_commit != one.commit}
    for session in [*found.values()]:
        # What people merge is the head of a plan's branch, and then all that is on it is taken back.
        whole = session.commit in commits[1:]
        found |= {one.id: one for one in await _merged(db, session, whole_plan=whole)}
    return [*found.values()]


async def _merged(db: AsyncSession, session: Session, *, whole_plan: bool = False) -> list[Session]:
    """The sessions whose work a merge holds; those of its whole plan, if wanted."""
    if session.merges is None:
        return []
    merges = [session]
    if whole_plan and session.plan_id is not None:
        others = (Session.plan_id == session.plan_id, Session.task_key.is_(None), Session.created_at < session.created_at)
        merges += await IndustrialRepository(db).list(Session, *others, limit=_MOST_SESSIONS)
    parts = [part for merge in merges for part in merge.merges or [] if part["state"] == "merged"]
    ids = {UUID(part["session_id"]) for part in parts[:_MOST_SESSIONS]}
    query = IndustrialRepository(db).query(Session, Session.id.in_(ids), Session.status.in_(FINISHED))
    return list((await db.execute(query.order_by(Session.id).with_for_update())).scalars())


async def _put_back(db: AsyncSession, repository_key: str, revert: Revert) -> None:
    """A revert that was itself reverted counts no more."""
    said_by = or_(*(Session.reverted["commit"].astext == commit for commit in revert.of))
    mine = (Session.repository_key == repository_key, Session.reverted.is_not(None), said_by)
    query = IndustrialRepository(db).query(Session, *mine).order_by(Session.id).limit(_MOST_SESSIONS).with_for_update()
    for session in (await db.execute(query)).scalars():
        known = session.reverted or {}
        if known["by"] == ORCHESTRATOR and known["counts"]:
            reason = f"commit {revert.commit[:12]} puts it back"
            await _set(db, session, ORCHESTRATOR, commit=known["commit"], reason=reason, counts=False)
