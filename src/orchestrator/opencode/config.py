"""What an OpenCode server is told: its configuration, its environment, and the folder that is its home.

Measured on 1.18.33: an empty list of models saves 1.4 s of CPU at the first use of a directory and 600 MB; a
configuration folder that looks installed saves a download of 20 MB from the npm registry, 0.5 s of CPU and 130 MB.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from orchestrator.opencode.binary import PINNED_VERSION
from orchestrator.opencode.connection import USER
from orchestrator.opencode.outfits import write_outfit_plugin
from orchestrator.opencode.permissions import for_server
from orchestrator.opencode.schemas import ModelRef, Rule

PROVIDER = "gateway"
_PACKAGES = {
    "chat": "@ai-sdk/openai-compatible",
    "responses": "@ai-sdk/openai",
    "messages": "@ai-sdk/anthropic",
}
_GUARD = "guard.js"

_SWITCHES = {
    "OPENCODE_CLIENT": "orchestrator",
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_CLAUDE_CODE": "1",
    "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
    "OPENCODE_DISABLE_EMBEDDED_WEB_UI": "1",
    "OPENCODE_DISABLE_EXTERNAL_SKILLS": "1",
    "OPENCODE_DISABLE_FFF": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
    # A repository's own configuration could add plugins, which run in the server, and change permissions.
    "OPENCODE_DISABLE_PROJECT_CONFIG": "1",
    # Made for the clients app, cli and desktop; a rule of the permissions offers it or takes it away.
    "OPENCODE_ENABLE_QUESTION_TOOL": "1",
    "OPENCODE_EXPERIMENTAL_DISABLE_FILEWATCHER": "1",
}

# An agent owns the `.git` of its worktree, and the server runs git there, outside the agent's own sandbox.
_GIT = {"core.fsmonitor": "false", "core.hooksPath": os.devnull, "protocol.ext.allow": "never"}


class ModelConfig(BaseModel):
    """Prices are in USD per million tokens; limits in tokens. `id` is the name that the gateway knows."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str | None = None
    format: Literal["chat", "responses", "messages"] = "chat"
    context: int = 128_000
    output: int = 16_000
    input_price: float = 0.0
    output_price: float = 0.0
    reasoning: bool = False
    images: bool = False

    @property
    def ref(self) -> ModelRef:
        return ModelRef(provider_id=PROVIDER, model_id=self.id)


def server_config(
    models: Sequence[ModelConfig],
    default_model: str,
    small_model: str,
    base_url: str,
    api_key: str,
    agents: Mapping[str, Mapping[str, Any]] | None = None,
    plugins: Sequence[str] = (),
    permissions: Sequence[Rule] = (),
) -> dict[str, Any]:
    """`base_url` ends in /v1; below it the chat format calls /chat/completions, the others /responses and /messages.

    The key goes in `Authorization: Bearer`, for messages in `x-api-key`. `plugins` are the paths that the server
    sees, `server_guard` among them. `agents` is OpenCode's own `agent` object: {name: {prompt, model, ...}}. Of
    `permissions` the first match wins; subagents go by them.
    """
    return {
        "model": f"{PROVIDER}/{default_model}",
        "small_model": f"{PROVIDER}/{small_model}",
        "enabled_providers": [PROVIDER],
        "provider": {PROVIDER: _provider(models, base_url, api_key)},
        "permission": for_server(permissions),
        "agent": {name: dict(agent) for name, agent in (agents or {}).items()},
        "plugin": [f"file://{path}" for path in plugins],
        "share": "disabled",
        "autoupdate": False,
        "snapshot": False,
        "lsp": False,
        "formatter": False,
        # Else a call that is refused ends the turn, and the agent is not asked for another way.
        "experimental": {"continue_loop_on_deny": True},
    }


def _provider(models: Sequence[ModelConfig], base_url: str, api_key: str) -> dict[str, Any]:
    return {
        "name": "Orchestrator gateway",
        "npm": _PACKAGES["chat"],
        "options": {"baseURL": base_url, "apiKey": api_key},
        "models": {model.id: _model(model) for model in models},
    }


