"""A call that does not fit: a smaller one if the tenant wants that, or a refusal that is told once."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.gateway.accounts import Amount, BudgetSpent, Payer, PriceUnknown, Resource, Standing, needed, resets_at
from orchestrator.kit.errors import OrchestratorError

MIN_CLAMPED_OUTPUT_TOKENS = 1024
EPISODE = timedelta(seconds=60)
"""Refusals of a session that follow each other within this time are told of once."""

_REMEMBER = text(
    """
    with before as (
        select refused_at from budget_refusals where tenant_id = :tenant_id and session_id = :session_id
    )
    insert into budget_refusals (
        tenant_id, session_id, scope, resource, subject, period, needed_tokens, needed_micro_usd, refused_at
    )
    values (
        :tenant_id, :session_id, :scope, :resource, :subject, :period, :needed_tokens, :needed_micro_usd, clock_timestamp()
    )
    on conflict (tenant_id, session_id) do update set
        scope = excluded.scope, resource = excluded.resource, subject = excluded.subject, period = excluded.period,
        needed_tokens = excluded.needed_tokens, needed_micro_usd = excluded.needed_micro_usd,
        refused_at = excluded.refused_at
    returning (select refused_at from before) is null
        or (select refused_at from before) < refused_at - make_interval(secs => :episode_seconds)
    """
)
_FORGET = text("delete from budget_refusals where tenant_id = :tenant_id and session_id = :session_id")


def clamped_output(accounts: Sequence[Standing], worst: Amount, output: Amount, *, priced: bool) -> int | None:
    """The largest output that every account has room for; None when that is too little to be of use."""
    if output.tokens <= 0 or (not priced and any(a.limit_micro_usd is not None for a in accounts)):
        return None
    most = output.tokens - 1
    for account in accounts:
        tokens, money = account.room(Resource.TOKENS), account.room(Resource.COST)
        if tokens is not None:
            most = min(most, tokens - (worst.tokens - output.tokens))
        if money is not None and output.micro_usd > 0:
            most = min(most, (money - (worst.micro_usd - output.micro_usd)) * output.tokens // output.micro_usd)
    return most if most >= MIN_CLAMPED_OUTPUT_TOKENS else None


def part(output: Amount, tokens: int) -> Amount:
    """What so many tokens of the output cost at most."""
    return Amount(tokens, -(-output.micro_usd * tokens // output.tokens))


def with_output(worst: Amount, output: Amount, tokens: int) -> Amount:
    smaller = part(output, tokens)
    return Amount(worst.tokens - output.tokens + tokens, worst.micro_usd - output.micro_usd + smaller.micro_usd)


async def refuse(
    db: AsyncSession, payer: Payer, accounts: Sequence[Standing], worst: Amount, model: str, *, priced: bool
) -> OrchestratorError:
    """The error to answer. What a session waits for is kept, and told of once an episode."""
    if not priced:
        for account in accounts:
            if account.limit_micro_usd is not None:
                return PriceUnknown(model=model, scope=account.scope.value)
    account, resource = next(_without_room(accounts, worst))
    ends = resets_at(account.period)
    fields: dict[str, object] = {
        "scope": account.scope.value,
        "subject": account.subject,
        "resource": resource.value,
        "limit": account.limit(resource),
        "spent": account.spent(resource),
        "held": account.held(resource),
        "needed": needed(worst, resource),
        "resets_at": ends.isoformat() if ends else None,
    }
    if payer.session_id is not None and await _remember(db, payer, account, resource, worst):
        events.append(
            db, payer.tenant_id, "gateway.refused", actor="gateway", session_id=payer.session_id, model=model, **fields
        )
    return BudgetSpent(**fields)


def _without_room(accounts: Sequence[Standing], worst: Amount) -> Iterator[tuple[Standing, Resource]]:
    for account in accounts:
        for resource in Resource:
            room = account.room(resource)
            if room is not None and needed(worst, resource) > room:
                yield account, resource


async def _remember(db: AsyncSession, payer: Payer, account: Standing, resource: Resource, worst: Amount) -> bool:
    """True when this refusal begins an episode."""
    values = {
        "tenant_id": payer.tenant_id,
        "session_id": payer.session_id,
        "scope": account.scope.value,
        "resource": resource.value,
        "subject": account.subject,
        "period": account.period,
        "needed_tokens": worst.tokens,
        "needed_micro_usd": worst.micro_usd,
        "episode_seconds": EPISODE.total_seconds(),
    }
    return (await db.execute(_REMEMBER, values)).scalar_one()


async def forget_refusal(db: AsyncSession, tenant_id: UUID, session_id: UUID) -> None:
    """A session goes on: the next refusal of it is told of again."""
    await db.execute(_FORGET, {"tenant_id": tenant_id, "session_id": session_id})
