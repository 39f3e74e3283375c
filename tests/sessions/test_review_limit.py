"""max_unreviewed_results: at most so many results of a repository wait for a review or are being made."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.actors import make_actor, make_tenant
from tests.api import Api, code_of
from tests.sessions.test_admission import admit_all, live, make_node, move, queue, reasons
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.admission import admit, admit_some
from orchestrator.sessions.states import Decision, Status
from orchestrator.tenancy.models import Role

SHOP, OTHER = "a" * 24, "b" * 24


async def limit(database: Database, tenant: UUID, most: int, repository: str = SHOP) -> None:
    query = (
        "insert into budgets (tenant_id, id, scope, subject, max_unreviewed_results, updated_at) "
        "values (:t, :id, 'repository', :r, :most, now()) "
        "on conflict (tenant_id, scope, subject) do update set max_unreviewed_results = :most"
    )
    with tenant_scope(tenant):
        async with database.transaction() as db:
            await db.execute(text(query), {"t": tenant, "id": new_id(), "r": repository, "most": most})


async def result(database: Database, tenant: UUID, **changes: Any) -> UUID:
    changes = {"status": Status.COMPLETED, "finished_at": now(), "attempt": 1, "repository_key": SHOP} | changes
    return (await add_session(database, tenant, **changes)).id


async def test_results_that_wait_hold_admission_and_say_so(database: Database) -> None:
    tenant = await make_tenant(database, "a")
    await limit(database, tenant, 3)
    await result(database, tenant)
    await result(database, tenant, status=Status.PARTIALLY_COMPLETED)
    decided = {"decision": Decision.ACCEPTED, "decided_by": "x", "decided_at": now()}
    await result(database, tenant, **decided)
    await result(database, tenant, status=Status.FAILED)
    await result(database, tenant, repository_key=OTHER)
    mine = await queue(database, tenant, 4, repository_key=SHOP)
    theirs = await queue(database, tenant, 2, repository_key=OTHER)
    admitted = await admit_all(database, await make_node(database, 20))
    assert {one.session_id for one in admitted} == {mine[0], *theirs}
    assert await reasons(database, tenant) == {"review_limit": 3}


async def test_a_batch_takes_no_more_of_a_repository_than_its_room_and_passes_on_to_others(database: Database) -> None:
    tenant = await make_tenant(database, "a", limit=100)
    await limit(database, tenant, 2)
    mine = await queue(database, tenant, 8, repository_key=SHOP, priority=5)
    theirs = await queue(database, tenant, 3, repository_key=OTHER)
    admitted = await admit_some(database, await make_node(database, 100), most=8)
    assert {one.session_id for one in admitted} == {*mine[:2], *theirs}


async def test_what_has_begun_goes_on(database: Database) -> None:
    """An agent that mends what a reviewer commented on must not wait for that same reviewer."""
    tenant = await make_tenant(database, "a")
    await limit(database, tenant, 1)
    await result(database, tenant)
    (commented,) = await queue(database, tenant, 1, repository_key=SHOP, attempt=1)
    (new,) = await queue(database, tenant, 1, repository_key=SHOP, priority=9)
    admitted = await admit_all(database, await make_node(database, 9))
    assert [one.session_id for one in admitted] == [commented]
    assert new not in {one.session_id for one in admitted}


async def test_a_pause_makes_no_room_that_a_resume_would_take_twice(database: Database) -> None:
    """A MEMBER paused what worked, let others start, paused those too, and resumed all of them: any number of results."""
    tenant = await make_tenant(database, "a")
    await limit(database, tenant, 2)
    begun = await queue(database, tenant, 2, repository_key=SHOP)
    node = await make_node(database, 9)
    assert len(await admit_all(database, node)) == 2
    for one in begun:
        await move(database, tenant, one, Status.PAUSED)
    (held, unbegun) = await queue(database, tenant, 2, repository_key=SHOP)
    await move(database, tenant, unbegun, Status.PAUSED)
    assert await admit_all(database, node) == []
    await move(database, tenant, begun[0], Status.STOPPED)
    assert [one.session_id for one in await admit_all(database, node)] == [held]


async def test_another_tenants_limit_is_no_concern(database: Database) -> None:
    a, b = await make_tenant(database, "a"), await make_tenant(database, "b")
    await limit(database, a, 1)
    await result(database, a)
    await queue(database, b, 2, repository_key=SHOP)
    assert len(await admit_all(database, await make_node(database, 9))) == 2


async def test_nodes_that_admit_at_once_never_make_more_results_than_may_wait(database: Database) -> None:
    """Three nodes admit while sessions end and results are accepted: at no moment more than 4 wait or are made."""
    tenant = await make_tenant(database, "a", limit=50)
    await limit(database, tenant, 4)
    nodes = [await make_node(database, 40) for _ in range(3)]
    waiting = set(await queue(database, tenant, 24, repository_key=SHOP))
    done, accepted, most = asyncio.Event(), set[UUID](), 0

    async def node(node_id: UUID) -> None:
        while not done.is_set():
            for one in await admit_some(database, node_id, most=3):
                await move(database, tenant, one.session_id, Status.COMPLETED)
            await asyncio.sleep(0)

    async def review() -> None:
        nonlocal most
        count = text(
            "select count(*) from sessions where tenant_id = :t and decision is null and status in ('running', 'completed')"
        )
        accept = text(
            "update sessions set decision = 'accepted', decided_by = 'x', decided_at = now() where (tenant_id, id) in "
            "(select tenant_id, id from sessions where status = 'completed' and decision is null limit 1) returning id"
        )
        while len(accepted) < 24:
            with tenant_scope(tenant):
                async with database.transaction() as db:
                    most = max(most, (await db.execute(count, {"t": tenant})).scalar_one())
                async with database.transaction() as db:
                    accepted.update((await db.execute(accept)).scalars())
        done.set()

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(review())
        for one in nodes:
            group.create_task(node(one))
            group.create_task(node(one))
    assert accepted == waiting
    assert 1 < most <= 4


async def test_admissions_at_once_fill_the_room_exactly(database: Database) -> None:
    tenant = await make_tenant(database, "a", limit=50)
    await limit(database, tenant, 5)
    nodes = [await make_node(database, 40) for _ in range(3)]
    await queue(database, tenant, 30, repository_key=SHOP)
    admitted = await asyncio.gather(*(admit(database, nodes[n % 3]) for n in range(24)))
    assert len([one for one in admitted if one]) == 5
    assert (await live(database))[tenant] == 5


@pytest.mark.parametrize("verb", ["accept", "reject"])
async def test_a_decision_lets_the_next_one_start(own_api: Api, verb: str) -> None:
    api, tenant = own_api, own_api.actors.member.tenant_id
    lead = await make_actor(api.database, tenant, api.actors.member.slug, Role.LEAD)
    budget = {"scope": "repository", "subject": SHOP, "max_unreviewed_results": 1}
    assert code_of(await api.call("PUT", "/budgets", json=budget)) == (403, "permission_required")
    answer = await api.call("PUT", "/budgets", lead, json=budget)
    assert (answer.status_code, answer.json()["max_unreviewed_results"]) == (200, 1)
    waiting = await result(api.database, tenant)
    (held,) = await queue(api.database, tenant, 1, repository_key=SHOP)
    node = await make_node(api.database, 4)
    assert await admit_all(api.database, node) == []
    row = (await api.call("GET", f"/sessions/{held}")).json()
    assert (row["status"], row["queue_reason"]) == ("queued", "review_limit")
    assert row["queue_detail"].startswith("1 result of the repository waits for a review and 0 sessions work on more")
    assert (await api.call("POST", f"/sessions/{waiting}/{verb}")).status_code == 200
    assert [one.session_id for one in await admit_all(api.database, node)] == [held]


@pytest.mark.parametrize("most", [0, -1, 1.5, "many", 10**9])
async def test_limits_that_are_refused(api: Api, most: Any) -> None:
    lead = await make_actor(api.database, api.actors.member.tenant_id, api.actors.member.slug, Role.LEAD)
    body = {"scope": "repository", "subject": SHOP, "max_unreviewed_results": most}
    assert code_of(await api.call("PUT", "/budgets", lead, json=body)) == (422, "invalid")
    of_a_user = {"scope": "user", "subject": f"key:{lead.key_id}", "max_unreviewed_results": 2}
    assert code_of(await api.call("PUT", "/budgets", lead, json=of_a_user)) == (422, "invalid")
