"""What each tenant has had lately, so that the one that had least goes first.

Dominant-resource fairness over time: a tenant's share is the largest of its parts of all slot time, tokens and money
that were used lately, divided by its weight. What was used counts half after each half-life. A session that is admitted
counts at once for a while of slot time, so that a burst cannot win before its usage is sampled.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.sessions.states import HOLDS_SLOT

HALF_LIFE_SECONDS = 600
SAMPLE_SECONDS = 2
ENTRY_SLOT_SECONDS = 10
LIVE = ", ".join(f"'{s.value}'" for s in sorted(HOLDS_SLOT))

_DECAY = f"power(0.5, extract(epoch from now() - f.updated_at) / {HALF_LIFE_SECONDS})"

_SAMPLE_IS_DUE = text(
    f"select coalesce(min(updated_at) < now() - interval '{SAMPLE_SECONDS} seconds', true) from fair_shares"  # noqa: S608
)
# A tenant's first row begins its clock: what it used before counts for nothing.
_BEGIN = text(
    "insert into fair_shares (tenant_id, updated_at) select t.id, now() from tenants t on conflict (tenant_id) do nothing"
)
_SAMPLE = text(
    f"""
    with live as (select tenant_id, count(*) as n from sessions where status in ({LIVE}) group by tenant_id),
    used as (
        select u.tenant_id, sum(u.input_tokens + u.output_tokens) as tokens, sum(u.cost_micro_usd) as micro_usd
        from usage_events u join fair_shares f on f.tenant_id = u.tenant_id
        where u.created_at > f.updated_at and u.created_at <= now() group by u.tenant_id
    )
    update fair_shares f set
        slot_seconds = f.slot_seconds * {_DECAY}
            + coalesce(live.n, 0) * least(extract(epoch from now() - f.updated_at), {HALF_LIFE_SECONDS}),
        tokens = f.tokens * {_DECAY} + coalesce(used.tokens, 0),
        micro_usd = f.micro_usd * {_DECAY} + coalesce(used.micro_usd, 0),
        updated_at = now()
    from tenants t left join live on live.tenant_id = t.id left join used on used.tenant_id = t.id
    where f.tenant_id = t.id
    """  # noqa: S608 - made of constants alone.
)
_CHARGE = text(
    f"update fair_shares set slot_seconds = slot_seconds + {ENTRY_SLOT_SECONDS} where tenant_id = :tenant_id"  # noqa: S608
)

SHARES = """
    select t.id as tenant_id, greatest(
        coalesce(f.slot_seconds, 0) / nullif(sum(f.slot_seconds) over (), 0),
        coalesce(f.tokens, 0) / nullif(sum(f.tokens) over (), 0),
        coalesce(f.micro_usd, 0) / nullif(sum(f.micro_usd) over (), 0),
        0) / t.weight as share
    from tenants t left join fair_shares f on f.tenant_id = t.id
"""
"""Every tenant's dominant share by its weight. All were sampled at the same moment, so all are decayed alike."""


async def sample(db: AsyncSession) -> None:
    """Adds what was used since the last sample. Call it under admission's lock."""
    await db.execute(_BEGIN)
    if (await db.execute(_SAMPLE_IS_DUE)).scalar_one():
        await db.execute(_SAMPLE)


async def charge(db: AsyncSession, tenant_id: object) -> None:
    await db.execute(_CHARGE, {"tenant_id": tenant_id})
