"""Several teams on one cluster: nobody is starved, weights are kept, and a spent budget starts nothing."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.actors import make_tenant
from tests.sessions.test_admission import add_session, live, make_node, move, queue, reasons

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.sessions.admission import admit
from orchestrator.sessions.states import Status

_PROCESS = Path(__file__).with_name("admitting.py")


async def put(database: Database, statement: str, **values: object) -> None:
    async with database.system_transaction() as db:
        await db.execute(text(statement), values)


async def spend(database: Database, tenant: UUID, scope: str, subject: str, tokens: int, url: str) -> None:
    """As the superuser: the ledger's own tests show who may write there."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into budget_accounts values (%s, %s, %s, to_char(now() at time zone 'utc', 'YYYY-MM'), %s, 0)",
            (tenant, scope, subject, tokens),
        )


async def run_through(database: Database, node_id: UUID, count: int) -> list[UUID]:
    """The tenants of the next admissions, each of which ends at once."""
    tenants: list[UUID] = []
    while len(tenants) < count and (one := await admit(database, node_id)) is not None:
        tenants.append(one.tenant_id)
        await move(database, one.tenant_id, one.session_id, Status.COMPLETED)
    return tenants


async def test_two_hundred_starts_from_four_processes_admit_exactly_the_limit(database: Database) -> None:
    tenant = await make_tenant(database, "a", limit=5)
    nodes = [await make_node(database, 100) for _ in range(4)]
    await queue(database, tenant, 200)
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, str(_PROCESS), database.url, str(node), "50", stdin=PIPE, stdout=PIPE
        )
        for node in nodes
    ]
    most, ended = 0, asyncio.Event()

    async def watch() -> None:
        nonlocal most
        while not ended.is_set():
            most = max(most, (await live(database))[tenant])

    watching = asyncio.create_task(watch())
    answers = await asyncio.wait_for(asyncio.gather(*(one.communicate(b"go\n") for one in running)), 60)
    ended.set()
    await watching
    assert [one.returncode for one in running] == [0] * 4
    assert len([line for out, _ in answers for line in out.split()]) == 5
    assert most <= 5
    assert (await live(database))[tenant] == 5


@pytest.mark.parametrize("length", [300, pytest.param(1_000, marks=pytest.mark.chaos)])
async def test_a_small_queue_is_not_kept_waiting_by_a_long_one(database: Database, length: int) -> None:
    """`a` has run for a while and queues hundreds; `b` comes with 10, and all are among the next 20."""
    a, b = await make_tenant(database, "a", limit=100), await make_tenant(database, "b", limit=100)
    node_id = await make_node(database, 10)
    await queue(database, a, length, priority=50)
    assert set(await run_through(database, node_id, 30)) == {a}
    await queue(database, b, 10)
    assert Counter(await run_through(database, node_id, 20))[b] == 10


async def test_a_newcomer_without_history_does_not_starve_the_others(database: Database) -> None:
    a, b = await make_tenant(database, "a", limit=100), await make_tenant(database, "b", limit=100)
    node_id = await make_node(database, 10)
    await queue(database, a, 100)
    await run_through(database, node_id, 20)
    await queue(database, b, 100)
    shares = Counter(await run_through(database, node_id, 60))
    assert shares[a] >= 18
    assert shares[b] >= 30


async def test_weights_of_three_to_one_give_three_quarters(database: Database) -> None:
    a, b = await make_tenant(database, "a", limit=100), await make_tenant(database, "b", limit=100)
    await put(database, "update tenants set weight = 3 where id = :t", t=a)
    node_id = await make_node(database, 10)
    await queue(database, a, 165)
    await queue(database, b, 165)
    shares = Counter(await run_through(database, node_id, 200))
    assert 0.73 <= shares[a] / 200 <= 0.77


async def test_the_dominant_resource_counts_not_only_slots(database: Database) -> None:
    """Both had as many slots, but `a` burnt the tokens: `b` goes first, many times in a row."""
    a, b = await make_tenant(database, "a", limit=100), await make_tenant(database, "b", limit=100)
    node_id = await make_node(database, 10)
    await put(
        database,
        "insert into fair_shares values (:a, 100, 1000000, 0, now()), (:b, 100, 1000, 0, now())",
        a=a,
        b=b,
    )
    await queue(database, a, 10)
    await queue(database, b, 10)
    assert await run_through(database, node_id, 6) == [b] * 6


async def test_what_was_used_is_forgotten_by_half_lives(database: Database) -> None:
    a, b = await make_tenant(database, "a", limit=100), await make_tenant(database, "b", limit=100)
    node_id = await make_node(database, 10)
    await put(
        database,
        "insert into fair_shares values (:a, 1000, 0, 0, now() - interval '2 hours'), (:b, 20, 0, 0, now())",
        a=a,
        b=b,
    )
    await queue(database, a, 10)
    await queue(database, b, 10)
    assert (await run_through(database, node_id, 1)) == [a]


async def test_a_tenant_whose_budget_is_spent_starts_nothing_and_says_why(database: Database, database_url: str) -> None:
    a, b = await make_tenant(database, "a"), await make_tenant(database, "b")
    node_id = await make_node(database, 10)
    await put(database, "update quotas set tokens_per_month = 1000 where tenant_id = :t", t=a)
    await spend(database, a, "tenant", "", 1000, database_url)
    await queue(database, a, 2)
    await queue(database, b, 1)
    assert await run_through(database, node_id, 9) == [b]
    assert await reasons(database, a) == {"budget": 2}
    await put(database, "update quotas set tokens_per_month = 1001 where tenant_id = :t", t=a)
    assert await run_through(database, node_id, 9) == [a, a]


async def test_only_the_user_whose_budget_is_spent_waits(database: Database, database_url: str) -> None:
    import psycopg

    tenant = await make_tenant(database, "a")
    node_id = await make_node(database, 10)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into budgets values (%s, %s, 'user', 'user:ada', 500, null, %s)", (tenant, new_id(), now())
        )
    await spend(database, tenant, "user", "user:ada", 500, database_url)
    spent = await add_session(database, tenant, user_subject="user:ada")
    other = await add_session(database, tenant, user_subject="user:bob")
    first = await admit(database, node_id)
    assert first is not None
    assert first.session_id == other.id != spent.id
    assert await admit(database, node_id) is None
    assert await reasons(database, tenant) == {"budget": 1}


async def test_a_model_whose_provider_takes_no_calls_holds_only_its_own_sessions(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    node_id = await make_node(database, 10)
    await queue(database, tenant, 2, model="exhausted")
    fine = await add_session(database, tenant, model="fine")
    blocked = {tenant: ["exhausted"]}
    first = await admit(database, node_id, blocked)
    assert first is not None
    assert first.session_id == fine.id
    assert await admit(database, node_id, blocked) is None
    assert await reasons(database, tenant) == {"provider": 2}
    assert await admit(database, node_id) is not None
