"""All nodes together: which of them live, which are lost, and what is closed when one is declared dead."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LIVING = text(
    "select id, hostname, incarnation, heartbeats, extract(epoch from now() - heartbeat_at)::float "
    "from nodes where died_at is null"
)
_DECLARE_DEAD = text(
    "update nodes set died_at = now() "
    "where id = :id and incarnation = :incarnation and heartbeats = :heartbeats and died_at is null returning id"
)
# The gateway takes a key only while its runtime's row is open: from this commit on the lost node's model calls are refused.
_CLOSE_RUNTIMES = text(
    """
    with closed as (
        update runtimes set stopped_at = now(), stop_reason = 'node lost'
        where node_id = :id and stopped_at is null returning tenant_id, id
    )
    update gateway_keys k set revoked_at = now() from closed
    where k.tenant_id = closed.tenant_id and k.runtime_id = closed.id and k.revoked_at is null
    """
)


@dataclass(frozen=True)
class Seen:
    """A node as one look found it; `age_seconds` is that of its last heartbeat by the database's clock."""

    id: UUID
    hostname: str
    incarnation: int
    heartbeats: int
    age_seconds: float

    @property
    def title(self) -> str:
        return title_of(self.hostname, self.id)


def title_of(hostname: str, node_id: UUID) -> str:
    """What people know a node by: several may share a host."""
    return f"{hostname} ({str(node_id)[-12:]})"


async def living(db: AsyncSession) -> list[Seen]:
    return [Seen(*row) for row in (await db.execute(_LIVING)).all()]


async def declare_dead(db: AsyncSession, node: Seen) -> bool:
    """False when it has given a sign of life since, or somebody was faster."""
    values = {"id": node.id, "incarnation": node.incarnation, "heartbeats": node.heartbeats}
    if (await db.execute(_DECLARE_DEAD, values)).one_or_none() is None:
        return False
    await db.execute(_CLOSE_RUNTIMES, {"id": node.id})
    return True


class Watch:
    """Who has been silent for too long, from look to look.

    Silence is what the watcher itself saw, on its monotonic clock, and what the database's clock says. Neither alone is
    enough: a clock that jumps by an hour kills nobody, and neither does a watcher that was stopped itself.
    """

    def __init__(self, death_seconds: float) -> None:
        self._death_seconds = death_seconds
        self._since: dict[tuple[UUID, int, int], float] = {}
        self._looked_at: float | None = None

    def look(self, nodes: Sequence[Seen], at: float) -> list[Seen]:
        """The nodes that are lost. A look that comes late begins to watch anew: nobody knows what it missed."""
        late = self._looked_at is None or at - self._looked_at > self._death_seconds / 2
        known = {} if late else self._since
        self._since = {_beat_of(node): known.get(_beat_of(node), at) for node in nodes}
        self._looked_at = at
        return [node for node in nodes if self._is_silent(node, at)]

    def _is_silent(self, node: Seen, at: float) -> bool:
        if 0 <= node.age_seconds < self._death_seconds:
            return False
        return at - self._since[_beat_of(node)] >= self._death_seconds


def _beat_of(node: Seen) -> tuple[UUID, int, int]:
    return (node.id, node.incarnation, node.heartbeats)
