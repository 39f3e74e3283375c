"""Which servers a node keeps running without a session, and what becomes of one that holds too much memory."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.process_table import memory_of_groups
from orchestrator.runtimes.pool import OVER_MEMORY, RuntimePool
from orchestrator.runtimes.running import RunningRuntime
from orchestrator.sandboxes import Plan
from orchestrator.sandboxes.limits import How

log = get_logger(__name__)

_SWEEP_SECONDS = 5.0
_GRACE_SECONDS = 30.0
"""A server that was started for a session which is still on its way is not taken from it."""
_USED_LAST = text(
    """
    select tenant_id from sessions
    where node_id = :node_id and isolation <> 'session'
        and coalesce(finished_at, now()) > now() - make_interval(secs => :seconds)
    group by tenant_id order by max(coalesce(finished_at, now())) desc limit :most
    """
)


@dataclass(frozen=True)
class Idle:
    """A server without a session."""

    runtime_id: UUID
    idle_seconds: float
    memory_bytes: int


def surplus(idle: Sequence[Idle], most: int, longest_seconds: float, most_bytes: int) -> dict[UUID, str]:
    """Those to end, with the reason. What is kept for longer holds no more than `most` times `most_bytes`."""
    reasons: dict[UUID, str] = {}
    kept = 0
    for one in sorted(idle, key=lambda one: one.idle_seconds):
        if one.idle_seconds < _GRACE_SECONDS:
            kept += 1
        elif one.idle_seconds >= longest_seconds:
            reasons[one.runtime_id] = "idle for too long"
        elif one.memory_bytes > most_bytes:
            reasons[one.runtime_id] = "recycled"
        elif kept >= most:
            reasons[one.runtime_id] = "idle, and others were used later"
        else:
            kept += 1
    return reasons


class Housekeeper:
    def __init__(self, pool: RuntimePool, plan: Plan) -> None:
        self._pool = pool
        self._settings = pool.node.settings
        self._bounded = plan.memory in (How.CGROUP_1, How.CGROUP_2)

    async def run(self) -> None:
        await self._quietly(self.warm_up())
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            await self._quietly(self.look())

    async def _quietly(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (OrchestratorError, DBAPIError, OSError) as error:
            log.warning("runtimes_not_kept", problem=str(error).split("\n")[0])

    async def warm_up(self) -> None:
        """After a restart: for the tenants that this node worked for last."""
        values = {
            "node_id": self._pool.node.node_id,
            "seconds": self._settings.runtime_idle_seconds,
            "most": self._settings.warm_runtimes,
        }
        async with self._pool.node.database.system_transaction() as db:
            tenants = (await db.execute(_USED_LAST, values)).scalars().all()
        for tenant_id in tenants:
            await self._pool.warm(tenant_id)

    async def look(self) -> None:
        runtimes = {runtime.id: runtime for runtime in self._pool.runtimes if not runtime.ended.is_set()}
        if not runtimes:
            return
        memory = await asyncio.to_thread(memory_of_groups, {one.process_group for one in runtimes.values()})
        for runtime in runtimes.values():
            await self._weigh(runtime, memory[runtime.process_group])
        idle = [one for one in runtimes.values() if not (one.sessions or one.ended.is_set())]
        looked = [Idle(one.id, one.idle_seconds, memory[one.process_group]) for one in idle]
        settings = self._settings
        wanted = surplus(looked, settings.warm_runtimes, settings.runtime_idle_seconds, settings.runtime_recycle_bytes)
        for runtime_id, reason in wanted.items():
            await self._pool.stop_idle(runtimes[runtime_id], reason)

    async def _weigh(self, runtime: RunningRuntime, memory_bytes: int) -> None:
        if not self._bounded and memory_bytes > self._settings.runtime_memory_bytes:
            # Where no control group ends it, this does; its sessions go on in another.
            log.warning("runtime_over_memory", tenant_id=str(runtime.tenant_id), pid=runtime.server.pid)
            await self._pool.stop(runtime, OVER_MEMORY)
            return
        self._pool.weigh(runtime, memory_bytes)
        if runtime.fat:
            await self._pool.exchange(runtime)
