"""Clients of the face: the SDK's own, and bare requests."""

from typing import Any
from uuid import uuid4

import httpx
from tests.actors import Actor
from tests.api import Api

VERSION = {"A2A-Version": "1.0"}


def message(text: str = "Do it.", **fields: Any) -> dict[str, Any]:
    return {"messageId": uuid4().hex, "role": "ROLE_USER", "parts": [{"text": text}], **fields}


async def rpc(api: Api, method: str, params: dict[str, Any], actor: Actor | None = None, agent: str = "build") -> Any:
    """What was answered to a JSON-RPC call, whole."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = (actor or api.actors.member).headers | VERSION
    return await api.client.post(f"/a2a/{agent}", json=body, headers=headers)


async def result(api: Api, method: str, params: dict[str, Any], actor: Actor | None = None, agent: str = "build") -> Any:
    answer = await rpc(api, method, params, actor, agent)
    assert answer.status_code == 200, answer.text
    assert "result" in answer.json(), answer.text
    return answer.json()["result"]


async def send(api: Api, actor: Actor | None = None, agent: str = "build", **fields: Any) -> dict[str, Any]:
    """The task that a message makes, at once."""
    params = {"message": message(**fields), "configuration": {"returnImmediately": True}}
    return (await result(api, "SendMessage", params, actor, agent))["task"]


def error_of(answer: httpx.Response) -> tuple[int, str]:
    """Code and reason of a JSON-RPC error."""
    error = answer.json()["error"]
    return error["code"], error["data"][0]["reason"]
