"""What the agent of a session may do: the tenant's policy, and what the agent's own rules take away from it."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.bringing import subagents_of
from orchestrator.agents.definitions import Definition
from orchestrator.agents.registry import version
from orchestrator.opencode.schemas import Rule
from orchestrator.sessions.models import Session
from orchestrator.tenancy.approval_policy import Policy, load_policy


async def policy_of(db: AsyncSession, session: Session, asker: str | None = None) -> Policy:
    """`asker` is the name of the subagent that asks, if it is one."""
    policy = await load_policy(db)
    if session.agent_version_id is None:
        return policy
    definition = (await version(db, session.agent_version_id)).definition
    own = narrowed(policy, definition)
    subagents = await subagents_of(db, definition) if asker is not None else ()
    found = next((one for one in subagents if one.name == asker), None)
    return own if found is None else for_subagent(own, found.definition)


def narrowed(policy: Policy, definition: Definition) -> Policy:
    """The tools of its own MCP servers it may use, unless a rule says otherwise."""
    brought = tuple(Rule(permission=f"{name}_*", action="allow") for name in definition.mcp)
    return replace(policy, narrower=tuple(definition.permissions), brought=brought)


def for_subagent(policy: Policy, definition: Definition) -> Policy:
    """`policy` is that of the agent whose subagent it is."""
    return replace(policy, also=tuple(definition.permissions))
