"""The inbox: what needs a person is there as long as it does, the riskiest first."""

import base64
import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.actors import make_actor
from tests.api import RANDOM_ID, Api, code_of
from tests.gateway.paying import set_budget, set_quotas
from tests.tenancy.test_isolation import add_session

from orchestrator.gateway.accounts import month_of
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.overview import inbox
from orchestrator.overview.inbox import InboxFilter
from orchestrator.overview.inbox_schemas import facts_of
from orchestrator.overview.risk import LEVELS, Level, ResultFacts, risk_of
from orchestrator.sessions.states import Status, Verification
from orchestrator.tasks.service import get_plan
from orchestrator.tasks.states import PlanStatus
from orchestrator.tasks.writing import set_plan
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.principal import Principal


async def add(api: Api, **changes: Any) -> str:
    if changes.get("status") in (Status.COMPLETED, Status.FAILED, Status.PARTIALLY_COMPLETED, Status.TIMED_OUT):
        changes = {"finished_at": now()} | changes
    return str((await add_session(api.database, api.actors.member.tenant_id, **changes)).id)


async def run(api: Api, query: str, **values: Any) -> None:
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            await db.execute(text(query), values | {"t": api.actors.member.tenant_id})


async def read(api: Api, **params: Any) -> dict[str, Any]:
    answer = await api.call("GET", "/inbox", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def of_kind(api: Api, kind: str) -> list[dict[str, Any]]:
    return (await read(api, kind=kind))["items"]


async def ask(api: Api, session_id: str, kind: str = "permission", tool: str = "bash") -> str:
    approval_id = str(new_id())
    query = """
        insert into approvals (tenant_id, id, session_id, attempt, conversation, request_id, kind, asker, tool, patterns,
            always, detail, status, default_action, requested_at, deadline_at, remember)
        values (:t, :id, :s, 0, 'ses_1', cast(:id as uuid)::text, :kind, 'build', :tool, '["npm ci"]', '[]',
            '{}', 'pending', 'deny', now(),
            now() + interval '5 minutes', false)
    """
    await run(api, query, id=approval_id, s=session_id, kind=kind, tool=tool)
    return approval_id


async def test_a_result_is_there_until_somebody_decides(api: Api) -> None:
    ready = await add(api, title="ready", status=Status.COMPLETED, verification=Verification.VERIFIED, repository="/shop")
    (item,) = (await read(api))["items"]
    assert (item["kind"], item["session"]["id"], item["session"]["repository"]) == ("result_ready", ready, "/shop")
    assert item["risk"] == {"level": "low", "reasons": []}
    assert [one["name"] for one in item["actions"]] == ["accept", "reject", "message", "retry", "fork"]
    assert all(one["allowed"] and one["role"] == "MEMBER" for one in item["actions"])
    assert (await api.call("POST", f"/sessions/{ready}/accept")).status_code == 200
    assert (await read(api))["items"] == []
    rejected = await add(api, status=Status.COMPLETED)
    assert (await api.call("POST", f"/sessions/{rejected}/reject")).status_code == 200
    assert (await read(api)) == {"items": [], "next_cursor": None, "counts": {}, "total": 0}


async def test_each_kind_is_found_and_says_why(api: Api) -> None:
    await add(
        api, status=Status.COMPLETED, verification=Verification.NEEDS_REVIEW, verification_reason="nothing was changed"
    )
    await add(api, status=Status.FAILED, verification=Verification.FAILED, verification_reason="2 of 2 commands failed")
    await add(api, status=Status.FAILED, failure={"class": "internal", "message": "The clone failed.", "hint": "Try again."})
    waiting = await add(api, status=Status.WAITING, created_by=f"key:{api.actors.member.key_id}")
    asked = await ask(api, waiting, tool="external_directory")
    await ask(api, waiting, kind="question", tool="question")
    await add(api, status=Status.PAUSED, paused_at=now(), pause={"by": "budget", "resumes": 0})
    await add(api, status=Status.PAUSED, paused_at=now(), pause={"by": "person", "resumes": 0})
    await add(api, status=Status.STOPPED, finished_at=now())
    page = await read(api)
    assert page["counts"] == {
        "needs_review": 1, "verification_failed": 1, "failed": 1, "approval": 1, "question": 1, "budget_warning": 1,
    }  # fmt: skip
    assert page["total"] == 6
    assert [one["risk"]["level"] for one in page["items"]] == ["high", "high", "medium", "medium", "medium", "medium"]
    by_kind = {one["kind"]: one for one in page["items"]}
    assert by_kind["failed"]["summary"] == "The clone failed."
    assert by_kind["verification_failed"]["risk"]["reasons"] == ["verification failed: 2 of 2 commands failed"]
    assert by_kind["needs_review"]["risk"]["reasons"] == ["verification has doubts: nothing was changed"]
    approval = by_kind["approval"]
    assert (approval["approval"]["id"], approval["default_action"]) == (asked, "deny")
    assert approval["deadline_at"] > approval["since"]
    assert approval["summary"] == "build asks to use external_directory on npm ci"
    facts = {"role": "LEAD", "or_owner": True, "allowed": True}
    assert approval["actions"] == [{"name": "allow"} | facts, {"name": "deny"} | facts]
    others = (await api.call("GET", "/inbox", api.actors.viewer, params={"kind": "approval"})).json()["items"]
    assert [one["allowed"] for one in others[0]["actions"]] == [False, False]
    assert by_kind["question"]["risk"]["level"] == "medium"
    allowed = await api.call("POST", f"/approvals/{asked}/allow")
    assert allowed.status_code == 200, allowed.text
    assert await of_kind(api, "approval") == []


async def test_what_was_handed_in_again_needs_nobody(api: Api) -> None:
    failed = await add(api, status=Status.FAILED)
    assert len(await of_kind(api, "failed")) == 1
    await add(api, parent_id=failed)
    assert await of_kind(api, "failed") == []


async def test_what_does_not_get_on_is_stuck(api: Api) -> None:
    old = now() - timedelta(hours=2)
    silent = await add(api, title="silent", status=Status.RUNNING, created_at=old)
    lost = await add(api, title="lost", status=Status.ORPHANED, created_at=old)
    long = await add(api, title="long", queued_at=old, queue_reason="cluster_capacity")
    await add(api, title="told", queued_at=old, queue_reason="review_limit")
    await add(api, title="busy", status=Status.RUNNING)
    await add(api, title="soon", queued_at=now())
    held = await add(api, title="held", status=Status.PAUSED, paused_at=old, pause={"by": "provider", "resumes": 0})
    items = await of_kind(api, "stuck")
    assert items[0]["session"]["id"] == lost
    assert {one["session"]["id"] for one in items} == {silent, lost, long, held}
    assert items[0]["risk"] == {"level": "high", "reasons": ["its node is lost"]}


async def test_budgets_that_are_nearly_spent_say_who_may_raise_them(api: Api) -> None:
    tenant, month = api.actors.member.tenant_id, month_of(now())
    await set_quotas(api.database, tenant, tokens_per_month=1_000)
    await set_budget(api.database, tenant, "repository", "r" * 24, cost_micro_usd_per_month=100)
    spend = "insert into budget_accounts values (:t, :scope, :subject, :month, :tokens, :usd)"
    await run(api, spend, scope="tenant", subject="", month=month, tokens=799, usd=0)
    await run(api, spend, scope="repository", subject="r" * 24, month=month, tokens=0, usd=100)
    (repository,) = await of_kind(api, "budget_warning")
    assert repository["risk"]["level"] == "high"
    assert (repository["budget"]["spent_micro_usd"], repository["budget"]["limit_micro_usd"]) == (100, 100)
    assert repository["actions"] == [{"name": "raise_budget", "role": "LEAD", "or_owner": False, "allowed": False}]
    assert (repository["session"], repository["since"]) == (None, None)
    await run(api, "update budget_accounts set spent_tokens = 800 where tenant_id = :t and scope = 'tenant'")
    items = await of_kind(api, "budget_warning")
    assert [(one["budget"]["scope"], one["risk"]["level"]) for one in items] == [
        ("repository", "high"),
        ("tenant", "medium"),
    ]
    assert items[1]["actions"] == [{"name": "raise_budget", "role": "ADMIN", "or_owner": False, "allowed": False}]


async def test_filters_and_counts(api: Api) -> None:
    me = f"key:{api.actors.member.key_id}"
    await add(api, status=Status.COMPLETED, repository="/a", created_by=me)
    await add(api, status=Status.COMPLETED, repository="/b")
    await add(api, status=Status.FAILED, repository="/b")
    assert len((await read(api, repository="/b"))["items"]) == 2
    mine = await read(api, mine="true")
    assert [one["mine"] for one in mine["items"]] == [True]
    one_kind = await read(api, kind="failed")
    assert (len(one_kind["items"]), one_kind["counts"]) == (1, {"result_ready": 2, "failed": 1})
    counted = (await api.call("GET", "/inbox/count", params={"repository": "/b"})).json()
    assert counted == {"total": 2, "counts": {"result_ready": 1, "failed": 1}}
    assert (await api.call("GET", "/inbox/count", params={"kind": "failed"})).json()["total"] == 1


async def test_pages_have_no_gap_and_no_double(api: Api) -> None:
    moment = now() - timedelta(hours=1)
    for n in range(11):
        verification = (Verification.VERIFIED, Verification.FAILED, Verification.UNVERIFIED)[n % 3]
        await add(api, status=Status.COMPLETED, verification=verification, finished_at=moment + timedelta(seconds=n // 4))
    seen, cursor = [], None
    while True:
        page = await read(api, limit=3, **({"cursor": cursor} if cursor else {}))
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len({one["id"] for one in seen}) == len(seen) == 11
    keys = [(-LEVELS.index(Level(one["risk"]["level"])), one["since"]) for one in seen]
    assert keys == sorted(keys)


def encoded(words: str) -> str:
    return base64.urlsafe_b64encode(words.encode()).decode()


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "nonsense"},
        {"limit": 0},
        {"limit": 501},
        {"mine": "perhaps"},
        {"repository": "a\x00b"},
        {"cursor": "x"},
        {"cursor": "é"},
        {"cursor": encoded("9|2025-01-01T00:00:00+00:00|x")},
        {"cursor": encoded("1|2025-01-01T00:00:00|x")},
        {"cursor": encoded("1|yesterday|x")},
        {"cursor": encoded("1|2025-01-01T00:00:00+00:00|\0")},
    ],
)
async def test_what_is_refused(api: Api, params: dict[str, Any]) -> None:
    assert code_of(await api.call("GET", "/inbox", params=params))[0] == 422


