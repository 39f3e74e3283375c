"""What all gateway processes know of a provider: when the next call may go, and whether its quota is used up.

One row a provider. Its times are the database's, so that the clocks of several machines do not matter.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import text

from orchestrator.gateway.faults import ProviderExhausted, ProviderRateLimited
from orchestrator.gateway.provider_answers import OutOfQuota
from orchestrator.gateway.provider_news import Witness, tell_exhausted, tell_recovered
from orchestrator.gateway.routing import Endpoint
from orchestrator.kit.db import Database
from orchestrator.kit.remembered import Remembered
from orchestrator.tenancy.quotas import wake_admission

_FRESH_SECONDS = 1.0
_PROBE_SECONDS = 30
"""How long the others wait for the outcome of the first call after an exhausted quota."""
_LOOK_AGAIN_SECONDS = 0.2

_WHOSE = "tenant_id = :tenant_id and provider_id = :provider_id"
_READ = b"""
select exhausted_at is not null as exhausted, reset_at, reset_at <= clock_timestamp() as due,
    extract(epoch from held_until - clock_timestamp())::double precision as held_seconds
from provider_states where tenant_id = %(tenant_id)s and provider_id = %(provider_id)s
"""
# Each call takes the next free moment; where that is too far off, none is taken.
_PACE = text(
    """
    insert into provider_states as s (tenant_id, provider_id, next_request_at, next_token_at)
    values (:tenant_id, :provider_id, clock_timestamp() + :request_step, clock_timestamp() + :token_step)
    on conflict (tenant_id, provider_id) do update set
        next_request_at = greatest(s.next_request_at, clock_timestamp()) + :request_step,
        next_token_at = greatest(s.next_token_at, clock_timestamp()) + :token_step
    where greatest(s.next_request_at, s.next_token_at, clock_timestamp()) <= clock_timestamp() + :most
    returning extract(epoch from greatest(s.next_request_at - :request_step, s.next_token_at - :token_step)
        - clock_timestamp())::double precision
    """
)
_PACE_WAIT = text(
    f"""
    select extract(epoch from greatest(next_request_at, next_token_at) - clock_timestamp())::double precision
    from provider_states where {_WHOSE}
    """  # noqa: S608 - put together from constants alone.
)
_GIVE_BACK = text(
    f"""
    update provider_states set next_request_at = next_request_at - :request_step, next_token_at = next_token_at - :token_step
    where {_WHOSE}
    """  # noqa: S608 - put together from constants alone.
)
_HOLD = text(
    """
    insert into provider_states as s (tenant_id, provider_id, held_until)
    values (:tenant_id, :provider_id, clock_timestamp() + :wait)
    on conflict (tenant_id, provider_id) do update set held_until = greatest(s.held_until, excluded.held_until)
    """
)
_ROW = text("insert into provider_states (tenant_id, provider_id) values (:tenant_id, :provider_id) on conflict do nothing")
_LOCK = text(f"select exhausted_at is null from provider_states where {_WHOSE} for update")  # noqa: S608
_OPEN = text(
    f"""
    update provider_states set exhausted_at = coalesce(exhausted_at, clock_timestamp()), problem = :problem,
        reset_at = coalesce(:reset_at, clock_timestamp() + make_interval(secs => :reset_seconds)), held_until = null
    where {_WHOSE} returning reset_at
    """  # noqa: S608 - put together from constants alone.
)
_PROBE = text(
    f"""
    update provider_states set reset_at = clock_timestamp() + make_interval(secs => :seconds),
        held_until = clock_timestamp() + make_interval(secs => :seconds)
    where {_WHOSE} and exhausted_at is not null and reset_at <= clock_timestamp() returning true
    """  # noqa: S608 - put together from constants alone.
)
_PROBE_TOLD_NOTHING = text(
    f"""
    update provider_states set reset_at = clock_timestamp(), held_until = null
    where {_WHOSE} and exhausted_at is not null
    """  # noqa: S608 - put together from constants alone.
)
_CLOSE = text(
    f"""
    update provider_states set exhausted_at = null, reset_at = null, problem = null, held_until = null
    where {_WHOSE} and exhausted_at is not null returning true
    """  # noqa: S608 - put together from constants alone.
)


@dataclass(frozen=True)
class State:
    """`due`: its quota may have begun anew, so one call is to try. `held_seconds`: nobody calls for so long."""

    exhausted: bool = False
    reset_at: datetime | None = None
    due: bool = False
    held_seconds: float = 0.0


@dataclass(frozen=True)
class Turn:
    """What a call takes of a provider's minute."""

    requests: int = 0
    tokens: int = 0


