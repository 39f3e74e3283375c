"""HTTP over namespaces of the marketplace and the keys that sign in them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from orchestrator.kit.pagination import Page
from orchestrator.marketplace import namespaces
from orchestrator.marketplace.namespaces import NewKey
from orchestrator.marketplace.schemas import (
    NamespaceClaim,
    NamespaceRead,
    SigningKeyCreate,
    SigningKeyRead,
    SigningKeyRevoke,
)
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/marketplace/namespaces", tags=["marketplace"])

Reader = Annotated[Principal, Depends(require_permission(Permission.MARKET_READ))]
Named = Annotated[str, Path(max_length=200, pattern=r"^[^\x00]*$")]
Publisher = Annotated[Principal, Depends(require_permission(Permission.MARKET_PUBLISH))]


@router.get("", summary="List the namespaces of the tenant")
async def index(_: Reader, db: Db) -> Page[NamespaceRead]:
    return Page(items=[NamespaceRead.model_validate(row) for row in await namespaces.listed(db)])


@router.post("", status_code=201, summary="Claim a namespace with a public key; nobody else has it then")
async def claim(
    body: NamespaceClaim, principal: Publisher, db: Db, response: Response, key: IdempotencyKeyHeader = None
) -> NamespaceRead:
    async def make() -> UUID:
        wanted = NewKey(body.public_key, body.proof, body.name)
        return (await namespaces.claim(db, principal, body.namespace, wanted)).id

    await once(db, principal, key, Deed("POST /marketplace/namespaces", body.model_dump()), make)
    response.headers["Location"] = f"/api/v1/marketplace/namespaces/{body.namespace}/keys"
    return NamespaceRead.model_validate(await namespaces.called(db, body.namespace))


@router.get("/{namespace}/keys", summary="List the keys of a namespace of the tenant")
async def keys(namespace: Named, _: Reader, db: Db) -> Page[SigningKeyRead]:
    rows = await namespaces.keys_of(db, await namespaces.called(db, namespace))
    return Page(items=[SigningKeyRead.of(row) for row in rows])


@router.post("/{namespace}/keys", status_code=201, summary="Add a key that may sign in the namespace")
async def add_key(
    namespace: Named, body: SigningKeyCreate, principal: Publisher, db: Db, key: IdempotencyKeyHeader = None
) -> SigningKeyRead:
    await namespaces.called(db, namespace)

    async def make() -> UUID:
        wanted = NewKey(body.public_key, body.proof, body.name)
        return (await namespaces.add_key(db, principal, namespace, wanted)).id

    deed = Deed(f"POST /marketplace/namespaces/{namespace}/keys", body.model_dump())
    key_id, _ = await once(db, principal, key, deed, make)
    rows = await namespaces.keys_of(db, await namespaces.called(db, namespace))
    return next(SigningKeyRead.of(row) for row in rows if row.id == key_id)


@router.post("/{namespace}/keys/{signing_key_id}/retire", summary="Let a key sign nothing new; what it signed stands")
async def retire(namespace: Named, signing_key_id: UUID, principal: Publisher, db: Db) -> SigningKeyRead:
    return SigningKeyRead.of(await namespaces.retire_key(db, principal, namespace, signing_key_id))


@router.post(
    "/{namespace}/keys/{signing_key_id}/revoke", summary="Revoke a key: nothing that it signed is installed any more"
)
async def revoke(
    namespace: Named, signing_key_id: UUID, body: SigningKeyRevoke, principal: Publisher, db: Db
) -> SigningKeyRead:
    return SigningKeyRead.of(await namespaces.revoke_key(db, principal, namespace, signing_key_id, body.reason))
