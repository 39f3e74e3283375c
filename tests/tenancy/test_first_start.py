"""The first start makes one tenant, one admin and a private key file; later starts change nothing that works."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.api import settings_for

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.principal import Principal, Unauthenticated
from orchestrator.tenancy.service import authenticate, first_start

COUNTS = "select (select count(*) from tenants), (select count(*) from users), (select count(*) from memberships)"


class Start:
    """One orchestrator's data directory and database, started again and again."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.settings = settings_for(folder, max_concurrent_sessions=3)
        self.settings.data_dir.mkdir()
        self.file = self.settings.data_dir / "admin.key"

    async def __call__(self) -> str:
        await first_start(self.database, self.settings)
        return self.file.read_text().strip()

    async def who(self, key: str) -> Principal:
        return await authenticate(self.database, key, None)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.url) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def start(database: Database, tmp_path: Path) -> Start:
    return Start(database, tmp_path)


async def test_the_first_start_makes_a_tenant_an_admin_and_a_private_key(start: Start) -> None:
    principal = await start.who(await start())
    assert (principal.tenant_slug, principal.role) == ("default", Role.ADMIN)
    assert principal.user_id is not None
    assert stat.S_IMODE(start.file.stat().st_mode) == 0o600
    assert start.ask("select slug, max_concurrent_sessions from tenants join quotas on tenant_id = id") == [("default", 3)]
    assert [p.name for p in start.settings.data_dir.iterdir()] == ["admin.key"]


async def test_later_starts_change_nothing(start: Start) -> None:
    key = await start()
    before = start.ask("select * from api_keys")
    assert {await start(), await start()} == {key}
    assert start.ask("select * from api_keys") == before
    assert start.ask(COUNTS) == [(1, 1, 1)]


async def test_starts_at_once_make_one_of_each_and_leave_a_key_that_works(start: Start) -> None:
    await asyncio.gather(*(start() for _ in range(5)))
    assert start.ask(COUNTS) == [(1, 1, 1)]
    assert (await start.who(await start())).role is Role.ADMIN
    assert start.ask("select count(*) from api_keys") == [(1,)]


async def test_a_lost_file_gets_a_new_key_and_the_old_one_stays_valid(start: Start) -> None:
    """To lose the file is not to revoke the key: programs that hold it go on. Revoking is an act of its own."""
    old = await start()
    start.file.unlink()
    new = await start()
    assert new != old
    assert (await start.who(new)).user_id == (await start.who(old)).user_id
    assert stat.S_IMODE(start.file.stat().st_mode) == 0o600
    assert start.ask(COUNTS) == [(1, 1, 1)]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe\x00", b"oio_a_b\n"])
async def test_a_spoilt_file_gets_a_new_key(start: Start, content: bytes) -> None:
    await start()
    start.file.write_bytes(content)
    assert (await start.who(await start())).role is Role.ADMIN


async def test_a_key_that_was_revoked_is_replaced_and_stays_revoked(start: Start, database: Database) -> None:
    old = await start()
    with psycopg.connect(database.url) as connection:
        connection.execute("update api_keys set revoked_at = %s", [now()])
    new = await start()
    assert (await start.who(new)).role is Role.ADMIN
    with pytest.raises(Unauthenticated):
        await start.who(old)


async def test_a_draft_that_a_crash_left_is_not_in_the_way(start: Start) -> None:
    start.file.with_suffix(".tmp").write_text("half a k")
    assert (await start.who(await start())).role is Role.ADMIN
    assert not start.file.with_suffix(".tmp").exists()


async def test_a_new_database_under_an_old_file_gets_a_key_of_its_own(start: Start) -> None:
    start.file.write_text("oio_0123456789ab_" + "a" * 43)
    assert (await start.who(await start())).role is Role.ADMIN
