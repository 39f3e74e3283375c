"""Before a version is served: the server makes the same token ids of the same chats as the trainer did."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import httpx

from orchestrator.finetuning.serving_errors import EndpointFailed, RenderingDiffers

Rendered = Mapping[str, Any]
"""`messages`, `tools`, and what the trainer made of them: `text` and `tokens`."""
_AROUND = 3


async def check(client: httpx.AsyncClient, engine: str, alias: str, rendered: Sequence[Rendered]) -> None:
    """Raises RenderingDiffers, EndpointFailed."""
    for number, one in enumerate(rendered, 1):
        made = await (_vllm if engine == "vllm" else _llama)(client, alias, one)
        if difference := first_difference(one["tokens"], made):
            raise RenderingDiffers(alias=alias, difference=f"chat {number} of {len(rendered)}: {difference}")


def first_difference(trained: Sequence[int], served: Sequence[int]) -> str | None:
    if list(trained) == list(served):
        return None
    place = next(
        (n for n, (a, b) in enumerate(zip(trained, served, strict=False)) if a != b), min(len(trained), len(served))
    )
    near = slice(max(0, place - _AROUND), place + _AROUND)
    return (
        f"token {place + 1} of {len(trained)} differs (the server has {len(served)}): "
        f"trained {list(trained[near])}, served {list(served[near])}"
    )


async def _llama(client: httpx.AsyncClient, alias: str, one: Rendered) -> list[int]:
    """Through the very template that chat completions go through."""
    body = {"messages": [_to_send(m) for m in one["messages"]], "add_generation_prompt": True}
    applied = await _post(client, alias, "/apply-template", body | ({"tools": one["tools"]} if one.get("tools") else {}))
    told = {"content": applied["prompt"], "add_special": False, "parse_special": True}
    return cast(list[int], (await _post(client, alias, "/tokenize", told))["tokens"])


async def _vllm(client: httpx.AsyncClient, alias: str, one: Rendered) -> list[int]:
    body = {"model": alias, "messages": [_to_send(m) for m in one["messages"]], "add_generation_prompt": True}
    told = await _post(client, alias, "/tokenize", body | ({"tools": one["tools"]} if one.get("tools") else {}))
    return cast(list[int], told["tokens"])


def _to_send(message: Mapping[str, Any]) -> dict[str, Any]:
    calls = [
        call | {"function": call["function"] | {"arguments": json.dumps(call["function"]["arguments"])}}
        for call in cast(list[dict[str, Any]], message.get("tool_calls") or [])
    ]
    return dict(message) | ({"tool_calls": calls} if calls else {})


async def _post(client: httpx.AsyncClient, alias: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answer = await client.post(path, json=dict(body))
    except httpx.TransportError as error:
        raise EndpointFailed(alias=alias, problem=f"{path}: {type(error).__name__}") from error
    if answer.status_code != 200:
        raise EndpointFailed(alias=alias, problem=f"{path} answers {answer.status_code}: {answer.text[:200]}")
    return cast(dict[str, Any], answer.json())
