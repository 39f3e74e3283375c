"""The gateway of one process: who may call, the calls under way, and what keeps the ledger true meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from orchestrator.gateway.asks import Ask, Desk, Drains
from orchestrator.gateway.billing import Quotes
from orchestrator.gateway.callers import Callers
from orchestrator.gateway.calls import Call
from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.faults import GatewayFull, GatewayStopping, RequestTooLarge
from orchestrator.gateway.ledger import Ledger
from orchestrator.gateway.provider_states import ProviderStates
from orchestrator.gateway.request_limits import RequestLimits
from orchestrator.gateway.sweeper import housekeeping
from orchestrator.gateway.tabs import Tabs
from orchestrator.gateway.trajectories import Trajectories
from orchestrator.gateway.upstream import Upstream
from orchestrator.kit.db import Database
from orchestrator.kit.intake import Held, Intake, Refusals
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tasks import background

log = get_logger(__name__)

MAX_BODY_BYTES = 32 * 1024 * 1024
_STOP_SECONDS = 5.0
_REFUSALS = Refusals(lambda most: RequestTooLarge(most=most), lambda: GatewayFull(retry_after_seconds=1))


class Gateway:
    def __init__(self, database: Database, catalog: Catalog, settings: Settings) -> None:
        self.callers = Callers(database)
        self.catalog = catalog
        self.limits = RequestLimits(database)
        self.intake = Intake(settings.gateway_body_bytes, settings.gateway_body_seconds, _REFUSALS)
        self.trajectories = Trajectories(database, settings)
        self._lease_seconds = settings.gateway_lease_seconds
        ledger = Ledger(database, hold_seconds=settings.gateway_lease_seconds)
        self._desk = Desk(
            catalog=catalog,
            quotes=Quotes(ledger.ratios),
            tabs=Tabs(ledger),
            limits=self.limits,
            states=ProviderStates(database, reset_seconds=settings.provider_reset_seconds),
            upstream=Upstream(settings),
            trajectories=self.trajectories,
            drains=Drains(settings.gateway_drains, settings.gateway_drain_seconds),
            most_wait_seconds=settings.gateway_wait_seconds,
        )
        self._calls: dict[asyncio.Task[None], Call] = {}
        self._stopping = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """What the process does beside its calls. At the end they are given a moment to come to theirs."""
        tabs = self._desk.tabs
        try:
            async with (
                self.trajectories.running(),
                background(housekeeping(tabs.ledger, tabs.under_way, self._lease_seconds), self.callers.key_uses.run()),
            ):
                try:
                    yield
                finally:
                    await self._end_calls()
        finally:
            await self.close()

    def prefetch(self, tenant_id: UUID) -> None:
        """Reads together what a call of that tenant would else ask for one after the other."""
        self.catalog.prefetch(tenant_id)
        self.limits.prefetch(tenant_id)
        self.trajectories.prefetch(tenant_id)

    def begin(self, ask: Ask, held: Held) -> Call:
        """What is held of its request is given back when it is over. Raises GatewayStopping."""
        if self._stopping:
            raise GatewayStopping
        call = Call(self._desk, ask)
        task = asyncio.create_task(call.run())
        self._calls[task] = call
        task.add_done_callback(self._ended)
        task.add_done_callback(lambda _: held.release())
        return call

    async def close(self) -> None:
        await self._end_calls()
        await self._desk.upstream.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._calls[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("call_failed", exc_info=error)

    async def _end_calls(self) -> None:
        """Each is booked as far as it came. What takes too long, the sweeper of another process books."""
        self._stopping = True
        for call in self._calls.values():
            call.stop()
        if self._calls:
            _, late = await asyncio.wait(list(self._calls), timeout=_STOP_SECONDS)
            for task in late:
                task.cancel()
