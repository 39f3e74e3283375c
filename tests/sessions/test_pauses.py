"""Sessions that wait for money or a provider: they go on by themselves when that is there, and not before."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.actors import make_tenant
from tests.api import Api, code_of, id_of
from tests.gateway.paying import Call, events_of
from tests.sessions.test_admission import add_session, make_node

from orchestrator.gateway.accounts import Amount, BudgetSpent, Payer
from orchestrator.gateway.ledger import Ledger
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions import pauses, turn_rows
from orchestrator.sessions.admission import admit
from orchestrator.sessions.models import Session
from orchestrator.sessions.pauses import MOST_RESUMES, Resumes, resume_ready
from orchestrator.sessions.states import Status

NEEDED = 500


class Desk:
    """A tenant with sessions that the gateway refused. Rows of the ledger are written past its code, as the superuser."""

    def __init__(self, database: Database, tenant: UUID) -> None:
        self.database = database
        self.tenant = tenant

    def write(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.database.url) as connection:
            connection.execute(statement, values)

    def quota(self, **values: int | None) -> None:
        for name, value in values.items():
            self.write(f"update quotas set {name} = %s where tenant_id = %s", value, self.tenant)  # noqa: S608

    def spent(self, tokens: int, scope: str = "tenant", subject: str = "", period: str | None = None) -> None:
        period = period or f"{now():%Y-%m}"
        self.write(
            "insert into budget_accounts values (%s, %s, %s, %s, %s, 0) on conflict (tenant_id, scope, subject, period) "
            "do update set spent_tokens = excluded.spent_tokens",
            self.tenant,
            scope,
            subject,
            period,
            tokens,
        )

    def budget(self, scope: str, subject: str, tokens: int) -> None:
        self.write("delete from budgets")
        self.write(
            "insert into budgets values (%s, %s, %s, %s, %s, null, now())", self.tenant, new_id(), scope, subject, tokens
        )

    async def paused(self, **changes: Any) -> UUID:
        values: Mapping[str, Any] = {
            "status": Status.PAUSED,
            "attempt": 1,
            "pause": {"by": "budget", "resumes": 0},
            "paused_at": now(),
            **changes,
        }
        session = await add_session(self.database, self.tenant, **values)
        self.write(
            "insert into budget_refusals values (%s, %s, 'tenant', 'tokens', '', %s, %s, 0, now())",
            self.tenant,
            session.id,
            f"{now():%Y-%m}",
            NEEDED,
        )
        return session.id

    @asynccontextmanager
    async def locked(self, session_id: UUID) -> AsyncGenerator[tuple[AsyncSession, Session]]:
        with tenant_scope(self.tenant):
            async with self.database.transaction() as db:
                yield db, await IndustrialRepository(db).get(Session, session_id, lock=True)

    async def row(self, session_id: UUID) -> Session:
        with tenant_scope(self.tenant):
            async with self.database.transaction() as db:
                return await IndustrialRepository(db).get(Session, session_id)


@pytest.fixture
async def desk(database: Database) -> Desk:
    return Desk(database, await make_tenant(database, "a"))


async def test_it_goes_on_when_the_next_call_fits_and_not_before(desk: Desk) -> None:
    session_id = await desk.paused()
    desk.spent(1000)
    desk.quota(tokens_per_month=1000 + NEEDED - 1)
    assert await resume_ready(desk.database) == 0
    desk.quota(tokens_per_month=1000 + NEEDED)
    assert await resume_ready(desk.database) == 1
    row = await desk.row(session_id)
    assert (row.status, row.pause) == (Status.QUEUED, {"by": "budget", "resumes": 1})


async def test_the_refusal_after_it_went_on_is_told_of_again(desk: Desk) -> None:
    """Within a minute of the first, which would pass for the same one."""
    session_id = await desk.paused()
    desk.quota(tokens_per_month=NEEDED)
    ledger, payer = Ledger(desk.database), Payer(desk.tenant, "user:1", session_id)
    for times in (0, 1):
        with pytest.raises(BudgetSpent):
            await Call(payer, Amount(NEEDED + 1, 0)).reserve(ledger)
        assert len(await events_of(desk.database, desk.tenant, "gateway.refused")) == times
        desk.quota(tokens_per_month=None)
        assert await resume_ready(desk.database) == (times == 0)
        desk.quota(tokens_per_month=NEEDED)


async def test_without_any_limit_it_goes_on(desk: Desk) -> None:
    await desk.paused()
    desk.spent(10**9)
    assert await resume_ready(desk.database) == 1


async def test_live_holds_count_as_spent(desk: Desk) -> None:
    await desk.paused()
    desk.quota(tokens_per_month=1000)
    desk.write(
        "insert into budget_holds (tenant_id, request_id, user_subject, period, tokens, micro_usd, detail, created_at, "
        "expires_at) values (%s, %s, 'user:x', %s, 600, 0, '{}', now(), now() + interval '1 minute')",
        desk.tenant,
        new_id(),
        f"{now():%Y-%m}",
    )
    assert await resume_ready(desk.database) == 0
    desk.write("update budget_holds set expires_at = now() - interval '1 second', reached_provider = true")
    assert await resume_ready(desk.database) == 0, "the ledger counts a call that was sent until the sweeper has booked it"
    desk.write("update budget_holds set reached_provider = false")
    assert await resume_ready(desk.database) == 1


@pytest.mark.parametrize("scope", ["user", "repository", "session"])
async def test_holds_count_on_every_account(desk: Desk, scope: str) -> None:
    """Of the tenant's alone, so a session went on and was refused again, until its resumes were used up."""
    limit = {"max_tokens": 1000} if scope == "session" else {}
    session_id = await desk.paused(user_subject="mine", repository_key="mine", **limit)
    if scope != "session":
        desk.budget(scope, "mine", 1000)
    desk.write(
        "insert into budget_holds (tenant_id, request_id, session_id, user_subject, repository, period, tokens, micro_usd, "
        "detail, created_at, expires_at) "
        "values (%s, %s, %s, 'mine', 'mine', %s, 600, 0, '{}', now(), now() + interval '1 hour')",
        desk.tenant,
        new_id(),
        session_id,
        f"{now():%Y-%m}",
    )
    assert await resume_ready(desk.database) == 0
    desk.write("delete from budget_holds")
    assert await resume_ready(desk.database) == 1


