"""Plans on the command line, against a real server whose worker is away: nothing of them begins."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.api import Server
from tests.cli.test_cli import refused, run
from tests.cli.test_tenancy import printed

from orchestrator.client.api import Client

Env = dict[str, str | None]
PLAN = """\
goal: Discounts in the [bold]shop[/]
tasks:
  - key: price
    title: The price
    prompt: Make total() take a discount.
  - key: docs
    prompt: Tell of discounts in README.md.
    depends_on: [price]
"""
TEMPLATE = """\
name: two-steps
description: For tests
parameters:
  what: {description: What is built}
  parts: {description: Its parts, many: true, default: [all]}
tasks:
  - {key: build, for_each: parts, prompt: "{{ goal }}: build {{ item }} of {{ what }}."}
"""


@pytest.fixture
def env(server: Server, tmp_path: Path) -> Env:
    data = {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "200"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.admin.key}


@pytest.fixture
def files(tmp_path: Path) -> Mapping[str, Path]:
    texts = {"plan": PLAN, "template": TEMPLATE, "bad": PLAN.replace("[price]", "[prise]"), "empty": ""}
    paths = {name: tmp_path / f"{name}.yaml" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text)
    return paths


async def told(env: Env, *arguments: object) -> str:
    return await asyncio.to_thread(printed, env, *map(str, arguments))


async def handed_in(env: Env, *arguments: object) -> str:
    """The plan's id."""
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", await told(env, "plan", *arguments))
    assert found
    return found[0]


async def test_a_plan_of_a_file_is_handed_in_seen_and_steered(env: Env, files: Mapping[str, Path]) -> None:
    said = await told(env, "plan", "--file", files["plan"], "--require-approval", "--max-parallel", "3")
    assert "Discounts in the [bold]shop[/]" in said
    assert "2 tasks, awaiting_approval" in said
    listed = await told(env, "plans", "list", "--status", "awaiting_approval")
    assert "0/2" in listed
    short = listed.splitlines()[1].split()[0]
    assert "running" in await told(env, "plans", "approve", short)
    shown = await told(env, "plans", "show", short)
    assert re.search(r"docs +pending +price", shown)
    drawn = await told(env, "plans", "graph", short)
    assert re.search(r"\* +price +pending +The price", drawn)
    assert "not verified" in await told(env, "plans", "report", short)
    assert "paused" in await told(env, "plans", "pause", short)
    assert "running" in await told(env, "plans", "resume", short)
    await told(env, "plans", "cancel-task", short, "price")
    await told(env, "plans", "retry", short, "price")
    assert "cancelled" in await told(env, "plans", "cancel", short)


async def test_what_the_command_says_comes_before_the_file(server: Server, env: Env, files: Mapping[str, Path]) -> None:
    plan_id = await handed_in(env, "Another goal", "--file", files["plan"], "--verify", "true", "--ref", "main")
    with Client(server.url, server.actors.admin.key) as client:
        plan = await asyncio.to_thread(client.plan, plan_id)
    assert (plan["goal"], plan["verify"], plan["base_ref"]) == ("Another goal", ["true"], "main")


def edited(client: Client) -> list[tuple[str, str]]:
    """The tasks of a plan that was made once, however often it was handed in, and changed by hand."""
    wanted: dict[str, Any] = {"goal": "Do it", "tasks": [{"key": "a", "prompt": "A"}], "require_approval": True}
    first, second = (client.create_plan(key="once", **wanted) for _ in range(2))
    assert first["id"] == second["id"]
    client.add_task(first["id"], key="b", prompt="B", depends_on=["a"])
    client.add_task(first["id"], key="c", prompt="C")
    client.edit_task(first["id"], "b", prompt="Better")
    return [(task["key"], task["prompt"]) for task in client.remove_task(first["id"], "c")["tasks"]]


async def test_a_program_edits_a_plan_before_it_begins(server: Server) -> None:
    with Client(server.url, server.actors.admin.key) as client:
        assert await asyncio.to_thread(edited, client) == [("a", "A"), ("b", "Better")]


async def test_a_plan_is_watched_until_it_does_nothing_more(server: Server, env: Env, files: Mapping[str, Path]) -> None:
    plan_id = await handed_in(env, "--file", files["plan"])
    watching = asyncio.create_task(asyncio.to_thread(run, env, "plans", "follow", plan_id))
    with Client(server.url, server.actors.admin.key) as client:
        await asyncio.to_thread(client.cancel_plan, plan_id)
    watched = await watching
    assert watched.exit_code == 1
    assert "price cancelled the plan was cancelled" in watched.output
    assert "0 of 2 tasks done" in watched.output


async def test_templates_are_kept_and_filled_in(env: Env, files: Mapping[str, Path]) -> None:
    assert "entity fields [operations]" in await told(env, "plans", "templates", "list")
    assert await told(env, "plans", "templates", "add", files["template"]) == "two-steps: what, parts\n"
    assert await told(env, "plans", "templates", "show", "two-steps") == TEMPLATE
    filled = ("--template", "two-steps", "--set", "what=a=b", "--set", "parts=one, two")
    plan_id = await handed_in(env, "Do it", *filled)
    shown = await told(env, "plans", "show", plan_id)
    assert "build-one" in shown
    assert "build-two" in shown
    files["template"].write_text(TEMPLATE.replace("For tests", "For more tests"))
    await told(env, "plans", "templates", "add", files["template"], "--replace", "two-steps")
    assert "For more tests" in await told(env, "plans", "templates", "list")
    await told(env, "plans", "templates", "remove", "two-steps")
    refused(await asyncio.to_thread(run, env, "plans", "templates", "show", "two-steps"), "not_found")


async def test_without_a_file_and_a_template_an_agent_makes_the_tasks(env: Env) -> None:
    plan_id = await handed_in(env, "Invoices in the shop", "--require-approval", "--max-parallel", "2")
    shown = await told(env, "plans", "show", plan_id)
    assert re.search(r"status +running", shown), "the approval is of what the planner makes"
    assert re.search(r"plan +pending", shown)


async def test_what_is_wrong_is_told(env: Env, files: Mapping[str, Path], tmp_path: Path) -> None:
    for arguments, code in (
        (("plan",), "argument_wrong"),
        (("plan", "Do it", "--set", "a=b"), "argument_wrong"),
        (("plan", "Do it", "--template", "crud", "--agent", "tester"), "argument_wrong"),
        (("plan", "Do it", "--agent", "nobody"), "unknown_agent"),
        (("plan", "Do it", "--template", "crud", "--file", files["plan"]), "argument_wrong"),
        (("plan", "--template", "crud"), "argument_wrong"),
        (("plan", "--file", tmp_path / "none.yaml"), "argument_wrong"),
        (("plan", "--file", files["plan"], "--set", "a=b"), "argument_wrong"),
        (("plan", "Do it", "--template", "crud", "--set", "entity"), "argument_wrong"),
        (("plan", "Do it", "--template", "none"), "unknown_template"),
        (("plan", "Do it", "--template", "crud"), "template_not_filled"),
        (("plan", "--file", files["empty"]), "plan_file_invalid"),
        (("plan", "--file", files["bad"]), "plan_file_invalid"),
        (("plans", "show", "nothing"), "not_found"),
        (("plans", "templates", "add", files["bad"]), "template_invalid"),
    ):
        refused(await asyncio.to_thread(run, env, *map(str, arguments)), code)
    told = await asyncio.to_thread(run, env, "plan", "--file", str(files["bad"]))
    assert "line 6: task docs depends on prise" in told.output + told.stderr
