"""HTTP over what was spent and what it brought."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from orchestrator.gateway.usage_api import CanReadUsage
from orchestrator.kit.clock import now
from orchestrator.kit.errors import Invalid
from orchestrator.overview.costs import costs_of
from orchestrator.overview.costs_schemas import CostsRead
from orchestrator.tenancy.dependencies import Db

router = APIRouter(prefix="/overview", tags=["overview"])

MOST_DAYS = 366


@router.get("/costs", summary="What was spent on what, what it brought, and what the month will come to")
async def costs(
    _: CanReadUsage,
    db: Db,
    begin: Annotated[
        datetime | None, Query(alias="from", description="RFC 3339; without a zone it is UTC. Unset: 30 days before `to`.")
    ] = None,
    end: Annotated[datetime | None, Query(alias="to", description="Before this moment. Unset: now.")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="Most agents, models, members and repositories.")] = 50,
) -> CostsRead:
    moment = now()
    try:
        end = _aware(end) or moment
        begin = _aware(begin) or end - timedelta(days=30)
    except OverflowError:
        raise Invalid(problem="from, to: a moment that no calendar has") from None
    if not timedelta() < end - begin <= timedelta(days=MOST_DAYS):
        raise Invalid(problem=f"from, to: `from` lies before `to`, by at most {MOST_DAYS} days")
    return CostsRead.of(await costs_of(db, begin, end, limit, moment), begin, end)


def _aware(moment: datetime | None) -> datetime | None:
    """In UTC."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
