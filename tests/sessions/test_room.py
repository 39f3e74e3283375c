"""Quotas on what a tenant may hand in: its queue, and what its files take."""

import asyncio
from collections import Counter
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from tests.actors import make_tenant
from tests.api import Api, code_of
from tests.sessions.test_admission import make_node

from orchestrator.kit.db import Database
from orchestrator.runtimes.storage import measure


async def set_quota(database: Database, tenant: UUID, name: str, value: int | None) -> None:
    async with database.system_transaction() as db:
        await db.execute(text(f"update quotas set {name} = :v where tenant_id = :t"), {"v": value, "t": tenant})  # noqa: S608


async def test_of_twenty_at_once_no_more_are_queued_than_the_quota(api: Api) -> None:
    await set_quota(api.database, api.actors.member.tenant_id, "max_queued_sessions", 5)
    answers = await asyncio.gather(*(api.call("POST", "/sessions", json={"prompt": "x"}) for _ in range(20)))
    assert Counter(one.status_code for one in answers) == {201: 5, 429: 15}
    refused = next(one for one in answers if one.status_code == 429)
    assert code_of(refused) == (429, "queue_full")
    assert int(refused.headers["retry-after"]) > 0
    warnings = [e for e in await api.events() if e["type"] == "quota.warning"]
    assert [w["data"] for w in warnings] == [{"quota": "max_queued_sessions", "used": 4, "limit": 5}]


async def test_a_session_that_is_not_started_needs_no_room_until_it_is(api: Api) -> None:
    await set_quota(api.database, api.actors.member.tenant_id, "max_queued_sessions", 0)
    pending = await api.create(start=False)
    assert code_of(await api.call("POST", f"/sessions/{pending['id']}/start")) == (429, "queue_full")
    assert (await api.call("GET", f"/sessions/{pending['id']}")).json()["status"] == "pending"
    await set_quota(api.database, api.actors.member.tenant_id, "max_queued_sessions", 1)
    assert (await api.call("POST", f"/sessions/{pending['id']}/start")).status_code == 200


async def test_files_are_measured_for_each_tenant_and_a_full_one_hands_in_nothing(api: Api, tmp_path: Path) -> None:
    mine, theirs = api.actors.member.tenant_id, api.actors.other.tenant_id
    node_id = await make_node(api.database, 1)
    for folder, size in (
        (tmp_path / "tenants" / str(mine) / "mirrors", 90_000),
        (tmp_path / "artifacts" / str(mine), 10_000),
    ):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x" * size)
    (tmp_path / "tenants" / str(mine) / "link").symlink_to("/usr")
    await set_quota(api.database, mine, "storage_bytes", 120_000)
    await measure(api.database, node_id, tmp_path)
    assert [e["data"]["quota"] for e in await api.events() if e["type"] == "quota.warning"] == ["storage_bytes"]
    await api.create()
    await set_quota(api.database, mine, "storage_bytes", 100_000)
    assert code_of(await api.call("POST", "/sessions", json={"prompt": "x"})) == (409, "storage_quota_exceeded")
    await set_quota(api.database, theirs, "storage_bytes", 1)
    await api.create(api.actors.other)


async def test_empty_files_take_room_as_well(database: Database, tmp_path: Path) -> None:
    """A disk has so many files and no more: a tenant of empty ones had used nothing, and left nobody any."""
    tenant, node_id = await make_tenant(database, "a"), await make_node(database, 1)
    folder = tmp_path / "tenants" / str(tenant)
    folder.mkdir(parents=True)
    for number in range(99):
        (folder / str(number)).touch()
    (folder / "in").mkdir()
    await measure(database, node_id, tmp_path)
    async with database.system_transaction() as db:
        assert (await db.execute(text("select bytes from storage_samples"))).scalar_one() >= 100 * 4096


async def test_measuring_again_corrects_what_was_measured(database: Database, tmp_path: Path) -> None:
    tenant, node_id = await make_tenant(database, "a"), await make_node(database, 1)
    file = tmp_path / "artifacts" / str(tenant) / "file"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x" * 50_000)
    await measure(database, node_id, tmp_path)
    file.unlink()
    await measure(database, node_id, tmp_path)
    async with database.system_transaction() as db:
        assert (await db.execute(text("select bytes from storage_samples"))).scalar_one() == 0
