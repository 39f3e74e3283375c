"""HTTP over providers and models. With `platform=true` an operator keeps those of all tenants."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from orchestrator.gateway.catalog import Catalog, Listed
from orchestrator.gateway.catalog_models import ModelTarget, Provider
from orchestrator.gateway.catalog_schemas import (
    ModelRead,
    ModelWrite,
    Prices,
    ProviderChange,
    ProviderCreate,
    ProviderRead,
    TargetRead,
)
from orchestrator.gateway.catalog_service import Shelf
from orchestrator.gateway.provider_reading import provider_read, settings_provider_read
from orchestrator.gateway.routing import PLATFORM, OwnPrices
from orchestrator.kit.db import Database
from orchestrator.kit.http import request_id_of
from orchestrator.kit.pagination import Page
from orchestrator.tenancy import audit
from orchestrator.tenancy.declarations import ForAll, NeedsPermissionOrPlatform
from orchestrator.tenancy.dependencies import IdempotencyKeyHeader, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import OperatorRequired, Principal

router = APIRouter(tags=["models"])

Reader = Annotated[Principal, Depends(NeedsPermissionOrPlatform(Permission.PROVIDERS_READ))]
Writer = Annotated[Principal, Depends(require_permission(Permission.PROVIDERS_WRITE))]
ModelReader = Annotated[Principal, Depends(NeedsPermissionOrPlatform(Permission.MODELS_READ))]


def _catalog(request: Request) -> Catalog:
    return request.app.state.catalog


async def catalog_of(request: Request) -> Catalog:
    return _catalog(request)


CatalogDep = Annotated[Catalog, Depends(catalog_of)]


async def _read_shelf(request: Request, principal: Reader, platform: ForAll = False) -> AsyncIterator[Shelf]:
    async with _shelf(request, principal, platform) as shelf:
        yield shelf


async def _write_shelf(request: Request, principal: Writer, platform: ForAll = False) -> AsyncIterator[Shelf]:
    """What it wrote is committed, and so seen by whoever reads next, before the answer is sent."""
    async with _shelf(request, principal, platform) as shelf:
        yield shelf
    _catalog(request).forget(shelf.tenant_id)


@asynccontextmanager
async def _shelf(request: Request, principal: Principal, platform: bool) -> AsyncGenerator[Shelf]:
    if platform and not principal.is_operator:
        raise OperatorRequired
    catalog, settings = _catalog(request), request.app.state.settings
    whose = PLATFORM if platform else principal.tenant_id
    connections: Database = request.app.state.database
    async with connections.system_transaction() if platform else connections.transaction() as db:
        db.info[audit.REQUEST_ID] = request_id_of(request.scope)
        yield Shelf(db, whose, principal.is_operator, settings, catalog.sealer)


async def _model_shelf(request: Request, principal: ModelReader, platform: ForAll = False) -> AsyncIterator[Shelf]:
    async with _shelf(request, principal, platform) as shelf:
        yield shelf


ModelShelf = Annotated[Shelf, Depends(_model_shelf, scope="function")]
ReadShelf = Annotated[Shelf, Depends(_read_shelf, scope="function")]
WriteShelf = Annotated[Shelf, Depends(_write_shelf, scope="function")]


@router.get("/providers", summary="List providers")
async def providers(shelf: ReadShelf, catalog: CatalogDep) -> Page[ProviderRead]:
    exhausted = await shelf.exhausted()
    items = [provider_read(row, shelf.sealer, exhausted.get(row.id)) for row in await shelf.list()]
    if shelf.tenant_id == PLATFORM:
        items.append(settings_provider_read(catalog.own.endpoint, exhausted.get(catalog.own.endpoint.provider_id)))
    return Page(items=items)


@router.post("/providers", status_code=201, summary="Add a provider")
async def add_provider(
    body: ProviderCreate, principal: Writer, shelf: WriteShelf, response: Response, key: IdempotencyKeyHeader = None
) -> ProviderRead:
    async def make() -> UUID:
        row = await shelf.create(body)
        _audit(shelf, principal, "provider.add", f"provider:{row.id}", after=_facts(row))
        return row.id

    secret = body.api_key.get_secret_value() if body.api_key else None
    deed = Deed("POST /providers", {**body.model_dump(), "api_key": secret, "owner": shelf.tenant_id})
    provider_id, _ = await once(shelf.db, principal, key, deed, make)
    response.headers["Location"] = f"/api/v1/providers/{provider_id}"
    return await _provider(shelf, await shelf.get(provider_id))


@router.get("/providers/{provider_id}", summary="Read one provider")
async def provider(provider_id: UUID, shelf: ReadShelf) -> ProviderRead:
    return await _provider(shelf, await shelf.get(provider_id))


@router.patch("/providers/{provider_id}", summary="Change a provider; what is left out stays")
async def change_provider(provider_id: UUID, body: ProviderChange, principal: Writer, shelf: WriteShelf) -> ProviderRead:
    before = _facts(await shelf.get(provider_id, lock=True))
    row = await shelf.change(provider_id, body)
    after = _facts(row) | {"api_key_set": "api_key" in body.model_fields_set}
    _audit(shelf, principal, "provider.change", f"provider:{row.id}", before, after)
    return await _provider(shelf, row)


@router.delete("/providers/{provider_id}", status_code=204, summary="Delete a provider that no model leads to")
async def remove_provider(provider_id: UUID, principal: Writer, shelf: WriteShelf) -> None:
    row = await shelf.remove(provider_id)
    _audit(shelf, principal, "provider.remove", f"provider:{row.id}", before=_facts(row))


@router.get("/models", summary="List the models that sessions and calls may name")
async def models(shelf: ModelShelf, catalog: CatalogDep) -> Page[ModelRead]:
    return Page(items=await _models(shelf, catalog))


@router.post("/models", status_code=201, summary="Add a model's name and where it leads")
async def add_model(
    body: ModelWrite,
    principal: Writer,
    shelf: WriteShelf,
    catalog: CatalogDep,
    response: Response,
    key: IdempotencyKeyHeader = None,
) -> ModelRead:
    async def make() -> UUID:
        row = await shelf.create_alias(body)
        _audit(shelf, principal, "model.add", f"model:{row.id}", after=body.model_dump(mode="json"))
        return row.id

    deed = Deed("POST /models", {**body.model_dump(), "owner": shelf.tenant_id})
    model_id, _ = await once(shelf.db, principal, key, deed, make)
    response.headers["Location"] = f"/api/v1/models/{model_id}"
    return await _model(shelf, catalog, model_id)


@router.put("/models/{model_id}", summary="Replace a model's name and where it leads")
async def replace_model(
    model_id: UUID, body: ModelWrite, principal: Writer, shelf: WriteShelf, catalog: CatalogDep
) -> ModelRead:
    before = {"name": (await shelf.alias(model_id)).name}
    await shelf.replace_alias(model_id, body)
    _audit(shelf, principal, "model.change", f"model:{model_id}", before, body.model_dump(mode="json"))
    return await _model(shelf, catalog, model_id)


@router.delete("/models/{model_id}", status_code=204, summary="Delete a model's name")
async def remove_model(model_id: UUID, principal: Writer, shelf: WriteShelf) -> None:
    row = await shelf.remove_alias(model_id)
    _audit(shelf, principal, "model.remove", f"model:{model_id}", before={"name": row.name})


def _audit(
    shelf: Shelf,
    principal: Principal,
    action: str,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """What operators do to the platform is in the log of their own tenant: the platform is none."""
    prefix = "platform." if shelf.tenant_id == PLATFORM else ""
    audit.record(shelf.db, principal.tenant_id, principal.actor, prefix + action, target, before, after)


def _facts(row: Provider) -> dict[str, Any]:
    """Neither the key nor anything made of it."""
    names = ("name", "kind", "base_url", "options", "requests_per_minute", "tokens_per_minute", "enabled")
    return {name: getattr(row, name) for name in names} | {"has_api_key": row.api_key_sealed is not None}


async def _models(shelf: Shelf, catalog: Catalog) -> list[ModelRead]:
    targets = await _targets(shelf)
    return [_model_read(catalog, alias, targets) for alias in await catalog.models(shelf.db, shelf.tenant_id)]


async def _model(shelf: Shelf, catalog: Catalog, model_id: UUID) -> ModelRead:
    await shelf.alias(model_id)
    return next(one for one in await _models(shelf, catalog) if one.id == model_id)


async def _targets(shelf: Shelf) -> dict[UUID, list[TargetRead]]:
    """Of the asker's own names, by the name's id."""
    found: dict[UUID, list[TargetRead]] = {}
    for row, provider_name in await shelf.targets():
        found.setdefault(row.alias_id, []).append(_target(row, provider_name))
    return found


def _target(row: ModelTarget, provider_name: str) -> TargetRead:
    return TargetRead(
        provider=provider_name,
        platform=row.provider_tenant_id == PLATFORM,
        model=row.model,
        weight=row.weight,
        context_tokens=row.context_tokens,
        output_tokens=row.output_tokens,
        input_price=row.input_price,
        output_price=row.output_price,
        cached_input_price=row.cached_input_price,
        cache_write_price=row.cache_write_price,
    )


def _model_read(catalog: Catalog, listed: Listed, targets: Mapping[UUID, list[TargetRead]]) -> ModelRead:
    alias, offer = listed.alias, listed.offer
    return ModelRead(
        id=alias.id,
        name=alias.name,
        owner="settings" if alias.tenant_id is None else "platform" if alias.tenant_id == PLATFORM else "tenant",
        format=alias.format,
        usable=listed.usable,
        default=alias.name == catalog.default_model,
        context_tokens=offer.context_tokens if offer else None,
        output_tokens=offer.output_tokens if offer else None,
        prices=_prices(offer.prices) if offer and offer.prices else None,
        targets=targets.get(alias.id) if alias.id else None,
    )


def _prices(prices: OwnPrices) -> Prices:
    return Prices(
        input_price=prices.input,
        output_price=prices.output,
        cached_input_price=prices.cached_input,
        cache_write_price=prices.cache_write,
    )


async def _provider(shelf: Shelf, row: Provider) -> ProviderRead:
    return provider_read(row, shelf.sealer, (await shelf.exhausted()).get(row.id))
