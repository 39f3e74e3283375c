"""Requests a minute of a tenant, counted in PostgreSQL so that any number of processes share one limit.

The generic cell rate algorithm: `next_at` is when the bucket is full again. A minute's worth may come at once.
"""

import math
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from orchestrator.kit.db import Database
from orchestrator.tenancy.warnings import WARNING_PERCENT, warn

_MINUTE = timedelta(minutes=1)

# No request makes it full later than in a minute. What is later was written before somebody set the clock back.
_NEXT = "case when b.next_at > clock_timestamp() + interval '61 seconds' then clock_timestamp() else b.next_at end"
# Who takes the request that passes four fifths tells of it, unless somebody did within the last minute. It knows itself by
# the moment that its own statement began.
_TAKE = text(
    f"""
    insert into rate_buckets as b (tenant_id, bucket, next_at, warned_at)
    values (:tenant_id, :bucket, clock_timestamp() + :step, case when :step >= :line then statement_timestamp() end)
    on conflict (tenant_id, bucket) do update set
        next_at = greatest({_NEXT}, clock_timestamp()) + :step,
        warned_at = case
            when {_NEXT} + :step >= clock_timestamp() + :line
                and (b.warned_at is null or b.warned_at <= statement_timestamp() - :minute) then statement_timestamp()
            else b.warned_at
        end
    where {_NEXT} <= clock_timestamp() + :tolerance
    returning coalesce(warned_at = statement_timestamp(), false) as warns,
        extract(epoch from next_at - clock_timestamp())::double precision as used_seconds
    """  # noqa: S608 - made of constants alone.
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
        line = _MINUTE * WARNING_PERCENT // 100
        async with self._database.system_transaction() as db:
            taken = (await db.execute(_TAKE, values | {"line": line, "minute": _MINUTE})).one_or_none()
            if taken is None:
                return max(0.0, (await db.execute(_WAIT, values)).scalar_one())
            if taken.warns:
                used = math.ceil(taken.used_seconds * per_minute / _MINUTE.total_seconds())
                warn(db, tenant_id, "requests_per_minute", used, per_minute, requests_to=bucket)
            return None
