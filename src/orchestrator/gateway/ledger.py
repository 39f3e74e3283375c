"""The money of the gateway: what a call may need is held before it is made, and what it used is booked after it.

Holds have rows of their own, expire by themselves and never touch `spent`. Usage events are the truth: `spent` of an
account is always the sum of its events. The SQL is in migrations/versions/0003_ledger.sql.
"""

import json
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway import quota_warnings, refusals, token_ratios
from orchestrator.gateway.accounts import (
    AlreadySettled,
    Amount,
    CallDetail,
    Payer,
    Reservation,
    ReservationLost,
    Settlement,
    Source,
    Standing,
    month_of,
)
from orchestrator.gateway.usage_counts import Usage
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.tenant_scope import tenant_scope

SWEEP_LOCK = 7_014_020_270
_SWEEP_AT_ONCE = 500

_RESERVE = text(
    "select ledger_reserve(:tenant_id, :request_id, :period, :user_subject, :repository, :session_id, :session_max_tokens,"
    " :session_max_cost_micro_usd, :tokens, :micro_usd, :priced, cast(:detail as jsonb), :reached, :seconds)"
)
_SETTLE = text("select ledger_settle(cast(:event as jsonb), :session_max_tokens, :session_max_cost_micro_usd)")
_REACHED = text(
    "update budget_holds set reached_provider = true where tenant_id = :tenant_id and request_id = :request_id "
    "and (reached_provider or expires_at > clock_timestamp())"
)
_RELEASE = text("delete from budget_holds where tenant_id = :tenant_id and request_id = :request_id")
# A lease that ran out before its call was sent stays out: its room may be somebody else's by now.
_RENEW = text(
    "update budget_holds h set expires_at = clock_timestamp() + make_interval(secs => :seconds) "
    "from unnest(cast(:tenant_ids as uuid[]), cast(:request_ids as uuid[])) as live (tenant_id, request_id) "
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


class Ledger:
    """`clock` decides the month that a call is booked in; leases run by the database's own clock."""

    def __init__(self, database: Database, *, hold_seconds: float = 60, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._hold_seconds = hold_seconds
        self._clock = clock

    async def reserve(
        self,
        request_id: UUID,
        payer: Payer,
        worst: Amount,
        detail: CallDetail,
        *,
        priced: bool,
        reached_provider: bool = False,
        provisional: bool = False,
    ) -> Reservation:
        """Holds the worst case on every account of the payer, or on none. Raises BudgetSpent, PriceUnknown.

        `reached_provider`: the call is sent right after this, so that one statement tells both.
        `provisional`: it will be asked again, so a refusal is not recorded.
        """
        period = month_of(self._clock())
        async with self._transaction(payer.tenant_id) as db:
            values = self._values(request_id, payer, period, priced, reached_provider)
            verdict = await _ask(db, values, worst, detail)
            outcome = await self._decide(db, values, payer, worst, detail, verdict, provisional)
        # After the commit: what is recorded of a refusal must last.
        if isinstance(outcome, OrchestratorError):
            raise outcome
        return Reservation(period, outcome)

    async def _decide(
        self,
        db: AsyncSession,
        values: dict[str, Any],
        payer: Payer,
        worst: Amount,
        detail: CallDetail,
        verdict: dict[str, Any] | None,
        provisional: bool,
    ) -> int | OrchestratorError | None:
        """The output limit of the call (None: its own), or why it is refused."""
        if verdict is None:
            return None
        if "settled" in verdict:
            return AlreadySettled()
        if "earlier" in verdict:
            return verdict["earlier"]["max_output_tokens"]
        accounts = [Standing.of(row) for row in verdict["accounts"]]
        if verdict["clamp"]:
            fitting = refusals.clamped_output(accounts, worst, detail.output, priced=values["priced"])
            if fitting is not None:
                smaller = refusals.with_output(worst, detail.output, fitting)
                clamped = replace(detail, output=refusals.part(detail.output, fitting))
                if await _ask(db, values, smaller, clamped, fitting) is None:
                    return fitting
        return await refusals.refuse(
            db, payer, accounts, worst, detail.model, priced=values["priced"], remember=not provisional
        )

    async def reached_provider(self, request_id: UUID, tenant_id: UUID) -> None:
        """From now on the call counts, whatever becomes of this process. Raises ReservationLost: do not send it then."""
        async with self._transaction(tenant_id) as db:
            found = await db.execute(_REACHED, {"tenant_id": tenant_id, "request_id": request_id})
        if found.rowcount == 0:  # type: ignore[attr-defined]
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
        async with self._transaction(tenant_id) as db:
            await db.execute(_RELEASE, {"tenant_id": tenant_id, "request_id": request_id})

    async def settle(self, settlement: Settlement) -> bool:
        """Books what a call used, once per request id and whether or not its hold still lives. True when it counted."""
        async with self._transaction(settlement.payer.tenant_id) as db:
            counted = await _book(db, settlement)
            if counted:
                await token_ratios.learn(db, settlement)
        return counted

    async def sweep(self) -> int:
        """Books expired holds of calls that reached their provider, drops the others; how many it found.

        One process sweeps at a time, and the others find nothing.
        """
        async with self._database.system_transaction() as db:
            if not (await db.execute(text("select pg_try_advisory_xact_lock(:n)"), {"n": SWEEP_LOCK})).scalar_one():
                return 0
            expired = (await db.execute(_EXPIRED, {"most": _SWEEP_AT_ONCE})).all()
            for tenant_id, request_id in expired:
                await self._sweep_one(tenant_id, request_id)
        return len(expired)

    async def _sweep_one(self, tenant_id: UUID, request_id: UUID) -> None:
        async with self._transaction(tenant_id) as db:
            row = (await db.execute(_TAKE, {"tenant_id": tenant_id, "request_id": request_id})).mappings().one_or_none()
            if row is not None and row["reached_provider"]:
                await _book(db, _estimate(dict(row)))

    @asynccontextmanager
    async def _transaction(self, tenant_id: UUID) -> AsyncGenerator[AsyncSession]:
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                yield db

    def _values(self, request_id: UUID, payer: Payer, period: str, priced: bool, reached: bool) -> dict[str, Any]:
        return {
            "tenant_id": payer.tenant_id,
            "request_id": request_id,
            "period": period,
            "user_subject": payer.user_subject,
            "repository": payer.repository,
            "session_id": payer.session_id,
            "session_max_tokens": payer.session_max_tokens,
            "session_max_cost_micro_usd": payer.session_max_cost_micro_usd,
            "priced": priced,
            "reached": reached,
            "seconds": self._hold_seconds,
            "agent": payer.agent,
        }


async def _ask(
    db: AsyncSession, values: dict[str, Any], worst: Amount, detail: CallDetail, max_output_tokens: int | None = None
) -> dict[str, Any] | None:
    kept = asdict(detail) | {
        "max_output_tokens": max_output_tokens,
        "agent": values["agent"],
        "priced": values["priced"],
        "session_max_tokens": values["session_max_tokens"],
        "session_max_cost_micro_usd": values["session_max_cost_micro_usd"],
    }
    wanted = {"tokens": worst.tokens, "micro_usd": worst.micro_usd, "detail": json.dumps(kept)}
    return (await db.execute(_RESERVE, values | wanted)).scalar_one()


async def _book(db: AsyncSession, one: Settlement) -> bool:
    limits = {
        "session_max_tokens": one.payer.session_max_tokens,
        "session_max_cost_micro_usd": one.payer.session_max_cost_micro_usd,
    }
    rows = (await db.execute(_SETTLE, {"event": json.dumps(_event(one))} | limits)).scalar_one()
    if rows is None:
        return False
    used = Amount(one.usage.tokens, one.cost_micro_usd)
    quota_warnings.warn(db, one.payer, [Standing.of(row) for row in rows], used)
    return True


def _event(one: Settlement) -> dict[str, Any]:
    """The row of usage_events."""
    return {
        "tenant_id": str(one.payer.tenant_id),
        "request_id": str(one.request_id),
        "session_id": str(one.payer.session_id) if one.payer.session_id else None,
        "user_subject": one.payer.user_subject,
        "repository": one.payer.repository,
        "agent": one.payer.agent,
        "model": one.detail.model,
        "provider": one.detail.provider,
        "provider_model": one.detail.provider_model,
        "period": one.period,
        "input_tokens": one.usage.input_tokens,
        "cached_input_tokens": one.usage.cached_input_tokens,
        "cache_write_tokens": one.usage.cache_write_tokens,
        "output_tokens": one.usage.output_tokens,
        "reasoning_tokens": one.usage.reasoning_tokens,
        "cost_micro_usd": one.cost_micro_usd,
        "priced": one.priced,
        "price_version": one.detail.price_version,
        "source": one.source.value,
        "http_status": one.http_status,
        "duration_ms": one.duration_ms,
        "first_byte_ms": one.first_byte_ms,
    }


def _estimate(hold: dict[str, Any]) -> Settlement:
    """A call whose gateway died: nobody knows what it used, so it counts as the worst it may have been."""
    kept = hold["detail"]
    detail = CallDetail(
        kept["model"], kept["provider"], kept["provider_model"], kept["price_version"], Amount(**kept["output"])
    )
    payer = Payer(
        hold["tenant_id"],
        hold["user_subject"],
        hold["session_id"],
        hold["repository"],
        kept["agent"],
        kept["session_max_tokens"],
        kept["session_max_cost_micro_usd"],
    )
    output = detail.output.tokens
    return Settlement(
        request_id=hold["request_id"],
        payer=payer,
        detail=detail,
        period=hold["period"],
        usage=Usage(input_tokens=hold["tokens"] - output, output_tokens=output),
        cost_micro_usd=hold["micro_usd"],
        priced=kept["priced"],
        source=Source.ESTIMATED,
        duration_ms=round((now() - hold["created_at"]).total_seconds() * 1000),
    )
