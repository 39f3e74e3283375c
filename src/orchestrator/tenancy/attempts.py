"""How often sign-ins from one place may fail. What is right is never asked whether others there were wrong.

A secret is 256 random bits, which nobody guesses: the limit keeps the log and the audit log from being filled. Whoever has
a right one gets in whatever came from the same address before, which may be that of a whole office, or of an agent.
Counted in PostgreSQL, so that any number of processes share one limit, by the generic cell rate algorithm: `next_at` is
when all attempts are free again.
"""

import ipaddress
import math
from datetime import timedelta

from sqlalchemy import text

from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

FAILURES_A_MINUTE = 20
_STEP = timedelta(minutes=1) / FAILURES_A_MINUTE
_TOLERANCE = timedelta(minutes=1) - _STEP
_NETWORK_BITS = 64
"""Of an IPv6 address: whoever has one address has all that begin like it."""

# No attempt makes a place wait longer than a minute. What is later was written before somebody set the clock back.
_NEXT = "case when a.next_at > clock_timestamp() + interval '61 seconds' then clock_timestamp() else a.next_at end"
_TAKE = text(
    f"""
    insert into sign_in_attempts as a (source, next_at) values (:source, clock_timestamp() + :step)
    on conflict (source) do update set next_at = greatest({_NEXT}, clock_timestamp()) + :step
    where {_NEXT} <= clock_timestamp() + :tolerance
    returning next_at > clock_timestamp() + :tolerance as was_last
    """  # noqa: S608 - made of constants alone.
)
_WAIT = text(
    "select extract(epoch from next_at - :tolerance - clock_timestamp())::double precision "
    "from sign_in_attempts where source = :source"
)
# Two who tidy at once never wait for each other, which could be a circle.
_TIDY = text(
    "delete from sign_in_attempts where source in "
    "(select source from sign_in_attempts where next_at < clock_timestamp() for update skip locked)"
)


class TooManySignIns(OrchestratorError):
    """Too many sign-ins from your address have failed within a minute."""

    status = 429
    code = "too_many_sign_ins"
    hint = (
        "Check that the whole key was copied: a right one signs in at any time. Retry-After says when failures count anew."
    )


class Attempts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def failed(self, address: str, error: OrchestratorError) -> None:
        """Counts what `error` refuses. Raises TooManySignIns, of which no more is kept, when that is one too many."""
        source = network_of(address)
        values = {"source": source, "tolerance": _TOLERANCE}
        async with self._database.system_transaction() as db:
            await db.execute(_TIDY)
            was_last = (await db.execute(_TAKE, values | {"step": _STEP})).scalar_one_or_none()
            wait = 0 if was_last is not None else (await db.execute(_WAIT, values)).scalar_one()
        if was_last is None:
            raise TooManySignIns(retry_after_seconds=max(1, math.ceil(wait)))
        log.warning("sign_in_refused", source=source, code=error.code)
        if was_last:
            log.warning("sign_ins_throttled", source=source)


def network_of(address: str) -> str:
    """The address that stands for a place; a name that is no address stands for itself."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
