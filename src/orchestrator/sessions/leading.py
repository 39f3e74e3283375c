"""What the leader of the cluster does: it declares lost nodes dead, and sees to it that their sessions go on."""

import asyncio
import time

from sqlalchemy.exc import DBAPIError

from orchestrator.durable import engine
from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger
from orchestrator.runtimes.fleet import Seen, Watch, living
from orchestrator.runtimes.leader import Leadership
from orchestrator.runtimes.nodes import Membership
from orchestrator.sessions.reconciling import ClusterReconciler
from orchestrator.sessions.recovery import bury

log = get_logger(__name__)


class Leader:
    """Every worker watches all nodes, so that a new leader need not begin to; one of them acts."""

    def __init__(self, database: Database, leadership: Leadership, death_seconds: float) -> None:
        self._database = database
        self._leadership = leadership
        self._watch = Watch(death_seconds)
        self._reconciler = ClusterReconciler(database)
        self._look_seconds = min(1.0, death_seconds / 6)

    async def run(self) -> None:
        try:
            while True:
                await self._try_to_look()
                await asyncio.sleep(self._look_seconds)
        finally:
            await self._leadership.give_up()

    async def _try_to_look(self) -> None:
        try:
            await self.look()
        except (DBAPIError, OSError) as error:
            log.warning("cluster_not_looked_after", problem=str(error).split("\n")[0])

    async def look(self) -> None:
        async with self._database.system_transaction() as db:
            nodes = await living(db)
        lost = self._watch.look(nodes, time.monotonic())
        if await self._leadership.held():
            for node in lost:
                await self._bury(node)
            await self._reconciler.look()

    async def _bury(self, node: Seen) -> None:
        """Whatever else it had begun, such as clearing up, nobody begins again."""
        if await bury(self._database, node):
            await engine.cancel(await engine.unfinished_of(Membership(node.id, node.incarnation).name))
