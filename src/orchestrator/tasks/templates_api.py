"""HTTP over templates of plans, and over drafts: plans as they would be handed in."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from orchestrator.kit.pagination import Page
from orchestrator.tasks import files, template_service
from orchestrator.tasks.drafting import tasks_from
from orchestrator.tasks.specs import PlanNew
from orchestrator.tasks.template_schemas import DraftRead, DraftRequest, TemplateListed, TemplateRead, TemplateWrite
from orchestrator.tasks.template_service import Known
from orchestrator.tenancy.dependencies import (
    CanReadSessions,
    CanWriteSessions,
    Db,
    IdempotencyKeyHeader,
    IfMatchHeader,
    Limit,
)
from orchestrator.tenancy.idempotency import Deed, once

router = APIRouter(prefix="/plans", tags=["plans"])

TemplateName = Annotated[str, Path(max_length=100)]


@router.get("/templates", summary="List the templates of plans by name, with their parameters")
async def index(_: CanReadSessions, db: Db, limit: Limit = 50, cursor: str | None = None) -> Page[TemplateListed]:
    known, next_cursor = await template_service.listed(db, limit, cursor)
    return Page(items=[TemplateListed.of(one) for one in known], next_cursor=next_cursor)


@router.post("/templates", status_code=201, summary="Add a template of your tenant's own")
async def create(
    body: TemplateWrite, principal: CanWriteSessions, db: Db, response: Response, key: IdempotencyKeyHeader = None
) -> TemplateRead:
    async def make() -> UUID:
        return (await template_service.create(db, principal, body.document)).id

    template_id, _ = await once(db, principal, key, Deed("POST /plans/templates", body.model_dump()), make)
    known = await template_service.read(db, template_id)
    response.headers["Location"] = f"/api/v1/plans/templates/{known.template.name}"
    return _told(known, response)


@router.get("/templates/{template_name}", summary="Read one template; its ETag is for changing it")
async def read(template_name: TemplateName, _: CanReadSessions, db: Db, response: Response) -> TemplateRead:
    return _told(await template_service.get(db, template_name), response)


@router.put("/templates/{template_name}", summary="Change a template; plans that were made of it stay as they are")
async def change(
    template_name: TemplateName,
    body: TemplateWrite,
    principal: CanWriteSessions,
    db: Db,
    response: Response,
    if_match: IfMatchHeader = None,
) -> TemplateRead:
    known = await template_service.change(db, principal, template_name, body.document, if_match)
    return _told(known, response)


@router.delete("/templates/{template_name}", status_code=204, summary="Remove a template of your tenant's own")
async def remove(template_name: TemplateName, principal: CanWriteSessions, db: Db) -> None:
    await template_service.remove(db, principal, template_name)


@router.post("/drafts", summary="Make a plan of a file or a template without handing it in; nothing is kept")
async def draft(body: DraftRequest, _: CanWriteSessions, db: Db) -> DraftRead:
    if body.document is not None:
        return DraftRead(plan=await asyncio.to_thread(files.parse, body.document))
    assert body.template is not None  # noqa: S101 - one of both is there.
    goal = body.goal or ""
    tasks = await tasks_from(db, goal, body.template)
    return DraftRead(plan=PlanNew.model_validate({"goal": goal, "tasks": tasks}))


def _told(known: Known, response: Response) -> TemplateRead:
    response.headers["ETag"] = known.etag
    return TemplateRead.of(known)
