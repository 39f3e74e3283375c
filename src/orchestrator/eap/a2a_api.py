"""HTTP over A2A agents: people add them by their card; and what such an agent fetches."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header
from fastapi.responses import FileResponse, StreamingResponse

from orchestrator.eap import reading
from orchestrator.eap.api import PREFIX, DatabaseDep, SettingsDep, StoreDep
from orchestrator.eap.downloads_api import downloaded
from orchestrator.eap.members import member
from orchestrator.eap.outbound import cards, downloads, enrolling
from orchestrator.eap.outbound.enrolling import Wanted
from orchestrator.eap.schemas import A2aAgentCreate, A2aCardReadAgain, ExternalAgentRead
from orchestrator.kit.sealing import Sealer
from orchestrator.tenancy.dependencies import IdempotencyKeyHeader, public, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.middleware import bearer
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal
from orchestrator.webhooks.guard import Guard

router = APIRouter(prefix=PREFIX, tags=["external agents"])
Writer = Annotated[Principal, Depends(require_permission(Permission.AGENTS_WRITE))]


@router.post("/a2a", status_code=201, summary="Add an A2A agent by its card")
async def add(
    body: A2aAgentCreate, principal: Writer, database: DatabaseDep, settings: SettingsDep, key: IdempotencyKeyHeader = None
) -> ExternalAgentRead:
    """The card is read, and what it says is pinned. Then the agent gets work as any other external agent."""
    read = await cards.read(Guard(settings), cards.card_url(body.card_url))
    credential = None if body.credential is None else body.credential.get_secret_value()
    wanted = Wanted(body.name, body.capabilities, credential, body.max_tasks, body.beside)
    async with database.transaction() as db:

        async def make() -> UUID:
            return (await enrolling.add(db, Sealer(settings), principal, read, wanted)).id

        deed = Deed("POST /agents/external/a2a", body.model_dump(mode="json"))
        member_id, _ = await once(db, principal, key, deed, make)
        return ExternalAgentRead.of(*await reading.agent(db, member_id))


@router.post("/{external_agent_id}/card", summary="Read the card of an A2A agent again, and take what it says now")
async def read_again(
    external_agent_id: UUID, body: A2aCardReadAgain, principal: Writer, database: DatabaseDep, settings: SettingsDep
) -> ExternalAgentRead:
    """What is under way goes on where it began. If the agent is elsewhere now, its credential is to be given again."""
    async with database.transaction() as db:
        await member(db, external_agent_id)
        url = (await enrolling.card_of(db, external_agent_id)).card_url
    read = await cards.read(Guard(settings), url)
    credential = None if body.credential is None else body.credential.get_secret_value()
    async with database.transaction() as db:
        await enrolling.read_again(db, Sealer(settings), principal, external_agent_id, read, credential)
        return ExternalAgentRead.of(*await reading.agent(db, external_agent_id))


@router.get(
    "/a2a/repository",
    summary="The repository of one piece of work, as a git bundle",
    response_class=FileResponse,
    responses={200: {"content": {"application/x-git-bundle": {"schema": {"type": "string", "format": "binary"}}}}},
    dependencies=[public("it takes the token of one piece of work, which is no key")],
)
async def repository(
    database: DatabaseDep,
    store: StoreDep,
    authorization: Annotated[str | None, Header(description="`Bearer <token of the message>`")] = None,
) -> StreamingResponse:
    path = await downloads.bundle_path(database, bearer(authorization))
    return await downloaded(store, path, "application/x-git-bundle")
