"""A remote MCP server of an agent through the gateway: who may, what is added, what passes, and what is refused."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.actors import Actor
from tests.api import V1, Server, code_of, make_actors, served
from tests.databases import copied
from tests.mcp.made_servers import Remote, remote_server
from tests.mcp.test_own_tools import at_work, become

from orchestrator.kit.db import Database
from orchestrator.kit.sealing import make_master_key
from orchestrator.sessions.states import Status

ASKED = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture(scope="module")
async def shared_inside(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    with copied(postgres) as url:
        database = Database(url)
        async with served(tmp_path_factory.mktemp("inside"), database, private_mcp_servers=True) as server:
            yield server
        await database.close()


@pytest.fixture
async def inside(shared_inside: Server) -> Server:
    """A server whose operator lets tenants have MCP servers on the inside."""
    return replace(shared_inside, actors=await make_actors(shared_inside.database))


@pytest.fixture
async def remote() -> AsyncIterator[Remote]:
    async with remote_server() as made:
        yield made


async def api(server: Server, actor: Actor, method: str, path: str, body: Any = None) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.url + V1, headers=actor.headers) as http:
        return await http.request(method, path, json=body)


async def clerk(server: Server, url: str) -> str:
    """The token of a session whose agent has the server `tracker` there."""
    server.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(server.settings)
    admin = server.actors.admin
    assert (await api(server, admin, "PUT", "/agent-secrets", {"name": "TOKEN", "value": "hush-hush"})).status_code == 200
    remote = {"type": "remote", "url": url, "headers": {"X-Tracker": "Bearer {env:TOKEN}"}}
    definition = {"prompt": "You are the clerk.", "mcp": {"tracker": remote, "off": remote | {"enabled": False}}}
    made = await api(server, admin, "POST", "/agents", {"name": "clerk", "definition": definition})
    assert made.status_code == 201, made.text
    return (await at_work(server, server.actors.member, agent="clerk"))[1]


async def call(server: Server, token: str, name: str = "tracker", **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream", "Cookie": "a=b"}
    url = f"{server.url}/gateway/v1/mcp/servers/{name}"
    async with httpx.AsyncClient(headers=headers, timeout=30) as http:
        return await http.request("POST", url, **({"json": ASKED} | options))


async def test_what_is_said_passes_with_the_secret_and_without_what_is_not_of_the_protocol(
    inside: Server, remote: Remote
) -> None:
    token = await clerk(inside, remote.url)
    answer = await call(inside, token)
    assert answer.json()["result"]["tools"][0]["name"] == "find"
    assert answer.headers["mcp-session-id"] == "s-1"
    assert "x-inner" not in answer.headers
    [(method, headers)] = remote.called
    assert (method, headers["X-Tracker"]) == ("tools/list", "Bearer hush-hush")
    assert "Cookie" not in headers
    assert "Authorization" not in headers, "the session's token is not for others"
    streamed = await call(inside, token, json=ASKED | {"method": "tools/call"})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert "TICKET-7" in streamed.text
    assert (await call(inside, token, json={"jsonrpc": "2.0", "method": "notifications/initialized"})).status_code == 202


async def test_a_token_opens_the_servers_of_its_own_sessions_agent_alone(inside: Server, remote: Remote) -> None:
    token = await clerk(inside, remote.url)
    _, plain = await at_work(inside, inside.actors.member)
    session_id, theirs = await at_work(inside, inside.actors.other)
    for one, name in ((token, "other"), (token, "off"), (plain, "tracker"), (theirs, "tracker")):
        assert code_of(await call(inside, one, name)) == (404, "mcp_server_unknown"), name
    for nobody in ("x", "oit_made.up", inside.actors.member.key):
        assert code_of(await call(inside, nobody)) == (401, "tool_token_invalid")
    await become(inside, inside.actors.other, session_id, Status.FAILED)
    assert code_of(await call(inside, theirs)) == (401, "tool_token_invalid")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
        assert (await http.get(f"{inside.url}/gateway/v1/mcp/servers/tracker")).status_code == 405
    assert remote.called == []


async def test_what_does_not_work_is_told(inside: Server, remote: Remote) -> None:
    token = await clerk(inside, remote.url)
    too_large = await call(inside, token, content=b"x" * 2_000_001, json=None)
    assert code_of(too_large) == (413, "mcp_request_too_large")
    remote.redirect = True
    assert code_of(await call(inside, token)) == (502, "mcp_server_unreachable")
    remote.redirect, remote.large = False, True
    assert len((await call(inside, token)).content) <= 20_000_000, "an answer without end is cut off"
    remote.large = False
    await api(inside, inside.actors.admin, "PUT", "/agent-secrets", {"name": "TOKEN", "value": "wrong"})
    assert (await call(inside, token)).status_code == 401, "the server's own refusal passes"
    await api(inside, inside.actors.admin, "DELETE", "/agent-secrets/TOKEN")
    assert code_of(await call(inside, token)) == (422, "agent_secret_missing")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "[::ffff:10.0.0.1]"])
async def test_it_leads_into_no_network_of_the_orchestrators(server: Server, host: str) -> None:
    token = await clerk(server, f"http://{host}:9/mcp")
    assert code_of(await call(server, token)) == (403, "mcp_server_address_refused")
