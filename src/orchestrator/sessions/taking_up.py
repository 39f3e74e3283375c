"""The work and the conversation that a person sends back, as the session's next checkpoint, from which it goes on."""

import asyncio
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.db import IndustrialRepository
from orchestrator.opencode.snapshots import Exported
from orchestrator.sessions import follow_ups, messages, pauses, room, transcript, turn_rows
from orchestrator.sessions.checkpoint_store import Owner, Stored, following
from orchestrator.sessions.errors import TurnsSpent
from orchestrator.sessions.handed_conversations import messages_of
from orchestrator.sessions.messages import NewMessage
from orchestrator.sessions.models import Checkpoint, Session
from orchestrator.sessions.states import FINISHED
from orchestrator.tenancy.principal import Principal

HANDED_OVER = "handed_over"
"""The outcome of a turn that was open when a person took the session over: what comes next goes on from their work."""
_GO_ON = (
    "I took over for a while: the worktree holds what I changed, and the conversation above what was said meanwhile. "
    "Look at it and finish what is left of the task."
)


@dataclass(frozen=True)
class Work:
    owner: Owner
    commit: str
    stored: Stored
    exported: Exported


async def take_up(
    db: AsyncSession, principal: Principal, session: Session, work: Work, opened: Checkpoint, text: str | None
) -> Checkpoint:
    """The session is queued. Nothing is said to it where no turn was cut short: then its work is verified as it is.

    What the person's own model used is theirs: the totals stay.
    """
    row = following(opened, work.owner, work.commit, session.base_commit, work.stored)
    if session.turn is not None:
        row.turn = session.turn
    IndustrialRepository(db).add(row)
    session.commit = row.commit
    facts = {"number": row.number, "kind": row.kind.value, "commit": row.commit, "changed": row.changed, "stored": True}
    events.append(db, session.tenant_id, "checkpoint.created", actor=principal.actor, session_id=session.id, **facts)
    said = await asyncio.to_thread(messages_of, work.exported)
    await transcript.record(db, session.id, said, principal.actor)
    last = await turn_rows.newest(db, session)
    was_cut_short = last is not None and (last.ended_at is None or last.outcome != turn_rows.FINISHED)
    await turn_rows.end(db, session, HANDED_OVER)
    if text is not None and not turn_rows.has_turns_left(session):
        raise TurnsSpent(most=session.max_turns)
    if text is not None or (was_cut_short and turn_rows.has_turns_left(session)):
        await messages.add(db, principal.actor, session, NewMessage(text or _GO_ON))
    if session.status in FINISHED:
        await room.check_queue(db)
        await follow_ups.queue_again(db, session, principal.actor, "taken up from a person's clone")
    else:
        await pauses.resume(db, session, actor=principal.actor, reason="taken up from a person's clone")
    return row
