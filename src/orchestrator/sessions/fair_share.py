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

# None when somebody set the clock back: what was used until it has come that far again counts for nothing.
_ELAPSED = "greatest(extract(epoch from now() - f.updated_at), 0)"
_DECAY = f"power(0.5, {_ELAPSED} / {HALF_LIFE_SECONDS})"

_SAMPLE_IS_DUE = text(
    f"select coalesce(min(f.updated_at) < now() - interval '{SAMPLE_SECONDS} seconds', true) "  # noqa: S608
    "or bool_or(f.tenant_id is null or f.updated_at > now()) from tenants t left join fair_shares f on f.tenant_id = t.id"
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
            + coalesce(live.n, 0) * least({_ELAPSED}, {HALF_LIFE_SECONDS}),
        tokens = f.tokens * {_DECAY} + coalesce(used.tokens, 0),
        micro_usd = f.micro_usd * {_DECAY} + coalesce(used.micro_usd, 0),
        updated_at = now()
    from tenants t left join live on live.tenant_id = t.id left join used on used.tenant_id = t.id
    where f.tenant_id = t.id
    """  # noqa: S608 - made of constants alone.
)
CHARGE = f"update fair_shares f set slot_seconds = f.slot_seconds + {ENTRY_SLOT_SECONDS}"  # noqa: S608
"""Of one tenant, for a session that is admitted: what follows is a factor, a `from` and a `where`."""

SHARES = f"""
    select t.id as tenant_id, coalesce(f.slot_seconds, 0) as slot_seconds,
        nullif(sum(f.slot_seconds) over () + {ENTRY_SLOT_SECONDS} * (:most - 1), 0) as all_slot_seconds,
        greatest(
            coalesce(f.tokens, 0) / nullif(sum(f.tokens) over (), 0),
            coalesce(f.micro_usd, 0) / nullif(sum(f.micro_usd) over (), 0)
        ) as other, t.weight
    from tenants t left join fair_shares f on f.tenant_id = t.id
"""  # noqa: S608 - made of constants alone.
"""What every tenant's share is made of. All were sampled at the same moment, so all are decayed alike."""

SHARE = f"""
    greatest((slot_seconds + {ENTRY_SLOT_SECONDS} * (place - 1)) / all_slot_seconds, other, 0) / weight
"""
"""A tenant's dominant share by its weight, for the session at that place of its line: as if those before it were in."""


async def sample(db: AsyncSession) -> None:
    """Adds what was used since the last sample. Call it under admission's lock."""
    if (await db.execute(_SAMPLE_IS_DUE)).scalar_one():
        await db.execute(_BEGIN)
        await db.execute(_SAMPLE)
