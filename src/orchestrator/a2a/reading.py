"""Sessions as tasks: their status, what was said, and what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from a2a.types import Message, Part, Role, Task, TaskStatus
from a2a.utils.errors import TaskNotFoundError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.a2a.models import A2aMessage, A2aTask
from orchestrator.a2a.states import INPUT_REQUIRED, REJECTED, state_of
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions import messages
from orchestrator.sessions.approval_rows import Approval, ApprovalKind, ApprovalStatus
from orchestrator.sessions.models import Session, SessionActivity, TranscriptPart
from orchestrator.sessions.states import FINISHED, Status

MOST_HISTORY = 100
_MOST_TEXT = 20_000


@dataclass(frozen=True)
class Said:
    at: datetime
    message: Message


async def task_session(db: AsyncSession, agent: str, task_id: str, *, lock: bool = False) -> Session:
    """That of another agent, like that of another tenant, is no task here. Raises TaskNotFoundError."""
    try:
        session_id = UUID(task_id)
    except ValueError as error:
        raise TaskNotFoundError from error
    query = IndustrialRepository(db).query(Session).where(Session.id == session_id, Session.agent == agent)
    session = (await db.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    if session is None:
        raise TaskNotFoundError
    return session


async def context_of(db: AsyncSession, session_id: UUID) -> str:
    row = await db.get(A2aTask, (IndustrialRepository(db).tenant_id, session_id))
    return row.context_id if row else str(session_id)


async def open_approvals(db: AsyncSession, session: Session) -> Sequence[Approval]:
    """The oldest first."""
    if session.status is not Status.WAITING:
        return ()
    mine = Approval.session_id == session.id, Approval.status == ApprovalStatus.PENDING
    return await IndustrialRepository(db).list(Approval, *mine, order=(Approval.requested_at, Approval.id))


async def read_task(db: AsyncSession, session: Session, *, history: int | None = None) -> Task:
    """Without its artifacts. `history`: so many of the last messages; None is all, up to MOST_HISTORY."""
    context, said = await context_of(db, session.id), []
    if history != 0:
        said = await _history(db, session, context, min(history or MOST_HISTORY, MOST_HISTORY))
    task = Task(id=str(session.id), context_id=context, status=await read_status(db, session, context), history=said)
    task.metadata.update({"status": session.status.value, "agent": session.agent, "branch": session.branch})
    return task


async def read_status(db: AsyncSession, session: Session, context: str) -> TaskStatus:
    state = state_of(session.status, session.attempt)
    status = TaskStatus(state=state)
    activity = await db.get(SessionActivity, (session.tenant_id, session.id))
    status.timestamp.FromDatetime(activity.at if activity else session.created_at)
    if text := await _status_text(db, session, state):
        status.message.CopyFrom(_agents(session, context, f"{session.id}:{session.attempt}:{session.status.value}", text))
    return status


async def _status_text(db: AsyncSession, session: Session, state: str) -> str | None:
    if state == INPUT_REQUIRED:
        return "\n".join(_wanted(one) for one in await open_approvals(db, session)) or session.status_reason
    if session.failure and session.status in (Status.FAILED, Status.TIMED_OUT):
        return f"{session.failure['message']} {session.failure.get('hint') or ''}".strip()
    if session.status in FINISHED and state != REJECTED:
        return await answer_of(db, session) or session.status_reason
    return session.status_reason


def _wanted(approval: Approval) -> str:
    if approval.kind is ApprovalKind.QUESTION:
        return "\n".join(str(one["question"]) for one in approval.detail["questions"])
    patterns = ", ".join(approval.patterns)
    return f"May it use {approval.tool} for {patterns}? Answer `allow` or `deny`."


async def answer_of(db: AsyncSession, session: Session) -> str | None:
    """The agent's last words."""
    said = await _agents_said(db, session, 1)
    return said[0].data["text"] if said else None


async def _agents_said(db: AsyncSession, session: Session, most: int) -> Sequence[TranscriptPart]:
    """The newest first."""
    query = (
        select(TranscriptPart)
        .where(TranscriptPart.tenant_id == session.tenant_id, TranscriptPart.session_id == session.id)
        .where(TranscriptPart.role == "assistant", TranscriptPart.type == "text")
        .order_by(TranscriptPart.part_id.desc())
        .limit(most)
    )
    return (await db.execute(query)).scalars().all()


async def _history(db: AsyncSession, session: Session, context: str, most: int) -> list[Message]:
    """The last so many, in the order in which they were said."""
    mine = A2aMessage.tenant_id == session.tenant_id, A2aMessage.session_id == session.id
    rows = (await db.execute(select(A2aMessage).where(*mine))).scalars().all()
    ids = {one.session_message_id: one.message_id for one in rows if one.text is None}
    first = ids.get(None, str(session.id))
    said = [Said(session.created_at, _users(session, context, first, session.prompt))]
    for one in await messages.of(db, session.id):
        text = messages.told(one)
        said.append(Said(one.created_at, _users(session, context, ids.get(one.id, str(one.id)), text)))
    said += [Said(one.created_at, _users(session, context, one.message_id, one.text)) for one in rows if one.text]
    for part in await _agents_said(db, session, most):
        said.append(Said(part.created_at, _agents(session, context, part.part_id, part.data["text"])))
    return [one.message for one in sorted(said, key=lambda one: one.at)[-most:]]


def _users(session: Session, context: str, message_id: str, text: str) -> Message:
    return _message(session, context, message_id, text, Role.ROLE_USER)


def _agents(session: Session, context: str, message_id: str, text: str) -> Message:
    return _message(session, context, message_id, text, Role.ROLE_AGENT)


def _message(session: Session, context: str, message_id: str, text: str, role: Role) -> Message:
    parts = [Part(text=text[:_MOST_TEXT], media_type="text/plain")]
    return Message(message_id=message_id, context_id=context, task_id=str(session.id), role=role, parts=parts)
