"""A third party's MCP client, that of the official SDK, drives the orchestrator with an API key."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from tests.actors import Actor
from tests.api import RANDOM_ID, Server

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.mcp.fleet_tools import FLEET_TOOLS
from orchestrator.mcp.own_tools import OWN_TOOLS
from orchestrator.sessions.lifecycle import move
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status


@asynccontextmanager
async def connected(server: Server, actor: Actor, mode: str = "auto", **headers: str) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(headers=actor.headers | headers) as http:
        transport = streamable_http_client(f"{server.url}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


async def call(client: Client, name: str, **arguments: Any) -> Any:
    result = await client.call_tool(name, arguments)
    text = result.content[0].text
    assert not result.is_error, text
    return text if text.startswith(("Told", "diff")) else json.loads(text)


async def refusal(client: Client, name: str, **arguments: Any) -> str:
    result = await client.call_tool(name, arguments)
    assert result.is_error
    return result.content[0].text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_it_starts_a_session_finds_it_and_talks_to_it(server: Server, mode: str) -> None:
    """In the protocol's newest form and in the older one with a handshake, which most clients speak."""
    async with connected(server, server.actors.member, mode) as client:
        names = {one.name for one in (await client.list_tools()).tools}
        assert {"start_session", "wait_for_session", "get_diff", "context_put"} <= names
        made = await call(client, "start_session", prompt="Fix it.", title="A fix", idempotency_key="k")
        assert (made["status"], made["title"]) == ("queued", "A fix")
        again = await call(client, "start_session", prompt="Fix it.", title="A fix", idempotency_key="k")
        assert again["id"] == made["id"]
        listed = await call(client, "list_sessions", status=["queued"], mine=True)
        assert [one["id"] for one in listed["items"]] == [made["id"]]
        whole = await call(client, "get_session", session_id=made["id"])
        assert (whole["prompt"], whole["evidence"]) == ("Fix it.", [])
        said = await call(client, "send_message", session_id=made["id"], text="Use Decimal.")
        assert (said["text"], said["author"]) == ("Use Decimal.", f"key:{server.actors.member.key_id}")
        assert (await call(client, "read_transcript", session_id=made["id"]))["items"] == []
        waited = await call(client, "wait_for_session", session_id=made["id"], seconds=1)
        assert (waited["status"], waited["at_rest"]) == ("queued", False)


async def test_it_watches_a_session_until_it_is_at_rest(server: Server) -> None:
    """Whoever waits is told by the event; what happened between the call and the look at the session is not missed."""
    actor = server.actors.member
    async with connected(server, actor) as client:
        made = await call(client, "start_session", prompt="Fix it.")
        waiting = asyncio.create_task(call(client, "wait_for_session", session_id=made["id"], seconds=30))
        for to in (Status.RUNNING, Status.FAILED):
            with tenant_scope(actor.tenant_id):
                async with server.database.transaction() as db:
                    session = await IndustrialRepository(db).get(Session, UUID(made["id"]))
                    await move(db, session, to, "a test says so")
        ended = await asyncio.wait_for(waiting, 10)
        assert (ended["status"], ended["at_rest"]) == ("failed", True)
        assert (await call(client, "wait_for_session", session_id=made["id"]))["at_rest"] is True


async def test_it_hands_in_a_plan_and_adds_a_task(server: Server) -> None:
    tasks = [{"key": "price", "prompt": "Take a discount."}, {"key": "docs", "prompt": "Tell.", "depends_on": ["price"]}]
    async with connected(server, server.actors.member) as client:
        made = await call(client, "start_plan", goal="Discounts", tasks=tasks, idempotency_key="p")
        assert (made["status"], made["progress"]) == ("running", {"done": 0, "total": 2})
        again = await call(client, "start_plan", goal="Discounts", tasks=tasks, idempotency_key="p")
        assert again["id"] == made["id"]
        added = await call(client, "create_task", plan_id=made["id"], key="news", prompt="Tell all.", depends_on=["docs"])
        assert [one["key"] for one in added["tasks"]] == ["price", "docs", "news"]
        assert await call(client, "get_plan", plan_id=made["id"]) == added
        split = await call(client, "start_plan", goal="Something large")
        assert [one["key"] for one in split["tasks"]] == ["plan"], "an agent makes the others"
        assert "price -> docs -> price" in await refusal(
            client, "start_plan", goal="x", tasks=[{**tasks[0], "depends_on": ["docs"]}, tasks[1]]
        )
    async with connected(server, server.actors.other) as client:
        for name, arguments in (("get_plan", {}), ("create_task", {"key": "k", "prompt": "p"})):
            foreign = await refusal(client, name, plan_id=made["id"], **arguments)
            assert foreign == await refusal(client, name, plan_id=RANDOM_ID, **arguments)
            assert "(not_found)" in foreign


