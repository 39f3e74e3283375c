"""HTTP over the audit log."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from orchestrator.kit.pagination import CursorInvalid, Page
from orchestrator.tenancy import audit_reading
from orchestrator.tenancy.audit_reading import AuditFilter
from orchestrator.tenancy.dependencies import CanReadAudit, Db, Limit
from orchestrator.tenancy.names import names_of
from orchestrator.tenancy.schemas import AuditRead, AuditVerdict

router = APIRouter(prefix="/audit", tags=["audit"])

Exactly = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]


@router.get("", summary="Read who changed what, the newest first")
async def index(
    _: CanReadAudit,
    db: Db,
    actor: Exactly = None,
    action: Exactly = None,
    target: Exactly = None,
    order: Annotated[Literal["newest", "oldest"], Query(description="Which comes first.")] = "newest",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[AuditRead]:
    wanted = AuditFilter(actor, action, target)
    rows, more = await audit_reading.list_entries(db, wanted, limit, _number(cursor), oldest_first=order == "oldest")
    names = await names_of(db, {row.actor for row in rows})
    items = [AuditRead.of(row, names.get(row.actor)) for row in rows]
    return Page(items=items, next_cursor=str(rows[-1].number) if more else None)


@router.get("/verify", summary="Check the chain of hashes from the first entry to the last")
async def verify(_: CanReadAudit, db: Db) -> AuditVerdict:
    found = await audit_reading.verify(db)
    return AuditVerdict(
        intact=found.broken_at is None,
        entries=found.entries,
        head_hash=found.head_hash.hex(),
        broken_at=found.broken_at,
        problem=found.problem,
    )


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise CursorInvalid
    return int(cursor)
