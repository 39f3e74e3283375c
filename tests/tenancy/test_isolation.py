"""What keeps tenants apart in the database itself: tried as the app's own role, past all of our code."""

import asyncio
import random
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.actors import make_tenant

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import APP_ROLE, Database, IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import TenantScopeMissing, tenant_scope
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status


def session_row(**changes: object) -> Session:
    values: dict[str, object] = {
        "id": new_id(),
        "title": "t",
        "prompt": "p",
        "branch": "orchestrator/t",
        "agent": "build",
        "model": "scripted-model",
        "priority": 0,
        "isolation": "tenant",
        "timeout_seconds": 60,
        "max_feedback_rounds": 1,
        "status": Status.QUEUED,
        "attempt": 0,
        "input_tokens": 0,
        "output_tokens": 0,
        "cost_micro_usd": 0,
        "created_by": "test",
        "created_at": now(),
        "queued_at": now(),
    }
    return Session(**{**values, **changes})


async def add_session(database: Database, tenant_id: object, **changes: object) -> Session:
    with tenant_scope(tenant_id):  # type: ignore[arg-type]
        async with database.transaction() as db:
            return IndustrialRepository(db).add(session_row(**changes))


async def test_no_scope_is_an_error_before_any_sql(database: Database) -> None:
    with pytest.raises(TenantScopeMissing):
        async with database.transaction():
            pytest.fail("the transaction began")


