"""Tool calls that run at this moment. When one ends, its finished part is in the transcript in its place."""

from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.opencode.schemas import MessageInfo, Part
from orchestrator.sessions.models import RunningTool, Session
from orchestrator.sessions.transcript import row_of, shortened

_NOT_KEPT = ("role", "type", "began_at", "ended_at")


async def began(db: AsyncSession, session: Session, message: MessageInfo, part: Part) -> None:
    """Repeating it changes nothing."""
    row = row_of(session.id, message, part)
    kept = {name: value for name, value in row.items() if name not in _NOT_KEPT}
    statement = insert(RunningTool).values(kept | {"tenant_id": session.tenant_id}).on_conflict_do_nothing()
    if (await db.execute(statement.returning(RunningTool.part_id))).scalar_one_or_none() is None:
        return
    told = {"part_id": row["part_id"], "message_id": row["message_id"], "data": shortened(row["data"])}
    events.append(db, session.tenant_id, "tool.started", actor="agent", session_id=session.id, **told)


async def ended(db: AsyncSession, session: Session, part_ids: Collection[str] | None = None) -> None:
    """These of them; all that the session has, unless they are named."""
    query = delete(RunningTool).where(RunningTool.tenant_id == session.tenant_id, RunningTool.session_id == session.id)
    await db.execute(query if part_ids is None else query.where(RunningTool.part_id.in_(part_ids)))
