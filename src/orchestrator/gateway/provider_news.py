"""Who is told of a provider's used up quota: the tenant that owns the provider, or of one for all tenants those whose
sessions need it. Each is told once when it happens, and once when it is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.gateway.routing import PLATFORM, Endpoint
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

# As the catalog resolves a name: the tenant's own, else the platform's, else one of the provider that the settings name,
# which has no row.
_CONCERNED = text(
    """
    select distinct s.tenant_id from sessions s
    left join lateral (
        select a.tenant_id, a.id from model_aliases a where a.name = s.model and a.tenant_id in (s.tenant_id, :platform)
        order by a.tenant_id = s.tenant_id desc limit 1
    ) named on true
    where s.status in ('queued', 'running', 'waiting', 'degraded', 'verifying', 'paused', 'orphaned') and case
        when named.id is null then not exists (
            select 1 from providers p where p.tenant_id = :platform and p.id = :provider_id
        )
        else exists (
            select 1 from model_targets t where t.tenant_id = named.tenant_id and t.alias_id = named.id and t.weight > 0
                and t.provider_tenant_id = :platform and t.provider_id = :provider_id
        )
    end
    """
)
_KEEP = text(
    "insert into provider_news (tenant_id, provider_tenant_id, provider_id) "
    "select one, :owner, :provider_id from unnest(cast(:tenant_ids as uuid[])) as one on conflict do nothing"
)
_TAKE = text(
    "delete from provider_news where provider_tenant_id = :owner and provider_id = :provider_id returning tenant_id"
)


@dataclass(frozen=True)
class Witness:
    """In whose session it was seen what a provider's state has become."""

    tenant_id: UUID
    session_id: UUID | None


async def tell_exhausted(db: AsyncSession, endpoint: Endpoint, witness: Witness, reset_at: datetime, problem: str) -> None:
    concerned = {witness.tenant_id}
    if endpoint.tenant_id == PLATFORM:
        values = {"platform": PLATFORM, "provider_id": endpoint.provider_id}
        concerned |= set((await db.execute(_CONCERNED, values)).scalars())
    await db.execute(_KEEP, _of(endpoint) | {"tenant_ids": [str(one) for one in sorted(concerned)]})
    facts = {"reset_at": reset_at.isoformat(), "problem": problem}
    _tell(db, concerned, "provider.exhausted", endpoint, witness, **facts)
    # Operators read of the platform's providers here: they need not belong to any of these tenants.
    log.error("provider_exhausted", provider=endpoint.name, tenants=len(concerned), **facts)


async def tell_recovered(db: AsyncSession, endpoint: Endpoint, witness: Witness) -> None:
    told = set((await db.execute(_TAKE, _of(endpoint))).scalars())
    _tell(db, told or {witness.tenant_id}, "provider.recovered", endpoint, witness)
    log.info("provider_recovered", provider=endpoint.name)


def _of(endpoint: Endpoint) -> dict[str, object]:
    return {"owner": endpoint.tenant_id, "provider_id": endpoint.provider_id}


def _tell(
    db: AsyncSession, tenant_ids: Iterable[UUID], type_: str, endpoint: Endpoint, witness: Witness, **data: str
) -> None:
    for tenant_id in tenant_ids:
        session_id = witness.session_id if tenant_id == witness.tenant_id else None
        events.append(db, tenant_id, type_, actor="gateway", session_id=session_id, provider=endpoint.name, **data)
