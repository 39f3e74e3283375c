"""How well-known command-line agents are run behind the gateway, and what their lines of JSON mean."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from orchestrator.client.command_news import Event, Translate, log_of

_SHORT = 8_000
Said = Mapping[str, Any]


@dataclass(frozen=True)
class Preset:
    """`{base_url}` and `{model}` in the words are those of the task."""

    command: Sequence[str]
    translate: Translate
    agent_type: str
    env: Mapping[str, str] = field(default_factory=dict[str, str])


def _claude(said: Said) -> list[Event]:
    """`claude -p --output-format stream-json`."""
    if said.get("type") == "assistant":
        return [event for part in _parts(said) for event in _claude_part(part)]
    if said.get("type") == "result" and said.get("is_error"):
        return [log_of(f"it ended with an error: {_text(said.get('result'))}")]
    return []


def _claude_part(part: Said) -> list[Event]:
    if part.get("type") == "text" and part.get("text"):
        return [{"kind": "text", "text": str(part["text"]), "data": {}}]
    if part.get("type") == "tool_use":
        return [_tool(str(part.get("name")), part.get("input"), "")]
    return []


def _parts(said: Said) -> list[Said]:
    message = said.get("message")
    content = cast(Said, message).get("content") if isinstance(message, dict) else None
    return (
        [cast(Said, one) for one in cast(list[object], content) if isinstance(one, dict)]
        if isinstance(content, list)
        else []
    )


def _codex(said: Said) -> list[Event]:
    """`codex exec --json`."""
    item = said.get("item")
    if said.get("type") == "item.completed" and isinstance(item, dict):
        return _codex_item(cast(Said, item))
    if said.get("type") in ("error", "turn.failed"):
        return [log_of(_text(said.get("message") or said.get("error")))]
    return []


def _codex_item(item: Said) -> list[Event]:
    kind = item.get("type")
    if kind == "agent_message":
        return [{"kind": "text", "text": str(item.get("text", "")), "data": {}}]
    if kind == "command_execution":
        return [_tool("shell", {"command": item.get("command")}, str(item.get("aggregated_output", "")))]
    if kind == "file_change":
        return [_tool("file_change", {"changes": item.get("changes")}, "")]
    return []


def _tool(name: str, given: object, output: str) -> Event:
    text = _text(given)
    known = cast(Said, given) if isinstance(given, dict) and len(text) <= _SHORT else {"text": text}
    return {"kind": "tool", "text": name, "data": {"tool": name, "input": known, "output": output[-_SHORT:]}}


def _text(value: object) -> str:
    return (value if isinstance(value, str) else json.dumps(value))[:_SHORT]


_PROVIDER = (
    'model_providers.orchestrator={name="orchestrator",base_url="{base_url}",env_key="OPENAI_API_KEY",wire_api="responses"}'
)
PRESETS: Mapping[str, Preset] = {
    "claude-code": Preset(
        (
            *("claude", "--print", "--bare", "--verbose", "--output-format", "stream-json", "--model", "{model}"),
            *("--allowed-tools", "Bash,Edit,Write,Read,Glob,Grep"),
        ),
        _claude,
        "claude-code",
        {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1"},
    ),
    "codex": Preset(
        (
            *("codex", "exec", "--json", "--ephemeral", "--model", "{model}"),
            *("-c", _PROVIDER, "-c", 'model_provider="orchestrator"', "-s", "workspace-write", "-"),
        ),
        _codex,
        "codex",
    ),
}
