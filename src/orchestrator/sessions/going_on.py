"""What was said to a session while it worked comes before its verification, and before its result."""

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.sessions import messages, turn_rows
from orchestrator.sessions.lifecycle import move
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status


async def goes_on_with_messages(db: AsyncSession, session: Session) -> bool:
    """Whether there is a further turn, with what was said; the session then runs again."""
    if not turn_rows.has_turns_left(session) or not await messages.waiting(db, session):
        return False
    session.verification = session.verification_reason = None
    await db.flush()
    await move(db, session, Status.RUNNING, "a message came in")
    return True
