"""The audit log: written with the change or not at all, one chain a tenant, and every tampering is found."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from tests.actors import make_operator, make_tenant
from tests.api import V1, Api, code_of

from orchestrator.events import log as events
from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy import audit
from orchestrator.tenancy.audit_reading import AuditFilter, Verdict, list_entries, verify


async def write(database: Database, tenant: UUID, number: int, tenant_event: bool = True) -> None:
    with tenant_scope(tenant):
        async with database.transaction() as db:
            after = {"n": number, "name": 'Ünïcode \u2028 \\ "', "big": 2**62, "none": None, "yes": True}
            audit.record(db, tenant, "key:x", "key.create", f"key:{number}", None, after, "r-1")
            if tenant_event:
                events.append(db, tenant, "x", actor="t")


async def checked(database: Database, tenant: UUID) -> Verdict:
    with tenant_scope(tenant):
        async with database.transaction() as db:
            return await verify(db)


@pytest.fixture
async def tenant(database: Database) -> UUID:
    tenant = await make_tenant(database, "a")
    for number in range(5):
        await write(database, tenant, number)
    return tenant


def tamper(database: Database, statement: str) -> None:
    """As the superuser, past all rights and policies."""
    with psycopg.connect(database.url) as connection:
        connection.execute(statement)


async def test_an_empty_and_a_whole_log_hold(database: Database, tenant: UUID) -> None:
    assert (await checked(database, tenant)).broken_at is None
    assert (await checked(database, tenant)).entries == 5
    empty = await checked(database, await make_tenant(database, "b"))
    assert (empty.entries, empty.broken_at, empty.head_hash) == (0, None, audit.GENESIS)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("update audit_log set actor = 'key:y' where number = 3", 3),
        ("update audit_log set action = 'key.creatf' where number = 2", 2),
        ("update audit_log set target = 'key:9' where number = 1", 1),
        ("update audit_log set request_id = 'r-2' where number = 4", 4),
        ("update audit_log set at = at + interval '1 microsecond' where number = 5", 5),
        ("update audit_log set detail = jsonb_set(detail, '{after,n}', '8') where number = 3", 3),
        ("update audit_log set hash = set_byte(hash, 31, get_byte(hash, 31) # 1) where number = 3", 3),
        ("update audit_log set hash = set_byte(hash, 0, get_byte(hash, 0) # 128) where number = 5", 5),
        ("delete from audit_log where number = 2", 2),
        ("delete from audit_log where number = 5", 5),
        ("delete from audit_log where number > 3", 4),
        ("delete from audit_log", 1),
        ("delete from audit_heads", 1),
        ("update audit_heads set number = 4", 5),
        ("update audit_heads set hash = set_byte(hash, 5, get_byte(hash, 5) # 1)", 5),
        ("update audit_log set number = 7 where number = 4", 4),
    ],
)
async def test_every_tampering_is_found_at_its_row(database: Database, tenant: UUID, statement: str, broken_at: int) -> None:
    tamper(database, statement)
    found = await checked(database, tenant)
    assert (found.broken_at, bool(found.problem)) == (broken_at, True)


async def test_a_chain_cannot_be_moved_to_another_tenant(database: Database, tenant: UUID) -> None:
    other = await make_tenant(database, "b")
    for table in ("audit_log", "audit_heads"):
        tamper(database, f"update {table} set tenant_id = '{other}'")  # noqa: S608 - no input of anybody.
    assert (await checked(database, other)).broken_at == 1


async def test_a_hundred_writers_at_once_keep_one_chain(database: Database, tenant: UUID) -> None:
    """Some write events as well and some do not: whatever the order of their locks, none waits for ever."""
    other = Database(database.url)
    await asyncio.gather(*(write((database, other)[n % 2], tenant, n, n % 3 > 0) for n in range(100)))
    await other.close()
    found = await checked(database, tenant)
    assert (found.entries, found.broken_at) == (105, None)


async def test_more_entries_than_are_read_at_once(database: Database, tenant: UUID) -> None:
    with tenant_scope(tenant):
        async with database.transaction() as db:
            for number in range(2100):
                audit.record(db, tenant, "key:x", "key.create", f"key:{number}")
    assert (await checked(database, tenant)).entries == 2105
    assert (await checked(database, tenant)).broken_at is None
    tamper(database, "delete from audit_log where number = 1006")
    assert (await checked(database, tenant)).broken_at == 1006


async def test_the_app_may_neither_change_nor_remove_an_entry(database: Database, tenant: UUID) -> None:
    for statement in ("update audit_log set actor = 'x'", "delete from audit_log", "delete from audit_heads"):
        with tenant_scope(tenant), pytest.raises(ProgrammingError, match="permission denied"):
            await run(database, statement)
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.system_transaction() as db:
                await db.execute(text(statement))


async def run(database: Database, statement: str) -> None:
    async with database.transaction() as db:
        await db.execute(text(statement))


async def test_what_is_rolled_back_leaves_no_entry(database: Database, tenant: UUID) -> None:
    with tenant_scope(tenant):
        with pytest.raises(ZeroDivisionError):
            await record_and_fail(database, tenant)
        async with database.transaction() as db:
            entries, _ = await list_entries(db, AuditFilter(), 100, None)
    assert len(entries) == 5


async def record_and_fail(database: Database, tenant: UUID) -> None:
    async with database.transaction() as db:
        audit.record(db, tenant, "key:x", "key.create", "key:1")
        raise ZeroDivisionError


async def log_of(api: Api, **params: Any) -> list[dict[str, Any]]:
    answer = await api.call("GET", "/audit", api.actors.admin, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_refusals_come_first(api: Api) -> None:
    for path in ("/audit", "/audit/verify"):
        assert (await api.client.get(V1 + path)).status_code == 401
        assert code_of(await api.call("GET", path, api.actors.member)) == (403, "permission_required")
        assert (await api.call("GET", path, api.actors.other)).status_code == 200
    for cursor in ("x", "-1", "9" * 30, "²"):
        answer = await api.call("GET", "/audit", api.actors.admin, params={"cursor": cursor})
        assert code_of(answer) == (422, "cursor_invalid")


async def test_every_act_leaves_one_entry_with_who_and_what_and_no_secret(api: Api) -> None:
    admin, tenant = api.actors.admin, api.actors.admin.tenant_id
    operator = await make_operator(api.database, tenant, admin.slug)
    made = await api.call("POST", "/tenants", operator, json={"slug": f"t-{uuid4().hex}", "name": "x"})
    key = (await api.call("POST", "/api-keys", admin, json={"name": "ci", "role": "MEMBER"})).json()
    rotated = (await api.call("POST", f"/api-keys/{key['id']}/rotate", admin)).json()
    await api.call("POST", f"/api-keys/{key['id']}/revoke", admin)
    users = f"/tenants/{tenant}/users"
    user = (await api.call("POST", users, admin, json={"name": "Ada", "role": "MEMBER"})).json()
    await api.call("PATCH", f"{users}/{user['id']}", admin, json={"role": "LEAD"})
    await api.call("DELETE", f"{users}/{user['id']}", admin)
    await api.call("PATCH", f"/tenants/{tenant}", operator, json={"weight": 2})
    quotas = {"max_queued_sessions": 9}
    changed = await api.call("PUT", f"/tenants/{tenant}/quotas", operator, json=quotas)
    await api.call("PUT", f"/tenants/{tenant}/quotas", operator, json=quotas)  # Changes nothing, leaves nothing.
    session = await api.create(start=False)
    await api.call("POST", f"/sessions/{session['id']}/start")
    await api.call("POST", f"/sessions/{session['id']}/cancel")
    entries = await log_of(api, order="oldest", limit=500)
    assert [one["action"] for one in entries] == [
        "key.create",
        "key.rotate",
        "key.revoke",
        "user.add",
        "user.change",
        "user.remove",
        "tenant.change",
        "quotas.change",
        "session.create",
        "session.start",
        "session.cancel",
    ]
    quota = entries[7]
    assert (quota["actor"], quota["target"]) == (f"key:{operator.key_id}", f"tenant:{tenant}")
    assert (quota["before"], quota["after"]) == ({"max_queued_sessions": None}, quotas)
    assert quota["request_id"] == changed.headers["x-request-id"]
    assert (entries[8]["actor"], entries[8]["actor_name"]) == (f"key:{api.actors.member.key_id}", "MEMBER")
    for one in (key, rotated):
        assert one["key"].split("_")[2] not in str(entries)
    assert (await api.call("GET", "/audit/verify", admin)).json()["intact"] is True
    headers = {"Authorization": f"Bearer {made.json()['admin_key']}"}
    theirs = (await api.client.get(f"{V1}/audit", headers=headers)).json()["items"]
    assert [(one["action"], one["actor"]) for one in theirs] == [("tenant.create", f"key:{operator.key_id}")]
    assert theirs[0]["actor_name"] is None, "what another tenant calls its keys is told to nobody"


async def test_pages_and_filters(api: Api) -> None:
    for number in range(5):
        body = {"max_queued_sessions": number}
        await api.call("PUT", f"/tenants/{api.actors.admin.tenant_id}/quotas", api.actors.admin, json=body)
    numbers: list[int] = []
    cursor: str | None = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await api.call("GET", "/audit", api.actors.admin, params=params)).json()
        numbers += [one["number"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert numbers == [5, 4, 3, 2, 1]
    assert len(await log_of(api, action="quotas.change")) == 5
    assert await log_of(api, action="key.create") == []
    assert len(await log_of(api, actor=f"key:{api.actors.admin.key_id}")) == 5
    assert [one["number"] for one in await log_of(api, order="oldest", limit=2, cursor="2")] == [3, 4]