async def test_it_shares_contexts(server: Server) -> None:
    async with connected(server, server.actors.member) as client:
        made = await call(client, "context_put", key="decisions/database", value={"use": "PostgreSQL", "port": 1})
        await call(client, "context_put", key="decisions/database", value={"use": "PostgreSQL", "port": 2}, version=1)
        merged = await call(
            client, "context_put", key="decisions/database", value={"port": 1, "x": 1, "use": "PostgreSQL"}, version=1
        )
        assert (merged["version"], merged["merged"], merged["value"]["port"]) == (3, True, 2)
        told = await refusal(
            client, "context_put", key="decisions/database", value={"use": "PostgreSQL", "port": 3}, version=1
        )
        assert "(context_conflict)" in told
        assert "/port" in told
        [conflict] = (await call(client, "context_conflicts"))["items"]
        await call(client, "context_resolve", conflict_id=conflict["id"], take="theirs")
        read = await call(client, "context_get", key="decisions/database")
        assert (read["id"], read["value"]["port"]) == (made["id"], 2)
        assert [one["key"] for one in (await call(client, "context_search", query="database"))["items"]] == [made["key"]]
        assert [one["key"] for one in (await call(client, "context_list", prefix="dec"))["items"]] == [made["key"]]


async def test_what_is_refused_over_http_is_refused_here_in_the_same_words(server: Server) -> None:
    actors = server.actors
    async with connected(server, actors.viewer) as client:
        assert "(permission_required)" in await refusal(client, "start_session", prompt="x")
        assert "(permission_required)" in await refusal(client, "context_put", key="k", value=1)
        assert (await call(client, "list_sessions"))["items"] == []
    async with connected(server, actors.other) as client:
        theirs = await call(client, "start_session", prompt="x")
        entry = await call(client, "context_put", key="k", value=1)
    async with connected(server, actors.member) as client:
        for name, arguments in (
            ("get_session", {}),
            ("wait_for_session", {"seconds": 1}),
            ("read_transcript", {}),
            ("get_diff", {}),
            ("send_message", {"text": "x"}),
        ):
            foreign = await refusal(client, name, session_id=theirs["id"], **arguments)
            assert foreign == await refusal(client, name, session_id=RANDOM_ID, **arguments)
            assert "(not_found)" in foreign
        assert entry["id"] not in json.dumps(await call(client, "context_list"))
        assert "(not_found)" in await refusal(client, "context_get", key="k")
        assert "(prompt_empty)" in await refusal(client, "start_session", prompt="")
        assert "(invalid)" in await refusal(client, "start_session", prompt="x", nonsense=1)
        assert "(invalid)" in await refusal(client, "get_session", session_id="x")


async def test_without_a_key_there_is_nothing(server: Server) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient(base_url=server.url, headers=accept) as http:
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Bearer oit_{'a' * 12}_{'b' * 43}"}):
            answer = await http.post("/mcp", json=body, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        answer = await http.post("/mcp", json=body, headers=server.actors.member.headers)
        assert answer.status_code == 200
        assert (await http.get("/mcp", headers=server.actors.member.headers)).status_code == 405
        large = {**body, "params": {"x": "y" * 400_000}}
        assert (await http.post("/mcp", json=large, headers=server.actors.member.headers)).status_code == 413


def test_the_shape_of_a_tool_is_made_once() -> None:
    """It takes a millisecond, and a client that asked for the list of them 200 times had others wait for seconds."""
    assert all(one.schema is one.schema for one in (*FLEET_TOOLS, *OWN_TOOLS))
