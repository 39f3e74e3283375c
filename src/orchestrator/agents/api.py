"""HTTP over the agents of a tenant."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import documents, registry
from orchestrator.agents.outcomes import tracks_of
from orchestrator.agents.registry import Known
from orchestrator.agents.schemas import (
    AgentCreate,
    AgentDocument,
    AgentImport,
    AgentListed,
    AgentRead,
    AgentSwitch,
    AgentVersionCreate,
    AgentVersionRead,
)
from orchestrator.kit.pagination import Page
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, IfMatchHeader, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/agents", tags=["agents"])

Reader = Annotated[Principal, Depends(require_permission(Permission.AGENTS_READ))]
Writer = Annotated[Principal, Depends(require_permission(Permission.AGENTS_WRITE))]


@router.get("", summary="List the agents, each with its newest version and what that has proved")
async def index(_: Reader, db: Db) -> Page[AgentListed]:
    known = await registry.listed(db)
    tracks = await tracks_of(db, [one.version.id for one in known])
    return Page(items=[AgentListed.of(one, tracks[one.version.id]) for one in known])


@router.post("", status_code=201, summary="Make an agent")
async def create(
    body: AgentCreate, principal: Writer, db: Db, response: Response, key: IdempotencyKeyHeader = None
) -> AgentRead:
    async def make() -> UUID:
        return (await registry.create(db, principal, body.name, body.definition)).agent.id

    agent_id, _ = await once(db, principal, key, Deed("POST /agents", body.model_dump(mode="json")), make)
    response.headers["Location"] = f"/api/v1/agents/{agent_id}"
    return await _told(db, await registry.read(db, agent_id), response)


@router.post("/import", status_code=201, summary="Make an agent of OpenCode's Markdown file, or a new version of it")
async def import_(
    body: AgentImport, principal: Writer, db: Db, response: Response, key: IdempotencyKeyHeader = None
) -> AgentRead:
    definition = documents.parse(body.document, body.skills)

    async def make() -> UUID:
        return (await registry.put(db, principal, body.name, definition)).agent.id

    agent_id, _ = await once(db, principal, key, Deed("POST /agents/import", body.model_dump()), make)
    return await _told(db, await registry.read(db, agent_id), response)


@router.get("/{agent_id}", summary="Read one agent; its ETag is for new versions and switching")
async def read(agent_id: UUID, _: Reader, db: Db, response: Response) -> AgentRead:
    return await _told(db, await registry.read(db, agent_id), response)


@router.patch("/{agent_id}", summary="Switch it on or off; sessions that work with it go on")
async def switch(
    agent_id: UUID, body: AgentSwitch, principal: Writer, db: Db, response: Response, if_match: IfMatchHeader = None
) -> AgentRead:
    known = await registry.switch(db, principal, agent_id, enabled=body.enabled, if_match=if_match)
    return await _told(db, known, response)


@router.get("/{agent_id}/versions", summary="List its versions, the newest first, with what each has proved")
async def versions(agent_id: UUID, _: Reader, db: Db) -> Page[AgentVersionRead]:
    return Page(items=await _versions(db, await registry.versions_of(db, agent_id)))


@router.post("/{agent_id}/versions", status_code=201, summary="Give it a new version, which counts for new sessions")
async def new_version(
    agent_id: UUID,
    body: AgentVersionCreate,
    principal: Writer,
    db: Db,
    response: Response,
    if_match: IfMatchHeader = None,
    key: IdempotencyKeyHeader = None,
) -> AgentRead:
    async def make() -> UUID:
        return (await registry.new_version(db, principal, agent_id, body.definition, if_match)).agent.id

    await registry.read(db, agent_id)
    await once(db, principal, key, Deed(f"POST /agents/{agent_id}/versions", body.model_dump(mode="json")), make)
    return await _told(db, await registry.read(db, agent_id), response)


@router.get("/{agent_id}/document", summary="The Markdown file that OpenCode reads from .opencode/agent/")
async def document(
    agent_id: UUID, _: Reader, db: Db, version: Annotated[int | None, Query(ge=1, le=2**31)] = None
) -> AgentDocument:
    known = await registry.read(db, agent_id, version)
    text, skills = documents.render(known.definition), documents.render_skills(known.definition)
    return AgentDocument(name=known.agent.name, version=known.version.number, document=text, skills=skills)


async def _told(db: AsyncSession, known: Known, response: Response) -> AgentRead:
    response.headers["ETag"] = known.etag
    tracks = await tracks_of(db, [known.version.id])
    return AgentRead.of(known, tracks[known.version.id])


async def _versions(db: AsyncSession, known: Sequence[Known]) -> list[AgentVersionRead]:
    tracks = await tracks_of(db, [one.version.id for one in known])
    return [AgentVersionRead.of(one, tracks[one.version.id]) for one in known]
