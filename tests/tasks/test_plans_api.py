"""Plans over HTTP: who may, whose they are, what is refused, and what can be done when."""

from typing import Any

import pytest
from tests.api import RANDOM_ID, Api, code_of, without_request_id

TASKS: list[dict[str, Any]] = [
    {"key": "price", "prompt": "Make total() take a discount."},
    {"key": "docs", "prompt": "Tell of discounts.", "depends_on": ["price"]},
]
PLAN: dict[str, Any] = {"goal": "Discounts", "tasks": TASKS}
DEEDS = ("push", "approve", "pause", "resume", "cancel", "see", "tasks/price/retry", "tasks/price/cancel")


async def make(api: Api, **changes: Any) -> dict[str, Any]:
    answer = await api.call("POST", "/plans", json={**PLAN, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


def task_of(plan: dict[str, Any], key: str) -> dict[str, Any]:
    return next(one for one in plan["tasks"] if one["key"] == key)


async def test_members_hand_plans_in_and_viewers_look(api: Api) -> None:
    assert code_of(await api.client.get("/api/v1/plans")) == (401, "unauthenticated")
    assert code_of(await api.call("POST", "/plans", api.actors.viewer, json=PLAN)) == (403, "permission_required")
    plan = await make(api)
    assert (plan["status"], plan["progress"]) == ("running", {"done": 0, "total": 2})
    assert plan["branch"].startswith("orchestrator/plan-discounts-")
    for deed in DEEDS:
        refused = await api.call("POST", f"/plans/{plan['id']}/{deed}", api.actors.viewer)
        assert code_of(refused) == (403, "permission_required"), deed
    read = (await api.call("GET", f"/plans/{plan['id']}", api.actors.viewer)).json()
    assert [one["key"] for one in read["tasks"]] == ["price", "docs"]
    [listed] = (await api.call("GET", "/plans", api.actors.viewer)).json()["items"]
    assert (listed["id"], listed["goal"]) == (plan["id"], "Discounts")
    assert not (await api.call("GET", "/plans?status=completed")).json()["items"]


async def test_another_tenants_plan_is_none(api: Api) -> None:
    theirs = (await api.call("POST", "/plans", api.actors.other, json=PLAN)).json()
    paths = [("GET", path, None) for path in ("", "/graph", "/report", "/diff", "/diff/files", "/diff/file?path=a")]
    paths += [("GET", "/tasks/price", None), ("GET", "?prompts=false", None)]
    paths += [("POST", f"/{deed}", None) for deed in DEEDS]
    paths += [("POST", "/tasks", TASKS[0]), ("PATCH", "/tasks/price", {"title": "Mine"}), ("DELETE", "/tasks/price", None)]
    for method, path, body in paths:
        foreign = await api.call(method, f"/plans/{theirs['id']}{path}", json=body)
        nobodys = await api.call(method, f"/plans/{RANDOM_ID}{path}", json=body)
        assert code_of(foreign) == (404, "not_found"), path
        assert without_request_id(foreign) == without_request_id(nobodys)
    assert not (await api.call("GET", "/plans")).json()["items"]


async def test_how_a_plan_stands_is_read_without_its_prompts_and_a_task_with_its_own(api: Api) -> None:
    plan = await make(api)
    assert [one["prompt"] for one in plan["tasks"]] == [one["prompt"] for one in TASKS]
    light = (await api.call("GET", f"/plans/{plan['id']}?prompts=false", api.actors.viewer)).json()
    assert light == {**plan, "tasks": [{**one, "prompt": ""} for one in plan["tasks"]]}
    assert code_of(await api.client.get(f"/api/v1/plans/{plan['id']}/tasks/price")) == (401, "unauthenticated")
    assert (await api.call("GET", f"/plans/{plan['id']}/tasks/docs", api.actors.viewer)).json() == task_of(plan, "docs")
    assert code_of(await api.call("GET", f"/plans/{plan['id']}/tasks/nobody")) == (404, "not_found")


@pytest.mark.parametrize(
    ("tasks", "told"),
    [
        ([{**TASKS[0], "depends_on": ["docs"]}, TASKS[1]], "price -> docs -> price"),
        ([TASKS[1]], "task docs depends on price, which is no task of the plan"),
        ([TASKS[0], TASKS[0]], "two of its tasks have the key price"),
        ([{**TASKS[0], "depends_on": ["price"]}], "task price depends on itself"),
        ([{**TASKS[0], "prompt": "  "}], "the prompt of task price is empty"),
    ],
)
async def test_what_cannot_be_run_is_refused_with_the_place_named(api: Api, tasks: list[Any], told: str) -> None:
    answer = await api.call("POST", "/plans", json={**PLAN, "tasks": tasks})
    assert code_of(answer) == (422, "plan_invalid")
    assert told in answer.json()["error"]["message"]
    assert not (await api.call("GET", "/plans")).json()["items"]


async def test_agents_and_repositories_are_looked_at_before_anything_is_kept(api: Api) -> None:
    for changes, wanted in (
        ({"tasks": [{**TASKS[0], "agent": "nobody"}]}, (422, "unknown_agent")),
        ({"tasks": [{**TASKS[0], "model": "no-such-model"}]}, (422, "unknown_model")),
        ({"repository": "/nowhere/at/all"}, (403, "repository_outside_roots")),
    ):
        status, code = code_of(await api.call("POST", "/plans", json={**PLAN, **changes}))
        assert code == wanted[1], changes
        assert status in (404, 422, 409, 403)


async def test_the_same_idempotency_key_makes_one_plan(api: Api) -> None:
    headers = {"Idempotency-Key": "once"}
    first, second = [(await api.call("POST", "/plans", json=PLAN, headers=headers)).json() for _ in range(2)]
    assert first["id"] == second["id"]
    changed = await api.call("POST", "/plans", json={**PLAN, "goal": "Other"}, headers=headers)
    assert code_of(changed) == (409, "idempotency_conflict")
    for _ in range(2):
        task = {"key": "x", "prompt": "X"}
        added = await api.call("POST", f"/plans/{first['id']}/tasks", json=task, headers={"Idempotency-Key": "x"})
        assert added.status_code == 201, added.text
    assert [one["key"] for one in added.json()["tasks"]] == ["price", "docs", "x"]


async def test_a_plan_can_be_changed_until_it_is_approved(api: Api) -> None:
    plan = await make(api, require_approval=True)
    place = f"/plans/{plan['id']}"
    assert plan["status"] == "awaiting_approval"
    edited = (await api.call("PATCH", f"{place}/tasks/docs", json={"prompt": "Less.", "depends_on": []})).json()
    assert (task_of(edited, "docs")["prompt"], task_of(edited, "docs")["depends_on"]) == ("Less.", [])
    assert edited["revision"] == 2
    around = await api.call("PATCH", f"{place}/tasks/price", json={"depends_on": ["price"]})
    assert code_of(around) == (422, "plan_invalid")
    assert [one["key"] for one in (await api.call("DELETE", f"{place}/tasks/price")).json()["tasks"]] == ["docs"]
    assert code_of(await api.call("DELETE", f"{place}/tasks/docs")) == (422, "plan_invalid")
    approved = (await api.call("POST", f"{place}/approve")).json()
    assert (approved["status"], approved["approved_by"] is not None) == ("running", True)
    assert code_of(await api.call("POST", f"{place}/approve")) == (409, "plan_not_open")
    assert code_of(await api.call("DELETE", f"{place}/tasks/docs")) == (409, "plan_not_open")
    log = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    actions = [one["action"] for one in log if one["target"] == f"plan:{plan['id']}"]
    assert {"plan.create", "plan.edit_task", "plan.remove_task", "plan.approve"} <= set(actions)


async def test_it_is_paused_resumed_and_cancelled(api: Api) -> None:
    plan = await make(api)
    place = f"/plans/{plan['id']}"
    assert code_of(await api.call("POST", f"{place}/resume")) == (409, "plan_not_open")
    assert (await api.call("POST", f"{place}/pause")).json()["status"] == "paused"
    assert code_of(await api.call("POST", f"{place}/pause")) == (409, "plan_not_open")
    assert (await api.call("POST", f"{place}/resume")).json()["status"] == "running"
    cancelled = (await api.call("POST", f"{place}/cancel")).json()
    assert cancelled["status"] == "cancelled"
    assert {one["status"] for one in cancelled["tasks"]} == {"cancelled"}
    for deed in ("resume", "cancel", "tasks/price/retry"):
        assert code_of(await api.call("POST", f"{place}/{deed}")) == (409, "plan_not_open"), deed
    assert code_of(await api.call("POST", f"{place}/tasks", json=TASKS[0])) == (409, "plan_not_open")


async def test_a_cancelled_task_can_be_tried_again(api: Api) -> None:
    plan = await make(api)
    place = f"/plans/{plan['id']}"
    assert code_of(await api.call("POST", f"{place}/tasks/price/retry")) == (409, "task_not_over")
    cancelled = (await api.call("POST", f"{place}/tasks/price/cancel")).json()
    assert task_of(cancelled, "price")["status"] == "cancelled"
    assert code_of(await api.call("POST", f"{place}/tasks/price/cancel")) == (409, "task_begun")
    again = (await api.call("POST", f"{place}/tasks/price/retry")).json()
    assert (task_of(again, "price")["status"], task_of(again, "price")["attempt"]) == ("pending", 1)
    assert code_of(await api.call("POST", f"{place}/tasks/nothing/retry")) == (404, "not_found")


async def test_its_graph_has_the_critical_path(api: Api) -> None:
    tasks = [*TASKS, {"key": "alone", "prompt": "Alone."}]
    plan = await make(api, tasks=tasks)
    graph = (await api.call("GET", f"/plans/{plan['id']}/graph")).json()
    assert {one["key"] for one in graph["nodes"] if one["critical"]} == {"price", "docs"}
    assert graph["edges"] == [{"before": "price", "after": "docs"}]
    assert (graph["queue"], graph["merges"]) == ([], [])
    assert graph["forecast"]["unknown"] == ["price", "docs", "alone"], "nobody has done anything here yet"
    for method, path in (("GET", "diff"), ("GET", "diff/files"), ("GET", "diff/file"), ("POST", "push")):
        assert code_of(await api.call(method, f"/plans/{plan['id']}/{path}")) == (409, "no_result_yet"), path
    report = (await api.call("GET", f"/plans/{plan['id']}/report")).json()
    assert (report["plan"]["verification"], [one["work"] for one in report["tasks"]]) == (None, [[], [], []])


async def test_what_is_malformed_is_refused_and_what_is_deep_is_not(api: Api) -> None:
    goals = [{**PLAN, "goal": blank} for blank in (" ", "\x1c", "\x1f\n\x1e")]
    for body in ({}, {"goal": "x"}, {**PLAN, "tasks": []}, *goals, {**PLAN, "extra": 1}):
        assert (await api.call("POST", "/plans", json=body)).status_code == 422, body
    deep = [{"key": f"t{n}", "prompt": "x", "depends_on": [f"t{n - 1}"] if n else []} for n in range(2_000)]
    answer = await api.call("POST", "/plans", json={**PLAN, "tasks": deep, "require_approval": True})
    assert answer.status_code == 201, answer.text
    ring = [{**deep[0], "depends_on": ["t1999"]}, *deep[1:]]
    assert code_of(await api.call("POST", "/plans", json={**PLAN, "tasks": ring})) == (422, "plan_invalid")


HOSTILE = "x\r\n\nSession: another\x1b[2J\u202egnp.exe"


async def test_hostile_names_are_one_line_and_name_no_branch(api: Api) -> None:
    tasks = [{**TASKS[0], "title": HOSTILE}, {**TASKS[1], "title": "\u202e\n"}]
    plan = await make(api, tasks=tasks, goal="--upload-pack=x\n../../etc\u2044\x07")
    assert [one["title"] for one in plan["tasks"]] == ["x Session: another [2J gnp.exe", "docs"]
    assert plan["branch"].startswith("orchestrator/plan-upload-pack-x-")
    for key in ("..", "-rf", "a\nb", "a/b", "а", "x" * 65, "a b", "A", "x" * 4_096):  # noqa: RUF001 - a letter of Cyrillic.
        refused = await api.call("POST", "/plans", json={**PLAN, "tasks": [{**TASKS[0], "key": key}]})
        assert refused.status_code == 422, key


async def test_what_tasks_shared_among_them_goes_with_their_plan(api: Api) -> None:
    plan = await make(api)
    for scope, key in (("TEMPORARY", "notes"), ("GLOBAL", f"of/{plan['id']}")):
        of = {"scope_id": plan["id"]} if scope == "TEMPORARY" else {}
        answer = await api.call("PUT", "/contexts", json={"scope": scope, **of, "key": key, "value": 1})
        assert answer.status_code == 200, answer.text
    await api.call("POST", f"/plans/{plan['id']}/pause")
    assert len((await api.call("GET", "/contexts")).json()["items"]) == 2
    await api.call("POST", f"/plans/{plan['id']}/cancel")
    [left] = (await api.call("GET", "/contexts", params={"deleted": True})).json()["items"]
    assert left["scope"] == "GLOBAL"
    late = {"scope": "TEMPORARY", "scope_id": plan["id"], "key": "notes", "value": 1}
    assert code_of(await api.call("PUT", "/contexts", json=late)) == (404, "not_found")
