"""The real OpenCode calls each model in the format that its configuration names, with the key where that format has it."""

import json
from pathlib import Path
from typing import get_args

from tests.gateway.upstream import Asked, upstream_running
from tests.opencode.conftest import Starting, repository, until

from orchestrator.opencode.config import ModelConfig, server_config

PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "messages": "/v1/messages"}
REFUSED = b'{"error": {"message": "no", "type": "invalid_request_error"}}'


async def test_each_format_has_its_path_and_its_header(starting: Starting, tmp_path: Path) -> None:
    assert set(PATHS) == set(get_args(ModelConfig.model_fields["format"].annotation))
    models = [ModelConfig.model_validate({"id": name, "format": name}) for name in PATHS]
    worktree = repository(tmp_path / "repo")
    async with upstream_running() as upstream:
        upstream.answers(400, REFUSED, Content_Type="application/json")
        config = server_config(models, "chat", "chat", upstream.url, "sk-virtual")
        async with starting(tmp_path / "runtime", OPENCODE_CONFIG_CONTENT=json.dumps(config)) as opencode:
            client = opencode.server.client
            for model in models:
                session = await client.create_session(str(worktree), title="A test")
                number = len(upstream.asked)
                await client.prompt_async(
                    str(worktree),
                    session.id,
                    message_id=f"msg_{model.id}",
                    part_id=f"prt_{model.id}",
                    text="Hello",
                    model=model.ref,
                )

                async def called(since: int = number, name: str = model.id) -> Asked | None:
                    return next((one for one in upstream.asked[since:] if json.loads(one.body)["model"] == name), None)

                asked = await until(called)
                assert asked.path == PATHS[model.id]
                sent = asked.headers.get("x-api-key") or asked.headers.get("authorization")
                assert sent == ("sk-virtual" if model.id == "messages" else "Bearer sk-virtual")
                assert asked.headers["x-session-id"] == session.id
