"""A gateway in front of a provider, and a runtime's virtual key for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from tests.actors import Actor
from tests.api import Api, in_process, settings_for
from tests.gateway.upstream import KEY, Upstream, upstream_running

from orchestrator.gateway.api import PREFIX, Gateway, gateway_app
from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.service import mint_virtual_key, revoke_virtual_keys
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope

CHAT = f"{PREFIX}/chat/completions"


@dataclass
class Runtime:
    """One runtime of a tenant and the only key it knows."""

    database: Database
    tenant_id: UUID
    runtime_id: UUID
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    async def revoke(self) -> None:
        with tenant_scope(self.tenant_id):
            async with self.database.transaction() as db:
                await revoke_virtual_keys(db, self.runtime_id)


@dataclass
class Desk:
    gateway: Gateway
    client: httpx.AsyncClient
    upstream: Upstream
    runtime: Runtime
    person: Actor

    async def post(self, path: str = CHAT, body: bytes = b'{"model": "m"}', **headers: str) -> httpx.Response:
        """With the runtime's key unless the headers name a credential."""
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        if not {"authorization", "x-api-key"} & set(sent):
            sent |= self.runtime.headers
        return await self.client.post(path, content=body, headers={"Content-Type": "application/json", **sent})


async def make_runtime(database: Database, tenant_id: UUID) -> Runtime:
    runtime_id = new_id()
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            key = mint_virtual_key(db, runtime_id)
    return Runtime(database, tenant_id, runtime_id, key)


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with upstream_running() as upstream:
        yield upstream


@pytest.fixture
async def desk(api: Api, upstream: Upstream, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = settings_for(
        tmp_path, provider_base_url=upstream.url, provider_api_key=KEY, provider_model="m", provider_context=8_000
    )
    async with desk_for(api, upstream, Catalog(api.database, settings)) as desk:
        yield desk


@pytest.fixture
async def anthropic_desk(api: Api, upstream: Upstream, tmp_path: Path) -> AsyncIterator[Desk]:
    catalog = Catalog(api.database, settings_for(tmp_path, anthropic_api_key=KEY))
    catalog.own = replace(catalog.own, endpoint=replace(catalog.own.endpoint, base_url=upstream.url))
    async with desk_for(api, upstream, catalog) as desk:
        yield desk


@asynccontextmanager
async def desk_for(api: Api, upstream: Upstream, catalog: Catalog) -> AsyncIterator[Desk]:
    """The gateway as a process of its own has it."""
    gateway = Gateway(api.database, catalog)
    runtime = await make_runtime(api.database, api.actors.member.tenant_id)
    async with in_process(gateway_app(gateway)) as client:
        yield Desk(gateway, client, upstream, runtime, api.actors.member)
    await gateway.close()
