"""The repository of one lease, for an agent that speaks A2A: a token says which, and opens nothing else."""

import hashlib
import secrets
from typing import Any
from uuid import UUID

from orchestrator.kit.db import Database
from orchestrator.kit.errors import NotFound

PREFIX = "oad"
DOWNLOAD_PATH = "/api/v1/agents/external/a2a/repository"
_BUNDLE_OF = b"""
select a.bundle_path, r.downloads from a2a_remote_tasks r
join assignments a on a.tenant_id = r.tenant_id and a.id = r.assignment_id
where r.id = %(id)s and r.ended_at is null and a.status = 'leased' and a.lease_epoch = r.lease_epoch
    and a.external_agent_id = r.external_agent_id
"""


def new_token(remote_id: UUID) -> str:
    return f"{PREFIX}_{remote_id.hex}_{secrets.token_hex(32)}"


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def bundle_path(database: Database, token: str | None) -> str | None:
    """Where it lies in the artifact store, as long as the lease lasts. Raises NotFound, of whatever else there may be."""
    parts = (token or "").split("_")
    try:
        remote_id = UUID(parts[1])
    except (IndexError, ValueError):
        raise NotFound from None
    found: list[dict[str, Any]] = await database.look(_BUNDLE_OF, id=remote_id)
    digest = digest_of(token or "")
    if not any(secrets.compare_digest(digest, str(one)) for row in found for one in row["downloads"]):
        raise NotFound
    return found[0]["bundle_path"]
