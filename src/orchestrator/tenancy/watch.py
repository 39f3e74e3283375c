"""Ends what stays open, such as a stream of events, within a second of when its reader may no longer have it.

A request is checked when it comes; an answer without an end has to be checked again. Readers with one credential are one
question a second to the database, however many tabs they have open.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

log = get_logger(__name__)

CHECK_SECONDS = 0.7
"""With the check itself it stays below a second."""


@dataclass(frozen=True)
class Admission:
    """How a request was let in, so that it can be asked again. Equal when credential and tenant are."""

    credential: str
    tenant: str | None
    ask: Callable[[], Awaitable[Principal | None]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Admission) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str | None]:
        return self.credential, self.tenant


class Watch:
    def __init__(self) -> None:
        self._open: dict[Admission, list[tuple[Principal, Permission, Callable[[], None]]]] = defaultdict(list)

    @contextmanager
    def over(
        self, admission: Admission, principal: Principal, permission: Permission, end: Callable[[], None]
    ) -> Generator[None]:
        """While this is open, `end` is called when the principal is no longer who it was, or lost the permission."""
        entry = principal, permission, end
        self._open[admission].append(entry)
        try:
            yield
        finally:
            self._open[admission].remove(entry)
            if not self._open[admission]:
                del self._open[admission]

    async def run(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for admission in list(self._open):
                await self._check(admission)

    async def _check(self, admission: Admission) -> None:
        try:
            now = await admission.ask()
        except OrchestratorError:
            now = None
        except DATABASE_TROUBLE as error:
            # Nobody is told anything meanwhile: events come from the same database.
            log.warning("open_streams_unchecked", problem=str(error).split("\n")[0])
            return
        for principal, permission, end in list(self._open.get(admission, ())):
            if now is None or now.tenant_id != principal.tenant_id or permission not in now.scopes:
                end()
