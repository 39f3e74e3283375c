"""A tenant's rules come first, the built-in ones after them, and what neither names is refused."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from tests.actors import make_actor
from tests.api import Api, code_of

from orchestrator.opencode.permissions import first_match
from orchestrator.opencode.schemas import Rule
from orchestrator.tenancy.approval_policy import Policy
from orchestrator.tenancy.models import Role

PUSH = {"tool": "bash", "pattern": "git push*", "action": "ask"}
ASK_QUESTIONS = {"tool": "question", "pattern": "*", "action": "ask"}


def policy(*texts: str) -> Policy:
    words = (text.split(" ", 2) for text in texts)
    return Policy(tuple(Rule.model_validate({"action": a, "permission": p, "pattern": x}) for a, p, x in words))


@pytest.mark.parametrize(
    ("permission", "patterns", "answer"),
    [
        ("read", [".env"], "allow"),
        ("bash", ["git push", "ls"], "allow"),
        ("external_directory", ["/etc/*"], "deny"),
        ("doom_loop", ["bash"], "deny"),
        ("question", [], "deny"),
        ("a_tool_nobody_knows", ["x"], "deny"),
        ("a_tool_nobody_knows", [], "deny"),
    ],
)
def test_without_rules_of_its_own(permission: str, patterns: list[str], answer: str) -> None:
    assert Policy().decide(permission, patterns) == answer


def test_the_first_rule_wins_and_of_several_patterns_the_strictest_answer_counts() -> None:
    mine = policy("allow bash git push origin/*", "ask bash git *", "deny bash rm *")
    assert mine.decide("bash", ["git push origin/x"]) == "allow"
    assert mine.decide("bash", ["git push origin/x", "git gc"]) == "ask"
    assert mine.decide("bash", ["git gc", "rm -r ."]) == "deny"


def test_a_rule_for_every_tool_opens_none_of_the_guards() -> None:
    mine = policy("allow * *")
    assert mine.decide("a_tool_nobody_knows", ["x"]) == "allow"
    assert mine.decide("external_directory", ["/etc/*"]) == "deny"
    assert policy("allow external_directory /data/*").decide("external_directory", ["/data/*"]) == "allow"


async def put(api: Api, rules: list[dict[str, Any]], actor: Any = None, **more: Any) -> Any:
    return await api.call("PUT", "/approval-policy", actor or api.actors.admin, json={"rules": rules, **more})


async def test_without_a_key_and_without_the_role(api: Api) -> None:
    for method in ("GET", "PUT"):
        answer = await api.client.request(method, "/api/v1/approval-policy", json={"rules": []})
        assert code_of(answer) == (401, "unauthenticated")
    lead = await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)
    for actor in (api.actors.viewer, api.actors.member, lead):
        assert code_of(await put(api, [], actor)) == (403, "permission_required")
        assert (await api.call("GET", "/approval-policy", actor)).status_code == 200


async def test_it_is_kept_for_its_tenant_alone_and_each_change_is_in_the_audit_log(api: Api) -> None:
    assert (await put(api, [PUSH], deadline_seconds=60)).status_code == 200
    assert (await put(api, [PUSH, ASK_QUESTIONS], deadline_seconds=60, default="allow")).status_code == 200
    read = (await api.call("GET", "/approval-policy", api.actors.viewer)).json()
    assert (read["rules"], read["deadline_seconds"], read["default"]) == ([PUSH, ASK_QUESTIONS], 60, "allow")
    assert {"tool": "external_directory", "pattern": "*", "action": "deny"} in read["built_in"]
    others = (await api.call("GET", "/approval-policy", api.actors.other)).json()
    assert (others["rules"], others["default"]) == ([], "deny")
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    changes = [e for e in entries if e["action"] == "approval_policy.set"]
    assert changes[0]["before"]["rules"] == "ask bash git push*"
    assert changes[0]["after"]["rules"] == "ask bash git push*; ask question *"
    assert [e["type"] for e in await api.events()].count("approval_policy.set") == 2


@pytest.mark.parametrize(
    "rule",
    [
        {**PUSH, "action": "maybe"},
        {**PUSH, "tool": ""},
        {**PUSH, "tool": "ba sh"},
        {**PUSH, "pattern": "a\x00b"},
        {**PUSH, "when": "always"},
        {**ASK_QUESTIONS, "action": "allow"},
        {**ASK_QUESTIONS, "pattern": "Which*"},
    ],
)
async def test_a_rule_that_means_nothing_is_refused(api: Api, rule: dict[str, Any]) -> None:
    assert (await put(api, [rule])).status_code == 422
    assert (await put(api, [], deadline_seconds=0)).status_code == 422


async def put_if(api: Api, etag: str | None, rules: list[dict[str, Any]]) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return await api.call("PUT", "/approval-policy", api.actors.admin, json={"rules": rules}, headers=headers)


async def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(api: Api) -> None:
    seen = (await api.call("GET", "/approval-policy", api.actors.admin)).headers["ETag"]
    first = await put_if(api, seen, [PUSH])
    assert (first.status_code, first.headers["ETag"] != seen) == (200, True)
    late = await put_if(api, seen, [ASK_QUESTIONS])
    assert code_of(late) == (412, "changed_meanwhile")
    read = await api.call("GET", "/approval-policy", api.actors.viewer)
    assert (read.json()["rules"], read.headers["ETag"]) == ([PUSH], first.headers["ETag"])
    assert (await put_if(api, read.headers["ETag"], [PUSH, ASK_QUESTIONS])).status_code == 200
    assert (await put_if(api, "*", [PUSH])).status_code == 200
    assert (await put_if(api, None, [])).status_code == 200


async def test_of_many_who_write_at_once_upon_the_same_one_wins(api: Api) -> None:
    seen = (await api.call("GET", "/approval-policy", api.actors.admin)).headers["ETag"]
    rules = [{"tool": "bash", "pattern": f"a{number}", "action": "ask"} for number in range(6)]
    answers = await asyncio.gather(*(put_if(api, seen, [rule]) for rule in rules))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]


@pytest.mark.parametrize(
    ("tenants", "own", "answer"),
    [
        ((), "deny bash *", "deny"),
        ((), "deny bash git *", "allow"),
        (("deny bash npm *",), "allow bash *", "deny"),
        (("ask bash *",), "allow bash *", "ask"),
        (("ask bash *",), "deny bash npm *", "deny"),
        (("allow bash *",), "ask * *", "ask"),
    ],
)
def test_an_agents_rules_narrow_the_policy_and_never_widen_it(tenants: tuple[str, ...], own: str, answer: str) -> None:
    narrowed = replace(policy(*tenants), narrower=policy(own).rules)
    assert narrowed.decide("bash", ["npm test"]) == answer
    told = first_match(narrowed.opencode_rules, "bash", "npm test")
    assert (told.action if told else "allow") in (answer, "ask"), "what OpenCode does not refuse itself, it asks for"


@pytest.mark.parametrize(
    ("tenants", "callers", "own", "answer"),
    [
        ((), (), "allow bash *", "allow"),
        ((), ("deny bash npm *",), "allow bash *", "deny"),
        ((), ("ask bash *",), "allow bash npm *", "ask"),
        (("deny bash *",), ("allow bash *",), "allow bash *", "deny"),
        ((), ("allow bash *",), "deny bash *", "deny"),
        (("ask bash *",), (), "deny bash git *", "ask"),
    ],
)
def test_of_a_subagents_its_callers_and_the_tenants_rules_the_strictest_counts(
    tenants: tuple[str, ...], callers: tuple[str, ...], own: str, answer: str
) -> None:
    narrowed = replace(policy(*tenants), narrower=policy(*callers).rules, also=policy(own).rules)
    assert narrowed.decide("bash", ["npm test"]) == answer
    told = first_match(narrowed.opencode_rules, "bash", "npm test")
    assert (told.action if told else "allow") in (answer, "ask"), "what OpenCode does not refuse itself, it asks for"


def test_tools_that_an_agent_brings_are_allowed_below_every_rule() -> None:
    """What nobody names is refused when OpenCode asks for it."""
    brought = replace(policy(), brought=policy("allow tracker_* *").rules)
    assert (policy().decide("tracker_find", ["*"]), brought.decide("tracker_find", ["*"])) == ("deny", "allow")
    for rule in ("deny tracker_find *", "ask * *"):
        assert replace(brought, rules=policy(rule).rules).decide("tracker_find", ["*"]) == rule.split()[0]
    assert replace(brought, narrower=policy("deny tracker_* *").rules).decide("tracker_find", ["*"]) == "deny"
