"""HTTP over everything that needs a person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from orchestrator.overview import inbox
from orchestrator.overview.inbox import InboxFilter, InboxKind
from orchestrator.overview.inbox_schemas import InboxCount, InboxItem, InboxRead, owner_of
from orchestrator.sessions.schemas import NoNul
from orchestrator.tenancy.dependencies import CanReadSessions, Db, Limit
from orchestrator.tenancy.names import names_of

router = APIRouter(prefix="/inbox", tags=["overview"])


async def inbox_filter(
    kind: Annotated[list[InboxKind] | None, Query(description="Any of these.")] = None,
    repository: Annotated[NoNul | None, Query(max_length=4_000)] = None,
    mine: Annotated[bool, Query(description="Of sessions and plans that you handed in, and your own budget.")] = False,
    id: Annotated[
        NoNul | None, Query(max_length=5_000, description="The one item of this id, if it still needs a person.")
    ] = None,
) -> InboxFilter:
    return InboxFilter(kind or (), repository, mine, id)


FilterDep = Annotated[InboxFilter, Depends(inbox_filter)]


@router.get("", summary="Everything that needs a person, by risk and then the oldest first")
async def index(
    principal: CanReadSessions, db: Db, wanted: FilterDep, limit: Limit = 50, cursor: str | None = None
) -> InboxRead:
    """A result is here until it is accepted or rejected, handed in again, or goes on."""
    rows, next_cursor = await inbox.page(db, principal, wanted, limit, cursor)
    names = await names_of(db, {owner_of(row) for row in rows})
    counts = await inbox.counts(db, principal, wanted)
    return InboxRead(
        items=[InboxItem.of(row, principal, names) for row in rows],
        next_cursor=next_cursor,
        counts={InboxKind(name): count for name, count in counts.items()},
        total=sum(counts.values()),
    )


@router.get("/count", summary="How much needs a person, by kind")
async def count(principal: CanReadSessions, db: Db, wanted: FilterDep) -> InboxCount:
    counts = {InboxKind(name): n for name, n in (await inbox.counts(db, principal, wanted)).items()}
    wanted_counts = {kind: n for kind, n in counts.items() if not wanted.kind or kind in wanted.kind}
    return InboxCount(total=sum(wanted_counts.values()), counts=wanted_counts)
