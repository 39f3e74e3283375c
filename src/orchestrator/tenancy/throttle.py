"""A tenant's requests a minute, before anything else is done for the request."""

import math
import re

from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.quotas import QuotaReader
from orchestrator.tenancy.rates import RateLimiter

BUCKET = "api"
_MENDS_IT = re.compile(r"/api/v1/tenants/[^/]+/quotas")


class TooManyRequests(OrchestratorError):
    """The tenant has used up its {limit} requests a minute."""

    status = 429
    code = "too_many_requests"
    hint = "Wait for the time in Retry-After, or have an ADMIN raise the quota requests_per_minute."


class Throttle:
    def __init__(self, database: Database) -> None:
        self._quotas = QuotaReader(database)
        self._rates = RateLimiter(database)

    async def check(self, principal: Principal, path: str) -> None:
        """Raises TooManyRequests. Who can raise the limit is never kept from it."""
        if principal.is_operator or (Permission.QUOTAS_WRITE in principal.scopes and _MENDS_IT.fullmatch(path)):
            return
        limit = (await self._quotas.of(principal.tenant_id)).requests_per_minute
        if limit is None:
            return
        wait = await self._rates.take(principal.tenant_id, BUCKET, limit)
        if wait is not None:
            raise TooManyRequests(limit=limit, retry_after_seconds=max(1, math.ceil(wait)))
