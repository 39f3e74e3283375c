"""Costs: on what, for what outcome, and what the month will come to."""

from datetime import UTC, datetime, timedelta
from math import sqrt
from typing import Any

import pytest
from tests.api import V1, Api, code_of
from tests.gateway.paying import set_quotas
from tests.overview.past import add, add_call, run

from orchestrator.gateway.accounts import month_of, resets_at
from orchestrator.kit.clock import now
from orchestrator.overview.forecast import forecast
from orchestrator.sessions.states import Status, Verification

BEGAN = datetime(2026, 1, 2, 12, tzinfo=UTC)
JANUARY = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-05T00:00:00"}


async def read(api: Api, **params: Any) -> dict[str, Any]:
    answer = await api.call("GET", "/overview/costs", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_by_day_agent_model_member_and_repository(api: Api) -> None:
    key = f"key:{api.actors.member.key_id}"
    await add_call(api, BEGAN, 100, 7, agent="build", model="large", user_subject=key, repository="r")
    await add_call(api, BEGAN + timedelta(days=1), 10, 1, agent="plan", model="small")
    await add_call(api, BEGAN + timedelta(days=9), 1_000, 90)
    costs = await read(api, **JANUARY)
    assert [(one["key"], one["input_tokens"], one["cost_micro_usd"]) for one in costs["days"]] == [
        ("2026-01-01", 0, 0), ("2026-01-02", 100, 7), ("2026-01-03", 10, 1), ("2026-01-04", 0, 0),
    ]  # fmt: skip
    assert (costs["totals"]["requests"], costs["totals"]["cost_micro_usd"]) == (2, 8)
    assert [one["key"] for one in costs["agents"]] == ["build", "plan"]
    assert [one["key"] for one in costs["models"]] == ["large", "small"]
    assert [(one["key"], one["label"]) for one in costs["members"]] == [(key, "MEMBER"), ("user:1", "")]
    assert [one["key"] for one in costs["repositories"]] == ["r", ""]
    assert [len((await read(api, **JANUARY, limit=1))[name]) for name in ("agents", "days")] == [1, 4]


async def test_each_outcome_and_what_a_verified_session_costs(api: Api) -> None:
    sessions = {
        "verified": {"status": Status.COMPLETED, "verification": Verification.VERIFIED},
        "unverified": {"status": Status.COMPLETED, "verification": Verification.UNVERIFIED},
        "needs_review": {"status": Status.COMPLETED, "verification": Verification.NEEDS_REVIEW},
        "partially_completed": {"status": Status.PARTIALLY_COMPLETED, "verification": Verification.FAILED},
        "failed": {"status": Status.COMPLETED, "verification": Verification.FAILED},
        "stopped": {"status": Status.CANCELLED},
        "open": {"status": Status.RUNNING},
    }
    for n, facts in enumerate(sessions.values()):
        await add_call(api, BEGAN, 10, 10 + n, session_id=await add(api, **facts))
    second = await add(api, **sessions["verified"])
    await add_call(api, BEGAN, 25, 20, session_id=second)
    await add_call(api, BEGAN, 25, 20, session_id=second)
    await add_call(api, BEGAN, 1, 1)
    costs = await read(api, **JANUARY)
    found = {one["outcome"]: (one["sessions"], one["tokens"], one["cost_micro_usd"]) for one in costs["outcomes"]}
    assert found == {
        "verified": (2, 60, 50), "unverified": (1, 10, 11), "needs_review": (1, 10, 12),
        "partially_completed": (1, 10, 13), "failed": (1, 10, 14), "stopped": (1, 10, 15), "open": (1, 10, 16),
        "no_session": (0, 1, 1),
    }  # fmt: skip
    assert sum(one["cost_micro_usd"] for one in costs["outcomes"]) == costs["totals"]["cost_micro_usd"] == 132
    assert costs["per_verified"] == {"sessions": 2, "cost_micro_usd": 25, "tokens": 30, "all_in_micro_usd": 66}
    await add_call(api, BEGAN + timedelta(days=9), 1, 1, session_id=await add(api, **sessions["verified"]))
    days = {"called_from": costs["from"], "called_to": costs["to"]}
    for outcome in sessions:
        listed = await api.call("GET", "/sessions", params={"outcome": outcome} | days)
        assert len(listed.json()["items"]) == found[outcome][0], "the list has the very sessions that are counted"


async def test_without_a_verified_session_nothing_is_said_of_its_cost(api: Api) -> None:
    await add_call(api, BEGAN, 10, 10)
    assert (await read(api, **JANUARY))["per_verified"] == {
        "sessions": 0, "cost_micro_usd": None, "tokens": None, "all_in_micro_usd": None,
    }  # fmt: skip


async def test_the_month_is_forecast_from_the_last_whole_days(api: Api) -> None:
    moment = now()
    await set_quotas(api.database, api.actors.member.tenant_id, cost_micro_usd_per_month=900)
    await run(api, "insert into budget_accounts values (:t, 'tenant', '', :month, 70, 700)", month=month_of(moment))
    days = [30, 0, 60]
    for ago, micro_usd in zip((3, 2, 1), days, strict=True):
        await add_call(api, moment - timedelta(days=ago), micro_usd // 10, micro_usd)
    await add_call(api, moment, 1_000, 10_000)
    month = (await read(api))["month"]
    left = (resets_at(month_of(moment)) - moment) / timedelta(days=1)  # type: ignore[operator]
    assert (month["month"], month["days_of_data"]) == (month_of(moment), 3)
    assert month["days_left"] == pytest.approx(left, abs=0.02)
    assert (month["cost"]["spent"], month["cost"]["limit"], month["tokens"]["limit"]) == (700, 900, None)
    assert month["cost"]["forecast"]["expected"] == pytest.approx(700 + 30 * left, abs=1)
    assert month["cost"]["forecast"]["high"] == pytest.approx(700 + 30 * left + 1.28 * 30 * sqrt(left), abs=1)
    assert month["tokens"]["forecast"]["expected"] == pytest.approx(70 + 3 * left, abs=1)


async def test_two_days_are_no_ground_for_a_forecast(api: Api) -> None:
    await add_call(api, now() - timedelta(days=2), 10, 10)
    month = (await read(api))["month"]
    assert (month["days_of_data"], month["cost"]["forecast"], month["tokens"]["forecast"]) == (2, None, None)


def test_a_forecast_is_never_below_what_is_spent() -> None:
    found = forecast(1_000, [0, 0, 300], 4)
    assert found is not None
    assert (found.expected, found.low) == (1_400, 1_000)
    assert found.high == round(1_400 + 1.28 * sqrt(30_000) * 2)
    assert forecast(0, [5, 5], 4) is None


@pytest.mark.parametrize(
    "params",
    [
        {"from": "yesterday"},
        {"from": "2026-01-02T00:00:00Z", "to": "2026-01-02T00:00:00Z"},
        {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"from": "2024-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"to": "0001-01-02T00:00:00Z"},
        {"to": "0001-01-01T00:00:00+14:00"},
        {"limit": 0},
        {"limit": 501},
    ],
)
async def test_what_is_refused(api: Api, params: dict[str, Any]) -> None:
    assert code_of(await api.call("GET", "/overview/costs", params=params)) == (422, "invalid")


async def test_who_may_see_it_and_whose_it_is(api: Api) -> None:
    await add_call(api, BEGAN, 10, 10)
    assert code_of(await api.client.get(V1 + "/overview/costs")) == (401, "unauthenticated")
    assert code_of(await api.call("GET", "/overview/costs", api.actors.viewer)) == (403, "permission_required")
    theirs = (await api.call("GET", "/overview/costs", api.actors.other, params=JANUARY)).json()
    assert (theirs["totals"]["requests"], theirs["outcomes"]) == (0, [])
