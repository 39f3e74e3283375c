"""The card of an agent: what it is, where it is reached, and with which key."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentExtension,
    AgentInterface,
    AgentSkill,
    HTTPAuthSecurityScheme,
    SecurityRequirement,
    SecurityScheme,
    StringList,
)

from orchestrator import __version__
from orchestrator.a2a.requests import EXTENSION, SessionParams
from orchestrator.agents import registry
from orchestrator.agents.errors import AgentSwitchedOff, UnknownAgent
from orchestrator.agents.registry import OPENCODES_OWN
from orchestrator.kit.db import Database
from orchestrator.kit.errors import NotFound

_KEY = "key"
_OPENCODES_OWN = {
    "build": "OpenCode's own agent: it reads, changes and runs what is in the repository.",
    "plan": "OpenCode's own agent that looks and says what it would do, and changes nothing.",
}


@dataclass(frozen=True)
class Described:
    name: str
    description: str
    version: str
    capabilities: tuple[str, ...]
    changed_at: datetime


async def described(database: Database, agent: str) -> Described:
    """In the current tenant. Raises NotFound: one that is switched off is offered to nobody."""
    if agent in OPENCODES_OWN:
        installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
        return Described(agent, _OPENCODES_OWN[agent], __version__, (), installed)
    try:
        async with database.transaction() as db:
            known = await registry.called(db, agent)
    except (UnknownAgent, AgentSwitchedOff) as error:
        raise NotFound from error
    definition = known.definition
    described_as = definition.description or f"The agent {agent}."
    return Described(
        agent, described_as, str(known.version.number), tuple(definition.capabilities), known.version.created_at
    )


def card(of: Described, base_url: str) -> AgentCard:
    address = f"{base_url}/a2a/{of.name}"
    return AgentCard(
        name=of.name,
        description=of.description,
        version=of.version,
        supported_interfaces=[
            AgentInterface(url=address, protocol_binding="JSONRPC", protocol_version="1.0"),
            AgentInterface(url=address, protocol_binding="HTTP+JSON", protocol_version="1.0"),
        ],
        capabilities=AgentCapabilities(streaming=True, push_notifications=True, extensions=[_extension()]),
        security_schemes={_KEY: SecurityScheme(http_auth_security_scheme=HTTPAuthSecurityScheme(scheme="bearer"))},
        security_requirements=[SecurityRequirement(schemes={_KEY: StringList()})],
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain", "text/x-diff", "application/json"],
        skills=[_skill(of, one) for one in of.capabilities or ("coding",)],
    )


def _skill(of: Described, capability: str) -> AgentSkill:
    name = capability.replace("-", " ").capitalize()
    return AgentSkill(id=capability, name=name, description=f"{name}, by {of.name}.", tags=[capability])


def _extension() -> AgentExtension:
    extension = AgentExtension(
        uri=EXTENSION,
        description="How the session of a task is to be: these keys in the metadata of the message that begins it.",
        required=False,
    )
    extension.params.update({"schema": SessionParams.model_json_schema()})
    return extension