async def test_the_suite_runs_as_the_role_that_cannot_pass_row_level_security(database: Database) -> None:
    with tenant_scope(uuid4()):
        async with database.transaction() as db:
            row = (
                await db.execute(
                    text("select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
                )
            ).one()
    assert tuple(row) == (APP_ROLE, False, False)


async def test_repository_and_policies_hide_another_tenants_rows(database: Database) -> None:
    a, b = await make_tenant(database, "a"), await make_tenant(database, "b")
    theirs = await add_session(database, b)
    with tenant_scope(a):
        async with database.transaction() as db:
            with pytest.raises(NotFound):
                await IndustrialRepository(db).get(Session, theirs.id)
            assert (await db.execute(text("select count(*) from sessions"))).scalar_one() == 0
            for statement in ("update sessions set title = 'x'", "delete from sessions"):
                assert (await db.execute(text(statement))).rowcount == 0


async def test_insert_into_and_reference_to_another_tenant_are_refused(database: Database) -> None:
    a, b = await make_tenant(database, "a"), await make_tenant(database, "b")
    theirs = await add_session(database, b)
    for values in ({"tenant_id": b}, {"parent_id": theirs.id}):
        with tenant_scope(a), pytest.raises(DBAPIError, match=r"row-level security|foreign key"):
            await _insert(database, {"tenant_id": a, **values})


async def _insert(database: Database, values: dict[str, object]) -> None:
    async with database.transaction() as db:
        db.add(session_row(**values))


def test_every_tenant_table_forces_row_level_security_with_both_clauses(postgres: str) -> None:
    """Over the catalog, so that a table of a later migration cannot be forgotten."""
    with psycopg.connect(postgres) as connection:
        tables = connection.execute(
            "select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_class c "
            "join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public' "
            "join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' where c.relkind in ('r', 'p')"
        ).fetchall()
        assert len(tables) >= 12
        for oid, name, enabled, forced in tables:
            assert enabled, name
            assert forced, name
            policies = connection.execute(
                "select polname, polqual is not null, polwithcheck is not null from pg_policy where polrelid = %s "
                "and not (polname in ('platform_rows', 'offered') and polcmd = 'r')",
                [oid],
            ).fetchall()
            assert any(p[0] == "tenant_isolation" for p in policies), name
            assert all(p[1] and p[2] for p in policies), name


def test_only_providers_and_their_models_may_belong_to_the_platform(postgres: str) -> None:
    query = "select polrelid::regclass::text, pg_get_expr(polqual, polrelid) from pg_policy where polname = 'platform_rows'"
    nobody = "(tenant_id = '00000000-0000-0000-0000-000000000000'::uuid)"
    with psycopg.connect(postgres) as connection:
        found = dict(connection.execute(query).fetchall())
    assert found == dict.fromkeys(("providers", "model_aliases", "model_targets", "provider_states"), nobody)


def test_only_what_the_marketplace_offers_may_be_read_by_other_tenants(postgres: str) -> None:
    """To read alone; whom each row is offered to is tried in tests/marketplace."""
    query = (
        "select polrelid::regclass::text, polcmd::text, polroles::regrole[]::text from pg_policy where polname = 'offered'"
    )
    tables = ("market_listings", "market_versions", "market_keys", "market_scores", "market_checks")
    with psycopg.connect(postgres) as connection:
        found = {row[0]: row[1:] for row in connection.execute(query).fetchall()}
    assert found == dict.fromkeys(tables, ("r", f"{{{APP_ROLE}}}"))


def test_unique_and_foreign_keys_of_tenant_tables_carry_the_tenant(postgres: str) -> None:
    """PostgreSQL checks both past row-level security, so one without the tenant would tell of other tenants' rows."""
    with_public_ids = (
        "api_keys",
        "external_agent_enrolments",
        "external_agent_tokens",
        "gateway_keys",
        "key_sign_ins",
        "sign_in_links",
        "tool_tokens",
    )
    looked_up_without_a_tenant = {(table, "public_id") for table in with_public_ids} | {("market_namespaces", "name")}
    global_targets = {"tenants", "nodes", "users"}
    query = """
        select c.relname, con.contype, f.relname,
            (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum = any(con.conkey))
        from pg_constraint con join pg_class c on c.oid = con.conrelid left join pg_class f on f.oid = con.confrelid
        join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
        where con.contype in ('u', 'p', 'f')
            and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
    """
    with psycopg.connect(postgres) as connection:
        for table, kind, target, columns in connection.execute(query).fetchall():
            if kind == "f" and target in global_targets:
                continue
            if (table, *columns) in looked_up_without_a_tenant:
                continue
            if (table, set(columns)) == ("model_targets", {"provider_tenant_id", "provider_id"}):
                continue  # Another check holds the first to the row's own tenant or the platform.
            assert "tenant_id" in columns, (table, kind, columns)


def test_the_apps_role_may_not_truncate_and_may_not_change_events(postgres: str) -> None:
    query = "select table_name, privilege_type from information_schema.role_table_grants where grantee = %s"
    with psycopg.connect(postgres) as connection:
        rights = set(connection.execute(query, [APP_ROLE]).fetchall())
    assert not {r for r in rights if r[1] in ("TRUNCATE", "TRIGGER", "REFERENCES")}
    assert ("events", "UPDATE") not in rights
    assert ("events", "DELETE") not in rights


@pytest.mark.parametrize("count", [4_000, pytest.param(20_000, marks=pytest.mark.chaos)])
async def test_a_pooled_connection_never_keeps_the_tenant_of_its_last_user(database: Database, count: int) -> None:
    """Queries on few connections alternate tenants; a fifth of the tasks is cancelled while a query runs or waits."""
    tenants = [await make_tenant(database, f"t{n}") for n in range(3)]
    for tenant in tenants:
        await add_session(database, tenant)
    queries, cancelled = 0, 0

    async def look(tenant: UUID) -> None:
        nonlocal queries
        with tenant_scope(tenant):
            async with database.transaction() as db:
                for _ in range(20):
                    seen = (await db.execute(text("select tenant_id from sessions"))).scalars().all()
                    assert seen == [tenant]
                    queries += 1

    async def many(start: int) -> None:
        nonlocal cancelled
        chance = random.Random(start)
        while queries < count:
            task = asyncio.create_task(look(chance.choice(tenants)))
            if chance.random() < 0.2:
                await asyncio.wait({task}, timeout=chance.random() * 0.02)
                task.cancel()
            await asyncio.wait({task})
            cancelled += task.cancelled()
            assert task.cancelled() or task.exception() is None

    await asyncio.gather(*(many(n) for n in range(24)))
    assert cancelled > count / 400


async def test_event_numbers_are_gap_free_and_in_commit_order(database: Database) -> None:
    """A reader that has seen number n has seen all before it, however the writers overlap."""
    tenant = await make_tenant(database, "a")
    seen: list[int] = []
    done = asyncio.Event()

    async def write(n: int) -> None:
        with tenant_scope(tenant):
            for i in range(15):
                async with database.transaction() as db:
                    events.append(db, tenant, "x", actor="t", n=n, i=i)
                    await db.execute(text("select pg_sleep(random() * 0.004)"))

    async def read() -> None:
        with tenant_scope(tenant):
            while not done.is_set() or len(seen) < 150:
                async with database.transaction() as db:
                    seen.extend(e.seq for e in await events.read_after(db, seen[-1] if seen else 0))

    reader = asyncio.create_task(read())
    await asyncio.gather(*(write(n) for n in range(10)))
    done.set()
    await asyncio.wait_for(reader, 30)
    assert seen == list(range(1, 151))


async def test_an_event_of_a_transaction_that_fails_is_not_written(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    with tenant_scope(tenant):
        with pytest.raises(ZeroDivisionError):
            await _append_and_fail(database, tenant)
        async with database.transaction() as db:
            assert await events.read_after(db, 0) == []
            assert await events.last_number(db) == 0


async def _append_and_fail(database: Database, tenant: UUID) -> None:
    async with database.transaction() as db:
        events.append(db, tenant, "x", actor="t")
        raise ZeroDivisionError
