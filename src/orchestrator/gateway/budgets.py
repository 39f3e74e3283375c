"""Budgets of users and repositories: set, listed, removed."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.gateway.accounts import AccountScope
from orchestrator.gateway.models import Budget
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.kit.errors import Invalid, NotFound
from orchestrator.kit.ids import new_id
from orchestrator.tenancy import audit
from orchestrator.tenancy.quotas import wake_admission
from orchestrator.workspaces import Origin

_REPOSITORY_KEY = re.compile("[0-9a-f]{24}")
_USERS = {
    "user": text("select name from users where id = :id"),
    "key": text("select name from api_keys where tenant_id = :tenant_id and id = :id"),
}


FindOrigin = Callable[[str], Awaitable[Origin]]
"""Where a repository comes from, as sessions that name it have it: with its links followed."""


@dataclass(frozen=True)
class NewBudget:
    """`subject`: `user:<id>` or `key:<id>`; of a repository its address, as sessions name it."""

    scope: AccountScope
    subject: str
    tokens_per_month: int | None
    cost_micro_usd_per_month: int | None
    max_unreviewed_results: int | None = None


async def list_budgets(db: AsyncSession, most: int) -> Sequence[Budget]:
    return await IndustrialRepository(db).list(Budget, order=(Budget.scope, Budget.label, Budget.id), limit=most)


async def set_budget(db: AsyncSession, actor: str, wanted: NewBudget, find_origin: FindOrigin) -> Budget:
    """One budget for each subject: setting it again replaces it. Raises NotFound for a user or key of another tenant."""
    repository = IndustrialRepository(db)
    subject, label = await _subject_of(db, repository.tenant_id, wanted, find_origin)
    known = await repository.find(Budget, Budget.scope == wanted.scope.value, Budget.subject == subject)
    before = None if known is None else _limits_of(known)
    limits = {
        "tokens_per_month": wanted.tokens_per_month,
        "cost_micro_usd_per_month": wanted.cost_micro_usd_per_month,
        "max_unreviewed_results": wanted.max_unreviewed_results,
        "label": label,
        "updated_at": now(),
    }
    query = insert(Budget).values(
        tenant_id=repository.tenant_id, id=new_id(), scope=wanted.scope.value, subject=subject, **limits
    )
    query = query.on_conflict_do_update(index_elements=["tenant_id", "scope", "subject"], set_=limits).returning(Budget)
    budget = (await db.execute(query, execution_options={"populate_existing": True})).scalar_one()
    _tell(db, actor, "budget.set", budget)
    audit.record(db, budget.tenant_id, actor, "budget.set", f"budget:{budget.id}", before, _limits_of(budget))
    await wake_admission(db)
    return budget


async def remove_budget(db: AsyncSession, actor: str, budget_id: UUID) -> None:
    budget = await IndustrialRepository(db).get(Budget, budget_id, lock=True)
    await db.delete(budget)
    _tell(db, actor, "budget.removed", budget)
    audit.record(db, budget.tenant_id, actor, "budget.remove", f"budget:{budget.id}", _limits_of(budget))
    await wake_admission(db)


def _limits_of(budget: Budget) -> Json:
    return {
        "scope": budget.scope,
        "subject": budget.subject,
        "tokens_per_month": budget.tokens_per_month,
        "cost_micro_usd_per_month": budget.cost_micro_usd_per_month,
        "max_unreviewed_results": budget.max_unreviewed_results,
    }


def _tell(db: AsyncSession, actor: str, type_: str, budget: Budget) -> None:
    facts = {"budget_id": str(budget.id), "label": budget.label}
    events.append(db, budget.tenant_id, type_, actor=actor, session_id=None, **_limits_of(budget), **facts)


async def _subject_of(db: AsyncSession, tenant_id: UUID, wanted: NewBudget, find_origin: FindOrigin) -> tuple[str, str]:
    """What accounts are kept under, and what a person calls it."""
    if wanted.scope is AccountScope.REPOSITORY:
        if _REPOSITORY_KEY.fullmatch(wanted.subject):
            return wanted.subject, wanted.subject
        origin = await find_origin(wanted.subject)
        if origin.location is None:
            raise Invalid(problem="subject: name a repository by its URL or path")
        return origin.key, origin.location
    kind, _, id_ = wanted.subject.rpartition(":")
    try:
        values = {"tenant_id": tenant_id, "id": UUID(id_)}
        query = _USERS[kind or "user"]
    except (ValueError, KeyError):
        raise Invalid(problem="subject: name a user as user:<id> or an API key as key:<id>") from None
    name = (await db.execute(query, values)).scalar_one_or_none()
    if name is None:
        raise NotFound
    return f"{kind or 'user'}:{values['id']}", name
