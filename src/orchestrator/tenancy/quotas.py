"""A tenant's quotas: changed by people, and read by the paths that every request takes."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import NotFound, OrchestratorError
from orchestrator.kit.remembered import Remembered
from orchestrator.tenancy import audit
from orchestrator.tenancy.models import Quotas
from orchestrator.tenancy.principal import Principal

QUEUE_CHANNEL = "orchestrator_queue"
"""Wakes admission: a session waits, a slot is free, or what a tenant may use has changed."""

QUOTA_NAMES = (
    "max_concurrent_sessions",
    "max_queued_sessions",
    "requests_per_minute",
    "tokens_per_month",
    "cost_micro_usd_per_month",
    "max_session_tokens",
    "storage_bytes",
)

_FRESH_SECONDS = 1.0
"""A changed quota holds everywhere after this time at the latest."""

_USED = text(
    "select (select count(*) from sessions where tenant_id = :t "
    "and status in ('running', 'waiting', 'degraded', 'verifying', 'orphaned')) as max_concurrent_sessions, "
    "(select count(*) from sessions where tenant_id = :t and status = 'queued') as max_queued_sessions, "
    "coalesce(sum(spent_tokens), 0)::bigint as tokens_per_month, "
    "coalesce(sum(spent_micro_usd), 0)::bigint as cost_micro_usd_per_month, "
    "(select coalesce(sum(bytes), 0)::bigint from storage_samples where tenant_id = :t) as storage_bytes "
    "from budget_accounts where tenant_id = :t and scope = 'tenant' and subject = '' and period = :period"
)


class UnknownQuota(OrchestratorError):
    """There is no quota called {name}."""

    status = 422
    code = "unknown_quota"
    hint = "Quotas are: {known}."


async def read_quotas(db: AsyncSession, *, lock: bool = False) -> Quotas:
    """Of the tenant in scope. Raises NotFound where there is no such tenant."""
    query = select(Quotas).where(Quotas.tenant_id == IndustrialRepository(db).tenant_id)
    quotas = (await db.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    if quotas is None:
        raise NotFound
    return quotas


async def read_used(db: AsyncSession) -> dict[str, int]:
    """By the quota's name, where it is a matter of counting rows."""
    values = {"t": IndustrialRepository(db).tenant_id, "period": now().strftime("%Y-%m")}
    return dict((await db.execute(_USED, values)).mappings().one())  # pyright: ignore[reportArgumentType] - keys are text.


def check_names(names: Mapping[str, object]) -> None:
    for name in names:
        if name not in QUOTA_NAMES:
            shown = name[:100].encode("utf-8", "replace").decode()
            raise UnknownQuota(name=shown, known=", ".join(QUOTA_NAMES))


async def change_quotas(db: AsyncSession, principal: Principal, wanted: Mapping[str, int | None]) -> Quotas:
    """What is not named stays; None is no limit. Admission looks again at once."""
    check_names(wanted)
    quotas = await read_quotas(db, lock=True)
    before = {name: getattr(quotas, name) for name in wanted if getattr(quotas, name) != wanted[name]}
    for name in before:
        setattr(quotas, name, wanted[name])
    if before:
        quotas.updated_at = now()
        await db.flush()
        after = {name: wanted[name] for name in before}
        audit.record(db, quotas.tenant_id, principal.actor, "quotas.change", f"tenant:{quotas.tenant_id}", before, after)
        await wake_admission(db)
    return quotas


async def wake_admission(db: AsyncSession) -> None:
    await db.execute(text("select pg_notify(:c, '')"), {"c": QUEUE_CHANNEL})


class QuotaReader:
    """One a process. Of many requests at once, one asks the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = Remembered[UUID, Quotas](_FRESH_SECONDS)

    async def of(self, tenant_id: UUID) -> Quotas:
        return await self._known.get(tenant_id, partial(self._read, tenant_id))

    def prefetch(self, tenant_id: UUID) -> None:
        self._known.prefetch(tenant_id, partial(self._read, tenant_id))

    async def _read(self, tenant_id: UUID) -> Quotas:
        async with self._database.system_transaction() as db:
            return (await db.execute(select(Quotas).where(Quotas.tenant_id == tenant_id))).scalar_one()