class ProviderStates:
    """`reset_seconds` is how long a quota is taken for used up when the provider does not tell."""

    def __init__(self, database: Database, *, reset_seconds: float) -> None:
        self._database = database
        self._reset_seconds = reset_seconds
        self._known = Remembered[tuple[UUID, UUID], State](_FRESH_SECONDS)

    async def admit(self, endpoint: Endpoint, until: float) -> bool:
        """Waits while the provider is held, until that moment of the monotonic clock at the latest.

        True when this call is the one that tries whether its quota has begun anew. Raises ProviderExhausted and
        ProviderRateLimited.
        """
        while True:
            state = await self._state(endpoint)
            if not state.exhausted and state.held_seconds <= 0:
                return False
            if state.due and await self._take_probe(endpoint):
                return True
            wait_seconds = _patience(endpoint, state, until - time.monotonic())
            self._forget(endpoint)
            await asyncio.sleep(wait_seconds)

    async def take_turn(self, endpoint: Endpoint, tokens: int, until: float) -> float:
        """A turn under the provider's requests and tokens a minute, and in how many seconds it is. Raises
        ProviderRateLimited."""
        if endpoint.requests_per_minute is None and endpoint.tokens_per_minute is None:
            return 0.0
        most = _seconds(max(0.0, until - time.monotonic()))
        values = _whose(endpoint) | _steps(endpoint, Turn(1, tokens)) | {"most": most}
        async with self._database.system_transaction() as db:
            wait = (await db.execute(_PACE, values)).scalar_one_or_none()
            if wait is None:
                wait = (await db.execute(_PACE_WAIT, _whose(endpoint))).scalar_one()
                raise ProviderRateLimited(provider=endpoint.name, retry_after_seconds=max(1, round(wait)))
        return wait

    async def give_back(self, endpoint: Endpoint, unused: Turn) -> None:
        """Of a turn that was taken. What was used beyond it is not taken afterwards."""
        steps = _steps(endpoint, unused)
        if not any(steps.values()):
            return
        async with self._database.system_transaction() as db:
            await db.execute(_GIVE_BACK, _whose(endpoint) | steps)

    async def hold(self, endpoint: Endpoint, wait_seconds: float) -> None:
        """Nobody calls this provider for so long."""
        async with self._database.system_transaction() as db:
            await db.execute(_HOLD, _whose(endpoint) | {"wait": _seconds(wait_seconds)})
        self._forget(endpoint)

    async def open(self, endpoint: Endpoint, found: OutOfQuota, witness: Witness) -> ProviderExhausted:
        """The quota is used up: no call is made until it begins anew. The first to see it raises the one alert."""
        values = {"reset_at": found.reset_at, "reset_seconds": self._reset_seconds, "problem": found.problem}
        async with self._database.system_transaction() as db:
            await db.execute(_ROW, _whose(endpoint))
            is_first = (await db.execute(_LOCK, _whose(endpoint))).scalar_one()
            reset_at: datetime = (await db.execute(_OPEN, _whose(endpoint) | values)).scalar_one()
            if is_first:
                await tell_exhausted(db, endpoint, witness, reset_at, found.problem)
        self._forget(endpoint)
        return ProviderExhausted(provider=endpoint.name, reset_at=reset_at.isoformat())

    async def close(self, endpoint: Endpoint, witness: Witness) -> None:
        """It answers again."""
        async with self._database.system_transaction() as db:
            if (await db.execute(_CLOSE, _whose(endpoint))).scalar_one_or_none():
                await tell_recovered(db, endpoint, witness)
                await wake_admission(db)
        self._forget(endpoint)

    async def leave_open(self, endpoint: Endpoint) -> None:
        """The call that tried told nothing of the quota: the next one tries again."""
        async with self._database.system_transaction() as db:
            await db.execute(_PROBE_TOLD_NOTHING, _whose(endpoint))
        self._forget(endpoint)

    async def _take_probe(self, endpoint: Endpoint) -> bool:
        async with self._database.system_transaction() as db:
            found = await db.execute(_PROBE, _whose(endpoint) | {"seconds": _PROBE_SECONDS})
            return found.scalar_one_or_none() is True

    def prefetch(self, endpoint: Endpoint) -> None:
        self._known.prefetch((endpoint.tenant_id, endpoint.provider_id), partial(self._read, endpoint))

    async def _state(self, endpoint: Endpoint) -> State:
        return await self._known.get((endpoint.tenant_id, endpoint.provider_id), partial(self._read, endpoint))

    async def _read(self, endpoint: Endpoint) -> State:
        found = await self._database.look(_READ, **_whose(endpoint))
        if not found:
            return State()
        (row,) = found
        return State(row["exhausted"], row["reset_at"], bool(row["due"]), row["held_seconds"] or 0.0)

    def _forget(self, endpoint: Endpoint) -> None:
        self._known.forget((endpoint.tenant_id, endpoint.provider_id))


def _patience(endpoint: Endpoint, state: State, left_seconds: float) -> float:
    """How long to wait before the next look. An exhausted provider that is held is being tried by another call."""
    if state.exhausted and not state.due and state.held_seconds <= 0:
        reset_at = state.reset_at.isoformat() if state.reset_at else "further notice"
        raise ProviderExhausted(provider=endpoint.name, reset_at=reset_at)
    wait_seconds = _LOOK_AGAIN_SECONDS if state.exhausted else state.held_seconds
    if wait_seconds > left_seconds:
        raise ProviderRateLimited(provider=endpoint.name, retry_after_seconds=max(1, round(state.held_seconds)))
    return wait_seconds


def _whose(endpoint: Endpoint) -> dict[str, Any]:
    return {"tenant_id": endpoint.tenant_id, "provider_id": endpoint.provider_id}


def _steps(endpoint: Endpoint, turn: Turn) -> dict[str, timedelta]:
    """How much of its time a turn takes."""
    requests, tokens = endpoint.requests_per_minute, endpoint.tokens_per_minute
    return {
        "request_step": _seconds(60 * turn.requests / requests if requests else 0),
        "token_step": _seconds(60 * max(0, turn.tokens) / tokens if tokens else 0),
    }


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
