"""The tools of a session's own agent: what its token opens, until when, and that it opens nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs
from tests.actors import Actor
from tests.api import V1, Server

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.mcp.own_tools import MOST_PROGRESS
from orchestrator.mcp.tools import Arguments, carry_out, tool
from orchestrator.sessions.lifecycle import move
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status
from orchestrator.sessions.tool_tokens import mint_tool_token

TOOLS = "/gateway/v1/mcp"


async def at_work(server: Server, actor: Actor, **wanted: Any) -> tuple[UUID, str]:
    """A session that runs, and its token."""
    async with httpx.AsyncClient(base_url=server.url + V1, headers=actor.headers) as http:
        answer = await http.post("/sessions", json={"prompt": "Do it.", **wanted})
    session_id = UUID(answer.json()["id"])
    with tenant_scope(actor.tenant_id):
        async with server.database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, session_id)
            await move(db, session, Status.RUNNING, "a test says so")
            return session_id, await mint_tool_token(db, session)


async def become(server: Server, actor: Actor, session_id: UUID, status: Status | None, **changes: Any) -> None:
    with tenant_scope(actor.tenant_id):
        async with server.database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, session_id)
            if status is not None:
                await move(db, session, status, "a test says so")
            for name, value in changes.items():
                setattr(session, name, value)


@asynccontextmanager
async def agent(server: Server, token: str) -> AsyncIterator[Client]:
    async with (
        httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http,
        Client(streamable_http_client(f"{server.url}{TOOLS}", http_client=http), mode="legacy") as client,
    ):
        yield client


async def call(client: Client, name: str, **arguments: Any) -> Any:
    result = await client.call_tool(name, arguments)
    text = result.content[0].text
    assert not result.is_error, text
    return json.loads(text) if text.startswith("{") else text


async def refusal(client: Client, name: str, **arguments: Any) -> str:
    result = await client.call_tool(name, arguments)
    assert result.is_error
    return result.content[0].text


async def status_of(server: Server, token: str, path: str = TOOLS) -> int:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as http:
        return (await http.post(path, json=body)).status_code


async def test_it_reads_and_writes_what_is_shared_with_it(server: Server) -> None:
    actor = server.actors.member
    session_id, token = await at_work(server, actor, agent="tester")
    _, another = await at_work(server, actor)
    async with agent(server, token) as mine, agent(server, another) as theirs:
        assert {one.name for one in (await mine.list_tools()).tools} == {
            "context_get",
            "context_put",
            "context_search",
            "report_progress",
            "finish_task",
        }
        for scope in ("GLOBAL", "AGENT", "SESSION"):
            await call(mine, "context_put", key="k", value=f"of {scope}", scope=scope)
        narrowest = await call(mine, "context_get", key="k")
        assert (narrowest["value"], narrowest["scope"], narrowest["author"]) == (
            "of SESSION",
            "SESSION",
            f"session:{session_id}",
        )
        assert (await call(theirs, "context_get", key="k"))["value"] == "of GLOBAL"
        assert {one["scope"] for one in (await call(mine, "context_search", query="of or k"))["items"]} == {
            "GLOBAL",
            "AGENT",
            "SESSION",
        }
        assert [one["scope"] for one in (await call(theirs, "context_search", query="k"))["items"]] == ["GLOBAL"]
        assert "no agent" in await refusal(theirs, "context_put", key="k", value=1, scope="AGENT")
        assert "no plan" in await refusal(mine, "context_put", key="k", value=1, scope="TEMPORARY")
        assert "(not_found)" in await refusal(mine, "context_get", key="nothing")
        assert "(context_version_required)" in await refusal(theirs, "context_put", key="k", value=1, scope="GLOBAL")
        assert "(invalid)" in await refusal(mine, "context_put", key="k")


async def test_what_collides_is_told_and_kept(server: Server) -> None:
    _, token = await at_work(server, server.actors.member)
    _, another = await at_work(server, server.actors.member)
    async with agent(server, token) as mine, agent(server, another) as theirs:
        first = await call(mine, "context_put", key="k", value={"a": 1}, scope="GLOBAL")
        await call(theirs, "context_put", key="k", value={"a": 2}, scope="GLOBAL", version=first["version"])
        told = await refusal(mine, "context_put", key="k", value={"a": 3}, scope="GLOBAL", version=first["version"])
        assert "(context_conflict)" in told
        merged = await call(mine, "context_put", key="k", value={"a": 1, "b": 1}, scope="GLOBAL", version=1)
        assert (merged["merged"], merged["value"]) == (True, {"a": 2, "b": 1})
    async with httpx.AsyncClient(base_url=server.url + V1, headers=server.actors.member.headers) as http:
        [conflict] = (await http.get("/contexts/conflicts")).json()["items"]
    assert conflict["value"] == {"a": 3}


async def test_progress_and_summary_are_told(server: Server) -> None:
    actor = server.actors.member
    session_id, token = await at_work(server, actor)
    async with agent(server, token) as client:
        await call(client, "report_progress", message="Half\x00way", percent=50)
        for summary in ("First.", "Second."):
            await call(client, "finish_task", summary=summary)
        assert (await call(client, "context_get", key="summary"))["value"] == "Second."
        assert "(invalid)" in await refusal(client, "report_progress", message="x", percent=101)
    async with httpx.AsyncClient(base_url=server.url + V1, headers=actor.headers) as http:
        told = (await http.get("/events/log", params={"session_id": str(session_id), "limit": 500})).json()["items"]
        assert (await http.get(f"/sessions/{session_id}")).json()["verification"] is None
    assert [one["data"] for one in told if one["type"] == "session.progress"] == [
        {"message": "Half\u2400way", "percent": 50}
    ]


async def test_progress_is_told_so_often_and_so_long(server: Server) -> None:
    _, token = await at_work(server, server.actors.member)
    async with agent(server, token) as client:
        assert "(invalid)" in await refusal(client, "report_progress", message="x" * 501)
        many = [client.call_tool("report_progress", {"message": f"Step {number}"}) for number in range(MOST_PROGRESS + 5)]
        told = [result.content[0].text for result in await asyncio.gather(*many)]
    assert len([one for one in told if one == "Told."]) == MOST_PROGRESS
    assert len([one for one in told if "(too_much_progress)" in one]) == 5


async def test_trouble_with_the_database_is_logged_with_its_tenant() -> None:
    async def fails(_: object, __: object) -> object:
        raise PoolTimeout

    caller = SimpleNamespace(tenant_id="a-tenant")
    with capture_logs() as logged:
        told = await carry_out(tool(Arguments, fails), caller, {})
    assert (told.is_error, "(database_unreachable)" in told.text) == (True, True)
    assert [(one["event"], one["tenant_id"]) for one in logged] == [("database_trouble", "a-tenant")]


async def test_the_token_ends_with_the_attempt(server: Server) -> None:
    actor = server.actors.member
    session_id, token = await at_work(server, actor)
    assert await status_of(server, token) == 200
    await become(server, actor, session_id, None, attempt=1)
    assert await status_of(server, token) == 401, "it was for the attempt before"
    await become(server, actor, session_id, None, attempt=0)
    assert await status_of(server, token) == 200
    await become(server, actor, session_id, Status.FAILED)
    assert await status_of(server, token) == 401, "nobody works there any more"


async def test_the_token_opens_nothing_else_and_nothing_else_is_one(server: Server) -> None:
    _, token = await at_work(server, server.actors.member)
    another_secret = token[:-1] + ("a" if token[-1] != "a" else "b")
    for wrong in ("nonsense", another_secret, server.actors.admin.key):
        assert await status_of(server, wrong) == 401
    for path in ("/mcp", "/gateway/v1/chat/completions", f"{V1}/sessions", f"{V1}/contexts/conflicts"):
        assert await status_of(server, token, path) == 401, path