async def test_a_new_month_is_a_new_account(desk: Desk) -> None:
    await desk.paused()
    desk.quota(tokens_per_month=1000)
    desk.spent(1000, period="2001-01")
    assert await resume_ready(desk.database) == 1


async def test_the_sessions_own_budget_does_not_come_back_with_the_month(desk: Desk) -> None:
    session_id = await desk.paused(max_tokens=700)
    desk.spent(600, "session", str(session_id), "all")
    assert await resume_ready(desk.database) == 0
    desk.write("update sessions set max_tokens = 1100")
    assert await resume_ready(desk.database) == 1


async def test_the_tenants_limit_for_a_session_counts_as_well(desk: Desk) -> None:
    session_id = await desk.paused(max_tokens=10**6)
    desk.spent(600, "session", str(session_id), "all")
    desk.quota(max_session_tokens=700)
    assert await resume_ready(desk.database) == 0
    desk.quota(max_session_tokens=None)
    assert await resume_ready(desk.database) == 1


@pytest.mark.parametrize(("scope", "column"), [("user", "user_subject"), ("repository", "repository_key")])
async def test_budgets_of_users_and_repositories_hold_their_own_sessions(desk: Desk, scope: str, column: str) -> None:
    await desk.paused(**{column: "mine"})
    desk.spent(800, scope, "mine")
    desk.budget(scope, "mine", 1000)
    assert await resume_ready(desk.database) == 0
    desk.budget(scope, "another", 1000)
    assert await resume_ready(desk.database) == 1


async def test_a_provider_that_takes_no_calls_holds_the_sessions_of_its_models(desk: Desk) -> None:
    await desk.paused(model="exhausted", pause={"by": "provider", "resumes": 0})
    assert await resume_ready(desk.database, {desk.tenant: ["exhausted"]}) == 0
    assert await resume_ready(desk.database, {desk.tenant: ["another"]}) == 1


async def test_of_many_only_a_few_go_on_at_once_the_longest_waiting_first(desk: Desk) -> None:
    start = now() - timedelta(hours=1)
    waiting = [await desk.paused(paused_at=start + timedelta(minutes=n)) for n in range(6)]
    assert await resume_ready(desk.database) == 4
    assert [(await desk.row(one)).status for one in waiting] == [Status.QUEUED] * 4 + [Status.PAUSED] * 2


