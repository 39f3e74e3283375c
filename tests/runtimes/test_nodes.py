"""Who lives, who is lost, and what one that was given up finds when it comes back."""

import asyncio
from dataclasses import replace
from uuid import UUID

from sqlalchemy import text

from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.runtimes import nodes
from orchestrator.runtimes.fleet import Seen, Watch, declare_dead, living
from orchestrator.runtimes.leader import Leadership
from orchestrator.runtimes.nodes import Heart, Membership

DEATH = 15.0


def seen(heartbeats: int = 1, age: float = 0.0, node_id: UUID | None = None) -> Seen:
    return Seen(node_id or new_id(), "host", 1, heartbeats, age)


def looks(watch: Watch, node: Seen, *ages: tuple[float, float]) -> list[bool]:
    """Whether the node is lost at each (moment, age by the database's clock)."""
    return [bool(watch.look([replace(node, age_seconds=age)], at)) for at, age in ages]


def test_a_silent_node_is_lost_after_the_time_and_no_sooner() -> None:
    every_five = [(float(at), float(at)) for at in range(0, 21, 5)]
    assert looks(Watch(DEATH), seen(), *every_five) == [False, False, False, True, True]


def test_a_node_that_beats_is_never_lost() -> None:
    watch, node = Watch(DEATH), seen()
    assert not any(watch.look([replace(node, heartbeats=n, age_seconds=0.1)], n * 5.0) for n in range(20))


def test_a_clock_that_jumps_ahead_by_an_hour_kills_nobody() -> None:
    watch, node = Watch(DEATH), seen()
    assert looks(watch, node, (0, 1), (5, 3605)) == [False, False]
    assert not watch.look([replace(node, heartbeats=2, age_seconds=1)], 10)


def test_a_clock_that_jumps_back_hides_no_death() -> None:
    assert looks(Watch(DEATH), seen(), (0, 1), (5, -3595), (10, -3590), (15, -3585)) == [False, False, False, True]


def test_a_watcher_that_was_stopped_itself_begins_to_watch_anew() -> None:
    """Everything stood still for a minute, as a suspended machine does: the node had no chance to beat."""
    assert looks(Watch(DEATH), seen(), (0, 1), (60, 61), (65, 66)) == [False, False, False]


def test_a_watcher_just_begun_proves_nothing_by_an_old_heartbeat() -> None:
    assert looks(Watch(DEATH), seen(), (0, 3600), (5, 3605), (10, 3610), (15, 3615)) == [False, False, False, True]


async def dead(database: Database, member: Membership) -> bool:
    async with database.system_transaction() as db:
        node = next(one for one in await living(db) if one.id == member.node_id)
        return await declare_dead(db, node)


async def test_a_restarted_node_stays_what_it_was_and_a_dead_one_joins_anew(database: Database) -> None:
    first = await nodes.register(database, new_id(), 4, "process")
    assert await nodes.register(database, first.node_id, 4, "process") == first
    assert await dead(database, first)
    again = await nodes.register(database, first.node_id, 4, "process")
    assert (again.node_id, again.incarnation) == (first.node_id, first.incarnation + 1)
    assert again.name != first.name


async def test_a_sign_of_life_in_the_last_moment_saves_a_node(database: Database) -> None:
    member = await nodes.register(database, new_id(), 4, "process")
    async with database.system_transaction() as db:
        node = next(one for one in await living(db) if one.id == member.node_id)
    await nodes.register(database, member.node_id, 4, "process")  # It was restarted meanwhile.
    async with database.system_transaction() as db:
        assert not await declare_dead(db, node)


async def drain(database: Database, member: Membership, *, on: bool) -> None:
    query = text("update nodes set draining_since = case when :on then now() end where id = :n")
    async with database.system_transaction() as db:
        await db.execute(query, {"on": on, "n": member.node_id})


async def test_a_heart_beats_and_tells_of_a_drain(database: Database, database_url: str) -> None:
    member = await nodes.register(database, new_id(), 4, "process")
    heart = Heart(database_url, member, 0.02, 5)
    beating = asyncio.create_task(heart.run())
    await drain(database, member, on=True)
    await asyncio.wait_for(heart.draining.wait(), 20)
    async with asyncio.timeout(20):
        while heart.draining.is_set():
            await drain(database, member, on=False)
    assert not heart.stopped.is_set()
    beating.cancel()
    await asyncio.wait([beating])


async def test_the_heart_of_a_node_that_was_declared_dead_stops(database: Database, database_url: str) -> None:
    member = await nodes.register(database, new_id(), 4, "process")
    heart = Heart(database_url, member, 0.02, 5)
    beating = asyncio.create_task(heart.run())
    while not await dead(database, member):
        pass  # Until no beat came in between.
    await asyncio.wait_for(heart.stopped.wait(), 20)
    await beating


async def test_an_old_incarnation_does_not_beat_for_the_new_one(database: Database, database_url: str) -> None:
    old = await nodes.register(database, new_id(), 4, "process")
    assert await dead(database, old)
    await nodes.register(database, old.node_id, 4, "process")
    heart = Heart(database_url, old, 0.02, 5)
    await asyncio.wait_for(heart.run(), 20)
    assert heart.stopped.is_set()


async def test_a_node_without_its_database_gives_itself_up_by_its_own_clock(database: Database) -> None:
    """Nobody tells it that it is dead, and nobody needs to: by then others may do its work."""
    member = await nodes.register(database, new_id(), 4, "process")
    heart = Heart("postgresql://nobody@127.0.0.1:1/none", member, 0.02, 0.3)
    await asyncio.wait_for(heart.run(), 20)
    assert heart.stopped.is_set()


async def test_a_heart_that_was_frozen_stops_without_asking(database: Database, database_url: str) -> None:
    member = await nodes.register(database, new_id(), 4, "process")
    moments = iter([0.0, 60.0])
    heart = Heart(database_url, member, 5, DEATH, clock=lambda: next(moments))
    await asyncio.wait_for(heart.run(), 20)
    assert heart.stopped.is_set()


async def gets(leadership: Leadership) -> None:
    async with asyncio.timeout(20):
        while not await leadership.held():
            pass  # PostgreSQL notices the end of a connection a moment later.


async def test_one_leads_and_the_next_one_follows_when_it_dies(database_url: str) -> None:
    one, other = Leadership(database_url, 30), Leadership(database_url, 30)
    assert await one.held()
    assert await one.held()
    assert not await other.held()
    await one.give_up()
    await gets(other)
    assert not await one.held()
    await one.give_up()
    await other.give_up()


async def test_a_leader_that_says_nothing_leads_no_longer_than_its_lease(database_url: str) -> None:
    """A process that was stopped by SIGSTOP keeps its connection, and would keep the lock with it."""
    frozen, other = Leadership(database_url, 0.3), Leadership(database_url, 30)
    assert await frozen.held()
    await gets(other)
    assert not await frozen.held(), "it finds out at its next look"
    await other.give_up()
    await frozen.give_up()
