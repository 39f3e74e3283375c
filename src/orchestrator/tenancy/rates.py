"""Requests a minute of a tenant, counted in PostgreSQL so that any number of processes share one limit.

The generic cell rate algorithm: `next_at` is when the bucket is full again. A minute's worth may come at once.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from orchestrator.kit.db import Database

_MINUTE = timedelta(minutes=1)

_TAKE = text(
    "insert into rate_buckets (tenant_id, bucket, next_at) values (:tenant_id, :bucket, clock_timestamp() + :step) "
    "on conflict (tenant_id, bucket) do update "
    "set next_at = greatest(rate_buckets.next_at, clock_timestamp()) + :step "
    "where rate_buckets.next_at <= clock_timestamp() + :tolerance returning true"
)
_WAIT = text(
    "select extract(epoch from next_at - :tolerance - clock_timestamp())::double precision "
    "from rate_buckets where tenant_id = :tenant_id and bucket = :bucket"
)


class RateLimiter:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, tenant_id: UUID, bucket: str, per_minute: int) -> float | None:
        """None when the request may pass, else the seconds until the next one may. A limit of 0 lets nothing pass."""
        if per_minute <= 0:
            return _MINUTE.total_seconds()
        step = _MINUTE // per_minute
        values = {"tenant_id": tenant_id, "bucket": bucket, "step": step, "tolerance": _MINUTE - step}
        async with self._database.system_transaction() as db:
            if (await db.execute(_TAKE, values)).scalar_one_or_none():
                return None
            return max(0.0, (await db.execute(_WAIT, values)).scalar_one())