async def test_nobody_sees_another_tenants_and_a_viewer_may_only_look(api: Api) -> None:
    await add(api, status=Status.COMPLETED)
    for path in ("/inbox", "/inbox/count"):
        theirs = await api.call("GET", path, api.actors.other)
        assert theirs.json()["total"] == 0
        assert code_of(await api.client.get(f"/api/v1{path}")) == (401, "unauthenticated")
    seen = (await api.call("GET", "/inbox", api.actors.viewer)).json()["items"]
    assert [one["allowed"] for one in seen[0]["actions"]] == [False] * 5
    lead = await make_actor(api.database, api.actors.member.tenant_id, api.actors.member.slug, Role.LEAD)
    assert (await api.call("GET", "/inbox/count", lead)).json() == {"total": 1, "counts": {"result_ready": 1}}


async def test_one_item_is_found_by_its_id_as_long_as_it_needs_a_person(api: Api) -> None:
    theirs = await add_session(
        api.database, api.actors.other.tenant_id, status=Status.COMPLETED, finished_at=now(), title="theirs"
    )
    wanted = await add(api, title="wanted", status=Status.FAILED)
    await add(api, title="more", status=Status.COMPLETED)
    id_ = f"result:{wanted}"
    assert code_of(await api.client.get(f"/api/v1/inbox?id={id_}")) == (401, "unauthenticated")
    nothing = {"items": [], "next_cursor": None, "counts": {}, "total": 0}
    assert await read(api, id=f"result:{theirs.id}") == await read(api, id=f"result:{RANDOM_ID}") == nothing
    found = await read(api, id=id_)
    assert ([one["id"] for one in found["items"]], found["total"]) == ([id_], 1)
    assert (await read(api, id=id_, kind="result_ready"))["items"] == []
    assert (await api.call("POST", f"/sessions/{wanted}/reject")).status_code == 200
    assert await read(api, id=id_) == nothing
    assert code_of(await api.call("GET", "/inbox", params={"id": "a\x00b"})) == (422, "invalid")


