"""HTTP over sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse

from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.pagination import Page, encode_cursor
from orchestrator.kit.settings import Settings
from orchestrator.sessions import service
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.sessions.commits_here import CommitsHere, holders_of
from orchestrator.sessions.errors import NoResultYet
from orchestrator.sessions.models import Session
from orchestrator.sessions.reading import read_all, read_one
from orchestrator.sessions.schemas import (
    CheckpointRead,
    DiffRead,
    EvidenceItem,
    EvidenceRead,
    FileChange,
    NoNul,
    SessionCreate,
    SessionRead,
    TranscriptItem,
)
from orchestrator.sessions.states import Status
from orchestrator.tenancy.dependencies import CallerDep, CanReadSessions, CanWriteSessions, Db, IdempotencyKeyHeader, Limit
from orchestrator.workspaces import Workspaces

router = APIRouter(prefix="/sessions", tags=["sessions"])


def workspaces_of(request: Request) -> Workspaces:
    return request.app.state.workspaces


def catalog_of(request: Request) -> Catalog:
    return request.app.state.catalog


def settings_of(request: Request) -> Settings:
    return request.app.state.settings


def checkpoints_of(request: Request) -> CheckpointStore:
    return request.app.state.checkpoints


CheckpointsDep = Annotated[CheckpointStore, Depends(checkpoints_of)]
WorkspacesDep = Annotated[Workspaces, Depends(workspaces_of)]
CatalogDep = Annotated[Catalog, Depends(catalog_of)]
SettingsDep = Annotated[Settings, Depends(settings_of)]


@dataclass(frozen=True)
class Intake:
    """What every way to a new session goes through: handed in, tried again or forked."""

    principal: CanWriteSessions
    caller: CallerDep
    db: Db
    workspaces: WorkspacesDep
    catalog: CatalogDep
    settings: SettingsDep
    response: Response

    async def parent(self, session_id: UUID) -> Session:
        """Read in a transaction of its own. Whoever waits for the catalog, which is read as well, or for git must hold no
        connection: as many at once as there are would wait for each other."""
        async with self.caller.in_tenant(self.principal.tenant_id) as db:
            return await service.get_session(db, session_id)

    async def checked(self, wanted: service.NewSession) -> service.Checked:
        model = (await self.catalog.offer(self.principal.tenant_id, wanted.model)).name
        return await service.check_request(wanted, model, self.settings, self.workspaces)

    async def made(self, session: Session) -> SessionRead:
        self.response.headers["Location"] = f"/api/v1/sessions/{session.id}"
        return await read_one(self.db, session)


IntakeDep = Annotated[Intake, Depends()]


@router.post("", status_code=201, summary="Hand in work")
async def create(body: SessionCreate, intake: IntakeDep, idempotency_key: IdempotencyKeyHeader = None) -> SessionRead:
    checked = await intake.checked(service.NewSession(**body.model_dump()))
    return await intake.made(await service.create_once(intake.db, intake.principal, checked, idempotency_key))


@router.get("", summary="List sessions, the newest first")
async def index(
    _: CanReadSessions,
    db: Db,
    status: Annotated[list[Status] | None, Query(description="Any of these.")] = None,
    repository: NoNul | None = None,
    agent: NoNul | None = None,
    model: NoNul | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[SessionRead]:
    wanted = service.SessionFilter(status or (), repository, agent, model, created_after, created_before)
    rows, more = await service.list_sessions(db, wanted, limit, cursor)
    next_cursor = encode_cursor(rows[-1].created_at, rows[-1].id) if more else None
    return Page(items=await read_all(db, rows), next_cursor=next_cursor)


@router.get("/{session_id}", summary="Read one session")
async def read(session_id: UUID, _: CanReadSessions, db: Db) -> SessionRead:
    return await read_one(db, await service.get_session(db, session_id))


@router.get("/{session_id}/transcript", summary="Read the conversation, oldest part first")
async def transcript(
    session_id: UUID, _: CanReadSessions, db: Db, limit: Limit = 200, cursor: NoNul | None = None
) -> Page[TranscriptItem]:
    parts, more = await service.transcript_of(db, session_id, limit, cursor)
    items = [TranscriptItem.model_validate(part) for part in parts]
    return Page(items=items, next_cursor=parts[-1].part_id if more else None)


@router.get(
    "/{session_id}/diff",
    summary="What the session changed, as a unified patch or per file",
    response_model=DiffRead,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def diff(
    session_id: UUID,
    _: CanReadSessions,
    caller: CallerDep,
    workspaces: WorkspacesDep,
    store: CheckpointsDep,
    format: Annotated[Literal["patch", "json"], Query(description="`patch` or `json`.")] = "patch",
) -> Response | DiffRead:
    async with caller.in_tenant(caller.principal.tenant_id) as db:
        session = await service.get_session(db, session_id)
        holders = await holders_of(db, session)
    if session.commit is None:
        raise NoResultYet
    base = await CommitsHere(workspaces, store).bring(session, session.commit, holders)
    tenant, commit = str(session.tenant_id), session.commit
    if format == "patch":
        patch = await workspaces.diff(tenant, base, commit)
        return PlainTextResponse(patch, media_type="text/x-diff; charset=utf-8")
    files = await workspaces.diff_files(tenant, base, commit)
    return DiffRead(base_commit=base.commit, commit=commit, files=[FileChange.model_validate(f) for f in files])


@router.get("/{session_id}/checkpoints", summary="List the checkpoints, oldest first")
async def checkpoints(session_id: UUID, _: CanReadSessions, db: Db) -> Page[CheckpointRead]:
    rows = await service.checkpoints_of(db, session_id)
    return Page(items=[CheckpointRead.model_validate(row) for row in rows])


@router.get("/{session_id}/evidence", summary="What the orchestrator's own verification found")
async def evidence(session_id: UUID, _: CanReadSessions, db: Db) -> EvidenceRead:
    rows = await service.evidence_of(db, session_id)
    return EvidenceRead(items=[EvidenceItem.model_validate(row) for row in rows])
