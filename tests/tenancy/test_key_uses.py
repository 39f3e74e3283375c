"""When a key was last used: to the minute, with one write a minute at most, and never in the way of a request."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from tests.actors import Actor
from tests.api import Api, code_of

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.tenancy.key_uses import EVERY_SECONDS, KeyUses
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.principal import Principal


async def own_key(api: Api, actor: Actor) -> dict[str, Any]:
    keys = (await api.call("GET", "/api-keys", actor, params={"mine": True})).json()["items"]
    return next(one for one in keys if one["id"] == str(actor.key_id))


async def version_of(api: Api, actor: Actor) -> str:
    """Of its row: another one after each write."""
    async with api.database.system_transaction() as db:
        found = await db.execute(text("select xmin::text from api_keys where id = :id"), {"id": actor.key_id})
        return found.scalar_one()


def principal_of(actor: Actor) -> Principal:
    return Principal(actor.tenant_id, actor.slug, actor.key_id, None, "x", Role.MEMBER)


async def test_a_use_is_told_soon_after_and_a_further_one_writes_nothing(api: Api) -> None:
    before, end = now(), time.monotonic() + 20
    while (last := (await own_key(api, api.actors.member))["last_used_at"]) is None:
        assert time.monotonic() < end, "no use of the key was written"
        await asyncio.sleep(0.05)
    assert before <= datetime.fromisoformat(last) <= now()
    version = await version_of(api, api.actors.member)
    for other_process in (KeyUses(api.database), KeyUses(api.database)):
        other_process.note(principal_of(api.actors.member))
        await other_process.write()
    assert await version_of(api, api.actors.member) == version
    assert (await own_key(api, api.actors.member))["last_used_at"] == last


async def test_a_key_that_nobody_used_was_used_never(api: Api) -> None:
    made = await api.call("POST", "/api-keys", api.actors.admin, json={"name": "idle", "role": "MEMBER"})
    assert made.json()["last_used_at"] is None


async def test_the_next_minute_is_written_again(api: Api) -> None:
    actor, uses = api.actors.other, KeyUses(api.database)
    uses.note(principal_of(actor))
    await uses.write()
    earlier = now() - timedelta(seconds=EVERY_SECONDS)
    async with api.database.system_transaction() as db:
        await db.execute(text("update api_keys set last_used_at = :at where id = :id"), {"at": earlier, "id": actor.key_id})
    after_a_restart = KeyUses(api.database)
    after_a_restart.note(principal_of(actor))
    await after_a_restart.write()
    assert datetime.fromisoformat((await own_key(api, actor))["last_used_at"]) > earlier


async def test_a_key_that_is_being_changed_holds_up_no_other(api: Api) -> None:
    """Two processes write many keys each, in whatever order, while people rotate and revoke some of them."""
    uses, (held, free) = KeyUses(api.database), (api.actors.viewer, api.actors.other)
    async with api.database.system_transaction() as db:
        await db.execute(text("select 1 from api_keys where id = :id for update"), {"id": held.key_id})
        uses.note(principal_of(held))
        uses.note(principal_of(free))
        await asyncio.wait_for(uses.write(), 10)
    assert (await own_key(api, free))["last_used_at"] is not None


async def test_a_database_that_is_away_ends_nothing(api: Api) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    uses = KeyUses(away)
    uses.note(principal_of(api.actors.other))
    with capture_logs() as logs:
        await uses.write()
    await away.close()
    assert [one["event"] for one in logs] == ["key_uses_unwritten"]


@pytest.mark.parametrize("mine", [True, False])
async def test_ones_own_keys_alone_when_they_are_asked_for(api: Api, mine: bool) -> None:
    await api.call("POST", "/api-keys", api.actors.admin, json={"name": "second", "role": "VIEWER"})
    keys = (await api.call("GET", "/api-keys", api.actors.admin, params={"mine": mine})).json()["items"]
    assert (str(api.actors.member.key_id) in {one["id"] for one in keys}) is not mine
    assert {"second", "ADMIN"} <= {one["name"] for one in keys}
    assert code_of(await api.call("GET", "/api-keys", api.actors.viewer, params={"mine": mine}))[0] == 403
