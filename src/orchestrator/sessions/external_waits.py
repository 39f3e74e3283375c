"""Why a session of an external agent waits, in words: who of that agent's name is connected, and takes work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.words import counted

_FACTS = text("""
    select a.name, coalesce(a.max_concurrent_sessions, 0) as room, max(e.heartbeat_at) as seen_at, count(e.id) filter (
        where e.revoked_at is null and e.proven_at is not null and e.liveness <> 'lost'
    ) as connected
    from agents a left join external_agents e on e.tenant_id = a.tenant_id and e.agent_id = a.id
    where a.tenant_id = :tenant_id and a.kind = 'external' and a.name = any(:names)
    group by a.id, a.name, a.max_concurrent_sessions
""")


@dataclass(frozen=True)
class AgentFacts:
    """`room`: how many sessions at once those that are connected and take work have room for."""

    name: str
    room: int
    connected: int
    seen_at: datetime | None


async def details_of(db: AsyncSession, names: Sequence[str]) -> dict[str, str]:
    """By name, of those among the agents that run elsewhere."""
    if not names:
        return {}
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "names": list(names)}
    rows = (await db.execute(_FACTS, values)).all()
    return {row.name: detail(AgentFacts(row.name, row.room, row.connected, row.seen_at)) for row in rows}


def detail(facts: AgentFacts) -> str:
    if facts.connected == 0:
        seen = (
            "none was seen yet" if facts.seen_at is None else f"the last was seen at {facts.seen_at:%Y-%m-%d %H:%M:%S} UTC"
        )
        return (
            f"No process of the external agent {facts.name} is connected; {seen}. It starts when one is: "
            "`orchestrator external list`."
        )
    processes = counted(facts.connected, "process", "processes")
    if facts.room == 0:
        return (
            f"The external agent {facts.name} takes no work: what is connected of it ({processes}) is paused, drained or "
            "offline by its own word. It starts when one takes work again: `orchestrator external continue`."
        )
    return (
        f"The external agent {facts.name} has as many sessions at once as it takes: {facts.room:,} by {processes}. It "
        "starts when one of them ends, or another process joins."
    )
