"""An account that passes four fifths of its limit is told of once."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.accounts import AccountScope, Amount, Payer, Resource, Standing, needed
from orchestrator.tenancy import warnings
from orchestrator.tenancy.warnings import crossed

_QUOTAS = {
    (AccountScope.SESSION, Resource.TOKENS): "max_session_tokens",
    (AccountScope.SESSION, Resource.COST): "max_session_cost_micro_usd",
}
_MONTHLY = {Resource.TOKENS: "tokens_per_month", Resource.COST: "cost_micro_usd_per_month"}


def warn(db: AsyncSession, payer: Payer, accounts: Iterable[Standing], used: Amount) -> None:
    """Of the accounts as they stand after `used` was added."""
    for account in accounts:
        for resource in Resource:
            limit, after = account.limit(resource), account.spent(resource)
            if limit is not None and crossed(after - needed(used, resource), after, limit):
                warnings.warn(
                    db,
                    payer.tenant_id,
                    _QUOTAS.get((account.scope, resource), _MONTHLY[resource]),
                    after,
                    limit,
                    session_id=payer.session_id if account.scope is AccountScope.SESSION else None,
                    scope=account.scope.value,
                    subject=account.subject,
                    period=account.period,
                )
