"""Tokens of external agents: `oea_<public id>_<secret>`, good for minutes, and for the agent's own addresses alone."""

from typing import Any

from orchestrator.kit.db import Database
from orchestrator.tenancy.keys import parse_key
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.principal import Principal, TenantNotFound, Unauthenticated

AGENT_TOKEN_PREFIX = "oea"  # noqa: S105 - the name of a kind, no secret.
OWN_ADDRESSES = "/api/v1/agents/external"

_BY_PUBLIC_ID = b"""
select t.tenant_id, n.slug, t.external_agent_id, t.secret_sha256
from external_agent_tokens t join tenants n on n.id = t.tenant_id
where t.public_id = %(public_id)s and t.expires_at > now()
"""


def is_agent_token(credential: str | None) -> bool:
    return credential is not None and credential.startswith(f"{AGENT_TOKEN_PREFIX}_")


async def agent_principal(database: Database, credential: str, tenant: str | None) -> Principal:
    """Nothing is remembered: a revoked agent's tokens are gone, and so is what they open. Raises Unauthenticated,
    TenantNotFound."""
    parsed = parse_key(credential, AGENT_TOKEN_PREFIX)
    if parsed is None:
        raise Unauthenticated
    found: list[dict[str, Any]] = await database.look(_BY_PUBLIC_ID, public_id=parsed.public_id)
    if not found or not parsed.matches(found[0]["secret_sha256"]):
        raise Unauthenticated
    row = found[0]
    if tenant is not None and tenant not in (str(row["tenant_id"]), row["slug"]):
        raise TenantNotFound
    agent_id = row["external_agent_id"]
    return Principal(row["tenant_id"], row["slug"], None, None, f"agent {agent_id}", Role.VIEWER, external_agent_id=agent_id)
