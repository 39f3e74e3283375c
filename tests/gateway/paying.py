"""Calls and their payers, as tests of the ledger make them."""

from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text

from orchestrator.gateway.accounts import Amount, CallDetail, Payer, Reservation, Settlement, Source
from orchestrator.gateway.ledger import Ledger
from orchestrator.gateway.usage_counts import Usage
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope

WORST = Amount(1000, 1000)
DETAIL = CallDetail("m", "openai", "gpt-5", "test", Amount(400, 400))


@dataclass
class Call:
    """One request on its way through the ledger."""

    payer: Payer
    worst: Amount = WORST
    detail: CallDetail = DETAIL
    request_id: UUID = field(default_factory=new_id)
    reservation: Reservation | None = None

    async def reserve(self, ledger: Ledger, *, priced: bool = True, reached: bool = False) -> Reservation:
        self.reservation = await ledger.reserve(
            self.request_id, self.payer, self.worst, self.detail, priced=priced, reached_provider=reached
        )
        return self.reservation

    def settlement(self, tokens: int, micro_usd: int = 0, **changes: object) -> Settlement:
        assert self.reservation is not None
        one = Settlement(
            request_id=self.request_id,
            payer=self.payer,
            detail=self.detail,
            period=self.reservation.period,
            usage=Usage(input_tokens=tokens - tokens // 4, output_tokens=tokens // 4),
            cost_micro_usd=micro_usd,
            priced=True,
            source=Source.PROVIDER,
            duration_ms=12,
        )
        return replace(one, **changes)  # type: ignore[arg-type]

    async def settle(self, ledger: Ledger, tokens: int, micro_usd: int = 0, **changes: object) -> bool:
        return await ledger.settle(self.settlement(tokens, micro_usd, **changes))


async def set_quotas(database: Database, tenant_id: UUID, **quotas: int | None) -> None:
    changes = ", ".join(f"{name} = :{name}" for name in quotas)
    async with database.system_transaction() as db:
        query = f"update quotas set {changes} where tenant_id = :t"  # noqa: S608 - names of columns that a test wrote.
        await db.execute(text(query), {"t": tenant_id, **quotas})


async def set_budget(database: Database, tenant_id: UUID, scope: str, subject: str, **limits: int | None) -> None:
    values = {"tokens_per_month": None, "cost_micro_usd_per_month": None} | limits
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            await db.execute(
                text(
                    "insert into budgets values (:t, :id, :scope, :subject, :tokens_per_month, :cost_micro_usd_per_month,"
                    " now()) on conflict (tenant_id, scope, subject) do update set"
                    " tokens_per_month = excluded.tokens_per_month,"
                    " cost_micro_usd_per_month = excluded.cost_micro_usd_per_month"
                ),
                {"t": tenant_id, "id": new_id(), "scope": scope, "subject": subject} | values,
            )


async def expire_all(database: Database, tenant_id: UUID) -> None:
    """As if every lease had run out."""
    async with database.system_transaction() as db:
        await db.execute(
            text("update budget_holds set expires_at = clock_timestamp() - interval '1 second' where tenant_id = :t"),
            {"t": tenant_id},
        )


async def rows(database: Database, tenant_id: UUID, query: str, **values: object) -> list[tuple[object, ...]]:
    """`:t` in the query is the tenant."""
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            return [tuple(row) for row in (await db.execute(text(query), {"t": tenant_id, **values})).all()]


async def spent(database: Database, tenant_id: UUID, scope: str = "tenant") -> tuple[int, int]:
    query = (
        "select coalesce(sum(spent_tokens), 0)::bigint, coalesce(sum(spent_micro_usd), 0)::bigint from budget_accounts "
        "where tenant_id = :t and scope = :scope"
    )
    found = await rows(database, tenant_id, query, scope=scope)
    return int(str(found[0][0])), int(str(found[0][1]))


async def held(database: Database, tenant_id: UUID) -> int:
    query = (
        "select coalesce(sum(tokens), 0)::bigint from budget_holds where tenant_id = :t "
        "and (reached_provider or expires_at > clock_timestamp())"
    )
    return int(str((await rows(database, tenant_id, query))[0][0]))


async def events_of(database: Database, tenant_id: UUID, type_: str) -> list[dict[str, Any]]:
    found = await rows(database, tenant_id, "select data from events where type = :type order by seq", type=type_)
    return [cast(dict[str, Any], data) for (data,) in found]
