"""HTTP over git credentials."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from orchestrator.kit.pagination import Page
from orchestrator.kit.sealing import Sealer
from orchestrator.kit.settings import Settings
from orchestrator.repositories import service
from orchestrator.repositories.models import CredentialKind, GitCredential
from orchestrator.repositories.schemas import GitCredentialCreate, GitCredentialRead
from orchestrator.repositories.secrets import fingerprint
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/git-credentials", tags=["git credentials"])

Reader = Annotated[Principal, Depends(require_permission(Permission.GIT_CREDENTIALS_READ))]
Writer = Annotated[Principal, Depends(require_permission(Permission.GIT_CREDENTIALS_WRITE))]


async def settings_of(request: Request) -> Settings:
    return request.app.state.settings


@router.post("", status_code=201, summary="Add a credential for git remotes; its secret is never shown")
async def add(
    body: GitCredentialCreate,
    principal: Writer,
    db: Db,
    settings: Annotated[Settings, Depends(settings_of)],
    response: Response,
    key: IdempotencyKeyHeader = None,
) -> GitCredentialRead:
    wanted: dict[str, Any] = {**body.model_dump(), "secret": body.secret.get_secret_value()}

    async def make() -> UUID:
        new = service.NewGitCredential(**wanted)
        return (await service.add(db, principal, new, settings, Sealer(settings))).id

    deed = Deed("POST /git-credentials", wanted)
    credential_id, _ = await once(db, principal, key, deed, make)
    response.headers["Location"] = f"/api/v1/git-credentials/{credential_id}"
    return _read(await service.get(db, credential_id))


@router.get("", summary="List the credentials for git remotes")
async def index(_: Reader, db: Db) -> Page[GitCredentialRead]:
    return Page(items=[_read(row) for row in await service.listed(db)])


@router.get("/{credential_id}", summary="Read one credential")
async def read(credential_id: UUID, _: Reader, db: Db) -> GitCredentialRead:
    return _read(await service.get(db, credential_id))


@router.delete("/{credential_id}", status_code=204, summary="Remove a credential; no operation uses it from now on")
async def remove(credential_id: UUID, principal: Writer, db: Db) -> None:
    await service.remove(db, principal, credential_id)


def _read(row: GitCredential) -> GitCredentialRead:
    public_key = row.options.get("public_key")
    return GitCredentialRead(
        id=row.id,
        name=row.name,
        kind=row.kind,
        pattern=service.pattern_text(row),
        username=row.username if row.kind is CredentialKind.TOKEN else None,
        key_fingerprint=fingerprint(public_key) if public_key else None,
        public_key=public_key,
        known_hosts=row.known_hosts or None,
        app_id=row.options.get("app_id"),
        installation_id=row.options.get("installation_id"),
        api_url=row.options.get("api_url"),
        created_by=row.created_by,
        created_at=row.created_at,
    )
