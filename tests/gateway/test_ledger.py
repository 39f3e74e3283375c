"""Reserve, settle, expire: no overspend, and no refusal for what nobody spent."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.actors import make_tenant
from tests.gateway.paying import Call, events_of, expire_all, held, rows, set_budget, set_quotas, spent
from tests.tenancy.test_isolation import add_session

from orchestrator.gateway.accounts import (
    AlreadySettled,
    Amount,
    BudgetSpent,
    CallDetail,
    Payer,
    PriceUnknown,
    ReservationLost,
)
from orchestrator.gateway.ledger import Ledger
from orchestrator.gateway.refusals import forget_refusal
from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.models import Tenant


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
async def tenant(database: Database) -> UUID:
    return await make_tenant(database, "a")


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


async def refused(call: Call, ledger: Ledger, **options: Any) -> dict[str, object]:
    with pytest.raises(BudgetSpent) as raised:
        await call.reserve(ledger, **options)
    return raised.value.fields


async def test_a_call_is_held_then_booked_on_every_account_once(database: Database, ledger: Ledger, tenant: UUID) -> None:
    session = await add_session(database, tenant)
    call = Call(Payer(tenant, "user:1", session.id, "repo", "build"))
    await call.reserve(ledger)
    assert await held(database, tenant) == 1000
    assert await call.settle(ledger, 123, 45)
    assert not await call.settle(ledger, 123, 45)
    assert await held(database, tenant) == 0
    accounts = await rows(
        database, tenant, "select scope, subject, spent_tokens, spent_micro_usd from budget_accounts order by 1"
    )
    assert accounts == [
        ("repository", "repo", 123, 45),
        ("session", str(session.id), 123, 45),
        ("tenant", "", 123, 45),
        ("user", "user:1", 123, 45),
    ]
    assert await rows(database, tenant, "select agent, model, provider_model, source from usage_events") == [
        ("build", "m", "gpt-5", "provider")
    ]


async def test_reserving_again_under_the_same_id_holds_once(database: Database, ledger: Ledger, tenant: UUID) -> None:
    """A gateway that does not know whether its commit came through asks again."""
    call = Call(Payer(tenant, "user:1"))
    await asyncio.gather(*(call.reserve(ledger) for _ in range(5)))
    assert await held(database, tenant) == 1000
    await call.settle(ledger, 1)
    with pytest.raises(AlreadySettled):
        await call.reserve(ledger)


async def test_replayed_settlements_count_once(database: Database, ledger: Ledger, tenant: UUID) -> None:
    calls = [Call(Payer(tenant, "user:1")) for _ in range(10)]
    await asyncio.gather(*(call.reserve(ledger) for call in calls))
    outcomes = await asyncio.gather(*(call.settle(ledger, 7) for call in calls for _ in range(5)))
    assert sum(outcomes) == 10
    assert await spent(database, tenant) == (70, 0)


async def test_a_settlement_needs_no_hold(database: Database, ledger: Ledger, tenant: UUID) -> None:
    call = Call(Payer(tenant, "user:1"))
    await call.reserve(ledger)
    await expire_all(database, tenant)
    assert await ledger.sweep() == 1
    assert await call.settle(ledger, 50)
    assert await spent(database, tenant) == (50, 0)


async def test_eight_first_calls_at_once_of_a_tenant_with_less_than_one_calls_budget(
    database: Database, ledger: Ledger, tenant: UUID
) -> None:
    """Elsewhere eight first requests of a new customer overspent its budget 264,000 times: no row was there to lock."""
    await set_quotas(database, tenant, tokens_per_month=999)
    outcomes = await asyncio.gather(
        *(Call(Payer(tenant, f"user:{n}")).reserve(ledger) for n in range(8)), return_exceptions=True
    )
    assert all(isinstance(one, BudgetSpent) for one in outcomes)
    assert await held(database, tenant) == 0


async def test_every_account_with_a_limit_can_refuse(database: Database, ledger: Ledger, tenant: UUID) -> None:
    session = await add_session(database, tenant)
    payer = Payer(tenant, "user:1", session.id, "repo", session_max_tokens=900)
    assert (await refused(Call(payer), ledger))["scope"] == "session"
    payer = Payer(tenant, "user:1", session.id, "repo", session_max_cost_micro_usd=900)
    fields = await refused(Call(payer), ledger)
    assert (fields["scope"], fields["resource"], fields["resets_at"]) == ("session", "cost", None)
    payer = Payer(tenant, "user:1", session.id, "repo")
    await set_quotas(database, tenant, max_session_tokens=800)
    assert (await refused(Call(payer), ledger))["limit"] == 800
    await set_budget(database, tenant, "repository", "repo", cost_micro_usd_per_month=700)
    assert (await refused(Call(payer), ledger))["scope"] == "repository"
    await set_budget(database, tenant, "user", "user:1", tokens_per_month=600)
    assert (await refused(Call(payer), ledger))["scope"] == "user"
    await set_quotas(database, tenant, tokens_per_month=500)
    assert (await refused(Call(payer), ledger))["scope"] == "tenant"
    await set_quotas(database, tenant, tokens_per_month=None, max_session_tokens=None)
    assert (await refused(Call(payer), ledger))["scope"] == "user"
    assert await held(database, tenant) == 0


async def test_a_refusal_says_what_is_short_and_when_it_begins_anew(database: Database, tenant: UUID) -> None:
    ledger = Ledger(database, clock=Clock())
    await set_quotas(database, tenant, tokens_per_month=2500)
    first, second = Call(Payer(tenant, "user:1")), Call(Payer(tenant, "user:1"))
    await first.reserve(ledger)
    await first.settle(ledger, 700)
    await second.reserve(ledger)
    assert await refused(Call(Payer(tenant, "user:2")), ledger) == {
        "scope": "tenant",
        "subject": "",
        "resource": "tokens",
        "limit": 2500,
        "spent": 700,
        "held": 1000,
        "needed": 1000,
        "resets_at": "2027-01-01T00:00:00+00:00",
    }


async def test_a_refused_session_is_told_of_once_an_episode(database: Database, ledger: Ledger, tenant: UUID) -> None:
    await set_quotas(database, tenant, tokens_per_month=999)
    session = await add_session(database, tenant)
    payer = Payer(tenant, "user:1", session.id)
    for _ in range(3):
        await refused(Call(payer), ledger)
    told = await events_of(database, tenant, "gateway.refused")
    assert len(told) == 1
    assert told[0]["needed"] == 1000
    kept = await rows(database, tenant, "select session_id, scope, resource, needed_tokens from budget_refusals")
    assert kept == [(session.id, "tenant", "tokens", 1000)]
    with tenant_scope(tenant):
        async with database.transaction() as db:
            await forget_refusal(db, tenant, session.id)
    await refused(Call(payer), ledger)
    assert len(await events_of(database, tenant, "gateway.refused")) == 2


async def test_raising_a_limit_counts_at_once(database: Database, ledger: Ledger, tenant: UUID) -> None:
    await set_quotas(database, tenant, tokens_per_month=999)
    await refused(Call(Payer(tenant, "user:1")), ledger)
    await set_quotas(database, tenant, tokens_per_month=1000)
    await Call(Payer(tenant, "user:1")).reserve(ledger)


async def test_a_call_is_booked_in_the_month_it_was_reserved_in(database: Database, tenant: UUID) -> None:
    clock = Clock()
    ledger = Ledger(database, clock=clock)
    await set_quotas(database, tenant, tokens_per_month=1000)
    december, january = Call(Payer(tenant, "user:1")), Call(Payer(tenant, "user:1"))
    await december.reserve(ledger)
    await refused(Call(Payer(tenant, "user:1")), ledger)
    clock.moment = datetime(2027, 1, 1, tzinfo=UTC)
    await january.reserve(ledger)
    await december.settle(ledger, 900)
    await january.settle(ledger, 100)
    query = "select period, spent_tokens from budget_accounts where scope = 'tenant' order by period"
    assert await rows(database, tenant, query) == [("2026-12", 900), ("2027-01", 100)]


async def test_an_unpriced_call_is_refused_only_where_money_is_limited(
    database: Database, ledger: Ledger, tenant: UUID
) -> None:
    free = Amount(1000, 0)
    await Call(Payer(tenant, "user:1"), free).reserve(ledger, priced=False)
    await set_budget(database, tenant, "user", "user:1", cost_micro_usd_per_month=10**9)
    with pytest.raises(PriceUnknown):
        await Call(Payer(tenant, "user:1"), free).reserve(ledger, priced=False)
    await Call(Payer(tenant, "user:2"), free).reserve(ledger, priced=False)


async def test_eighty_percent_is_told_of_once(database: Database, ledger: Ledger, tenant: UUID) -> None:
    await set_quotas(database, tenant, tokens_per_month=10_000)
    for _ in range(9):
        call = Call(Payer(tenant, "user:1"))
        await call.reserve(ledger)
        await call.settle(ledger, 1000)
    told = await events_of(database, tenant, "quota.warning")
    assert [(one["quota"], one["scope"], one["used"], one["limit"]) for one in told] == [
        ("tokens_per_month", "tenant", 8000, 10_000)
    ]


async def test_only_who_opted_in_is_clamped(database: Database, ledger: Ledger, tenant: UUID) -> None:
    detail = CallDetail("m", "p", "m", "test", Amount(8000, 80_000))
    payer = Payer(tenant, "user:1")
    await set_quotas(database, tenant, tokens_per_month=6000)
    await refused(Call(payer, Amount(9000, 90_000), detail), ledger)
    await set_clamp(database, tenant)
    clamped = Call(payer, Amount(9000, 90_000), detail)
    assert (await clamped.reserve(ledger)).max_output_tokens == 5000
    assert (await clamped.reserve(ledger)).max_output_tokens == 5000
    assert await rows(database, tenant, "select tokens, micro_usd from budget_holds") == [(6000, 60_000)]
    await clamped.settle(ledger, 4000)
    await refused(Call(payer, Amount(9000, 90_000), detail), ledger)  # 1,000 are left: too little output to be of use.


async def set_clamp(database: Database, tenant: UUID) -> None:
    async with database.system_transaction() as db:
        row = await db.get(Tenant, tenant)
        assert row is not None
        row.clamp_output = True


async def test_what_expires_before_it_is_sent_was_never_there(database: Database, tenant: UUID, ledger: Ledger) -> None:
    await set_quotas(database, tenant, tokens_per_month=1000)
    lost = Call(Payer(tenant, "user:1"))
    await lost.reserve(ledger)
    await expire_all(database, tenant)
    await Call(Payer(tenant, "user:1")).reserve(ledger)  # The whole budget again.
    await ledger.renew({tenant: [lost.request_id]})
    with pytest.raises(ReservationLost):
        await ledger.reached_provider(lost.request_id, tenant)
    assert await held(database, tenant) == 1000


async def test_what_expires_after_it_was_sent_counts_as_the_worst_it_may_have_been(
    database: Database, tenant: UUID, ledger: Ledger
) -> None:
    await set_quotas(database, tenant, tokens_per_month=1500)
    killed = Call(Payer(tenant, "user:1", agent="build"))
    await killed.reserve(ledger)
    await ledger.reached_provider(killed.request_id, tenant)
    await expire_all(database, tenant)
    await refused(Call(Payer(tenant, "user:1")), ledger)  # Nobody has booked it yet, and it counts all the same.
    assert await ledger.sweep() == 1
    assert await ledger.sweep() == 0
    assert (await held(database, tenant), await spent(database, tenant)) == (0, (1000, 1000))
    query = "select source, input_tokens, output_tokens, cost_micro_usd, agent from usage_events"
    assert await rows(database, tenant, query) == [("estimated", 600, 400, 1000, "build")]
    assert not await killed.settle(ledger, 10)


async def test_a_live_call_is_renewed_and_not_swept(database: Database, tenant: UUID, ledger: Ledger) -> None:
    other = await make_tenant(database, "b")
    calls = [Call(Payer(one, "user:1")) for one in (tenant, tenant, other)]
    for call in calls:
        await call.reserve(ledger, reached=True)
        await expire_all(database, call.payer.tenant_id)
    await ledger.renew({tenant: [calls[0].request_id, uuid4()], other: [calls[2].request_id]})
    assert await ledger.sweep() == 1
    assert (await held(database, tenant), await held(database, other)) == (1000, 1000)


async def test_released_is_as_if_never_held(database: Database, tenant: UUID, ledger: Ledger) -> None:
    call = Call(Payer(tenant, "user:1"))
    await call.reserve(ledger, reached=True)
    await ledger.release(call.request_id, tenant)
    assert (await held(database, tenant), await spent(database, tenant)) == (0, (0, 0))


async def test_one_tenants_calls_are_nothing_to_another(database: Database, tenant: UUID, ledger: Ledger) -> None:
    other = await make_tenant(database, "b")
    call = Call(Payer(tenant, "user:1"))
    await call.reserve(ledger)
    await ledger.release(call.request_id, other)
    with pytest.raises(ReservationLost):
        await ledger.reached_provider(call.request_id, other)
    assert await held(database, tenant) == 1000
