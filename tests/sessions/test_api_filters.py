"""Lists of sessions by what became of them and by when they called a model; rows without whole prompts; and the indexes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from tests.api import V1, Api, code_of
from tests.overview.past import add_call
from tests.sessions.test_api_lists import titles
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.listing import PROMPT_CHARS, Order, SessionFilter, list_sessions
from orchestrator.sessions.states import Status, Verification
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.principal import Principal

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
COMPLETED = {"status": Status.COMPLETED}


async def test_who_may_list_them_and_whose_they_are(api: Api) -> None:
    session = await add_session(
        api.database, api.actors.other.tenant_id, title="theirs", verification=Verification.VERIFIED, **COMPLETED
    )
    await add_call(api, NOON, session_id=session.id, tenant_id=api.actors.other.tenant_id)
    wanted = {"verification": "verified", "outcome": "verified", "called_from": NOON.isoformat()}
    assert code_of(await api.client.get(V1 + "/sessions", params=wanted)) == (401, "unauthenticated")
    assert await titles(api, **wanted) == set()
    theirs = await api.call("GET", "/sessions", api.actors.other, params=wanted)
    assert [one["title"] for one in theirs.json()["items"]] == ["theirs"]


async def test_by_what_verification_said_and_by_outcome(api: Api) -> None:
    tenant = api.actors.member.tenant_id
    for verification in Verification:
        await add_session(api.database, tenant, title=verification.value, verification=verification, **COMPLETED)
    await add_session(api.database, tenant, title="late", status=Status.TIMED_OUT)
    await add_session(api.database, tenant, title="goes on", status=Status.RUNNING, verification=Verification.VERIFIED)
    await add_session(api.database, tenant, title="not judged", **COMPLETED)
    assert await titles(api, verification="verified") == {"verified", "goes on"}
    assert await titles(api, verification=["failed", "needs_review"]) == {"failed", "needs_review"}
    assert await titles(api, outcome="verified") == {"verified"}
    assert await titles(api, outcome=["failed", "open"]) == {"failed", "late", "goes on"}
    assert await titles(api, outcome="unverified") == {"unverified", "not judged"}
    for refused in ({"verification": "perhaps"}, {"outcome": "no_session"}, {"called_to": "yesterday"}):
        assert code_of(await api.call("GET", "/sessions", params=refused)) == (422, "invalid")
    done = await api.call("POST", "/sessions/bulk", json={"action": "retry", "filter": {"outcome": ["verified"]}})
    assert [one["done"] for one in done.json()["items"]] == [True]
    assert await titles(api, outcome="open") == {"goes on", "verified"}


async def test_by_when_they_called_a_model(api: Api) -> None:
    tenant, day = api.actors.member.tenant_id, timedelta(days=1)
    for n in range(3):
        session = await add_session(api.database, tenant, title=str(n))
        await add_call(api, NOON + n * day, session_id=session.id)
    await add_session(api.database, tenant, title="never")
    assert await titles(api, called_from=(NOON + day).isoformat()) == {"1", "2"}
    assert await titles(api, called_to=(NOON + day).isoformat()) == {"0"}
    within = {"called_from": (NOON + day).isoformat(), "called_to": (NOON + day + timedelta(seconds=1)).isoformat()}
    assert await titles(api, **within) == {"1"}


async def test_a_row_has_the_beginning_of_a_long_prompt_and_the_session_all_of_it(api: Api) -> None:
    long, short = "ü" * 199_999, "s" * PROMPT_CHARS
    made = [await api.create(prompt=prompt, title=prompt[:1], start=False) for prompt in (long, short)]
    answer = await api.call("GET", "/sessions")
    rows = {one["title"]: one for one in answer.json()["items"]}
    assert (rows["ü"]["prompt"], rows["ü"]["prompt_truncated"]) == ("ü" * PROMPT_CHARS, True)
    assert (rows["s"]["prompt"], rows["s"]["prompt_truncated"]) == (short, False)
    assert len(answer.content) < 10_000
    whole = (await api.call("GET", f"/sessions/{made[0]['id']}")).json()
    assert (whole["prompt"], whole["prompt_truncated"]) == (long, False)


MANY = text(
    """
    insert into sessions (tenant_id, id, title, prompt, branch, agent, model, priority, isolation, timeout_seconds,
        max_feedback_rounds, status, attempt, input_tokens, output_tokens, cost_micro_usd, created_by, user_subject,
        created_at)
    select tenant_id, gen_random_uuid(), title, repeat('x', 900), branch, agent, model, priority, isolation, timeout_seconds,
        max_feedback_rounds, 'stopped', 1, 0, 0, 0, 'key:' || mod(n, 50), 'user:' || mod(n, 50), created_at
    from sessions, generate_series(1, 3000) n
    """
)


async def test_whom_it_concerns_is_looked_up_in_an_index(own_api: Api) -> None:
    """Of 10,000 sessions each was looked at, to find those of one person and those that need one."""
    member = own_api.actors.member
    await add_session(own_api.database, member.tenant_id, status=Status.WAITING)
    with tenant_scope(member.tenant_id):
        async with own_api.database.transaction() as db:
            await db.execute(MANY)
    with psycopg.connect(own_api.database.url, autocommit=True) as owner:
        owner.execute("analyze sessions")
    mine = await plan_of(own_api, SessionFilter(mine=True))
    assert "sessions_of_person" in mine
    assert "sessions_of_creator" in mine
    assert "sessions_needing" in await plan_of(own_api, SessionFilter(needs_me=True))


async def plan_of(api: Api, wanted: SessionFilter) -> str:
    """Of the very query that lists them."""
    sent: list[tuple[str, Any]] = []

    def keep(_: Connection, __: object, statement: str, parameters: Any, *___: object) -> None:
        sent.append((statement, parameters))

    member = api.actors.member
    principal = Principal(member.tenant_id, member.slug, member.key_id, None, "Ada", Role.MEMBER)
    with tenant_scope(member.tenant_id):
        async with api.database.transaction() as db:
            connection = await db.connection()
            event.listen(connection.sync_connection, "before_cursor_execute", keep)
            await list_sessions(db, principal, wanted, Order.CREATED, 100, None)
            event.remove(connection.sync_connection, "before_cursor_execute", keep)
            plan = await connection.exec_driver_sql(f"explain {sent[0][0]}", sent[0][1])
            return "\n".join(plan.scalars())
