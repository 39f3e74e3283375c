"""Templates and drafts over HTTP: who may, whose they are, and what they make."""

from typing import Any

import pytest
from tests.api import RANDOM_ID, Api, code_of, without_request_id

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tasks import template_service
from orchestrator.tasks.templates import built_in

DOCUMENT = """\
name: two-steps
description: For tests
parameters:
  what: {description: What is built}
tasks:
  - key: build
    prompt: "{{ goal }}: build {{ what }}."
  - key: docs
    prompt: Describe {{ what }}.
    depends_on: [build]
"""
PATH = "/plans/templates"


async def add(api: Api, actor: Any = None, document: str = DOCUMENT) -> dict[str, Any]:
    answer = await api.call("POST", PATH, actor, json={"document": document})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/v1{PATH}/{answer.json()['name']}"
    return answer.json()


async def test_a_member_adds_them_and_a_viewer_reads_them(api: Api) -> None:
    assert code_of(await api.client.get(f"/api/v1{PATH}")) == (401, "unauthenticated")
    assert code_of(await api.client.post("/api/v1/plans/drafts", json={})) == (401, "unauthenticated")
    made = await add(api)
    writes = (("POST", PATH), ("POST", "/plans/drafts"), ("PUT", f"{PATH}/two-steps"), ("DELETE", f"{PATH}/two-steps"))
    for method, path in writes:
        assert code_of(await api.call(method, path, api.actors.viewer, json={})) == (403, "permission_required")
    assert (await api.call("GET", f"{PATH}/two-steps", api.actors.viewer)).json() == made
    assert made["document"] == DOCUMENT
    assert (made["built_in"], made["tasks"]) == (False, 2)
    assert made["parameters"] == {"what": {"description": "What is built", "many": False, "default": None}}
    listed = (await api.call("GET", PATH, api.actors.viewer)).json()["items"]
    assert [one["name"] for one in listed] == sorted([*built_in(), "two-steps"])


async def test_another_tenants_template_is_none(api: Api) -> None:
    await add(api, api.actors.other)
    for method, body in (("GET", None), ("PUT", {"document": DOCUMENT}), ("DELETE", None)):
        foreign = await api.call(method, f"{PATH}/two-steps", json=body)
        nobodys = await api.call(method, f"{PATH}/{RANDOM_ID}", json=body)
        assert code_of(foreign) == (404, "not_found"), method
        assert without_request_id(foreign) == without_request_id(nobodys)
    draft = {"goal": "Do it", "template": {"name": "two-steps", "parameters": {"what": "x"}}}
    assert code_of(await api.call("POST", "/plans/drafts", json=draft)) == (422, "unknown_template")
    await add(api)  # The same name is free here.


