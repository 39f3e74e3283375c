"""The bodies of requests on their way in: how much of them a process holds at once, and how slowly they may come."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from orchestrator.gateway.faults import GatewayFull, RequestTooLarge, RequestTooSlow

MAX_BODY_BYTES = 32 * 1024 * 1024
_SLOWEST_BYTES_A_SECOND = 64 * 1024


class Intake:
    """`most_bytes` of all requests together, of which one tenant holds half at most: the others always find room.

    `seconds` is the time that a body has, besides that which it takes at the slowest pace allowed.
    """

    def __init__(self, most_bytes: int, seconds: float) -> None:
        self.most_bytes = most_bytes
        self.seconds = seconds
        self.held_bytes = 0
        self.held_of: dict[UUID, int] = {}

    def hold(self, tenant_id: UUID) -> "Held":
        return Held(self, tenant_id)


class Held:
    """What the process holds of one request, until its call is over."""

    def __init__(self, intake: Intake, tenant_id: UUID) -> None:
        self._intake = intake
        self._tenant_id = tenant_id
        self._size = 0

    async def read(self, chunks: AsyncIterator[bytes]) -> bytes:
        """Raises RequestTooLarge, RequestTooSlow, GatewayFull."""
        loop, taken = asyncio.get_running_loop(), list[bytes]()
        patient_until = loop.time() + self._intake.seconds
        try:
            async with asyncio.timeout_at(patient_until) as deadline:
                async for chunk in chunks:
                    self._add(len(chunk))
                    taken.append(chunk)
                    deadline.reschedule(patient_until + self._size / _SLOWEST_BYTES_A_SECOND)
        except TimeoutError:
            raise RequestTooSlow(seconds=self._intake.seconds) from None
        return b"".join(taken)

    def _add(self, size: int) -> None:
        if self._size + size > MAX_BODY_BYTES:
            raise RequestTooLarge(most=MAX_BODY_BYTES)
        intake, of_tenant = self._intake, self._intake.held_of.get(self._tenant_id, 0) + size
        if intake.held_bytes + size > intake.most_bytes or of_tenant > intake.most_bytes // 2:
            raise GatewayFull(retry_after_seconds=1)
        self._size += size
        intake.held_bytes += size
        intake.held_of[self._tenant_id] = of_tenant

    def release(self) -> None:
        size, self._size = self._size, 0
        if not size:
            return
        intake = self._intake
        intake.held_bytes -= size
        intake.held_of[self._tenant_id] -= size
        if not intake.held_of[self._tenant_id]:
            del intake.held_of[self._tenant_id]
