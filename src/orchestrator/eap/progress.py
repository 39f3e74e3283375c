"""What an agent tells while it works: each piece once, in its order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap.assignments import held, record
from orchestrator.eap.members import actor_of
from orchestrator.eap.messages import Event
from orchestrator.eap.models import Assignment, AssignmentEvent
from orchestrator.eap.news import tell
from orchestrator.kit.clock import now
from orchestrator.kit.printable import printable

_SHORT = 2_000


async def take(db: AsyncSession, member_id: UUID, assignment_id: UUID, epoch: int, told: Sequence[Event]) -> int:
    """The number that is expected next: what comes behind a gap is not taken. Raises NotFound, LeaseStale."""
    row = await held(db, member_id, assignment_id, epoch, lock=True)
    new: list[Event] = []
    for one in sorted(told, key=lambda event: event.seq):
        if one.seq == row.next_seq + len(new):
            new.append(one)
    if new:
        await db.execute(insert(AssignmentEvent).values([_values(row, epoch, one) for one in new]).on_conflict_do_nothing())
        for one in new:
            record(db, row, actor_of(member_id), "assignment.progress", **_told(one))
        row.next_seq += len(new)
        await db.flush()
        await tell(db, row.id)
    return row.next_seq


def _values(row: Assignment, epoch: int, one: Event) -> dict[str, Any]:
    return {
        "tenant_id": row.tenant_id,
        "assignment_id": row.id,
        "lease_epoch": epoch,
        "seq": one.seq,
        "kind": one.kind,
        "data": {"text": printable(one.text), **({"data": one.data} if one.data else {})},
        "created_at": now(),
    }


def _told(one: Event) -> dict[str, Any]:
    short = printable(one.text)
    return {"kind": one.kind, "seq": one.seq, "text": short if len(short) <= _SHORT else f"{short[:_SHORT]}…"}
