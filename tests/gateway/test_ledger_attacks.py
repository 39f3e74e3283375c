"""A tenant whose own provider or own prices say absurd things; the ledger goes on, for it and for all others."""

from uuid import UUID

import pytest
from tests.actors import make_tenant
from tests.gateway.answers import chat_body, chat_usage
from tests.gateway.paying import Call, expire_all, rows, set_quotas, spent

from orchestrator.gateway import ledger as ledgers
from orchestrator.gateway.accounts import Amount, BudgetSpent, CallDetail, Payer
from orchestrator.gateway.ledger import Ledger
from orchestrator.gateway.usage import usage_reader
from orchestrator.kit.db import Database


@pytest.fixture
async def tenant(database: Database) -> UUID:
    return await make_tenant(database, "a")


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


async def set_spent(database: Database, tenant_id: UUID, tokens: int) -> None:
    query = "update budget_accounts set spent_tokens = :n, spent_micro_usd = :n where tenant_id = :t returning 1"
    await rows(database, tenant_id, query, n=tokens)


@pytest.mark.parametrize("limit", [None, 2**63 - 1])
async def test_sums_that_are_absurdly_high_are_booked_all_the_same(
    database: Database, ledger: Ledger, tenant: UUID, limit: int | None
) -> None:
    await set_quotas(database, tenant, tokens_per_month=limit, cost_micro_usd_per_month=limit)
    call = Call(Payer(tenant, "user:1"))
    await call.reserve(ledger)
    await set_spent(database, tenant, 2**61)
    assert await call.settle(ledger, 100, 100)
    assert await spent(database, tenant) == (2**61 + 100, 2**61 + 100)


async def test_more_than_an_account_can_count_is_refused_as_a_spent_budget(
    database: Database, ledger: Ledger, tenant: UUID
) -> None:
    await set_quotas(database, tenant, tokens_per_month=2**63 - 1, cost_micro_usd_per_month=2**63 - 1)
    await Call(Payer(tenant, "user:1")).reserve(ledger)
    await set_spent(database, tenant, 2**63 - 1)
    with pytest.raises(BudgetSpent):
        await Call(Payer(tenant, "user:1")).reserve(ledger)


async def test_holds_that_cannot_be_booked_do_not_keep_those_of_others_from_it(
    database: Database, ledger: Ledger, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many of them as one look finds, and they are the oldest."""
    monkeypatch.setattr(ledgers, "_SWEEP_AT_ONCE", 2)
    nonsense = CallDetail("m", "p", "m", output=Amount(-1, 0))
    other = await make_tenant(database, "b")
    for _ in range(2):
        await Call(Payer(tenant, "user:1"), Amount(2**63 - 1, 0), nonsense).reserve(ledger, reached=True)
    await expire_all(database, tenant)
    await Call(Payer(other, "user:1")).reserve(ledger, reached=True)
    await expire_all(database, other)
    for _ in range(2):
        await ledger.sweep()
    assert await spent(database, other) == (1000, 1000)
    kept = await rows(database, tenant, "select count(*) from budget_holds where tenant_id = :t and expires_at > now()")
    assert kept == [(2,)], "what cannot be booked stays held, and is looked at later"


@pytest.mark.parametrize("tokens", [2**31, 2**53 - 1, 2**62])
def test_a_count_that_no_call_can_reach_is_none(tokens: int) -> None:
    reader = usage_reader("chat", False)
    reader.feed(chat_body(chat_usage(tokens, 7)))
    assert reader.usage is not None
    assert (reader.usage.input_tokens, reader.usage.output_tokens) == (0, 7)
