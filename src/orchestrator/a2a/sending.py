"""From a message to a session, or to words for one. The same message of the same caller is taken once, however often and
however many at once it comes: the row that says so is written in the transaction that makes what it says."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from a2a.types import Message, SendMessageRequest
from a2a.utils.errors import InvalidParamsError, UnsupportedOperationError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.a2a.calls import Call
from orchestrator.a2a.errors import MessageIdReused
from orchestrator.a2a.models import A2aMessage, A2aTask
from orchestrator.a2a.reading import context_of, open_approvals, task_session
from orchestrator.a2a.requests import new_session, text_of
from orchestrator.a2a.states import TERMINAL, state_of
from orchestrator.events.log import last_number
from orchestrator.kit.clock import now
from orchestrator.kit.db import lock_until_commit
from orchestrator.sessions import approvals, follow_ups, service
from orchestrator.sessions.approval_rows import Approval, ApprovalKind, ApprovalStatus
from orchestrator.sessions.approvals import Decision
from orchestrator.sessions.checking import check
from orchestrator.sessions.messages import NewMessage
from orchestrator.sessions.models import Session
from orchestrator.sessions.service import Checked

_WORDS = {"allow": ApprovalStatus.ALLOWED, "deny": ApprovalStatus.DENIED}


@dataclass(frozen=True)
class Sent:
    """`after` is the number of the last event before; `goes_on` says that the session's rest is over with this message."""

    session_id: UUID
    after: int
    goes_on: bool = False


Configure = Callable[[AsyncSession, UUID, int], Awaitable[None]]
"""What else is written in the same transaction, once: with the session's id, and the number of the last event before."""


async def send(call: Call, request: SendMessageRequest, configure: Configure) -> Sent:
    known = await _known(call, request.message)
    if known is not None:
        return known
    if request.message.task_id:
        return await _say(call, request, configure)
    wanted = new_session(call.agent, request)
    parts = call.parts
    checked = await check(call.caller, parts.catalog, parts.settings, parts.workspaces, wanted)
    return await _begin(call, request.message, checked, configure)


async def _known(call: Call, message: Message) -> Sent | None:
    text_of(message)
    async with call.transaction() as db:
        return await _taken(db, call, message)


async def _taken(db: AsyncSession, call: Call, message: Message) -> Sent | None:
    """Raises MessageIdReused when it was another message."""
    row = await db.get(A2aMessage, (call.principal.tenant_id, call.principal.actor, message.message_id))
    if row is None:
        return None
    if row.request_sha256 != _digest(call, message):
        raise MessageIdReused(message_id=message.message_id)
    return Sent(row.session_id, await last_number(db))


async def _begin(call: Call, message: Message, checked: Checked, configure: Configure) -> Sent:
    async with call.transaction() as db:
        await _in_turn(db, call, message)
        if (known := await _taken(db, call, message)) is not None:
            return known
        after = await last_number(db)
        session = await service.create_session(db, call.principal, checked)
        context = message.context_id or str(session.id)
        db.add(A2aTask(tenant_id=session.tenant_id, session_id=session.id, context_id=context, created_at=now()))
        db.add(_row(call, message, session.id))
        await configure(db, session.id, after)
        return Sent(session.id, after)


async def _say(call: Call, request: SendMessageRequest, configure: Configure) -> Sent:
    message, text = request.message, text_of(request.message)
    async with call.transaction() as db:
        await _in_turn(db, call, message)
        if (known := await _taken(db, call, message)) is not None:
            return known
        session = await task_session(db, call.agent, message.task_id, lock=True)
        await _check_takes(db, message, session)
        after = await last_number(db)
        asked = await open_approvals(db, session)
        row = _row(call, message, session.id)
        if asked and (decision := _decision(asked[0], text)) is not None:
            await approvals.decide(db, call.principal, asked[0].id, decision)
            row.text, goes_on = text, len(asked) == 1
        else:
            new = NewMessage(text)
            said = await follow_ups.say(db, call.principal, session.id, new, call.parts.settings, None)
            row.session_message_id, goes_on = said.id, False
        db.add(row)
        await configure(db, session.id, after)
        return Sent(session.id, after, goes_on)


async def _check_takes(db: AsyncSession, message: Message, session: Session) -> None:
    """A task that is over stays so: what comes after is a new one, of the same context."""
    if message.context_id and message.context_id != await context_of(db, session.id):
        raise InvalidParamsError("message.contextId: the task belongs to another context")
    if state_of(session.status, session.attempt) in TERMINAL:
        raise UnsupportedOperationError(
            "The task is over. Send a message without taskId, and with the contextId, for a new one."
        )


def _decision(approval: Approval, text: str) -> Decision | None:
    """A question of one part is answered by any words; a permission by `allow` or `deny`. None: it is a message."""
    if approval.kind is ApprovalKind.PERMISSION:
        status = _WORDS.get(text.strip().lower())
        return None if status is None else Decision(status)
    if len(approval.detail["questions"]) != 1 or not text.strip():
        return None
    return Decision(ApprovalStatus.ANSWERED, answers=[[text.strip()]])


async def _in_turn(db: AsyncSession, call: Call, message: Message) -> None:
    await lock_until_commit(db, f"a2a:{call.principal.tenant_id}:{call.principal.actor}:{message.message_id}")


def _row(call: Call, message: Message, session_id: UUID) -> A2aMessage:
    return A2aMessage(
        tenant_id=call.principal.tenant_id,
        principal=call.principal.actor,
        message_id=message.message_id,
        request_sha256=_digest(call, message),
        session_id=session_id,
        created_at=now(),
    )


def _digest(call: Call, message: Message) -> bytes:
    return hashlib.sha256(call.agent.encode() + b"\0" + message.SerializeToString(deterministic=True)).digest()
