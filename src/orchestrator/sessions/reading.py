"""Sessions as the API shows them: the row, what its calls have used by the ledger, and why it waits, in words."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions import external_waits, review_limit
from orchestrator.sessions.listing import Listed
from orchestrator.sessions.models import Session
from orchestrator.sessions.queue_details import queue_detail, queue_facts
from orchestrator.sessions.schemas import SessionRead, Usage
from orchestrator.sessions.states import QueueReason, Status
from orchestrator.tenancy.names import names_of

_USED = text(
    "select session_id, sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(cost_micro_usd)::bigint "
    "from usage_events where tenant_id = :tenant_id and session_id = any(:ids) group by session_id"
)
_ACTIVE = text("select session_id, at from session_activity where tenant_id = :tenant_id and session_id = any(:ids)")


async def read_one(db: AsyncSession, session: Session) -> SessionRead:
    return (await read_all(db, [session]))[0]


async def read_all(db: AsyncSession, sessions: Sequence[Session]) -> list[SessionRead]:
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "ids": [s.id for s in sessions]}
    active = {row[0]: row[1] for row in (await db.execute(_ACTIVE, values)).all()}
    return await read_listed(db, [Listed(one, active.get(one.id, one.created_at)) for one in sessions])


async def read_listed(db: AsyncSession, listed: Sequence[Listed]) -> list[SessionRead]:
    sessions = [one.session for one in listed]
    used = await _usage_of(db, sessions)
    details = await _queue_details(db, [one for one in sessions if one.status is Status.QUEUED])
    names = await names_of(db, {_owner(one) for one in sessions})
    return [
        SessionRead.of(row, used.get(row.session.id), details.get(row.session.id), names.get(_owner(row.session)))
        for row in listed
    ]


def _owner(session: Session) -> str:
    return session.user_subject or session.created_by


async def _queue_details(db: AsyncSession, queued: Sequence[Session]) -> dict[Any, str | None]:
    if not queued:
        return {}
    facts = await queue_facts(db)
    held = {one.repository_key for one in queued if one.queue_reason is QueueReason.REVIEW_LIMIT and one.repository_key}
    reviews = await review_limit.details_of(db, sorted(held))
    busy = sorted({one.agent for one in queued if one.queue_reason is QueueReason.AGENT})
    elsewhere = await external_waits.details_of(db, busy)

    def told(one: Session) -> str | None:
        if one.queue_reason is QueueReason.AGENT and one.agent in elsewhere:
            return elsewhere[one.agent]
        return reviews.get(_held_by(one)) or queue_detail(one, facts)

    return {one.id: told(one) for one in queued}


def _held_by(session: Session) -> str:
    return (session.repository_key or "") if session.queue_reason is QueueReason.REVIEW_LIMIT else ""


async def _usage_of(db: AsyncSession, sessions: Sequence[Session]) -> dict[Any, Usage]:
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "ids": [s.id for s in sessions]}
    rows = (await db.execute(_USED, values)).all()
    return {row[0]: Usage(input_tokens=row[1], output_tokens=row[2], cost_micro_usd=row[3]) for row in rows}
