"""HTTP of EAP v1: what agents call. A route of theirs is the agent's own alone; those to join with are public."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from orchestrator.eap import artifacts, assignments, enrolments, joining, liveness, progress, results, tokens
from orchestrator.eap.downloads_api import downloaded
from orchestrator.eap.errors import ArtifactMismatch
from orchestrator.eap.handing import Handing
from orchestrator.eap.messages import (
    MESSAGES,
    MOST_EVENT_BYTES,
    MOST_EVENTS,
    MOST_PATCH_CHARACTERS,
    ArtifactRead,
    AssignmentMessage,
    Challenge,
    DeclareArtifact,
    Events,
    EventsAnswer,
    Heartbeat,
    HeartbeatAnswer,
    LeaseRef,
    Prove,
    Proven,
    Register,
    Registered,
    Renewed,
    Result,
    ResultAnswer,
    RotateKey,
    Token,
    TokenRequest,
    WireLimits,
)
from orchestrator.eap.models import Artifact
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.sealing import Sealer
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.dependencies import OwnAgent, database, public
from orchestrator.tenancy.middleware import bearer
from orchestrator.webhooks.guard import Guard

PREFIX = "/agents/external"
PUBLIC_PATHS = tuple(f"/api/v1{PREFIX}/{name}" for name in ("register", "token", "schemas", "a2a/repository"))
router = APIRouter(prefix=PREFIX, tags=["external agents"])
LONGEST_WAIT_SECONDS = 60

DatabaseDep = Annotated[Database, Depends(database)]
TaskId = Annotated[UUID, Path(description="Of the assignment.")]


async def settings_of(request: Request) -> Settings:
    return request.app.state.settings


SettingsDep = Annotated[Settings, Depends(settings_of)]


async def store_of(settings: SettingsDep) -> ArtifactStore:
    return ArtifactStore(settings.artifact_store_url)


StoreDep = Annotated[ArtifactStore, Depends(store_of)]


@router.get("/schemas", summary="The JSON Schema of every message", dependencies=[public("a protocol is for everybody")])
async def schemas() -> dict[str, Any]:
    return {one.__name__: one.model_json_schema() for one in MESSAGES}


@router.post(
    "/register",
    status_code=201,
    summary="Join, with an enrolment token",
    dependencies=[public("it takes an enrolment token, which is no key")],
)
async def register(
    body: Register,
    db: DatabaseDep,
    settings: SettingsDep,
    authorization: Annotated[str | None, Header(description="`Bearer <enrolment token>`")] = None,
) -> Registered:
    """The token is used up. Then prove the key by signing the challenge, or no work comes."""
    opened = await enrolments.find(db, bearer(authorization))
    if body.endpoint_url is not None:
        await Guard(settings).check(body.endpoint_url)
    with tenant_scope(opened.tenant_id):
        async with db.transaction() as session:
            joined = await joining.register(session, Sealer(settings), opened.enrolment_id, body)
    return Registered(
        agent_id=joined.agent.id,
        auth_token=joined.token,
        token_expires_at=joined.expires_at,
        challenge=joined.agent.challenge or "",
        heartbeat_interval_seconds=settings.eap_heartbeat_seconds,
        lease_seconds=settings.eap_lease_seconds,
        limits=_limits(settings),
        webhook_secret=joined.secret,
    )


def _limits(settings: Settings) -> WireLimits:
    return WireLimits(
        most_events_a_batch=MOST_EVENTS,
        most_event_bytes=MOST_EVENT_BYTES,
        most_patch_characters=MOST_PATCH_CHARACTERS,
        most_artifact_bytes=settings.eap_artifact_bytes,
        most_artifacts_bytes=settings.eap_artifacts_bytes,
        most_piece_bytes=artifacts.MOST_PIECE_BYTES,
    )


@router.post(
    "/token", summary="A token for a signed assertion", dependencies=[public("it takes an assertion, which is no key")]
)
async def token(body: TokenRequest, db: DatabaseDep) -> Token:
    tenant_id, agent_id, claims = await tokens.token_for(db, body.assertion)
    with tenant_scope(tenant_id):
        async with db.transaction() as session:
            text, expires_at = await tokens.exchange(session, agent_id, claims)
    return Token(auth_token=text, token_expires_at=expires_at)


@router.post("/{external_agent_id}/challenge", summary="Another text to prove the key with")
async def challenge(external_agent_id: UUID, _: OwnAgent, db: DatabaseDep) -> Challenge:
    async with db.transaction() as session:
        row = await joining.renew_challenge(session, external_agent_id)
    return Challenge(challenge=row.challenge or "", expires_at=_at(row.challenge_until))


@router.post("/{external_agent_id}/prove", summary="Prove that the private key is yours")
async def prove(external_agent_id: UUID, body: Prove, _: OwnAgent, db: DatabaseDep) -> Proven:
    async with db.transaction() as session:
        row = await joining.prove(session, external_agent_id, body.signature)
    return Proven(agent_id=row.id, proven_at=_at(row.proven_at))


@router.post("/{external_agent_id}/keys", summary="Take another key; both of them sign for it")
async def rotate(external_agent_id: UUID, body: RotateKey, _: OwnAgent, db: DatabaseDep) -> Proven:
    async with db.transaction() as session:
        row = await joining.rotate(session, external_agent_id, body)
    return Proven(agent_id=row.id, proven_at=_at(row.proven_at))


@router.post("/{external_agent_id}/heartbeat", summary="Say that you live, and read what is wanted of you")
async def heartbeat(
    external_agent_id: UUID, body: Heartbeat, _: OwnAgent, db: DatabaseDep, settings: SettingsDep
) -> HeartbeatAnswer:
    """The leases of the tasks that you name are renewed; those in `cancel` are not yours any more."""
    answer = await liveness.beat(db, settings, external_agent_id, body)
    return HeartbeatAnswer(
        desired_state=answer.desired,
        cancel=list(answer.cancel),
        heartbeat_interval_seconds=settings.eap_heartbeat_seconds,
        lease_seconds=settings.eap_lease_seconds,
    )


async def handing_of(request: Request, db: DatabaseDep, settings: SettingsDep) -> Handing:
    base = settings.public_url or str(request.base_url)
    return Handing(db, settings, request.app.state.assignment_news, base.rstrip("/"))


HandingDep = Annotated[Handing, Depends(handing_of)]


@router.post(
    "/{external_agent_id}/tasks/lease",
    summary="Take the next task, or wait for one",
    response_model=AssignmentMessage,
    responses={204: {"description": "There is none for you now."}},
)
async def lease(
    external_agent_id: UUID,
    _: OwnAgent,
    handing: HandingDep,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait for one.")] = 0,
) -> Response:
    leased = await handing.wait_for_work(external_agent_id, wait)
    if leased is None:
        return Response(status_code=204)
    return Response(leased.model_dump_json(), media_type="application/json")


@router.post("/{external_agent_id}/tasks/{task_id}/renew", summary="Keep a task for as long as a lease lasts")
async def renew(
    external_agent_id: UUID, task_id: TaskId, body: LeaseRef, _: OwnAgent, db: DatabaseDep, settings: SettingsDep
) -> Renewed:
    async with db.transaction() as session:
        lease = body.lease_epoch, settings.eap_lease_seconds
        return Renewed(lease_expires_at=await assignments.renew(session, external_agent_id, task_id, *lease))


@router.get(
    "/{external_agent_id}/tasks/{task_id}/repository",
    summary="The repository at the task's commit, as a git bundle",
    response_class=FileResponse,
    responses={200: {"content": {"application/x-git-bundle": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def repository(
    external_agent_id: UUID, task_id: TaskId, _: OwnAgent, db: DatabaseDep, store: StoreDep, lease_epoch: int
) -> StreamingResponse:
    async with db.transaction() as session:
        row = await assignments.held(session, external_agent_id, task_id, lease_epoch)
    return await downloaded(store, row.bundle_path, "application/x-git-bundle")


@router.post("/{external_agent_id}/tasks/{task_id}/events", summary="Tell how it goes")
async def events(external_agent_id: UUID, task_id: TaskId, body: Events, _: OwnAgent, db: DatabaseDep) -> EventsAnswer:
    """Each is kept once, in its order; the answer says which number is expected next."""
    async with db.transaction() as session:
        expected = await progress.take(session, external_agent_id, task_id, body.lease_epoch, body.events)
    return EventsAnswer(expected_seq=expected)


@router.post("/{external_agent_id}/tasks/{task_id}/artifacts", status_code=201, summary="Declare a file")
async def declare(
    external_agent_id: UUID, task_id: TaskId, body: DeclareArtifact, _: OwnAgent, db: DatabaseDep, settings: SettingsDep
) -> ArtifactRead:
    async with db.transaction() as session:
        return _told(await artifacts.declare(session, settings, external_agent_id, task_id, body))


@router.get("/{external_agent_id}/tasks/{task_id}/artifacts/{artifact_id}", summary="How much of a file is here")
async def artifact(
    external_agent_id: UUID, task_id: TaskId, artifact_id: UUID, _: OwnAgent, db: DatabaseDep
) -> ArtifactRead:
    async with db.transaction() as session:
        return _told(await artifacts.read(session, external_agent_id, task_id, artifact_id))


@router.put(
    "/{external_agent_id}/tasks/{task_id}/artifacts/{artifact_id}",
    summary="Send a piece of a file, from an offset on",
    openapi_extra={
        "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
async def upload(
    external_agent_id: UUID,
    task_id: TaskId,
    artifact_id: UUID,
    _: OwnAgent,
    db: DatabaseDep,
    store: StoreDep,
    request: Request,
    offset: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> ArtifactRead:
    """With the last piece size and SHA-256 are looked at; a file that differs is thrown away."""
    piece, problem = await request.body(), None
    async with db.transaction() as session:
        ids = task_id, artifact_id
        try:
            row = await artifacts.take_piece(session, store, external_agent_id, ids, offset, piece)
        except ArtifactMismatch as mismatch:  # That its pieces are gone is committed.
            problem: OrchestratorError | None = mismatch
            row = None
    if problem is not None or row is None:
        raise problem or AssertionError
    return _told(row)


def _told(row: Artifact) -> ArtifactRead:
    return ArtifactRead(
        artifact_id=row.id,
        name=row.name,
        media_type=row.media_type,
        size=row.bytes,
        sha256=row.sha256,
        received=row.received,
        complete=row.path is not None,
    )


@router.put("/{external_agent_id}/tasks/{task_id}/result", summary="Hand in the work")
async def result(external_agent_id: UUID, task_id: TaskId, body: Result, _: OwnAgent, db: DatabaseDep) -> ResultAnswer:
    """The same result under the same epoch is answered the same for ever. Whether the work is good, we look ourselves."""
    async with db.transaction() as session:
        row, accepted_at = await results.finish(session, external_agent_id, task_id, body)
    sha256 = (row.result_sha256 or b"").hex()
    return ResultAnswer(task_id=row.id, status=body.status, result_sha256=sha256, accepted_at=accepted_at)


def _at(moment: datetime | None) -> datetime:
    if moment is None:
        raise AssertionError("it was set in this transaction")
    return moment