async def test_the_next_few_do_not_go_on_in_the_same_moment(desk: Desk) -> None:
    """A resume wakes admission: all that waited began within milliseconds, four by four."""
    for _ in range(6):
        await desk.paused()
    resumes = Resumes(desk.database, look_seconds=60)
    assert [await resumes.look(), await resumes.look()] == [4, 0]
    assert await Resumes(desk.database).look() == 2


async def test_going_on_by_itself_has_a_cap_that_a_person_lifts(desk: Desk) -> None:
    session_id = await desk.paused(pause={"by": "budget", "resumes": MOST_RESUMES})
    assert await resume_ready(desk.database) == 0
    with tenant_scope(desk.tenant):
        async with desk.database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, session_id)
            await pauses.resume(db, session, actor="key:x", reason="resumed by a person")
    row = await desk.row(session_id)
    assert row.pause is not None
    assert row.pause["resumes"] == 0


async def test_time_paused_is_no_time_of_the_sessions_own(desk: Desk) -> None:
    session_id = await desk.paused(paused_at=now() - timedelta(seconds=90))
    await resume_ready(desk.database)
    assert await admit(desk.database, await make_node(desk.database, 1)) is not None
    row = await desk.row(session_id)
    assert 90 <= row.idle_seconds < 100
    assert row.paused_at is None


async def test_a_turn_that_is_refused_again_keeps_the_ids_of_its_prompt(desk: Desk) -> None:
    """OpenCode takes the same ids for the same prompt; new ones would ask it a second time."""
    node_id = await make_node(desk.database, 1)
    session_id = await desk.paused()
    async with desk.locked(session_id) as (db, session):
        await turn_rows.begin(db, session, 0)
    await resume_ready(desk.database)
    assert await admit(desk.database, node_id) is not None
    async with desk.locked(session_id) as (db, session):
        assert await turn_rows.begin_with(db, session) == 0
        assert (await turn_rows.begin(db, session, 0)).attempt == 1
        await pauses.hold(db, session, pauses.BUDGET)
    row = await desk.row(session_id)
    assert (row.status, row.attempt) == (Status.PAUSED, 2)
    assert row.pause == {"by": "budget", "resumes": 1}
    assert row.status_reason is not None
    assert row.status_reason.startswith("budget: ")


async def test_another_tenants_paused_session_is_not_there(api: Api) -> None:
    session = await add_session(api.database, api.actors.admin.tenant_id, status=Status.PAUSED, attempt=1)
    theirs = await api.call("POST", f"/sessions/{session.id}/resume", api.actors.other)
    assert code_of(theirs) == (404, "not_found")


async def test_resuming_by_a_person(api: Api) -> None:
    pause = {"by": "budget", "resumes": 3}
    session = await add_session(api.database, api.actors.admin.tenant_id, status=Status.PAUSED, attempt=1, pause=pause)
    path = f"/sessions/{session.id}"
    assert (await api.call("GET", path)).json()["pause_reason"] == "budget"
    assert (await api.client.post(f"/api/v1{path}/resume")).status_code == 401
    assert (await api.call("POST", f"{path}/resume", api.actors.viewer)).status_code == 403
    resumed = await api.call("POST", f"{path}/resume")
    assert resumed.status_code == 200
    assert (resumed.json()["status"], resumed.json()["pause_reason"]) == ("queued", None)
    assert code_of(await api.call("POST", f"{path}/resume")) == (409, "illegal_transition")


async def test_only_a_paused_session_can_be_resumed(api: Api) -> None:
    session = await api.create()
    assert code_of(await api.call("POST", f"/sessions/{id_of(session)}/resume")) == (409, "illegal_transition")


async def test_a_queued_session_says_why_and_what_would_change_it(api: Api) -> None:
    session = await api.create()
    assert "slot" in session["queue_detail"] or "node" in session["queue_detail"]
    async with api.database.system_transaction() as db:
        await db.execute(text("update sessions set queue_reason = 'tenant_concurrency' where id = :i"), {"i": session["id"]})
    detail = (await api.call("GET", f"/sessions/{session['id']}")).json()["queue_detail"]
    assert "max_concurrent_sessions" in detail
