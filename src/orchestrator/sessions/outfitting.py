"""What a runtime is told of all that a session's agent brings: its subagents, its skills and its MCP servers."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestrator.agents.bringing import NamedDefinition
from orchestrator.agents.definitions import Definition
from orchestrator.agents.servers import LocalServer
from orchestrator.opencode.config import PROVIDER
from orchestrator.opencode.outfits import Outfit
from orchestrator.opencode.permissions import for_server
from orchestrator.opencode.schemas import Rule
from orchestrator.runtimes.running import OfferedServer
from orchestrator.sessions.policies import for_subagent, narrowed
from orchestrator.tenancy.approval_policy import Policy

_SERVER_SECONDS = 30.0


def outfit_of(policy: Policy, definition: Definition, subagents: Sequence[NamedDefinition]) -> Outfit:
    """`policy` is the tenant's."""
    own = narrowed(policy, definition)
    return Outfit(
        agents={one.name: _subagent(for_subagent(own, one.definition), one.definition) for one in subagents},
        skills={one.name: one.documents for one in definition.skills},
        models=frozenset(one.definition.model for one in subagents if one.definition.model),
    )


def _subagent(policy: Policy, definition: Definition) -> Mapping[str, Any]:
    """Without a model it works with that of the session. OpenCode adds what its caller is refused."""
    facts: dict[str, Any] = {
        "model": f"{PROVIDER}/{definition.model}" if definition.model else None,
        "temperature": definition.temperature,
        "top_p": definition.top_p,
        "steps": definition.limits.max_steps,
    }
    told = {"description": definition.description or "An agent", "mode": "subagent", "prompt": definition.prompt}
    permission = {"permission": for_server(policy.opencode_rules)}
    return told | {name: value for name, value in facts.items() if value is not None} | permission


def servers_of(definition: Definition) -> tuple[OfferedServer, ...]:
    offered: list[OfferedServer] = []
    for name, server in definition.mcp.items():
        if not server.enabled:
            continue
        seconds = server.timeout / 1000 if server.timeout else _SERVER_SECONDS
        is_local = isinstance(server, LocalServer)
        command, environment = (tuple(server.command), server.environment) if is_local else ((), {})
        offered.append(OfferedServer(name, seconds, command, environment))
    return tuple(offered)


def skills_rule(skills: str) -> Rule:
    """The agent may read its skills, which lie outside of the worktree; no tool writes there."""
    return Rule(permission="external_directory", pattern=f"{skills}/*", action="allow")
