"""A gateway in front of a provider, and a runtime's virtual key for it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import httpx
import pytest
import uvicorn
from sqlalchemy import text
from tests.actors import Actor
from tests.api import Api, in_process, running, settings_for
from tests.gateway.upstream import KEY, Upstream, upstream_running

from orchestrator.gateway.api import PREFIX, gateway_app
from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.proxy import Gateway
from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.virtual_keys import mint_virtual_key, revoke_virtual_keys
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import nodes
from orchestrator.runtimes.models import Runtime as RuntimeRow
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status

CHAT = f"{PREFIX}/chat/completions"
MESSAGES = f"{PREFIX}/messages"
CLAUDE = b'{"model": "claude-test", "max_tokens": 100}'


@dataclass
class Runtime:
    """One runtime of a tenant, the only key it knows, and a session that runs on it."""

    database: Database
    tenant_id: UUID
    node_id: UUID
    runtime_id: UUID
    key: str
    session_id: UUID
    conversation: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "X-Session-Id": self.conversation}

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
        """With the runtime's key and session unless the headers name a credential."""
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        if not {"authorization", "x-api-key"} & set(sent):
            sent = self.runtime.headers | sent
        return await self.client.post(path, content=body, headers={"Content-Type": "application/json", **sent})

    async def usage(self, count: int = 1) -> list[dict[str, Any]]:
        """The usage events of the tenant when there are so many, in the order in which they were made."""
        async with asyncio.timeout(10):
            while len(found := await self._usage()) < count:
                pass  # Until what is written after the answer is there.
        assert len(found) == count
        return found

    async def _usage(self) -> list[dict[str, Any]]:
        with tenant_scope(self.runtime.tenant_id):
            async with self.runtime.database.transaction() as db:
                query = text("select * from usage_events where tenant_id = :t order by request_id")
                return [dict(row) for row in (await db.execute(query, {"t": self.runtime.tenant_id})).mappings()]


async def make_runtime(database: Database, tenant_id: UUID, **session: Any) -> Runtime:
    """On a node of its own; the keywords are columns of the session."""
    node_id, runtime_id, conversation = new_id(), new_id(), f"ses_{uuid4().hex}"
    await nodes.register(database, node_id, 8, "process")
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            key = mint_virtual_key(db, runtime_id)
            repository = IndustrialRepository(db)
            row = RuntimeRow(id=runtime_id, node_id=node_id, isolation="tenant", pid=1, process_started_ticks=1)
            row.created_at = now()
            repository.add(row)
            await db.flush()
            row = repository.add(a_session(node_id, opencode_session_id=conversation, **session))
    return Runtime(database, tenant_id, node_id, runtime_id, key, row.id, conversation)


def a_session(node_id: UUID, **columns: Any) -> Session:
    wanted: dict[str, Any] = {
        "id": new_id(),
        "title": "t",
        "prompt": "p",
        "branch": "b",
        "agent": "build",
        "model": "m",
        "priority": 0,
        "isolation": "tenant",
        "timeout_seconds": 60,
        "max_feedback_rounds": 1,
        "status": Status.RUNNING,
        "attempt": 1,
        "node_id": node_id,
        "input_tokens": 0,
        "output_tokens": 0,
        "cost_micro_usd": 0,
        "user_subject": "user:somebody",
        "created_by": "key:somebody",
        "created_at": now(),
        "started_at": now(),
    }
    return Session(**wanted | columns)


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with upstream_running() as upstream:
        yield upstream


@pytest.fixture
def settings(tmp_path: Path, upstream: Upstream) -> Settings:
    """A provider at loopback with one free model."""
    return settings_for(
        tmp_path,
        provider_base_url=upstream.url,
        provider_api_key=KEY,
        provider_model="m",
        provider_context=8_000,
        provider_output_limit=1_000,
        provider_input_price=0,
        gateway_drain_seconds=1,
        gateway_wait_seconds=5,
    )


@pytest.fixture
async def desk(api: Api, upstream: Upstream, settings: Settings) -> AsyncIterator[Desk]:
    async with desk_for(api, upstream, settings) as desk:
        yield desk


@pytest.fixture
async def anthropic_desk(api: Api, upstream: Upstream, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = settings_for(tmp_path, anthropic_api_key=KEY, provider_model="claude-test")
    catalog = Catalog(api.database, settings)
    catalog.own = replace(catalog.own, endpoint=replace(catalog.own.endpoint, base_url=upstream.url))
    async with desk_for(api, upstream, settings, catalog) as desk:
        yield desk


@pytest.fixture
async def full_desk(api: Api, upstream: Upstream, settings: Settings) -> AsyncIterator[Desk]:
    """Its provider speaks all three formats."""
    catalog = Catalog(api.database, settings)
    catalog.own = replace(catalog.own, endpoint=replace(catalog.own.endpoint, formats=tuple(ApiFormat)))
    async with desk_for(api, upstream, settings, catalog) as desk:
        yield desk


@asynccontextmanager
async def served(gateway: Gateway) -> AsyncIterator[str]:
    """The gateway on a real port: streaming is a matter of the connection. The address that clients are given."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(gateway_app(gateway), log_level="critical", access_log=False, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{PREFIX}"
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def base_url(full_desk: Desk) -> AsyncIterator[str]:
    async with served(full_desk.gateway) as url:
        yield url


@pytest.fixture
async def caller(full_desk: Desk) -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(20)
    async with aiohttp.ClientSession(headers=full_desk.runtime.headers, timeout=timeout) as caller:
        yield caller


@asynccontextmanager
async def desk_for(api: Api, upstream: Upstream, settings: Settings, catalog: Catalog | None = None) -> AsyncIterator[Desk]:
    """The gateway as a process of its own has it."""
    catalog = catalog or Catalog(api.database, settings)
    # What is known of a provider's state is of this test alone, though the database is not.
    catalog.own = replace(catalog.own, endpoint=replace(catalog.own.endpoint, provider_id=new_id()))
    gateway = Gateway(api.database, catalog, settings)
    runtime = await make_runtime(api.database, api.actors.member.tenant_id)
    app = gateway_app(gateway)
    async with running(app), in_process(app) as client:
        yield Desk(gateway, client, upstream, runtime, api.actors.member)
