"""Requests to models a minute, as a tenant's quota has it."""

from uuid import UUID

from orchestrator.gateway.faults import RateLimited
from orchestrator.kit.db import Database
from orchestrator.tenancy.quotas import QuotaReader
from orchestrator.tenancy.rates import RateLimiter

_BUCKET = "models"


class RequestLimits:
    def __init__(self, database: Database) -> None:
        self._quotas = QuotaReader(database)
        self._limiter = RateLimiter(database)

    def prefetch(self, tenant_id: UUID) -> None:
        self._quotas.prefetch(tenant_id)

    async def take(self, tenant_id: UUID) -> None:
        """Raises RateLimited."""
        limit = (await self._quotas.of(tenant_id)).requests_per_minute
        if limit is None:
            return
        wait_seconds = await self._limiter.take(tenant_id, _BUCKET, limit)
        if wait_seconds is not None:
            raise RateLimited(limit=limit, retry_after_seconds=wait_seconds)
