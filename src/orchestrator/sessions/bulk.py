"""One action on many sessions: each in a transaction of its own, with its own audit row and its own answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings
from orchestrator.sessions import control, follow_ups, service
from orchestrator.sessions.checking import check
from orchestrator.sessions.listing import Order, SessionFilter, list_sessions
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED, Status
from orchestrator.tenancy.caller import Caller
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.principal import Principal
from orchestrator.workspaces import Workspaces

MOST = 500


class Action(StrEnum):
    PAUSE = "pause"
    STOP = "stop"
    RESUME = "resume"
    RETRY = "retry"
    CANCEL = "cancel"


_UNFINISHED = frozenset(Status) - FINISHED
FITTING: Mapping[Action, frozenset[Status]] = {
    Action.PAUSE: control.AT_WORK | {Status.QUEUED},
    Action.STOP: control.AT_WORK | {Status.QUEUED, Status.PAUSED},
    Action.RESUME: frozenset({Status.PAUSED}),
    Action.RETRY: FINISHED,
    Action.CANCEL: _UNFINISHED,
}
"""Which sessions a filter finds for an action: those that it can be done to."""
_DEEDS: Mapping[Action, Callable[[AsyncSession, Principal, UUID], Awaitable[Session]]] = {
    Action.PAUSE: control.pause,
    Action.STOP: control.stop,
    Action.RESUME: control.resume,
    Action.CANCEL: control.cancel,
}


@dataclass(frozen=True)
class Done:
    """`session` is the one acted upon, of a retry the new one; `error` says why nothing was done."""

    id: UUID
    session: Session | None = None
    error: OrchestratorError | None = None


@dataclass(frozen=True)
class Bulk:
    """`key` makes each deed once, however often the request is sent."""

    caller: Caller
    workspaces: Workspaces
    catalog: Catalog
    settings: Settings
    key: str | None

    async def find(self, action: Action, wanted: SessionFilter) -> tuple[list[UUID], bool]:
        """The newest first; the flag says that there are more than are done at once."""
        fitting = FITTING[action]
        statuses = [one for one in wanted.status if one in fitting] if wanted.status else sorted(fitting)
        if not statuses:
            return [], False
        chosen = replace(wanted, status=statuses)
        async with self.caller.in_tenant(self.caller.principal.tenant_id) as db:
            listed, more = await list_sessions(db, self.caller.principal, chosen, Order.CREATED, MOST, None)
        return [one.session.id for one in listed], more is not None

    async def do(self, action: Action, ids: Sequence[UUID]) -> list[Done]:
        return [await self._do(action, one) for one in dict.fromkeys(ids)]

    async def _do(self, action: Action, session_id: UUID) -> Done:
        try:
            if action is Action.RETRY:
                return Done(session_id, await self._retry(session_id))
            return Done(session_id, await self._move(action, session_id))
        except OrchestratorError as error:
            return Done(session_id, error=error)

    async def _move(self, action: Action, session_id: UUID) -> Session:
        principal = self.caller.principal
        async with self.caller.in_tenant(principal.tenant_id) as db:

            async def make() -> UUID:
                return (await _DEEDS[action](db, principal, session_id)).id

            await service.get_session(db, session_id)
            deed = Deed(f"POST /sessions/bulk {action.value} {session_id}", {})
            await once(db, principal, self._key_of(session_id), deed, make)
            return await service.get_session(db, session_id)

    async def _retry(self, session_id: UUID) -> Session:
        principal = self.caller.principal
        async with self.caller.in_tenant(principal.tenant_id) as db:
            wanted = follow_ups.same_again(await service.get_session(db, session_id))
        checked = await check(self.caller, self.catalog, self.settings, self.workspaces, wanted)
        async with self.caller.in_tenant(principal.tenant_id) as db:
            return await follow_ups.retry(db, principal, session_id, checked, self._key_of(session_id))

    def _key_of(self, session_id: UUID) -> str | None:
        return f"{self.key} {session_id}" if self.key else None