def _model(model: ModelConfig) -> dict[str, Any]:
    return {
        "name": model.name or model.id,
        "provider": {"npm": _PACKAGES[model.format]},
        "tool_call": True,
        # Else OpenCode keeps the one that an agent's file names to itself.
        "temperature": True,
        "reasoning": model.reasoning,
        "attachment": model.images,
        "modalities": {"input": ["text", "image"] if model.images else ["text"], "output": ["text"]},
        "limit": {"context": model.context, "output": model.output},
        "cost": {"input": model.input_price, "output": model.output_price},
    }


def server_environment(
    config: Mapping[str, Any], password: str, home: str, directory: str, shell: str, path: str | None = None
) -> dict[str, str]:
    """All that a server needs to know; the paths are those it sees. `home` was prepared by `prepare_home`."""
    environment = {
        "HOME": home,
        "PWD": directory,
        "SHELL": shell,
        "XDG_CACHE_HOME": f"{home}/.cache",
        "XDG_CONFIG_HOME": f"{home}/.config",
        "XDG_DATA_HOME": f"{home}/.local/share",
        "XDG_STATE_HOME": f"{home}/.local/state",
        "OPENCODE_CONFIG_CONTENT": json.dumps(config, separators=(",", ":")),
        "OPENCODE_MODELS_PATH": f"{home}/models.json",
        "OPENCODE_SERVER_PASSWORD": password,
        "OPENCODE_SERVER_USERNAME": USER,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        # For a git that does not know the variable above: it would fetch with the `core.sshCommand` of the agent.
        "GIT_ALLOW_PROTOCOL": "",
    }
    return environment | _SWITCHES | _git_environment() | ({"PATH": path} if path else {})


def _git_environment() -> dict[str, str]:
    pairs = {"GIT_CONFIG_COUNT": str(len(_GIT))}
    for number, (key, value) in enumerate(_GIT.items()):
        pairs |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return pairs


@dataclass(frozen=True)
class AgentFile:
    """An agent by the name that a prompt gives, and the Markdown file that says what it is."""

    name: str
    document: str


def place_agent(home: Path, agent: AgentFile) -> None:
    """A server reads it with the first use of a directory, so it has to lie there before that."""
    file = home / ".config" / "opencode" / "agent" / f"{agent.name}.md"
    if file.is_file() and file.read_text("utf-8") == agent.document:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(agent.document, "utf-8")
    draft.chmod(0o644)
    draft.replace(file)


def server_guard(home: str) -> str:
    """Where `prepare_home` puts the plugin that keeps the file tools out of links to other places."""
    return f"{home}/{_GUARD}"


def prepare_home(folder: Path, ripgrep: Path) -> None:
    """Make the home of a server so that it downloads nothing. Whoever runs the server must own it afterwards."""
    settings = folder / ".config" / "opencode"
    (settings / "node_modules").mkdir(parents=True, exist_ok=True)
    plugin = {"packages": {"": {"dependencies": {"@opencode-ai/plugin": PINNED_VERSION}}}}
    (settings / "package-lock.json").write_text(json.dumps(plugin))
    (folder / "models.json").write_text("{}")
    (folder / _GUARD).write_text(files("orchestrator.opencode").joinpath(_GUARD).read_text())
    write_outfit_plugin(folder)
    for private in (".local/share", ".local/state"):
        (folder / private).mkdir(parents=True, exist_ok=True)
    _place(ripgrep, folder / ".cache" / "opencode" / "bin" / ripgrep.name)


def _place(program: Path, target: Path) -> None:
    """OpenCode looks for `rg` here after PATH. Replaced whole, since a server may be running it."""
    if target.exists() and target.stat().st_size == program.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    shutil.copy(program, draft)
    draft.chmod(0o755)
    draft.replace(target)
