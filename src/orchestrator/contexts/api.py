"""HTTP over what a tenant's sessions, agents and people share."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from orchestrator.contexts import conflicts, reading, service
from orchestrator.contexts.conflicts import Decision
from orchestrator.contexts.models import Resolution, Scope, etag_of_version
from orchestrator.contexts.reading import Filter
from orchestrator.contexts.schemas import (
    ContextConflictRead,
    ContextItem,
    ContextPut,
    ContextRead,
    ContextResolve,
    ContextVersionItem,
    ContextVersionRead,
    ContextWritten,
)
from orchestrator.contexts.service import Refused, Write, Writer
from orchestrator.contexts.tags import base_of
from orchestrator.kit.http_errors import ErrorBody
from orchestrator.kit.pagination import Page, encode_cursor, encode_parts
from orchestrator.tenancy.dependencies import CallerDep, Db, IfMatchHeader, Limit, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/contexts", tags=["contexts"])

Reader = Annotated[Principal, Depends(require_permission(Permission.CONTEXTS_READ))]
MayWrite = Annotated[Principal, Depends(require_permission(Permission.CONTEXTS_WRITE))]
_Short = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
_NO_VERSION: dict[int | str, dict[str, Any]] = {
    428: {"model": ErrorBody, "description": "The entry is there, and the request does not say which version it changes"}
}


async def _filter(
    scope: Scope | None = None,
    scope_id: Annotated[UUID | None, Query(description="A session, an agent or a plan.")] = None,
    prefix: _Short = None,
) -> Filter:
    return Filter(scope=scope, scope_id=scope_id, prefix=prefix)


Filtered = Annotated[Filter, Depends(_filter)]


@router.get("", summary="List entries, those written last first")
async def index(
    _: Reader,
    db: Db,
    wanted: Filtered,
    key: _Short = None,
    deleted: Annotated[bool, Query(description="True: those that were deleted as well.")] = False,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[ContextItem]:
    rows, more = await reading.listed(db, replace(wanted, key=key, deleted=deleted), limit, cursor)
    following = encode_cursor(rows[-1].updated_at, rows[-1].id) if more else None
    return Page(items=[ContextItem.of(row) for row in rows], next_cursor=following)


@router.put("", summary="Write an entry; with If-Match, what others wrote since is merged", responses=_NO_VERSION)
async def put(
    body: ContextPut, principal: MayWrite, caller: CallerDep, response: Response, if_match: IfMatchHeader = None
) -> ContextWritten:
    write = Write(body.key, body.value, base_of(if_match), body.policy)
    async with caller.in_tenant(principal.tenant_id) as db:
        done = await service.put(db, Writer(principal.actor), body.place, write)
    if isinstance(done, Refused):
        raise done.error  # After the commit: the conflict stays.
    response.headers["ETag"] = done.entry.etag
    return ContextWritten.after(done.entry, merged=done.merged)


@router.get("/search", summary="Search keys and values, the best first")
async def search(
    _: Reader,
    db: Db,
    wanted: Filtered,
    q: Annotated[str, Query(min_length=1, max_length=500, pattern=r"^[^\x00]*$", description='Words, "quoted", or, -not.')],
    limit: Limit = 20,
) -> Page[ContextItem]:
    return Page(items=[ContextItem.of(row) for row in await reading.found(db, q, wanted, limit)])


@router.get("/conflicts", summary="List writes that were refused because they collided, the newest first")
async def conflict_index(
    _: Reader,
    db: Db,
    resolved: bool | None = None,
    context_id: UUID | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[ContextConflictRead]:
    rows, more = await conflicts.listed(db, resolved=resolved, entry_id=context_id, limit=limit, cursor=cursor)
    following = encode_cursor(rows[-1].conflict.created_at, rows[-1].conflict.id) if more else None
    return Page(items=[ContextConflictRead.of(row) for row in rows], next_cursor=following)


@router.get("/conflicts/{conflict_id}", summary="Read one; its ETag is that of the entry as it is now")
async def conflict(conflict_id: UUID, _: Reader, db: Db, response: Response) -> ContextConflictRead:
    found = await conflicts.read(db, conflict_id)
    response.headers["ETag"] = found.entry.etag
    return ContextConflictRead.of(found)


@router.post("/conflicts/{conflict_id}/resolve", summary="Decide where both sides collide; the rest of both stays")
async def resolve(
    conflict_id: UUID,
    body: ContextResolve,
    principal: MayWrite,
    db: Db,
    response: Response,
    if_match: IfMatchHeader = None,
) -> ContextConflictRead:
    decision = Decision(body.take or Resolution.VALUE, body.value, base_of(if_match))
    found = await conflicts.resolve(db, Writer(principal.actor), conflict_id, decision)
    response.headers["ETag"] = found.entry.etag
    return ContextConflictRead.of(found)


@router.get("/{context_id}", summary="Read one entry; its ETag is for the next write")
async def read(context_id: UUID, _: Reader, db: Db, response: Response) -> ContextRead:
    entry = await reading.read(db, context_id)
    response.headers["ETag"] = entry.etag
    return ContextRead.of(entry)


@router.delete(
    "/{context_id}", status_code=204, summary="Delete an entry; its history stays, and its name can be written again"
)
async def remove(context_id: UUID, principal: MayWrite, db: Db, if_match: IfMatchHeader = None) -> None:
    await service.remove(db, Writer(principal.actor), context_id, base_of(if_match))


@router.get("/{context_id}/versions", summary="List its versions, the newest first")
async def versions(
    context_id: UUID, _: Reader, db: Db, limit: Limit = 50, cursor: str | None = None
) -> Page[ContextVersionItem]:
    rows, more = await reading.history(db, context_id, limit, cursor)
    following = encode_parts(str(rows[-1].number)) if more else None
    return Page(items=[ContextVersionItem.of(row) for row in rows], next_cursor=following)


@router.get("/{context_id}/versions/{number}", summary="Read one version, with its value")
async def version(
    context_id: UUID, number: Annotated[int, Path(ge=1, le=2**53)], _: Reader, db: Db, response: Response
) -> ContextVersionRead:
    row = await reading.version(db, context_id, number)
    response.headers["ETag"] = etag_of_version(row.number)
    return ContextVersionRead.of(row)
