"""What the agent of a session may do: the tenant's policy, and what the agent's own rules take away from it."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.registry import version
from orchestrator.sessions.models import Session
from orchestrator.tenancy.approval_policy import Policy, load_policy


async def policy_of(db: AsyncSession, session: Session) -> Policy:
    policy = await load_policy(db)
    if session.agent_version_id is None:
        return policy
    definition = (await version(db, session.agent_version_id)).definition
    return replace(policy, narrower=tuple(definition.permissions))
