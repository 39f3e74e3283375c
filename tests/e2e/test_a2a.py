"""Clients of the official A2A SDKs, for Python and for Node, drive real sessions."""

import asyncio
import json
import os
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from a2a.client import ClientConfig, create_client
from a2a.types import Message, Part, Role, SendMessageRequest, StreamResponse
from google.protobuf.json_format import MessageToDict
from tests.e2e.browser.team import SHOP, VERIFY, Team
from tests.e2e.tree import Tree, git, make_repository

ROOT = Path(__file__).resolve().parents[2]
NODE = """
const { ClientFactory, ClientFactoryOptions, DefaultAgentCardResolver, JsonRpcTransportFactory, RestTransportFactory } =
  require("@a2a-js/sdk/client");
const { SendMessageRequest, StreamResponse } = require("@a2a-js/sdk");
const { url, key, binding, request } = JSON.parse(process.env.GIVEN);
const fetchImpl = (address, options = {}) => {
  const headers = new Headers(options.headers);
  headers.set("Authorization", `Bearer ${key}`);
  return fetch(address, { ...options, headers });
};
(async () => {
  const factory = new ClientFactory({
    cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
    transports: [new JsonRpcTransportFactory({ fetchImpl }), new RestTransportFactory({ fetchImpl })],
    preferredTransports: [binding],
  });
  const client = await factory.createFromUrl(`${url}/`, ".well-known/agent-card.json");
  for await (const one of client.sendMessageStream(SendMessageRequest.fromJSON(request)))
    console.log(JSON.stringify(StreamResponse.toJSON(one)));
})();
"""


def checked(news: list[dict[str, Any]], repository: Path) -> None:
    """It is told from its beginning to its end, with the change that was verified."""
    assert "task" in news[0]
    states = [one["statusUpdate"]["status"]["state"] for one in news if "statusUpdate" in one]
    assert (states[0], states[-1]) == ("TASK_STATE_WORKING", "TASK_STATE_COMPLETED")
    artifacts = {one["artifactUpdate"]["artifact"]["artifactId"]: one for one in news if "artifactUpdate" in one}
    result, changes = (artifacts[name]["artifactUpdate"]["artifact"]["parts"] for name in ("result", "changes"))
    assert "The discount is taken off now" in result[0]["text"]
    assert result[1]["data"]["verification"] == "verified"
    assert "+    return sum(items) * (1 - discount)" in changes[0]["text"]
    assert git(repository, "rev-parse", result[1]["data"]["branch"]) == result[1]["data"]["commit"]


def request_for(repository: Path) -> SendMessageRequest:
    message = Message(message_id=uuid4().hex, role=Role.ROLE_USER, parts=[Part(text="Fix the discount")])
    message.metadata.update({"repository": str(repository), "verify": VERIFY})
    return SendMessageRequest(message=message)


async def heard(client: Any, request: SendMessageRequest) -> list[dict[str, Any]]:
    news: list[StreamResponse] = [one async for one in client.send_message(request)]
    return [MessageToDict(one) for one in news]


@pytest.mark.parametrize("binding", ["JSONRPC", "HTTP+JSON"])
async def test_the_python_client_drives_a_session(tree: Tree, binding: str) -> None:
    team, repository = Team.make(tree), make_repository(tree.root / "a2a" / uuid4().hex, SHOP)
    headers = {"Authorization": f"Bearer {team.key}"}
    async with httpx.AsyncClient(headers=headers, timeout=90) as http:
        config = ClientConfig(httpx_client=http, supported_protocol_bindings=[binding])
        client = await create_client(f"{tree.url}/a2a/build", config)
        request = request_for(repository)
        news = await heard(client, request)
        checked(news, repository)
        assert (await heard(client, request))[0]["task"]["id"] == news[0]["task"]["id"], "sent again, it is the same"


async def test_the_node_client_drives_a_session(tree: Tree) -> None:
    team, repository = Team.make(tree), make_repository(tree.root / "a2a" / uuid4().hex, SHOP)
    node = shutil.which("node")
    assert node, "the tests need Node"
    given = {"url": f"{tree.url}/a2a/build", "key": team.key, "binding": "JSONRPC"}
    given["request"] = MessageToDict(request_for(repository))
    env = os.environ | {"GIVEN": json.dumps(given)}
    process = await asyncio.create_subprocess_exec(node, "-e", NODE, cwd=ROOT, env=env, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(90):
        said, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    checked([json.loads(line) for line in said.splitlines()], repository)


async def test_a_question_is_answered_by_a_message(tree: Tree) -> None:
    team = Team.make(tree)
    async with httpx.AsyncClient(base_url=f"{tree.url}/a2a/build", timeout=90) as http:
        http.headers.update({"Authorization": f"Bearer {team.key}", "A2A-Version": "1.0"})

        async def send(text: str, **fields: str) -> dict[str, Any]:
            message = {"messageId": uuid4().hex, "role": "ROLE_USER", "parts": [{"text": text}], **fields}
            answer = await http.post("/message:send", json={"message": message})
            assert answer.status_code == 200, answer.text
            return answer.json()["task"]

        asked = await send("Ask which")
        assert asked["status"]["state"] == "TASK_STATE_INPUT_REQUIRED"
        assert asked["status"]["message"]["parts"][0]["text"] == "Which colour?"
        done = await send("blue", taskId=asked["id"])
        assert (done["id"], done["status"]["state"]) == (asked["id"], "TASK_STATE_COMPLETED")
        assert [one["parts"][0]["text"] for one in done["history"]][:2] == ["Ask which", "blue"]