async def test_a_name_belongs_to_one_and_a_repeat_makes_one(api: Api) -> None:
    once = {"Idempotency-Key": "k"}
    answers = [await api.call("POST", PATH, json={"document": DOCUMENT}, headers=once) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert code_of(await api.call("POST", PATH, json={"document": DOCUMENT})) == (409, "template_name_taken")
    built = DOCUMENT.replace("two-steps", "crud")
    assert code_of(await api.call("POST", PATH, json={"document": built})) == (409, "template_name_taken")
    assert code_of(await api.call("PUT", f"{PATH}/crud", json={"document": built})) == (409, "template_name_taken")
    assert code_of(await api.call("DELETE", f"{PATH}/crud")) == (409, "template_name_taken")


async def test_it_is_changed_by_who_has_seen_it_and_removed(api: Api) -> None:
    await add(api)
    etag = (await api.call("GET", f"{PATH}/two-steps")).headers["ETag"]
    changed = {"document": DOCUMENT.replace("For tests", "For more tests")}
    first = await api.call("PUT", f"{PATH}/two-steps", json=changed, headers={"If-Match": etag})
    assert first.json()["description"] == "For more tests"
    second = await api.call("PUT", f"{PATH}/two-steps", json={"document": DOCUMENT}, headers={"If-Match": etag})
    assert code_of(second) == (412, "changed_meanwhile")
    renamed = {"document": DOCUMENT.replace("two-steps", "three-steps")}
    assert code_of(await api.call("PUT", f"{PATH}/two-steps", json=renamed)) == (422, "template_invalid")
    assert (await api.call("DELETE", f"{PATH}/two-steps")).status_code == 204
    assert code_of(await api.call("GET", f"{PATH}/two-steps")) == (404, "not_found")


async def test_the_list_comes_in_pages_by_name(api: Api) -> None:
    for name in ("a-first", "z9", "z-last"):
        assert (await api.call("POST", PATH, json={"document": DOCUMENT.replace("two-steps", name)})).status_code == 201
    found: list[str] = []
    cursor: str | None = None
    for _ in range(2 + len(built_in()) // 2):
        page = (await api.call("GET", PATH, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        assert 0 < len(page["items"]) <= 2
        found += [one["name"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert found == sorted([*built_in(), "a-first", "z9", "z-last"])
    assert code_of(await api.call("GET", PATH, params={"cursor": "x"})) == (422, "cursor_invalid")
    assert code_of(await api.call("GET", PATH, params={"limit": 0})) == (422, "invalid")


async def test_a_text_is_parsed_once_however_often_it_is_listed(api: Api) -> None:
    await add(api)
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            first, second = [(await template_service.listed(db, 50, None))[0] for _ in range(2)]
            again = await template_service.get(db, "two-steps")
    assert all(one.template is other.template for one, other in zip(first, second, strict=True))
    assert again.template in [one.template for one in first]
    changed = {"document": DOCUMENT.replace("For tests", "For more tests")}
    await api.call("PUT", f"{PATH}/two-steps", json=changed)
    [mine] = [one for one in (await api.call("GET", PATH)).json()["items"] if not one["built_in"]]
    assert mine["description"] == "For more tests"


async def test_what_is_no_template_is_refused_with_its_line(api: Api) -> None:
    answer = await api.call("POST", PATH, json={"document": DOCUMENT.replace("prompt: Describe", "promt: Describe")})
    assert code_of(answer) == (422, "template_invalid")
    assert "line 8: tasks.1.prompt: Field required" in answer.json()["error"]["message"]


async def test_a_draft_is_what_a_plan_would_be_and_is_not_kept(api: Api) -> None:
    await add(api)
    wanted = {"goal": "Do it", "template": {"name": "two-steps", "parameters": {"what": "a shop"}}}
    plan = (await api.call("POST", "/plans/drafts", json=wanted)).json()["plan"]
    assert [task["prompt"] for task in plan["tasks"]] == ["Do it: build a shop.", "Describe a shop."]
    document = "goal: Do it\ntasks:\n  - {key: a, prompt: A}\n  - {key: b, prompt: B, depends_on: [a]}\n"
    plan = (await api.call("POST", "/plans/drafts", json={"document": document})).json()["plan"]
    assert [(task["key"], task["depends_on"]) for task in plan["tasks"]] == [("a", []), ("b", ["a"])]
    assert (await api.call("GET", "/plans")).json()["items"] == []


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "invalid"),
        ({"document": "a", "template": {"name": "crud"}}, "invalid"),
        ({"template": {"name": "crud"}}, "invalid"),
        ({"goal": "x", "template": {"name": "crud", "parameters": {"entity": "x", "fields": "y\u0000"}}}, "invalid"),
        ({"document": "a"}, "plan_file_invalid"),
        ({"goal": "x", "template": {"name": "none"}}, "unknown_template"),
        ({"goal": "x", "template": {"name": "crud"}}, "template_not_filled"),
    ],
)
async def test_what_makes_no_draft_is_refused(api: Api, wanted: dict[str, Any], code: str) -> None:
    assert code_of(await api.call("POST", "/plans/drafts", json=wanted)) == (422, code)


async def test_a_plan_is_made_of_a_template(api: Api) -> None:
    template = {"name": "crud", "parameters": {"entity": "invoice", "fields": "number, total", "operations": "make, pay"}}
    wanted = {"goal": "Invoices", "template": template, "require_approval": True}
    answer = await api.call("POST", "/plans", json=wanted)
    assert answer.status_code == 201, answer.text
    assert [task["key"] for task in answer.json()["tasks"]] == ["model", "interface", "do-make", "do-pay", "tests", "docs"]
    both = {**wanted, "tasks": [{"key": "a", "prompt": "A"}]}
    assert code_of(await api.call("POST", "/plans", json=both)) == (422, "invalid")
    assert code_of(await api.call("POST", "/plans", json={"goal": "Invoices"})) == (422, "invalid")
