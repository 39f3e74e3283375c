"""HTTP over what model calls used."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from orchestrator.gateway import usage_reports
from orchestrator.gateway.usage_reports import GroupBy, UsageFilter
from orchestrator.gateway.usage_schemas import UsageItem, UsageRead, UsageSumsRead
from orchestrator.tenancy.dependencies import Db, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/usage", tags=["usage"])

CanReadUsage = Annotated[Principal, Depends(require_permission(Permission.USAGE_READ))]


@router.get("", summary="What model calls used, by day, session, agent, model, user or repository")
async def usage(
    _: CanReadUsage,
    db: Db,
    group_by: GroupBy = GroupBy.DAY,
    begin: Annotated[datetime | None, Query(alias="from", description="RFC 3339; without a zone it is UTC.")] = None,
    end: Annotated[datetime | None, Query(alias="to", description="Before this moment.")] = None,
    session_id: Annotated[UUID | None, Query(description="Only this session's calls.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items.")] = 500,
) -> UsageRead:
    wanted = UsageFilter(_aware(begin), _aware(end), session_id)
    groups = await usage_reports.usage_groups(db, group_by, wanted, limit)
    totals = await usage_reports.usage_totals(db, wanted)
    return UsageRead(
        group_by=group_by,
        items=[UsageItem.of_group(group) for group in groups],
        totals=UsageSumsRead.model_validate(totals),
    )


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
