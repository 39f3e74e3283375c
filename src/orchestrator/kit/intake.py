"""The bodies of requests on their way in: how much of them a process holds at once, and how slowly they may come."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

from orchestrator.kit.errors import OrchestratorError

_SLOWEST_BYTES_A_SECOND = 64 * 1024


class RequestTooSlow(OrchestratorError):
    """The request did not arrive within {seconds:g} seconds and one more for every 64 KiB of it."""

    status = 408
    code = "request_too_slow"
    hint = "Send it again, over a faster connection."


@dataclass(frozen=True)
class Refusals:
    """What is raised for a body of more bytes than the number that is given, and for one that there is no room for."""

    too_large: Callable[[int], OrchestratorError]
    full: Callable[[], OrchestratorError]


class Intake:
    """`most_bytes` of all requests together, of which one tenant holds half at most: the others always find room.

    `seconds` is the time that a body has, besides that which it takes at the slowest pace allowed.
    """

    def __init__(self, most_bytes: int, seconds: float, refusals: Refusals) -> None:
        self.most_bytes = most_bytes
        self.seconds = seconds
        self.refusals = refusals
        self.held_bytes = 0
        self.held_of: dict[UUID | None, int] = {}

    def hold(self, tenant_id: UUID | None, most_bytes: int) -> "Held":
        """For a body of at most so many bytes. Those of callers whom nobody knows yet are of no tenant, and share a half."""
        return Held(self, tenant_id, most_bytes)


class Held:
    """What the process holds of one request, until its call is over."""

    def __init__(self, intake: Intake, tenant_id: UUID | None, most_bytes: int) -> None:
        self._intake = intake
        self._tenant_id = tenant_id
        self._most_bytes = most_bytes
        self._size = 0
        self._patient_until = asyncio.get_running_loop().time() + intake.seconds

    @property
    def due_at(self) -> float:
        """When the rest has to be here, on the clock of the event loop."""
        return self._patient_until + self._size / _SLOWEST_BYTES_A_SECOND

    def too_slow(self) -> RequestTooSlow:
        return RequestTooSlow(seconds=self._intake.seconds)

    async def read(self, chunks: AsyncIterator[bytes]) -> bytes:
        """Raises RequestTooSlow, and what the intake refuses with."""
        taken = list[bytes]()
        try:
            async with asyncio.timeout_at(self.due_at) as deadline:
                async for chunk in chunks:
                    self.add(len(chunk))
                    taken.append(chunk)
                    deadline.reschedule(self.due_at)
        except TimeoutError:
            raise self.too_slow() from None
        return b"".join(taken)

    def add(self, size: int) -> None:
        """Raises what the intake refuses with."""
        if not size:
            return  # A request without a body: nothing of it has to be given back.
        if self._size + size > self._most_bytes:
            raise self._intake.refusals.too_large(self._most_bytes)
        intake, of_tenant = self._intake, self._intake.held_of.get(self._tenant_id, 0) + size
        if intake.held_bytes + size > intake.most_bytes or of_tenant > intake.most_bytes // 2:
            raise intake.refusals.full()
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
