"""What a conversation has used, as OpenCode counted it: the session and the child sessions of its `task` tool. What was done
elsewhere has used what its calls through the gateway did."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.opencode.schemas import Session as Conversation
from orchestrator.opencode.snapshots import Exported
from orchestrator.sessions.models import Session

_MICRO = 1_000_000
_MEASURED = text("""
    select coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint,
        coalesce(sum(cost_micro_usd), 0)::bigint
    from usage_events where tenant_id = :tenant_id and session_id = :session_id
""")


@dataclass(frozen=True)
class Totals:
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micro_usd: int = 0

    def plus(self, one: Conversation) -> "Totals":
        tokens = one.tokens
        return Totals(
            self.input_tokens + tokens.input + tokens.cache.read + tokens.cache.write,
            self.output_tokens + tokens.output + tokens.reasoning,
            self.cost_micro_usd + round(one.cost * _MICRO),
        )

    def write(self, session: Session) -> None:
        session.input_tokens = self.input_tokens
        session.output_tokens = self.output_tokens
        session.cost_micro_usd = self.cost_micro_usd


async def measured(db: AsyncSession, session_id: UUID) -> Totals:
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "session_id": session_id}
    return Totals(*(await db.execute(_MEASURED, values)).one())


def totals_of(exported: Exported) -> Totals:
    totals = Totals().plus(exported.session)
    for child in exported.children:
        totals = totals.plus(child.session)
    return totals
