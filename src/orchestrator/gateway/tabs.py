"""The money of calls under way: held before a call is sent, and given back or booked when it is over."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from orchestrator.gateway.accounts import Reservation, Settlement
from orchestrator.gateway.billing import Quote, bill
from orchestrator.gateway.ledger import Ledger
from orchestrator.gateway.usage import UsageReader
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

_AGAIN_SECONDS = (0.2, 1.0, 5.0, 15.0)
_OTHERS_SECONDS = 2.0


@dataclass(frozen=True)
class Course:
    """How a call went. `reader` has seen what came of the answer."""

    reader: UsageReader
    began: float
    first_byte_at: float | None
    status: int | None


class Tabs:
    """All that are open in this process."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._open: dict[UUID, dict[UUID, Tab]] = defaultdict(dict)

    def open(self, quote: Quote) -> "Tab":
        return Tab(self, quote)

    def under_way(self) -> Mapping[UUID, list[UUID]]:
        """The reservations whose leases are to be renewed, by tenant."""
        return {tenant_id: list(tabs) for tenant_id, tabs in self._open.items()}

    def add(self, tab: "Tab") -> None:
        self._open[tab.tenant_id][tab.request_id] = tab

    def remove(self, tab: "Tab") -> None:
        if (tabs := self._open.get(tab.tenant_id)) is not None:
            tabs.pop(tab.request_id, None)
            if not tabs:
                del self._open[tab.tenant_id]

    def about_to_close(self, tenant_id: UUID) -> list[asyncio.Event]:
        return [tab.closed for tab in self._open.get(tenant_id, {}).values() if tab.closing]


class Tab:
    """One call's. `closing`: the call is over, and its usage is being written."""

    def __init__(self, tabs: Tabs, quote: Quote) -> None:
        self.request_id = new_id()
        self.quote = quote
        self.closing = False
        self.closed = asyncio.Event()
        self._tabs = tabs
        self._reservation: Reservation | None = None
        self._holds = False
        self._is_sent = False

    @property
    def tenant_id(self) -> UUID:
        return self.quote.payer.tenant_id

    async def reserve(self, *, is_sent: bool) -> int | None:
        """The most output tokens of all answers, where they are fewer than asked for. Raises BudgetSpent, PriceUnknown.

        `is_sent`: the call is sent right after this, so that one statement tells both.
        """
        self._holds, self._is_sent = True, is_sent
        self._tabs.add(self)
        quote = self.quote
        try:
            self._reservation = await self._tabs.ledger.reserve(
                self.request_id,
                quote.payer,
                quote.amount,
                quote.detail,
                priced=quote.prices is not None,
                reached_provider=is_sent,
                before_refusal=self._others,
            )
        except OrchestratorError:
            self._holds = False
            self._tabs.remove(self)
            raise
        return self._reservation.max_output_tokens

    async def send(self) -> None:
        """From now on it counts, whatever becomes of this process. Raises ReservationLost."""
        if not self._is_sent:
            await self._tabs.ledger.reached_provider(self.request_id, self.tenant_id)
            self._is_sent = True

    async def _others(self) -> None:
        """Calls that are over but not yet booked hold more than they will have used."""
        closed = [asyncio.create_task(one.wait()) for one in self._tabs.about_to_close(self.tenant_id)]
        if closed:
            _, waiting = await asyncio.wait(closed, timeout=_OTHERS_SECONDS)
            for one in waiting:
                one.cancel()

    async def release(self) -> None:
        """The call was not made, or costs nothing."""
        if self._holds:
            await self._tabs.ledger.release(self.request_id, self.tenant_id)
            self._holds = False
            self._tabs.remove(self)

    async def close(self, course: Course | None) -> int:
        """Books how the call went; None: it was not made. The tokens that it used."""
        if not self._holds:
            return 0
        self.closing = True
        try:
            return await self._write(None if course is None else self._settlement(course))
        finally:
            self._holds = False
            self._tabs.remove(self)
            self.closed.set()

    async def _write(self, settlement: Settlement | None) -> int:
        for pause_seconds in (*_AGAIN_SECONDS, None):
            try:
                if settlement is None:
                    await self._tabs.ledger.release(self.request_id, self.tenant_id)
                    return 0
                await self._tabs.ledger.settle(settlement)
            except DATABASE_TROUBLE as error:
                log.warning("database_trouble", problem=str(error).split("\n")[0])
                if pause_seconds is not None:
                    await asyncio.sleep(pause_seconds)
            else:
                return settlement.usage.tokens
        # The hold stays: the sweeper books it when the database is back.
        log.error("usage_not_booked", request_id=str(self.request_id))
        return 0

    def _settlement(self, course: Course) -> Settlement:
        quote, over = self.quote, time.monotonic()
        billed = bill(quote, course.reader)
        first_byte_ms = None if course.first_byte_at is None else round((course.first_byte_at - course.began) * 1000)
        assert self._reservation  # noqa: S101 - what was sent was reserved before.
        return Settlement(
            request_id=self.request_id,
            payer=quote.payer,
            detail=quote.detail,
            period=self._reservation.period,
            usage=billed.usage,
            cost_micro_usd=billed.cost_micro_usd,
            priced=quote.prices is not None,
            source=billed.source,
            duration_ms=round((over - course.began) * 1000),
            first_byte_ms=first_byte_ms,
            http_status=course.status,
            input_bytes=quote.worst.text_bytes,
        )
