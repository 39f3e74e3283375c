"""What a version of an agent brings: settled when the version is made, and found again when a session works with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import secrets
from orchestrator.agents.definitions import Definition, Subagent
from orchestrator.agents.errors import AgentInvalid
from orchestrator.agents.models import Agent, AgentVersion
from orchestrator.kit.db import IndustrialRepository


@dataclass(frozen=True)
class NamedDefinition:
    name: str
    version: int
    definition: Definition


async def settled(db: AsyncSession, name: str, definition: Definition) -> Definition:
    """With the version of each subagent, so that a later one changes nothing here. Raises AgentInvalid and
    AgentSecretMissing."""
    await secrets.check_there(db, definition.secrets)
    pinned = [await _pinned(db, name, one) for one in definition.subagents]
    return definition.model_copy(update={"subagents": pinned}) if pinned else definition


async def _pinned(db: AsyncSession, name: str, wanted: Subagent) -> Subagent:
    if wanted.name == name:
        raise AgentInvalid(problem="it cannot be its own subagent")
    found = await _found(db, wanted)
    if found is None:
        which = wanted.name if wanted.version is None else f"{wanted.name} v{wanted.version}"
        raise AgentInvalid(problem=f"there is no agent {which} for a subagent")
    definition = found.definition
    if definition.external is not None:
        raise AgentInvalid(problem=f"{wanted.name} runs elsewhere, so it cannot be a subagent")
    if definition.mode == "primary":
        raise AgentInvalid(problem=f"the mode of {wanted.name} is primary, so it cannot be a subagent")
    # OpenCode has servers and skills for a whole directory, so a subagent's own would be those of every agent there.
    if definition.mcp or definition.skills or definition.subagents:
        raise AgentInvalid(
            problem=f"{wanted.name} brings MCP servers, skills or subagents of its own, which a subagent cannot; "
            "give them to this agent"
        )
    return Subagent(name=wanted.name, version=found.version)


async def subagents_of(db: AsyncSession, definition: Definition) -> Sequence[NamedDefinition]:
    """Switched off or not: a version is what it was when it was made."""
    found = [await _found(db, one) for one in definition.subagents]
    return [one for one in found if one is not None]


async def _found(db: AsyncSession, wanted: Subagent) -> NamedDefinition | None:
    repository = IndustrialRepository(db)
    agent = await repository.find(Agent, Agent.name == wanted.name)
    if agent is None:
        return None
    number = agent.version if wanted.version is None else wanted.version
    row = await repository.find(AgentVersion, AgentVersion.agent_id == agent.id, AgentVersion.number == number)
    return row and NamedDefinition(agent.name, number, Definition.of(row.definition))
