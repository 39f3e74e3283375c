"""Usage and budgets over HTTP and on the command line."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.actors import Actor, make_actor
from tests.api import RANDOM_ID, V1, Api, Server, code_of, without_request_id
from tests.gateway.paying import Call, set_quotas
from typer.testing import CliRunner

from orchestrator.cli.app import app
from orchestrator.gateway.accounts import Amount, BudgetSpent, CallDetail, Payer, Source
from orchestrator.gateway.ledger import Ledger
from orchestrator.tenancy.models import Role

REPOSITORY = "https://example.com/shop.git"
READS = (("GET", "/usage"), ("GET", "/budgets"), ("GET", "/budgets/accounts"))
WRITES = (("PUT", "/budgets"), ("DELETE", f"/budgets/{RANDOM_ID}"))
BODY = {"scope": "repository", "subject": REPOSITORY, "tokens_per_month": 5000}


@pytest.fixture
async def lead(api: Api) -> Actor:
    return await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)


async def test_without_a_key_every_endpoint_is_401(api: Api) -> None:
    for method, path in (*READS, *WRITES):
        answer = await api.client.request(method, V1 + path, json=BODY)
        assert code_of(answer) == (401, "unauthenticated"), path


async def test_who_may_not_is_403(api: Api) -> None:
    for method, path in (*READS, *WRITES):
        assert (await api.call(method, path, api.actors.viewer, json=BODY)).status_code == 403, path
    for method, path in WRITES:
        assert code_of(await api.call(method, path, json=BODY)) == (403, "permission_required"), path
    for method, path in READS:
        assert (await api.call(method, path)).status_code == 200, path


async def test_another_tenants_budget_answers_as_one_that_never_was(api: Api, lead: Actor) -> None:
    theirs = (await api.call("PUT", "/budgets", api.actors.other, json=BODY)).json()
    foreign = await api.call("DELETE", f"/budgets/{theirs['id']}", lead)
    random = await api.call("DELETE", f"/budgets/{RANDOM_ID}", lead)
    assert code_of(foreign) == (404, "not_found")
    assert without_request_id(foreign) == without_request_id(random)
    foreign_key = {**BODY, "scope": "user", "subject": f"key:{api.actors.other.key_id}"}
    for body in (foreign_key, {**foreign_key, "subject": f"user:{RANDOM_ID}"}):
        assert code_of(await api.call("PUT", "/budgets", lead, json=body)) == (404, "not_found")
    assert [one["id"] for one in (await api.call("GET", "/budgets", api.actors.other)).json()["items"]] == [theirs["id"]]
    assert (await api.call("GET", "/budgets")).json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"scope": "tenant"},
        {"scope": "session"},
        {"tokens_per_month": None},
        {"tokens_per_month": -1},
        {"tokens_per_month": 2**63},
        {"subject": ""},
        {"subject": "x\x00y"},
        {"subject": "no repository"},
        {"scope": "user", "subject": "somebody"},
        {"scope": "user", "subject": f"robot:{RANDOM_ID}"},
        {"colour": "red"},
    ],
)
async def test_a_wrong_budget_is_422(api: Api, lead: Actor, wrong: dict[str, Any]) -> None:
    body = {**BODY, **wrong} if wrong else {}
    assert (await api.call("PUT", "/budgets", lead, json=body)).status_code == 422
    assert (await api.call("GET", "/budgets")).json()["items"] == []


async def test_a_budget_counts_at_once_until_it_is_removed(api: Api, lead: Actor) -> None:
    tenant, ledger = lead.tenant_id, Ledger(api.database)
    put = await api.call("PUT", "/budgets", lead, json=BODY)
    assert put.status_code == 200, put.text
    key = put.json()["subject"]
    assert put.json()["label"] == REPOSITORY
    payer = Payer(tenant, "user:1", repository=key)
    call = Call(payer, Amount(5001, 0))
    with pytest.raises(BudgetSpent):
        await call.reserve(ledger)
    again = await api.call("PUT", "/budgets", lead, json={**BODY, "tokens_per_month": 6000})
    assert again.json()["id"] == put.json()["id"]
    await call.reserve(ledger)
    assert (await api.call("DELETE", f"/budgets/{put.json()['id']}", lead)).status_code == 204
    await Call(payer, Amount(10**9, 0)).reserve(ledger)
    told = [(one["type"], one["data"]["tokens_per_month"], one["actor"]) for one in await api.events()]
    actor = f"key:{lead.key_id}"
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    assert [(one["action"], one["actor"]) for one in entries[:3]] == [
        ("budget.remove", actor),
        ("budget.set", actor),
        ("budget.set", actor),
    ]
    assert entries[1]["before"]["tokens_per_month"] == 5000
    assert told == [("budget.set", 5000, actor), ("budget.set", 6000, actor), ("budget.removed", 6000, actor)]


async def test_a_key_and_its_budget_by_name(api: Api, lead: Actor) -> None:
    body = {"scope": "user", "subject": f"key:{lead.key_id}", "cost_micro_usd_per_month": 7}
    put = await api.call("PUT", "/budgets", lead, json=body)
    assert (put.json()["subject"], put.json()["label"]) == (f"key:{lead.key_id}", "LEAD")


async def test_accounts_show_limits_what_is_spent_and_what_is_held(api: Api, lead: Actor) -> None:
    tenant, ledger = lead.tenant_id, Ledger(api.database)
    before = (await api.call("GET", "/budgets/accounts")).json()["items"]
    assert [(one["scope"], one["spent_tokens"], one["limit_tokens"]) for one in before] == [("tenant", 0, None)]
    await set_quotas(api.database, tenant, tokens_per_month=10_000, max_session_tokens=4000)
    await api.call("PUT", "/budgets", lead, json=BODY)
    session = UUID((await api.create())["id"])
    done, live = (Call(Payer(tenant, "user:1", session, "other")) for _ in range(2))
    await done.reserve(ledger)
    await done.settle(ledger, 300, 20)
    await live.reserve(ledger)
    answer = await api.call("GET", "/budgets/accounts", params={"session_id": str(session)})
    found = {one["scope"]: one for one in answer.json()["items"] if one["spent_tokens"]}
    assert set(found) == {"tenant", "user", "repository", "session"}
    tenants = found["tenant"]
    assert (tenants["spent_tokens"], tenants["held_tokens"], tenants["left_tokens"]) == (300, 1000, 8700)
    assert (tenants["spent_micro_usd"], tenants["limit_micro_usd"], tenants["left_micro_usd"]) == (20, None, None)
    assert (found["session"]["left_tokens"], found["session"]["resets_at"]) == (2700, None)
    assert [one["limit_tokens"] for one in answer.json()["items"] if not one["spent_tokens"]] == [5000]


async def book(api: Api, payer: Payer, detail: CallDetail, tokens: int, **changes: object) -> None:
    ledger = Ledger(api.database)
    call = Call(payer, detail=detail)
    await call.reserve(ledger)
    await call.settle(ledger, tokens, tokens // 10, **changes)


async def test_usage_is_summed_by_whatever_is_asked_for(api: Api) -> None:
    tenant = api.actors.member.tenant_id
    session = await api.create(title="Fix it")
    one = Payer(tenant, f"key:{api.actors.member.key_id}", UUID(session["id"]), "r", "build")
    two = Payer(tenant, "user:2", None, None, None)
    await book(api, one, CallDetail("small", "p", "s"), 100)
    await book(api, one, CallDetail("large", "p", "l"), 200, priced=False)
    await book(api, two, CallDetail("large", "p", "l"), 400, source=Source.ESTIMATED)
    today = datetime.now(UTC).date().isoformat()
    expected = {
        "day": {today: 3},
        "session": {session["id"]: 2, "": 1},
        "agent": {"build": 2, "": 1},
        "model": {"small": 1, "large": 2},
        "user": {f"key:{api.actors.member.key_id}": 2, "user:2": 1},
        "repository": {"r": 2, "": 1},
    }
    for group_by, counts in expected.items():
        report = (await api.call("GET", "/usage", params={"group_by": group_by})).json()
        assert {item["key"]: item["requests"] for item in report["items"]} == counts, group_by
        assert report["totals"] == {
            "requests": 3,
            "input_tokens": 525,
            "cached_input_tokens": 0,
            "cache_write_tokens": 0,
            "output_tokens": 175,
            "reasoning_tokens": 0,
            "cost_micro_usd": 70,
            "estimated_requests": 1,
            "unpriced_requests": 1,
        }
    labels = {
        group_by: (await api.call("GET", "/usage", params={"group_by": group_by})).json()["items"]
        for group_by in ("session", "user")
    }
    assert {item["label"] for item in labels["session"]} == {"Fix it", ""}
    assert {item["label"] for item in labels["user"]} == {"MEMBER", ""}


async def test_usage_within_a_time_and_of_one_tenant(api: Api) -> None:
    await book(api, Payer(api.actors.member.tenant_id, "user:1"), CallDetail("m", "p", "m"), 100)
    moment = datetime.now(UTC)
    times = {
        "all": ({}, 1),
        "since an hour": ({"from": (moment - timedelta(hours=1)).isoformat()}, 1),
        "until an hour ago": ({"to": (moment - timedelta(hours=1)).isoformat()}, 0),
        "from now on": ({"from": (moment + timedelta(seconds=1)).replace(tzinfo=None).isoformat()}, 0),
        "another session": ({"session_id": RANDOM_ID}, 0),
    }
    for name, (params, count) in times.items():
        report = (await api.call("GET", "/usage", params=params)).json()
        assert report["totals"]["requests"] == count, name
        assert len(report["items"]) == count
    assert (await api.call("GET", "/usage", api.actors.other)).json()["totals"]["requests"] == 0
    for wrong in ({"group_by": "colour"}, {"from": "yesterday"}, {"limit": 0}, {"session_id": "x"}):
        assert code_of(await api.call("GET", "/usage", params=wrong)) == (422, "invalid")


async def test_the_command_line_sets_lists_and_removes(server: Server) -> None:
    call = Call(Payer(server.actors.admin.tenant_id, "user:1"))
    ledger = Ledger(server.database)
    await call.reserve(ledger)
    await call.settle(ledger, 1234, 2_500_000)
    env = {"ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.admin.key, "NO_COLOR": "1"}

    async def run(*arguments: str) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=env)
        assert result.exit_code == 0, (result.output, result.stderr)
        return result.stdout

    told = await run("budgets", "set", "repository", REPOSITORY, "--tokens", "5000", "--usd", "1.5")
    assert REPOSITORY in told
    listed = await run("budgets", "list")
    assert "1,234" in listed
    assert "5,000" in listed
    assert "1.5000" in listed
    await run("budgets", "remove", told.split()[0])
    assert REPOSITORY not in await run("budgets", "list")
    for by in ("day", "session", "agent", "model", "user", "repository"):
        report = await run("usage", "--by", by)
        assert "2.5000" in report
        assert "total" in report
