"""HTTP over external agents for people: who joined and how they are, tokens to join with, what they did."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from orchestrator.eap import enrolments, joining, liveness, reading
from orchestrator.eap.api import PREFIX, StoreDep
from orchestrator.eap.downloads_api import downloaded
from orchestrator.eap.models import Liveness, Reported
from orchestrator.eap.schemas import (
    AssignmentRead,
    EnrolmentCreate,
    EnrolmentCreated,
    EnrolmentRead,
    ExternalAgentChange,
    ExternalAgentRead,
)
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.pagination import Page, encode_cursor
from orchestrator.tenancy.dependencies import (
    CanReadSessions,
    Db,
    IdempotencyKeyHeader,
    Limit,
    require_permission,
)
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix=PREFIX, tags=["external agents"])

Reader = Annotated[Principal, Depends(require_permission(Permission.AGENTS_READ))]
Writer = Annotated[Principal, Depends(require_permission(Permission.AGENTS_WRITE))]
_MOST_ENROLMENTS = 200
_NO_ZERO = r"^[^\x00]*$"


@router.get("", summary="List the external agents, the newest first")
async def index(
    _: Reader,
    db: Db,
    name: Annotated[str | None, Query(max_length=100, pattern=_NO_ZERO, description="Its whole name.")] = None,
    liveness: Annotated[Liveness | None, Query(description="As we find it; without those that are revoked.")] = None,
    status: Annotated[Reported | None, Query(description="As it says that it is.")] = None,
    capability: Annotated[
        str | None, Query(max_length=50, pattern=_NO_ZERO, description="One that it has said of itself.")
    ] = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[ExternalAgentRead]:
    rows, more = await reading.agents(db, reading.Filter(name, liveness, status, capability), limit, cursor)
    following = encode_cursor(rows[-1][0].created_at, rows[-1][0].id) if more else None
    return Page(items=[ExternalAgentRead.of(*one) for one in rows], next_cursor=following)


@router.get("/enrolments", summary="List the enrolments, the newest first; none shows its token")
async def list_enrolments(_: Writer, db: Db) -> Page[EnrolmentRead]:
    rows = await enrolments.listed(db, _MOST_ENROLMENTS)
    return Page(items=[EnrolmentRead.model_validate(row) for row in rows])


@router.post("/enrolments", status_code=201, summary="Let one agent join: a token for 15 minutes, shown once")
async def enrol(body: EnrolmentCreate, principal: Writer, db: Db, key: IdempotencyKeyHeader = None) -> EnrolmentCreated:
    token: str | None = None

    async def make() -> UUID:
        nonlocal token
        row, token = await enrolments.mint(db, principal, body.agent_name, body.capabilities)
        return row.id

    deed = Deed("POST /agents/external/enrolments", body.model_dump(mode="json"))
    enrolment_id, _ = await once(db, principal, key, deed, make)
    row = await IndustrialRepository(db).get(enrolments.Enrolment, enrolment_id)
    return EnrolmentCreated.with_token(row, token)


@router.delete("/enrolments/{enrolment_id}", status_code=204, summary="Take an enrolment back that nobody used yet")
async def take_back(enrolment_id: UUID, principal: Writer, db: Db) -> None:
    await enrolments.take_back(db, principal, enrolment_id)


@router.get("/assignments", summary="List what was given to external agents, the newest first")
async def assignments(
    _: CanReadSessions,
    db: Db,
    session_id: UUID | None = None,
    external_agent_id: UUID | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[AssignmentRead]:
    rows, more = await reading.assignments(db, session_id, external_agent_id, limit, cursor)
    following = encode_cursor(rows[-1][0].created_at, rows[-1][0].id) if more else None
    return Page(items=[AssignmentRead.of(*one) for one in rows], next_cursor=following)


@router.get(
    "/assignments/{assignment_id}/artifacts/{artifact_id}",
    summary="A file that came with a result",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def artifact(assignment_id: UUID, artifact_id: UUID, _: CanReadSessions, db: Db, store: StoreDep) -> StreamingResponse:
    """Always as bytes to be saved: what an agent says that they are is nothing that a browser is to believe."""
    found = await reading.artifact(db, assignment_id, artifact_id)
    answer = await downloaded(store, found.path, "application/octet-stream")
    answer.headers["content-disposition"] = f"attachment; filename*=UTF-8''{_quoted(found.name)}"
    return answer


def _quoted(name: str) -> str:
    return quote(name, safe="")


@router.get("/{external_agent_id}", summary="Read one external agent")
async def read(external_agent_id: UUID, _: Reader, db: Db) -> ExternalAgentRead:
    return ExternalAgentRead.of(*await reading.agent(db, external_agent_id))


@router.patch("/{external_agent_id}", summary="Let it go on, drain or pause; it reads that with its next heartbeat")
async def change(external_agent_id: UUID, body: ExternalAgentChange, principal: Writer, db: Db) -> ExternalAgentRead:
    await liveness.want(db, principal, external_agent_id, body.desired)
    return ExternalAgentRead.of(*await reading.agent(db, external_agent_id))


@router.post("/{external_agent_id}/revoke", summary="Shut it out, for good and at once")
async def revoke(external_agent_id: UUID, principal: Writer, db: Db) -> ExternalAgentRead:
    """Its tokens and its key open nothing any more; its tasks go to others."""
    await joining.revoke(db, principal.actor, external_agent_id)
    return ExternalAgentRead.of(*await reading.agent(db, external_agent_id))
