"""Two real HTTP models that play scenarios, reached through a real gateway, as the arms of an evaluation."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.actors import Actor, make_operator
from tests.api import V1, Server

from orchestrator.finetuning.evaluating import EvaluationRunner
from orchestrator.gateway.api import PREFIX
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.sealing import make_master_key
from orchestrator.opencode.scripted_files import parse_scenarios
from orchestrator.opencode.scripted_model import ScriptedModel

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "look_up",
            "description": "Looks a word up.",
            "parameters": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
        },
    }
]
WORDS = [f"word{number:02}x" for number in range(24)]


def task(word: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": word,
        "messages": [{"role": "user", "content": f"Look up {word}."}],
        "tools": TOOLS,
        "expected": {"tool_calls": [{"name": "look_up", "arguments": {"word": word}}]},
        **changes,
    }


TASKS = [task(word) for word in WORDS]


def knows(words: Sequence[str], **arguments: Any) -> list[dict[str, Any]]:
    """Scenarios of a model that makes the right call for these words, or one with other arguments."""
    return [
        {
            "name": word,
            "match": f"Look up {word}.",
            "steps": [{"tool": {"name": "look_up", "arguments": arguments or {"word": word}}}],
        }
        for word in words
    ]


@dataclass
class Arms:
    server: Server
    client: httpx.AsyncClient
    models: dict[str, ScriptedModel] = field(default_factory=dict)

    async def call(self, method: str, path: str, actor: Actor | None = None, **options: Any) -> httpx.Response:
        headers = (actor or self.server.actors.admin).headers | options.pop("headers", {})
        return await self.client.request(method, V1 + path, headers=headers, **options)

    @property
    def runner(self) -> EvaluationRunner:
        store = ArtifactStore(self.server.settings.artifact_store_url)
        return EvaluationRunner(self.server.database, f"{self.server.url}{PREFIX}", store)

    def asked(self, arm: str) -> int:
        return self.models[arm].calls.total


@asynccontextmanager
async def arms_of(server: Server, base: list[dict[str, Any]], tuned: list[dict[str, Any]]) -> AsyncIterator[Arms]:
    """The models `base-arm` and `tuned-arm` of tenant `a`."""
    server.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(server.settings)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=server.url, timeout=60))
        arms = Arms(server, client)
        mine = server.actors.admin
        operator = await make_operator(server.database, mine.tenant_id, mine.slug)
        for arm, scenarios in (("base", base), ("tuned", tuned)):
            unknown = {"name": "default", "steps": [{"text": "I do not know."}]}
            model = ScriptedModel(parse_scenarios([*scenarios, unknown], arm))
            await model.start()
            stack.push_async_callback(model.stop)
            arms.models[arm] = model
            provider = {"name": f"{arm}-provider", "kind": "openai_compatible", "base_url": model.base_url}
            assert (await arms.call("POST", "/providers", operator, json=provider)).status_code == 201
            price = {"input_price": 1_000_000, "output_price": 1_000_000}
            target = {"provider": f"{arm}-provider", "model": "scripted-model", **price}
            answer = await arms.call("POST", "/models", json={"name": f"{arm}-arm", "targets": [target]})
            assert answer.status_code == 201, answer.text
        yield arms