async def test_the_database_orders_by_the_same_risk_that_is_told(api: Api) -> None:
    """Each combination of what the rule looks at, on both sides of each line."""
    tenant = api.actors.member.tenant_id
    statuses = (Status.COMPLETED, Status.PARTIALLY_COMPLETED, Status.FAILED, Status.TIMED_OUT)
    for status, verification, lines, protected, attempt in itertools.product(
        statuses, (None, *Verification), (None, 199, 200, 1_000), (None, 0, 1), (1, 3)
    ):
        changes = {"lines_added": lines, "lines_deleted": None if lines is None else 0, "protected_changed": protected}
        await add(api, status=status, verification=verification, attempt=attempt, **changes)
    spend = "insert into budget_accounts select :t, 'session', id::text, 'all', 0, 5000000 from sessions where id < :middle"
    await run(api, spend, middle=new_id())
    principal = Principal(tenant, "a", None, None, "x", Role.ADMIN)
    with tenant_scope(tenant):
        async with api.database.transaction() as db:
            rows, _ = await inbox.page(db, principal, InboxFilter(), 1_000, None)
    assert len(rows) == 4 * 5 * 4 * 3 * 2
    wrong = [row for row in rows if risk_of(facts_of(row)).level is not LEVELS[row["level"]]]
    assert wrong == []


def test_a_risk_says_all_its_reasons() -> None:
    facts = ResultFacts(Status.COMPLETED, Verification.UNVERIFIED, None, 1_200, 2, 4, 7_500_000)
    risk = risk_of(facts)
    assert risk.level is Level.HIGH
    assert risk.reasons == (
        "2 protected paths were changed",
        "1,200 lines were changed",
        "nothing verified it",
        "it took 4 attempts",
        "it cost 7.50 US dollars",
    )
    assert risk_of(ResultFacts(Status.COMPLETED, Verification.VERIFIED, None, 10, 0, 1, 0)).reasons == ()


