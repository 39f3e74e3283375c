"""The API that tests talk to: inside this process, and behind a real port where answers have to stream."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from tests.actors import Actor, make_actor, make_tenant
from tests.databases import copied

from orchestrator.kit.db import Database
from orchestrator.kit.settings import Settings
from orchestrator.main import create_app
from orchestrator.tenancy.models import Role

V1 = "/api/v1"
RANDOM_ID = "0190aaaa-0000-7000-8000-00000000dead"


@dataclass(frozen=True)
class Actors:
    """`admin`, `member` and `viewer` are of tenant `a`, `other` is the admin of tenant `b`."""

    admin: Actor
    member: Actor
    viewer: Actor
    other: Actor


async def make_actors(database: Database) -> Actors:
    """Tenants of their own, so that tests can share a database."""
    a, b = f"a-{uuid4().hex}", f"b-{uuid4().hex}"
    mine, theirs = await make_tenant(database, a), await make_tenant(database, b)
    return Actors(
        admin=await make_actor(database, mine, a, Role.ADMIN),
        member=await make_actor(database, mine, a, Role.MEMBER),
        viewer=await make_actor(database, mine, a, Role.VIEWER),
        other=await make_actor(database, theirs, b, Role.ADMIN),
    )


@dataclass
class Api:
    """`roots` is a folder of this test's own below the allowed root."""

    app: FastAPI
    client: httpx.AsyncClient
    database: Database
    actors: Actors
    roots: Path

    async def call(self, method: str, path: str, actor: Actor | None = None, **options: Any) -> httpx.Response:
        """As MEMBER of tenant `a` unless another actor is named; `path` is below /api/v1."""
        headers = (actor or self.actors.member).headers | options.pop("headers", {})
        return await self.client.request(method, V1 + path, headers=headers, **options)

    async def create(self, actor: Actor | None = None, **wanted: Any) -> dict[str, Any]:
        answer = await self.call("POST", "/sessions", actor, json={"prompt": "Do it.", **wanted})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def events(self, actor: Actor | None = None, **params: Any) -> list[dict[str, Any]]:
        answer = await self.call("GET", "/events/log", actor, params={"limit": 500, **params})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


def settings_for(tmp_path: Path, **changes: Any) -> Settings:
    """No agent runs behind these tests, so no sandbox is needed."""
    roots = tmp_path / "code"
    roots.mkdir(exist_ok=True)
    usual = {"git_private_hosts": "127.0.0.1", "webhook_private_networks": "127.0.0.1/32"}
    changes = usual | {"training_bases": {"tiny": "tiny"}} | changes
    return Settings(data_dir=tmp_path / "data", allowed_roots=str(roots), sandbox="process", **changes)


@asynccontextmanager
async def running(app: FastAPI | Starlette) -> AsyncIterator[None]:
    """The application's lifespan in a task of its own: a fixture's two halves run in different tasks."""
    ready, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.router.lifespan_context(app):
            ready.set()
            await stop.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        waiting.cancel()
        stop.set()
        await task


def in_process(app: Any) -> httpx.AsyncClient:
    """A fault of the application is an answer here as it is over the network, not an exception."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://orchestrator.test")


@asynccontextmanager
async def api_on(folder: Path, database_url: str) -> AsyncIterator[Api]:
    database = Database(database_url)
    app = create_app(settings_for(folder), database_url)
    async with running(app), in_process(app) as client:
        yield Api(app, client, database, await make_actors(database), folder / "code")
    await database.close()


@pytest.fixture(scope="session")
async def shared_api(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    with copied(postgres) as url:
        async with api_on(tmp_path_factory.mktemp("api"), url) as api:
            yield api


@pytest.fixture
async def api(shared_api: Api) -> Api:
    """With tenants of its own; database and application are those of all tests."""
    roots = shared_api.roots / uuid4().hex
    roots.mkdir()
    return replace(shared_api, actors=await make_actors(shared_api.database), roots=roots)


@pytest.fixture
async def own_api(tmp_path: Path, database_url: str) -> AsyncIterator[Api]:
    """With a database of its own, which the test may spoil."""
    async with api_on(tmp_path, database_url) as api:
        yield api


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass
class Server:
    """The application on a real loopback port, on a thread and an event loop of its own."""

    settings: Settings
    database: Database
    actors: Actors
    port: int = 0
    app: FastAPI | None = None
    _server: _Uvicorn | None = field(default=None, repr=False)
    _thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """The second start takes the same port again."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self.app = create_app(self.settings, self.database.url)
        config = uvicorn.Config(
            self.app, log_level="error", access_log=False, ws="none", timeout_graceful_shutdown=1, lifespan="on"
        )
        self._server = _Uvicorn(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()
        assert self._server.ready.wait(20), "the server did not start"

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(20)
            assert not self._thread.is_alive()
        self._server = self._thread = None


@asynccontextmanager
async def served(folder: Path, database: Database, **changes: Any) -> AsyncIterator[Server]:
    server = Server(settings_for(folder, **changes), database, await make_actors(database))
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


@pytest.fixture(scope="module")
async def shared_server(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    with copied(postgres) as url:
        database = Database(url)
        async with served(tmp_path_factory.mktemp("server"), database) as server:
            yield server
        await database.close()


@pytest.fixture
async def server(shared_server: Server) -> Server:
    """With tenants of its own; database and application are those of all tests of the file."""
    return replace(shared_server, actors=await make_actors(shared_server.database))


@pytest.fixture
async def own_server(tmp_path: Path, database: Database) -> AsyncIterator[Server]:
    """With a database of its own; the test may spoil it, and start and stop it."""
    async with served(tmp_path, database) as server:
        yield server


def without_request_id(answer: httpx.Response) -> dict[str, Any]:
    """The error alone, as any other request would have got it."""
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint", "request_id"}
    assert error["request_id"] == answer.headers["x-request-id"]
    return {name: value for name, value in error.items() if name != "request_id"}


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an answer in the one shape of error."""
    assert set(answer.json()) == {"error"}, answer.text
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint", "request_id"}
    assert all(isinstance(value, str) and value for value in error.values()), error
    assert "Traceback" not in answer.text
    return answer.status_code, error["code"]


def id_of(session: dict[str, Any]) -> UUID:
    return UUID(session["id"])
