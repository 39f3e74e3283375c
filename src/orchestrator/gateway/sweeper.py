"""What keeps the ledger true while nobody looks: leases of live calls are renewed, expired holds are swept."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from orchestrator.gateway.ledger import Ledger
from orchestrator.kit.clock import Jumps
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

_RENEWALS_A_LEASE = 3
_SWEEPS_A_LEASE = 6

CallsUnderWay = Callable[[], Mapping[UUID, Collection[UUID]]]
"""The request ids that live in this process, by tenant."""


async def housekeeping(ledger: Ledger, under_way: CallsUnderWay, lease_seconds: float) -> None:
    """Runs until it is cancelled; every gateway process has one."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_renew(ledger, under_way, lease_seconds / _RENEWALS_A_LEASE))
        group.create_task(run(ledger, lease_seconds / _SWEEPS_A_LEASE))


async def run(ledger: Ledger, pause_seconds: float) -> None:
    """When the database's clock jumps ahead, the leases of calls under way have run out all at once. They are given the
    time to be renewed."""
    jumps, sweep_at = Jumps(), 0.0
    while True:
        try:
            if jumps.compare(await ledger.database_time()) > 0:
                sweep_at = time.monotonic() + _SWEEPS_A_LEASE * pause_seconds
            if time.monotonic() >= sweep_at and (swept := await ledger.sweep()):
                log.warning("budget_holds_swept", holds=swept)
        except DATABASE_TROUBLE as error:
            log.error("database_trouble", problem=str(error).split("\n")[0])
        await asyncio.sleep(pause_seconds)


async def _renew(ledger: Ledger, under_way: CallsUnderWay, pause_seconds: float) -> None:
    while True:
        await asyncio.sleep(pause_seconds)
        try:
            await ledger.renew(under_way())
        except DATABASE_TROUBLE as error:
            log.error("database_trouble", problem=str(error).split("\n")[0])
