"""The session whose agent calls, from its token."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orchestrator.contexts.models import Scope
from orchestrator.contexts.service import Place, Writer
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.sessions.tool_tokens import TOOL_PREFIX
from orchestrator.tenancy.keys import parse_key

_BY_TOKEN = b"""
select t.tenant_id, t.secret_sha256, s.id as session_id, s.plan_id, v.agent_id
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
    plan_id: UUID | None
    agent_id: UUID | None
    database: Database

    @property
    def writer(self) -> Writer:
        return Writer(f"session:{self.session_id}", self.session_id)

    @property
    def places(self) -> dict[Scope, Place]:
        """What it shares, the narrowest first."""
        owners = {Scope.SESSION: self.session_id, Scope.TEMPORARY: self.plan_id, Scope.AGENT: self.agent_id}
        own = {scope: Place(scope, owner) for scope, owner in owners.items() if owner is not None}
        return own | {Scope.GLOBAL: Place(Scope.GLOBAL)}


async def own_session(database: Database, token: str | None) -> OwnSession:
    """Raises ToolTokenInvalid."""
    parsed = parse_key(token, TOOL_PREFIX) if token else None
    if parsed is None:
        raise ToolTokenInvalid
    rows: list[dict[str, Any]] = await database.look(_BY_TOKEN, public_id=parsed.public_id)
    if not rows or not parsed.matches(rows[0]["secret_sha256"]):
        raise ToolTokenInvalid
    row = rows[0]
    return OwnSession(row["tenant_id"], row["session_id"], row["plan_id"], row["agent_id"], database)