PLANNED: dict[str, Any] = {"goal": "Discounts in the shop", "tasks": [{"key": "price", "prompt": "Mend the price."}]}


async def hand_in(api: Api, **changes: Any) -> dict[str, Any]:
    answer = await api.call("POST", "/plans", json=PLANNED | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def becomes(api: Api, plan: dict[str, Any], status: PlanStatus, reason: str) -> None:
    """As the keeper writes it."""
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            await set_plan(db, await get_plan(db, UUID(plan["id"]), lock=True), status, reason)


async def test_a_plan_that_waits_for_an_approval_is_there_until_it_is_approved(api: Api) -> None:
    plan = await hand_in(api, require_approval=True)
    (item,) = (await read(api))["items"]
    assert (item["id"], item["kind"], item["session"], item["mine"]) == (f"plan:{plan['id']}", "plan_approval", None, True)
    assert item["plan"]["goal"] == "Discounts in the shop"
    assert (item["summary"], item["risk"]["level"]) == ("It waits for an approval, with 1 task", "medium")
    assert item["plan"]["hint"] == "Look at its tasks, change what is not right, and approve it."
    assert [(one["name"], one["role"], one["allowed"]) for one in item["actions"]] == [
        ("approve", "MEMBER", True),
        ("cancel", "MEMBER", True),
    ]
    theirs = (await api.call("GET", "/inbox", api.actors.viewer)).json()["items"]
    assert [one["allowed"] for one in theirs[0]["actions"]] == [False, False]
    assert theirs[0]["mine"] is False
    assert (await api.call("GET", "/inbox", api.actors.other)).json()["total"] == 0
    assert (await api.call("GET", "/inbox/count", params={"mine": "true"})).json()["counts"] == {"plan_approval": 1}
    assert (await read(api, repository="/elsewhere"))["items"] == []
    assert (await api.call("POST", f"/plans/{plan['id']}/approve")).status_code == 200
    assert (await read(api))["items"] == []


async def test_a_blocked_plan_says_why_and_what_helps(api: Api) -> None:
    plan = await hand_in(api, tasks=[*PLANNED["tasks"], {"key": "docs", "prompt": "Tell.", "depends_on": ["price"]}])
    await becomes(api, plan, PlanStatus.BLOCKED, "its merges fail: no space is left")
    (item,) = await of_kind(api, "plan_blocked")
    assert item["summary"] == "its merges fail: no space is left"
    assert item["plan"]["hint"] == "Put right what the reason names, then resume the plan; or cancel it."
    assert [one["name"] for one in item["actions"]] == ["resume", "cancel"]
    assert (await api.call("POST", f"/plans/{plan['id']}/resume")).status_code == 200
    assert (await read(api))["items"] == []
    assert (await api.call("POST", f"/plans/{plan['id']}/tasks/price/cancel")).status_code == 200
    await becomes(api, plan, PlanStatus.BLOCKED, "cancelled: price")
    (item,) = await of_kind(api, "plan_blocked")
    assert item["plan"]["hint"] == "Try price again, and what depends on it goes on; or cancel the plan."


@pytest.mark.parametrize("status", [PlanStatus.COMPLETED, PlanStatus.FAILED])
async def test_what_a_plan_came_to_is_there_until_somebody_has_seen_it(api: Api, status: PlanStatus) -> None:
    plan = await hand_in(api)
    place = f"/plans/{plan['id']}"
    assert code_of(await api.call("POST", f"{place}/see")) == (409, "plan_not_over")
    await becomes(api, plan, status, "so it ended")
    (item,) = await of_kind(api, f"plan_{status.value}")
    assert ([one["name"] for one in item["actions"]], item["summary"]) == (["see"], "so it ended")
    assert (item["risk"]["level"], item["since"] is not None) == ("medium", True), "nothing on its branch is verified"
    assert code_of(await api.call("POST", f"{place}/see", api.actors.viewer)) == (403, "permission_required")
    first = (await api.call("POST", f"{place}/see", api.actors.admin)).json()
    again = (await api.call("POST", f"{place}/see")).json()
    assert first["seen_by"] == again["seen_by"] == f"key:{api.actors.admin.key_id}"
    assert (await read(api))["items"] == []
    assert [one["type"] for one in await api.events()][-1] == "plan.seen"
    # What it comes to after that is news again.
    await becomes(api, plan, PlanStatus.RUNNING, "a task is tried again")
    await becomes(api, plan, status, "so it ended again")
    assert (await read(api))["counts"] == {f"plan_{status.value}": 1}
