"""The connections that transactions borrow."""

import asyncio

import psycopg
from sqlalchemy import text

from orchestrator.kit.db import Database

_AT_ONCE = 4
_ENDED = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid = any(%s)"


async def backends(database: Database) -> set[int]:
    """Of as many connections of the system's role as are in use at once."""
    together = asyncio.Barrier(_AT_ONCE)

    async def one() -> int:
        async with database.system_transaction() as db:
            pid = (await db.execute(text("select pg_backend_pid()"))).scalar_one()
            await together.wait()
            return pid

    return set(await asyncio.gather(*(one() for _ in range(_AT_ONCE))))


async def test_no_connection_is_borrowed_that_its_server_has_ended(database: Database) -> None:
    """As after a crash of the server: all of them at once, and nobody's transaction may see it."""
    before = await backends(database)
    with psycopg.connect(database.url, autocommit=True) as admin:
        assert [row[0] for row in admin.execute(_ENDED, [list(before)])] == [True] * _AT_ONCE

    after = await backends(database)

    assert len(after) == _AT_ONCE
    assert after.isdisjoint(before)


async def test_a_connection_is_kept_for_the_next_transaction(database: Database) -> None:
    assert await backends(database) == await backends(database)


async def test_borrowing_asks_the_server_nothing(database: Database) -> None:
    """The last that was said on each connection is the end of a transaction."""
    pids = await backends(database)
    with psycopg.connect(database.url, autocommit=True) as admin:
        async with database.system_transaction() as db:
            await db.connection()
            said = admin.execute("select distinct query from pg_stat_activity where pid = any(%s)", [list(pids)]).fetchall()
    assert said == [("COMMIT",)]
