"""A session's place in a runtime: with its agent, the tools that it may call, and what the agent brings along."""

from functools import partial

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.printable import printable
from orchestrator.opencode.outfits import NOTHING, Outfit
from orchestrator.runtimes.running import OwnTools, Seat
from orchestrator.sessions.context import Services
from orchestrator.sessions.grounds import Ground
from orchestrator.sessions.models import Session
from orchestrator.sessions.outfitting import outfit_of, servers_of
from orchestrator.sessions.tool_tokens import mint_tool_token
from orchestrator.tenancy.approval_policy import load_policy

SERVER_MISSING = "session.mcp_server_missing"


class Seating:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def seat(self, ground: Ground) -> Seat:
        """The one that it has, or a new one."""
        session = ground.session
        return await self._services.runtimes.seat(
            ground.workspace,
            session.id,
            session.model,
            session.isolation,
            ground.config.env,
            ground.identity,
            ground.agent_file,
            self._tools(ground),
            await self._outfit(ground),
        )

    def _tools(self, ground: Ground) -> OwnTools | None:
        session, servers = ground.session, servers_of(ground.agent) if ground.agent else ()
        if not self._services.settings.session_tools and not servers:
            return None
        mint, tell = partial(self._tool_token, session), partial(self._tell_missing, session)
        return OwnTools(session.attempt, mint, tell, self._services.settings.session_tools, servers)

    async def _outfit(self, ground: Ground) -> Outfit:
        """By the tenant's policy as it is at this moment."""
        if ground.agent is None or not (ground.agent.skills or ground.subagents):
            return NOTHING
        async with self._services.database.transaction() as db:
            return outfit_of(await load_policy(db), ground.agent, ground.subagents)

    async def _tell_missing(self, session: Session, server: str, problem: str) -> None:
        async with self._services.database.transaction() as db:
            told = {"server": server, "problem": printable(problem)[:500]}
            events.append(db, session.tenant_id, SERVER_MISSING, actor=ORCHESTRATOR, session_id=session.id, **told)

    async def _tool_token(self, session: Session) -> str:
        async with self._services.database.transaction() as db:
            return await mint_tool_token(db, session)
