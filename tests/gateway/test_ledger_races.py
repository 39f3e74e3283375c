"""Many calls at once, from several processes, and everything that can become of them."""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.actors import make_tenant
from tests.gateway.paying import Call, expire_all, held, rows, set_budget, set_quotas, spent
from tests.tenancy.test_isolation import add_session

from orchestrator.gateway.accounts import Amount, BudgetSpent, Payer, ReservationLost
from orchestrator.gateway.ledger import Ledger
from orchestrator.kit.db import Database

ROOT = Path(__file__).resolve().parents[2]


async def test_200_calls_from_two_processes_on_a_limit_for_10(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    await set_quotas(database, tenant, tokens_per_month=10_000)
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.gateway.racer", database.url, str(tenant), "100"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert await racer.stdout.readline() == b"ready\n"
    answers = [(await racer.communicate(b"go\n"))[0].split() for racer in racers]
    assert sum(int(admitted) for admitted, _ in answers) == 10
    assert sum(int(refused) for _, refused in answers) == 190
    assert await held(database, tenant) == 10_000


async def test_accounts_that_overlap_crosswise_do_not_lock_each_other_out(database: Database) -> None:
    """Users, repositories and sessions in every combination, reserved and settled at once: no deadlock, nothing lost."""
    tenant = await make_tenant(database, "a")
    sessions = [(await add_session(database, tenant)).id for _ in range(3)]
    ledger = Ledger(database)

    async def one(n: int) -> None:
        call = Call(Payer(tenant, f"user:{n % 2}", sessions[n % 3], f"repo-{n % 5}"))
        await call.reserve(ledger, reached=n % 2 == 0)
        await call.settle(ledger, 10, 1)

    await asyncio.gather(*(one(n) for n in range(120)))
    for scope in ("tenant", "user", "repository", "session"):
        assert await spent(database, tenant, scope) == (1200, 120)


LIMIT = 20_000
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["call", "call", "call", "settle", "settle", "abort", "kill", "kill sent", "expire", "replay", "limit"]
        ),
        st.integers(1, 6000),
        st.integers(0, 100),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_becomes_of_calls_no_limit_is_passed_and_nothing_stays_held(
    database: Database, steps: list[tuple[str, int, int]]
) -> None:
    tenant = await make_tenant(database, f"t-{uuid4().hex}")
    await set_quotas(database, tenant, tokens_per_month=LIMIT)
    await set_budget(database, tenant, "user", "user:1", cost_micro_usd_per_month=LIMIT)
    story = Story(database, tenant)
    for what, tokens, percent in steps:
        await story.steps[what](tokens, percent)
        await story.check()
    await story.end()


