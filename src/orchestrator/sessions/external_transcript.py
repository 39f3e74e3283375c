"""What was said to an external agent and what it told, as parts of the session's transcript."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap.models import Assignment, AssignmentEvent
from orchestrator.kit.clock import now
from orchestrator.kit.db import Json
from orchestrator.sessions.models import Session, SessionTurn
from orchestrator.sessions.transcript import store_parts

_AT_ONCE = 200


@dataclass
class Told:
    """How far an assignment was followed."""

    epoch: int = 0
    seq: int = 0


async def said(db: AsyncSession, session: Session, turn: SessionTurn) -> None:
    """The prompt of a turn. Said again it changes nothing."""
    name = f"ext_{session.id.hex}_{turn.number:06d}"
    row = _row(session.id, f"{name}_0", name, "user", "text", {"text": turn.text})
    await store_parts(db, session.id, [row], turn.author)


async def follow(db: AsyncSession, assignment: Assignment, told: Told) -> None:
    """What it has told since, of any of its leases."""
    while True:
        query = (
            select(AssignmentEvent)
            .where(AssignmentEvent.tenant_id == assignment.tenant_id, AssignmentEvent.assignment_id == assignment.id)
            .where(
                (AssignmentEvent.lease_epoch > told.epoch)
                | ((AssignmentEvent.lease_epoch == told.epoch) & (AssignmentEvent.seq > told.seq))
            )
            .order_by(AssignmentEvent.lease_epoch, AssignmentEvent.seq)
            .limit(_AT_ONCE)
        )
        rows = (await db.execute(query)).scalars().all()
        parts = [part for row in rows if (part := _part(assignment, row)) is not None]
        await store_parts(db, assignment.session_id, parts, _actor(assignment))
        if not rows:
            return
        told.epoch, told.seq = rows[-1].lease_epoch, rows[-1].seq


async def summed_up(db: AsyncSession, session: Session, done: Assignment) -> None:
    """What it says of its result."""
    summary = (done.result or {}).get("summary")
    if summary:
        name = _message(done, done.result_epoch or 0)
        row = _row(session.id, f"{name}_z", name, "assistant", "text", {"text": summary})
        await store_parts(db, session.id, [row], _actor(done))


def _part(assignment: Assignment, row: AssignmentEvent) -> Json | None:
    """Progress and logs are news alone."""
    message = _message(assignment, row.lease_epoch)
    part = f"{message}_{row.seq:012d}"
    if row.kind == "text":
        return _row(assignment.session_id, part, message, "assistant", "text", {"text": row.data["text"]})
    if row.kind != "tool":
        return None
    data: dict[str, Any] = row.data.get("data", {})
    failed, given = data.get("error") is not None, data.get("input")
    state: Json = {
        "status": "error" if failed else "completed",
        "title": row.data["text"],
        "input": given if isinstance(given, dict) else {},
        **({"error": str(data["error"])} if failed else {"output": str(data.get("output", ""))}),
    }
    content: Json = {"tool": str(data.get("tool", "tool"))[:100], "call_id": part, "state": state}
    return _row(assignment.session_id, part, message, "assistant", "tool", content)


def _message(assignment: Assignment, epoch: int) -> str:
    return f"ext_{assignment.session_id.hex}_{assignment.turn:06d}_{assignment.id.hex}_{epoch:06d}"


def _row(session_id: UUID, part: str, message: str, role: str, type_: str, data: Json) -> Json:
    return {
        "session_id": session_id,
        "part_id": part,
        "message_id": message,
        "role": role,
        "type": type_,
        "model": None,
        "data": data,
        "began_at": None,
        "ended_at": None,
        "created_at": now(),
    }


def _actor(assignment: Assignment) -> str:
    return f"external:{assignment.external_agent_id}"
