"""The session whose agent calls, from its token."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.contexts.models import Scope
from orchestrator.contexts.service import Place, Writer
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.mcp.decisions import Decisions
from orchestrator.sessions.context import SessionKey
from orchestrator.sessions.tool_tokens import TOOL_PREFIX
from orchestrator.tenancy.keys import parse_key

_BY_TOKEN = b"""
select t.tenant_id, t.secret_sha256, s.id as session_id, s.attempt, s.plan_id, s.task_key, v.agent_id
from tool_tokens t
join sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id and s.attempt = t.attempt
    and s.status in ('running', 'waiting', 'degraded')
left join agent_versions v on v.tenant_id = s.tenant_id and v.id = s.agent_version_id
where t.public_id = %(public_id)s
"""


class ToolTokenInvalid(OrchestratorError):
    """No token of a session that is at work came with the request."""

    status = 401
    code = "tool_token_invalid"
    hint = "A session's token is for its own agent while it works. Other clients connect to /mcp with an API key."


@dataclass(frozen=True)
class OwnSession:
    tenant_id: UUID
    session_id: UUID
    attempt: int
    plan_id: UUID | None
    task_key: str | None
    agent_id: UUID | None
    database: Database
    decisions: Decisions

    @property
    def key(self) -> SessionKey:
        return SessionKey(self.tenant_id, self.session_id, self.attempt)

    @property
    def writer(self) -> Writer:
        return Writer(f"session:{self.session_id}", self.session_id)

    @property
    def places(self) -> dict[Scope, Place]:
        """What it shares, the narrowest first."""
        owners = {Scope.SESSION: self.session_id, Scope.TEMPORARY: self.plan_id, Scope.AGENT: self.agent_id}
        own = {scope: Place(scope, owner) for scope, owner in owners.items() if owner is not None}
        return own | {Scope.GLOBAL: Place(Scope.GLOBAL)}


@asynccontextmanager
async def transaction(caller: OwnSession) -> AsyncGenerator[AsyncSession]:
    with tenant_scope(caller.tenant_id):
        async with caller.database.transaction() as db:
            yield db


async def own_session(database: Database, decisions: Decisions, token: str | None) -> OwnSession:
    """Raises ToolTokenInvalid."""
    parsed = parse_key(token, TOOL_PREFIX) if token else None
    if parsed is None:
        raise ToolTokenInvalid
    rows: list[dict[str, Any]] = await database.look(_BY_TOKEN, public_id=parsed.public_id)
    if not rows or not parsed.matches(rows[0]["secret_sha256"]):
        raise ToolTokenInvalid
    facts = {name: value for name, value in rows[0].items() if name != "secret_sha256"}
    return OwnSession(**facts, database=database, decisions=decisions)
