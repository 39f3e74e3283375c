"""Calls that come at the same time are reserved and booked together, by the same rules as one by one."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import text
from tests.actors import make_tenant
from tests.gateway.paying import DETAIL, Call, held, set_budget, set_quotas, spent
from tests.tenancy.test_isolation import add_session

from orchestrator.gateway.accounts import Amount, BudgetSpent, Payer, Reservation, month_of
from orchestrator.gateway.ledger import Ledger
from orchestrator.gateway.ledger_rows import event_of, settled_call
from orchestrator.gateway.wanted import Wanted
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, call_function
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope


class CountingDatabase(Database):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.calls: Counter[str] = Counter()

    async def _call(self, function: str, *rest: Any) -> Any:
        self.calls[function] += 1
        return await super()._call(function, *rest)


@pytest.fixture
async def counting(database: Database):
    counting = CountingDatabase(database.url)
    yield counting
    await counting.close()


async def _open_accounts(ledger: Ledger, *calls: Call) -> None:
    """The first call of each account goes alone."""
    for call in calls:
        await call.reserve(ledger)
        await call.settle(ledger, 0)


async def test_many_calls_take_few_transactions(database: Database, counting: CountingDatabase) -> None:
    tenant = await make_tenant(database, "a")
    sessions = [(await add_session(database, tenant)).id for _ in range(3)]
    payers = [Payer(tenant, f"user:{n % 2}", sessions[n % 3], f"repo-{n % 4}", session_max_tokens=10**9) for n in range(40)]
    ledger = Ledger(counting)
    await _open_accounts(ledger, *(Call(payer) for payer in payers[:12]))
    counting.calls.clear()
    calls = [Call(payer) for payer in payers]
    await asyncio.gather(*(call.reserve(ledger, reached=True) for call in calls))
    assert await held(database, tenant) == 40_000
    assert all(await asyncio.gather(*(call.settle(ledger, 100, 7) for call in calls)))
    assert await held(database, tenant) == 0
    for scope in ("tenant", "user", "repository", "session"):
        assert await spent(database, tenant, scope) == (4000, 280)
    assert set(counting.calls) <= {"ledger_reserve_all", "ledger_settle_all", "ledger_learn"}
    assert counting.calls["ledger_reserve_all"] + counting.calls["ledger_settle_all"] <= 6


@pytest.mark.parametrize("scope", ["tenant", "user", "repository", "session"])
async def test_when_not_all_have_room_the_first_have_it(database: Database, counting: CountingDatabase, scope: str) -> None:
    tenant = await make_tenant(database, "a")
    limits: dict[str, int] = {"session_max_tokens": 10_000} if scope == "session" else {}
    payer = Payer(tenant, "user:1", (await add_session(database, tenant)).id, "repo", **limits)
    if scope == "tenant":
        await set_quotas(database, tenant, tokens_per_month=10_000)
    elif scope != "session":
        await set_budget(database, tenant, scope, "repo" if scope == "repository" else "user:1", tokens_per_month=10_000)
    ledger = Ledger(counting)
    await _open_accounts(ledger, Call(payer))
    outcomes = await asyncio.gather(*(Call(payer).reserve(ledger) for _ in range(16)), return_exceptions=True)
    assert [isinstance(one, BudgetSpent) for one in outcomes] == [False] * 10 + [True] * 6
    assert await held(database, tenant) == 10_000
    assert counting.calls["ledger_reserve_all"] > 0


async def test_a_group_that_just_fits_is_let_in_whole(database: Database, counting: CountingDatabase) -> None:
    tenant = await make_tenant(database, "a")
    await set_quotas(database, tenant, tokens_per_month=16_000, cost_micro_usd_per_month=16_000)
    ledger = Ledger(counting)
    await _open_accounts(ledger, Call(Payer(tenant, "user:1")))
    counting.calls.clear()
    await asyncio.gather(*(Call(Payer(tenant, "user:1")).reserve(ledger) for _ in range(16)))
    assert "ledger_reserve" not in counting.calls
    with pytest.raises(BudgetSpent):
        await Call(Payer(tenant, "user:1"), Amount(1, 0)).reserve(ledger)


async def test_a_server_that_dies_before_the_disk_has_it_is_told_again(database: Database) -> None:
    """The commit waits for no disk, so that nothing is locked meanwhile; the flush after it goes over the same connection.

    When that breaks, the usage may be lost with the server, and is booked again, once.
    """
    tenant = await make_tenant(database, "a")
    ledger = Ledger(database)
    payer = Payer(tenant, "user:1")
    await _open_accounts(ledger, Call(payer))
    call = Call(payer)
    await call.reserve(ledger, reached=True)
    one, commits = call.settlement(70), 0

    def committed() -> None:
        nonlocal commits
        commits += 1
        if commits == 1:
            _end_those_who_settle(database.url)

    with tenant_scope(tenant):
        counted = await database.call_and_flush(
            "ledger_settle_all",
            committed,
            p_tenant=tenant,
            p_month=one.period,
            p_warn_percent=80,
            p_calls=[settled_call(one)],
            p_events=[event_of(one)],
        )
    assert (counted, commits) == ([], 2)  # The second time it is known already.
    assert await spent(database, tenant, "tenant") == (70, 0)
    assert await held(database, tenant) == 0


def _end_those_who_settle(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        query = (
            "select pg_terminate_backend(pid) from pg_stat_activity where query like '%%ledger_settle_all%%' and pid <> %s"
        )
        ended = connection.execute(query, (connection.info.backend_pid,)).fetchall()
    assert ended


async def test_another_tenants_accounts_are_no_groups(database: Database) -> None:
    """Even what asks for it by name sees and changes its own tenant alone."""
    own, other = await make_tenant(database, "a"), await make_tenant(database, "b")
    await _open_accounts(Ledger(database), Call(Payer(other, "user:1")))
    with tenant_scope(own):
        arguments = {"p_tenant": other, "p_month": "2026-01", "p_seconds": 60.0}
        call = {"request_id": str(UUID(int=1)), "user_subject": "user:1", "tokens": 1, "micro_usd": 1, "reached": False}
        assert await database.call("ledger_reserve_all", **arguments, p_calls=[call | {"detail": {}}]) is None
    assert await held(database, other) == 0


async def _rows_read(database: Database, tenant: UUID, function: str, **arguments: Any) -> dict[str, int]:
    """How many entries of indexes and rows of tables one call of a function looks at, by the table."""
    query = (
        "select t.relname, pg_stat_get_xact_tuples_returned(t.oid) + sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) "
        "from pg_class t join pg_index i on i.indrelid = t.oid group by t.oid"
    )
    with tenant_scope(tenant):
        async with database.transaction() as db:
            before = {name: count for name, count in (await db.execute(text(query))).all()}
            await call_function(db, function, **arguments)
            return {name: int(count - before[name]) for name, count in (await db.execute(text(query))).all()}


async def test_a_call_reads_its_own_rows_however_many_there_are(database: Database) -> None:
    """Every reservation once read all usage events of its tenant, and all holds that had ever been since the last vacuum."""
    tenant = await make_tenant(database, "a")
    payer = Payer(tenant, "user:1", (await add_session(database, tenant)).id)
    ledger = Ledger(database)
    await _open_accounts(ledger, Call(payer))
    for _ in range(5):
        calls = [Call(payer) for _ in range(60)]
        await asyncio.gather(*(call.reserve(ledger, reached=True) for call in calls))
        assert all(await asyncio.gather(*(call.settle(ledger, 100, 7) for call in calls)))
    wanted = Wanted(new_id(), payer, Amount(1, 1), DETAIL, priced=True, reached=True, period=month_of(now()))
    read: dict[str, int] = {}
    for _ in range(3):  # The first one meets the dead holds, and marks them.
        one = replace(wanted, request_id=new_id())
        reserve = {"p_tenant": tenant, "p_month": one.period, "p_seconds": 60.0}
        reserved = Call(payer, request_id=one.request_id, reservation=Reservation(one.period, None)).settlement(100)
        read = await _rows_read(database, tenant, "ledger_reserve_all", **reserve, p_calls=Jsonb([one.as_call()]))
        settle = {"p_tenant": tenant, "p_month": one.period, "p_warn_percent": 80}
        settled = {"p_calls": Jsonb([settled_call(reserved)]), "p_events": Jsonb([event_of(reserved)])}
        read = Counter(read) + Counter(await _rows_read(database, tenant, "ledger_settle_all", **settle, **settled))
    assert read["usage_events"] <= 2
    assert read["budget_holds"] <= 20
