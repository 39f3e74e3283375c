"""What was put down by a clock that somebody set back, or ahead, since."""

from dataclasses import dataclass

from sqlalchemy import text
from tests.actors import make_tenant
from tests.sessions.test_admission import add_session, make_node, queue

from orchestrator.kit.clock import Jumps
from orchestrator.kit.db import Database
from orchestrator.sessions.admission import admit
from orchestrator.sessions.clock_jumps import ClockJumps
from orchestrator.sessions.states import Status
from orchestrator.tenancy.rates import RateLimiter


@dataclass
class Clock:
    at: float

    def __call__(self) -> float:
        return self.at


def test_a_clock_that_is_kept_right_does_not_jump_and_one_that_is_set_does() -> None:
    wall, steady = Clock(1_000_000.0), Clock(50.0)
    jumps = Jumps(wall, steady)
    for _ in range(10):
        wall.at, steady.at = wall.at + 102, steady.at + 100
        assert jumps.take() == 0
    wall.at += 3600
    assert jumps.take() == 3600
    assert jumps.take() == 0
    wall.at, steady.at = wall.at - 3500, steady.at + 100
    assert jumps.take() == -3600


async def test_a_jump_is_left_out_of_the_time_of_what_runs(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    here, there = await make_node(database, 9), await make_node(database, 9)
    for node, status in ((here, Status.RUNNING), (here, Status.WAITING), (there, Status.RUNNING)):
        await add_session(database, tenant, node_id=node, status=status)
    wall = Clock(0.0)
    jumps = ClockJumps(database, here, Jumps(wall, lambda: 0.0))
    for jump in (3600.0, 0.0, -1800.0):
        wall.at += jump
        await jumps.settle()
    async with database.system_transaction() as db:
        found = (await db.execute(text("select node_id, status, idle_seconds from sessions"))).all()
    assert set(found) == {(here, "running", 1800), (here, "waiting", 0), (there, "running", 0)}


async def test_requests_pass_after_the_clock_was_set_back(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    limiter = RateLimiter(database)
    for _ in range(3):
        await limiter.take(tenant, "api", 2)
    async with database.system_transaction() as db:
        await db.execute(text("update rate_buckets set next_at = next_at + interval '1 hour'"))
    assert await limiter.take(tenant, "api", 2) is None
    assert await limiter.take(tenant, "api", 2) is None
    wait = await limiter.take(tenant, "api", 2)
    assert wait is not None
    assert wait <= 30


async def test_a_second_try_and_the_shares_of_tenants_do_not_wait_for_the_clock(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    (session_id,) = await queue(database, tenant, 1)
    node_id = await make_node(database, 1)
    async with database.system_transaction() as db:
        await db.execute(text("update sessions set not_before = now() + interval '1 hour'"))
        await db.execute(
            text("insert into fair_shares (tenant_id, slot_seconds, updated_at) values (:t, 8, now() + interval '1 hour')"),
            {"t": tenant},
        )
    admitted = await admit(database, node_id)
    assert admitted is not None
    assert admitted.session_id == session_id
    async with database.system_transaction() as db:
        (share,) = (await db.execute(text("select slot_seconds, updated_at <= now() from fair_shares"))).all()
    assert tuple(share) == (18, True)
