"""The money of the gateway: what a call may need is held before it is made, and what it used is booked after it.

Holds have rows of their own, expire by themselves and never touch `spent`. Usage events are the truth: `spent` of an
account is always the sum of its events. The SQL is in migrations/versions/0003_ledger.sql and 0070_ledger_groups.sql.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway import quota_warnings, refusals
from orchestrator.gateway.accounts import (
    AlreadySettled,
    Amount,
    CallDetail,
    Payer,
    Reservation,
    ReservationLost,
    Settlement,
    Standing,
    month_of,
)
from orchestrator.gateway.ledger_rows import estimate_of, event_of, settle_arguments, settled_call
from orchestrator.gateway.token_ratios import TokenRatios
from orchestrator.gateway.wanted import Wanted
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, call_function
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.groups import Groups, NextMayGo
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.warnings import WARNING_PERCENT

log = get_logger(__name__)

R = TypeVar("R")

SWEEP_LOCK = 7_014_020_270
_SWEEP_AT_ONCE = 500
_GATHER_SECONDS = 0.01
"""Nobody waits for a call to be booked; those that end close together are booked together."""

# A lease that ran out before its call was sent stays out: its room may be somebody else's by now.
# Locked in the order in which settling locks them.
_RENEW = text(
    "with live as (select h.tenant_id, h.request_id from budget_holds h "
    "join unnest(cast(:tenant_ids as uuid[]), cast(:request_ids as uuid[])) as given (tenant_id, request_id) "
    "using (tenant_id, request_id) order by h.tenant_id, h.request_id for update of h) "
    "update budget_holds h set expires_at = clock_timestamp() + make_interval(secs => :seconds) from live "
    "where h.tenant_id = live.tenant_id and h.request_id = live.request_id "
    "and (h.reached_provider or h.expires_at > clock_timestamp())"
)
_EXPIRED = text(
    "select tenant_id, request_id from budget_holds where expires_at <= clock_timestamp() order by expires_at limit :most"
)
# Again under the row's lock: a lease that was renewed in the meantime is left alone.
_TAKE = text(
    "delete from budget_holds where tenant_id = :tenant_id and request_id = :request_id "
    "and expires_at <= clock_timestamp() returning *"
)
_LATER = text(
    "update budget_holds set expires_at = clock_timestamp() + interval '10 minutes' "
    "where tenant_id = :tenant_id and request_id = :request_id"
)


Verdict = Mapping[str, Any] | None
"""What ledger_reserve answers; None: it is held."""
_Purse = tuple[UUID, str]
"""Tenant and month: calls of the same one are reserved, and booked, in groups."""


class Ledger:
    """`clock` decides the month that a call is booked in; leases run by the database's own clock."""

    def __init__(self, database: Database, *, hold_seconds: float = 60, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._hold_seconds = hold_seconds
        self._clock = clock
        self.ratios = TokenRatios(database)
        self._reserving = Groups[_Purse, Wanted, Verdict](self._reserve_all)
        self._settling = Groups[_Purse, Settlement, bool](self._settle_all, gather_seconds=_GATHER_SECONDS)

    async def reserve(
        self,
        request_id: UUID,
        payer: Payer,
        worst: Amount,
        detail: CallDetail,
        *,
        priced: bool,
        reached_provider: bool = False,
        before_refusal: Callable[[], Awaitable[None]] | None = None,
    ) -> Reservation:
        """Holds the worst case on every account of the payer, or on none. Raises BudgetSpent, PriceUnknown.

        `reached_provider`: the call is sent right after this, so that one statement tells both.
        `before_refusal`: what may still make room, and is awaited when there is none.
        """
        wanted = Wanted(request_id, payer, worst, detail, priced, reached_provider, month_of(self._clock()))
        with tenant_scope(payer.tenant_id):
            verdict = await self._reserve(wanted)
            if verdict is None or "accounts" not in verdict:
                outcome = _outcome_of(verdict)
            else:
                if before_refusal is not None:
                    await before_refusal()
                outcome = await self._decide(wanted)
        if isinstance(outcome, OrchestratorError):
            raise outcome
        return Reservation(wanted.period, outcome)

    async def _reserve(self, wanted: Wanted) -> Verdict:
        if not wanted.priced:
            return await self._reserve_alone(wanted)
        return await self._reserving.add((wanted.payer.tenant_id, wanted.period), wanted)

    async def _reserve_all(self, purse: _Purse, group: Sequence[Wanted], _: NextMayGo) -> list[Verdict | Exception]:
        tenant_id, month = purse
        calls = [one.as_call() for one in group]
        with tenant_scope(tenant_id):
            if await self._database.call(
                "ledger_reserve_all", p_tenant=tenant_id, p_month=month, p_seconds=self._hold_seconds, p_calls=calls
            ):
                return [None] * len(group)
            return [await _or_error(self._reserve_alone(one)) for one in group]

    async def _reserve_alone(self, wanted: Wanted) -> Verdict:
        return await self._database.call("ledger_reserve", **wanted.arguments(self._hold_seconds))

    async def _decide(self, wanted: Wanted) -> int | OrchestratorError | None:
        """There was no room: once more, now with the accounts locked until a refusal is recorded. The error is raised
        after the commit, so that the record lasts."""
        async with self._database.transaction() as db:
            verdict = await call_function(db, "ledger_reserve", **wanted.arguments(self._hold_seconds))
            if verdict is None or "accounts" not in verdict:
                return _outcome_of(verdict)
            accounts = [Standing.of(row) for row in verdict["accounts"]]
            if verdict["clamp"] and (smaller := wanted.clamped(accounts)) is not None:
                arguments = smaller.arguments(self._hold_seconds)
                if await call_function(db, "ledger_reserve", **arguments) is None:
                    return smaller.max_output_tokens
            return await refusals.refuse(db, wanted.payer, accounts, wanted.worst, wanted.detail.model, priced=wanted.priced)

    async def reached_provider(self, request_id: UUID, tenant_id: UUID) -> None:
        """From now on the call counts, whatever becomes of this process. Raises ReservationLost: do not send it then."""
        with tenant_scope(tenant_id):
            if not await self._database.call("ledger_reached", p_tenant=tenant_id, p_request=request_id):
                raise ReservationLost

    async def renew(self, request_ids_by_tenant: Mapping[UUID, Collection[UUID]]) -> None:
        """Renews the leases of calls under way, of all tenants in one statement."""
        pairs = sorted((tenant_id, one) for tenant_id, some in request_ids_by_tenant.items() for one in some)
        if not pairs:
            return
        tenant_ids, request_ids = [str(tenant_id) for tenant_id, _ in pairs], [str(one) for _, one in pairs]
        async with self._database.system_transaction() as db:
            await db.execute(_RENEW, {"tenant_ids": tenant_ids, "request_ids": request_ids, "seconds": self._hold_seconds})

    async def release(self, request_id: UUID, tenant_id: UUID) -> None:
        """Gives back what a call held that costs nothing: it was not sent, or the provider refused it."""
        with tenant_scope(tenant_id):
            await self._database.call("ledger_release", p_tenant=tenant_id, p_request=request_id)

    async def settle(self, settlement: Settlement) -> bool:
        """Books what a call used, once per request id and whether or not its hold still lives. True when it counted."""
        counted = await self._settling.add((settlement.payer.tenant_id, settlement.period), settlement)
        if counted:
            await self.ratios.learn(settlement)
        return counted

    async def _settle_all(
        self, purse: _Purse, group: Sequence[Settlement], next_may_go: NextMayGo
    ) -> list[bool | Exception]:
        tenant_id, month = purse
        with tenant_scope(tenant_id):
            counted = await self._database.call_and_flush(
                "ledger_settle_all",
                next_may_go,
                p_tenant=tenant_id,
                p_month=month,
                p_warn_percent=WARNING_PERCENT,
                p_calls=[settled_call(one) for one in group],
                p_events=[event_of(one) for one in group],
            )
            if counted is None:
                return [await _or_error(self._settle_alone(one)) for one in group]
        new = set[str](counted)
        results: list[bool | Exception] = []
        for one in group:
            results.append(str(one.request_id) in new)
            new.discard(str(one.request_id))
        return results

    async def _settle_alone(self, settlement: Settlement) -> bool:
        rows = await self._database.call("ledger_settle", **settle_arguments(settlement, alone=True))
        if rows is False:
            async with self._database.transaction() as db:
                return await _book(db, settlement)
        return rows is not None

    async def database_time(self) -> float:
        """By whose clock leases run, in seconds."""
        async with self._database.system_transaction() as db:
            return (await db.execute(text("select extract(epoch from clock_timestamp())::double precision"))).scalar_one()

    async def sweep(self) -> int:
        """Books expired holds of calls that reached their provider, drops the others; how many it found.

        One process sweeps at a time, and the others find nothing.
        """
        async with self._database.system_transaction() as db:
            if not (await db.execute(text("select pg_try_advisory_xact_lock(:n)"), {"n": SWEEP_LOCK})).scalar_one():
                return 0
            expired = (await db.execute(_EXPIRED, {"most": _SWEEP_AT_ONCE})).all()
            for tenant_id, request_id in expired:
                try:
                    await self._sweep_one(tenant_id, request_id)
                except DBAPIError as error:
                    # One that cannot be booked stays held, and is looked at later: there may be more of its kind than
                    # one look finds, and those of other tenants come after them.
                    await db.execute(_LATER, {"tenant_id": tenant_id, "request_id": request_id})
                    log.error("hold_not_swept", request_id=str(request_id), problem=str(error).split("\n")[0])
        return len(expired)

    async def _sweep_one(self, tenant_id: UUID, request_id: UUID) -> None:
        async with self._transaction(tenant_id) as db:
            row = (await db.execute(_TAKE, {"tenant_id": tenant_id, "request_id": request_id})).mappings().one_or_none()
            if row is not None and row["reached_provider"]:
                await _book(db, estimate_of(dict(row)))

    @asynccontextmanager
    async def _transaction(self, tenant_id: UUID) -> AsyncGenerator[AsyncSession]:
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                yield db


async def _or_error(one: Awaitable[R]) -> R | Exception:
    """One call's error is not that of the others in its group."""
    try:
        return await one
    except (OrchestratorError, *DATABASE_TROUBLE) as error:
        return error


def _outcome_of(verdict: Mapping[str, Any] | None) -> int | OrchestratorError | None:
    """The output limit of a call that is held (None: its own), or why it is not made."""
    if verdict is None:
        return None
    return AlreadySettled() if "settled" in verdict else verdict["earlier"]["max_output_tokens"]


async def _book(db: AsyncSession, one: Settlement) -> bool:
    rows = await call_function(db, "ledger_settle", **settle_arguments(one, alone=False))
    if rows:
        used = Amount(one.usage.tokens, one.cost_micro_usd)
        quota_warnings.warn(db, one.payer, [Standing.of(row) for row in rows], used)
    return rows is not None