class Story:
    """Calls of one tenant: some under way, some settled, some whose gateway was killed."""

    def __init__(self, database: Database, tenant: UUID) -> None:
        self.database, self.tenant, self.ledger = database, tenant, Ledger(database)
        self.limit = LIMIT
        self.under_way: list[Call] = []
        self.settled: list[Call] = []
        self.steps: dict[str, Callable[[int, int], Awaitable[None]]] = {
            "call": self.call,
            "settle": self.settle,
            "abort": self.abort,
            "kill": self.kill,
            "kill sent": self.kill_sent,
            "expire": self.expire,
            "replay": self.replay,
            "limit": self.change_limit,
        }

    async def call(self, tokens: int, percent: int) -> None:
        if call := await self.reserved(tokens, percent):
            await self.ledger.reached_provider(call.request_id, self.tenant)
            self.under_way.append(call)

    async def reserved(self, tokens: int, percent: int) -> Call | None:
        call = Call(Payer(self.tenant, f"user:{percent % 2}"), Amount(tokens + 400, tokens + 400))
        try:
            await call.reserve(self.ledger)
        except BudgetSpent:
            return None
        return call

    async def settle(self, _: int, percent: int) -> None:
        if self.under_way:
            call = self.under_way.pop(percent % len(self.under_way))
            used = call.worst.tokens * percent // 100
            await call.settle(self.ledger, used, used)
            self.settled.append(call)

    async def abort(self, _: int, percent: int) -> None:
        if self.under_way:
            call = self.under_way.pop(percent % len(self.under_way))
            await self.ledger.release(call.request_id, self.tenant)

    async def kill(self, tokens: int, percent: int) -> None:
        """A gateway dies before it sent its call."""
        await self.reserved(tokens, percent)

    async def kill_sent(self, tokens: int, percent: int) -> None:
        """Or after."""
        if call := await self.reserved(tokens, percent):
            await self.ledger.reached_provider(call.request_id, self.tenant)

    async def expire(self, *_: int) -> None:
        """Leases of the dead run out; who lives has renewed them."""
        await expire_all(self.database, self.tenant)
        await self.ledger.renew({self.tenant: [call.request_id for call in self.under_way]})
        await self.ledger.sweep()

    async def replay(self, _: int, percent: int) -> None:
        if self.settled:
            assert not await self.settled[percent % len(self.settled)].settle(self.ledger, 1000, 1000)

    async def change_limit(self, tokens: int, _: int) -> None:
        """Up, or down to no less than what is spent and held: below it nothing is taken back, and nothing admitted."""
        used = (await spent(self.database, self.tenant))[0] + await held(self.database, self.tenant)
        self.limit = max(used, tokens * 4)
        await set_quotas(self.database, self.tenant, tokens_per_month=self.limit)

    async def check(self) -> None:
        tokens, _ = await spent(self.database, self.tenant)
        assert tokens + await held(self.database, self.tenant) <= self.limit
        money = (
            "select coalesce((select spent_micro_usd from budget_accounts where scope = 'user' and subject = 'user:1'), 0)"
            " + coalesce((select sum(micro_usd) from budget_holds where user_subject = 'user:1'), 0)"
        )
        assert int(str((await rows(self.database, self.tenant, money))[0][0])) <= LIMIT
        await self.check_sums()

    async def check_sums(self) -> None:
        events = (
            "select coalesce(sum(input_tokens + output_tokens), 0)::bigint, coalesce(sum(cost_micro_usd), 0)::bigint "
            "from usage_events"
        )
        booked = (await rows(self.database, self.tenant, events))[0]
        assert await spent(self.database, self.tenant) == booked
        assert await spent(self.database, self.tenant, "user") == booked

    async def end(self) -> None:
        """Everybody is gone: nothing is held, and a call of exactly the rest is admitted."""
        self.under_way.clear()
        await self.expire()
        assert await held(self.database, self.tenant) == 0
        await self.check()
        rest = self.limit - (await spent(self.database, self.tenant))[0]
        await Call(Payer(self.tenant, "user:0"), Amount(rest, 0)).reserve(self.ledger)
        try:
            await Call(Payer(self.tenant, "user:0"), Amount(1, 0)).reserve(self.ledger)
        except BudgetSpent:
            return
        raise AssertionError("one token more than the rest was admitted")


async def test_a_storm_of_calls_with_deaths_in_it(database: Database) -> None:
    """Concurrently, with leases that run out by themselves: the books agree, nothing stays held."""
    tenant = await make_tenant(database, "storm")
    limit = 60_000
    await set_quotas(database, tenant, tokens_per_month=limit)
    ledger = Ledger(database, hold_seconds=0.05)
    dice = random.Random(7)
    most = 0

    async def one() -> None:
        call = Call(Payer(tenant, f"user:{dice.randrange(3)}"))
        fate = dice.random()
        try:
            await call.reserve(ledger, reached=fate < 0.3)
            if fate >= 0.3:
                await ledger.reached_provider(call.request_id, tenant)
        except (BudgetSpent, ReservationLost):
            return
        if fate < 0.6:
            await call.settle(ledger, dice.randrange(1000))
        elif fate < 0.8:
            await ledger.release(call.request_id, tenant)

    async def watch() -> None:
        nonlocal most
        query = (
            "select spent_tokens + coalesce((select sum(tokens) from budget_holds "
            "where reached_provider or expires_at > clock_timestamp()), 0) from budget_accounts where scope = 'tenant'"
        )
        while True:
            for (used,) in await rows(database, tenant, query):
                most = max(most, int(str(used)))
            await ledger.sweep()

    watching = asyncio.create_task(watch())
    for _ in range(10):
        await asyncio.gather(*(one() for _ in range(30)))
    watching.cancel()
    await asyncio.wait({watching})
    await expire_all(database, tenant)
    await ledger.sweep()
    assert 0 < most <= limit
    assert await held(database, tenant) == 0
    await Story(database, tenant).check_sums()
