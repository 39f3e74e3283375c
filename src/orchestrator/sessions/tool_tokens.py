"""What lets the agent of a session call the orchestrator's own tools: a token of one attempt, which opens nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.clock import now
from orchestrator.kit.db import Base, IndustrialRepository, TenantOwned
from orchestrator.kit.ids import new_id
from orchestrator.sessions.models import Session
from orchestrator.tenancy.keys import mint_key

TOOL_PREFIX = "oit"


class ToolToken(TenantOwned, Base):
    __tablename__ = "tool_tokens"

    public_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    session_id: Mapped[UUID]
    attempt: Mapped[int]
    created_at: Mapped[datetime] = mapped_column()


async def mint_tool_token(db: AsyncSession, session: Session) -> str:
    """The text that the runtime gets; only its digest is stored. Those of earlier attempts are of no use any more."""
    mine = (ToolToken.tenant_id == session.tenant_id, ToolToken.session_id == session.id)
    await db.execute(delete(ToolToken).where(*mine, ToolToken.attempt < session.attempt))
    minted = mint_key(TOOL_PREFIX)
    IndustrialRepository(db).add(
        ToolToken(
            id=new_id(),
            public_id=minted.public_id,
            secret_sha256=minted.secret_sha256,
            session_id=session.id,
            attempt=session.attempt,
            created_at=now(),
        )
    )
    return minted.text
