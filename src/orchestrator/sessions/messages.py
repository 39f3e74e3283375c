"""What people and systems say to a session. It waits while a turn runs, and becomes the next turn."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions.models import Session, SessionMessage


async def waiting(db: AsyncSession, session: Session) -> Sequence[SessionMessage]:
    """Those that no turn has taken yet, in the order in which they came."""
    return await IndustrialRepository(db).list(
        SessionMessage,
        SessionMessage.session_id == session.id,
        SessionMessage.turn.is_(None),
        order=(SessionMessage.created_at, SessionMessage.id),
    )


async def deliver(db: AsyncSession, said: Sequence[SessionMessage], turn: int) -> None:
    for one in said:
        one.turn = turn
    await db.flush()


def told(message: SessionMessage) -> str:
    return message.text
