"""The API application, composed once from settings."""

import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware

from orchestrator import __version__
from orchestrator.a2a.api import PREFIX as A2A_PREFIX
from orchestrator.a2a.api import AgentsFace
from orchestrator.a2a.pushing import PushKeeper
from orchestrator.agents import api as agents
from orchestrator.agents import secrets_api
from orchestrator.contexts import api as contexts
from orchestrator.eap import a2a_api as a2a_agents
from orchestrator.eap import api as eap
from orchestrator.eap import people_api as external_agents
from orchestrator.eap.keeper import EapKeeper
from orchestrator.eap.news import AssignmentNews
from orchestrator.events.listener import Listener
from orchestrator.events.stream import EventHub
from orchestrator.finetuning import (
    consent_api,
    curations_api,
    datasets_api,
    evaluations_api,
    openai_files_api,
    openai_jobs_api,
    serving_api,
    splits_api,
    versions_api,
)
from orchestrator.finetuning import jobs_api as finetuning_jobs
from orchestrator.finetuning.curation_keeper import CurationKeeper
from orchestrator.gateway import budgets_api, catalog_api, trajectories_api, usage_api
from orchestrator.gateway.api import PREFIX as GATEWAY_PREFIX
from orchestrator.gateway.api import gateway_routes
from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.proxy import Gateway
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.body_limit import BodyLimitMiddleware
from orchestrator.kit.db import Database
from orchestrator.kit.http import RequestIdMiddleware, SafetyMiddleware
from orchestrator.kit.http_errors import ERRORS, ErrorBody, handle_errors
from orchestrator.kit.lanes import Lanes
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tasks import background
from orchestrator.marketplace import api as marketplace
from orchestrator.marketplace import checks_api, installs_api, namespaces_api
from orchestrator.marketplace.conformance import PATH as CHECK_PATH
from orchestrator.marketplace.conformance import Conformance
from orchestrator.marketplace.ratings import RatingsKeeper
from orchestrator.mcp.api import PATH as TOOLS_PATH
from orchestrator.mcp.api import PeoplesTools, SessionsTools
from orchestrator.mcp.servers_api import AgentsServers
from orchestrator.overview import api as overview
from orchestrator.overview import costs_api, estimate_api, inbox_api, timeline_api
from orchestrator.repositories import api as repositories
from orchestrator.repositories.logins import GitLogins
from orchestrator.runtimes import api as nodes
from orchestrator.sandboxes import choose_sandbox
from orchestrator.sessions import api as sessions
from orchestrator.sessions import (
    approvals_api,
    bulk_api,
    control_api,
    diff_api,
    handoff_api,
    repository_api,
    retention_api,
    routing_api,
)
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.tasks import api as plans
from orchestrator.tasks import results_api, templates_api
from orchestrator.tenancy import (
    approval_policy_api,
    audit_api,
    keys_api,
    log_in_api,
    me_api,
    networks_api,
    sign_in_api,
    tenants_api,
    users_api,
)
from orchestrator.tenancy.declarations import AnyCaller, DeclaredRoute, Public, declared_routes
from orchestrator.tenancy.dependencies import public
from orchestrator.tenancy.key_uses import KeyUses
from orchestrator.tenancy.log_in import LogIns
from orchestrator.tenancy.middleware import TenantMiddleware
from orchestrator.tenancy.sign_in import SignIns
from orchestrator.tenancy.streams import Streams
from orchestrator.tenancy.watch import Watch
from orchestrator.web import api as web
from orchestrator.web import reference_api
from orchestrator.web.files import Dist
from orchestrator.webhooks import api as webhooks
from orchestrator.webhooks.keeper import WebhookKeeper
from orchestrator.workspaces import Reach, Workspaces

MAX_BODY_BYTES = 4_000_000
_HEAVY_AT_ONCE = 4
"""Diffs and searches of one tenant: each is a program of git, or a connection to the database, for seconds."""
_LARGE = re.compile(r"/api/v1/sessions/[^/]+/send|/v1/files")
"""What comes there is a file, and counted as it is written."""
_BODIES = Middleware(
    BodyLimitMiddleware,
    most_bytes=MAX_BODY_BYTES,
    of_strangers=(log_in_api.AUTH_PREFIX, *eap.PUBLIC_PATHS),
    but_not_below=(GATEWAY_PREFIX,),
    but_not=_LARGE,
)
_FEATURES = (
    eap,  # Routes are tried in this order, which took more time than all else that a heartbeat does.
    bulk_api,
    sessions,
    diff_api,
    control_api,
    repository_api,
    handoff_api,
    retention_api,
    overview,
    inbox_api,
    timeline_api,
    costs_api,
    estimate_api,
    tenants_api,
    networks_api,
    users_api,
    keys_api,
    audit_api,
    evaluations_api,
    serving_api,
    splits_api,
    versions_api,  # Before `/models/{model_id}`, which else took its addresses for ids.
    catalog_api,
    usage_api,
    budgets_api,
    trajectories_api,
    repositories,
    me_api,
    sign_in_api,
    nodes,
    approvals_api,
    approval_policy_api,
    routing_api,
    a2a_agents,  # As eap before `/agents/{agent_id}`, which else took their addresses for ids.
    external_agents,
    agents,
    secrets_api,
    templates_api,  # Before `/plans/{plan_id}`, which else took its addresses for ids.
    plans,
    results_api,
    contexts,
    webhooks,
    namespaces_api,
    marketplace,
    checks_api,
    installs_api,
    finetuning_jobs,
    consent_api,
    curations_api,  # Before `/datasets/{dataset_id}`, which else took its addresses for ids.
    datasets_api,
)


def create_app(settings: Settings, database_url: str) -> FastAPI:
    database = Database(database_url)
    catalog = Catalog(database, settings)
    gateway = Gateway(database, catalog, settings)
    log_ins, sign_ins, key_uses = LogIns(database, settings), SignIns(database, settings), KeyUses(database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        listener = Listener(database_url)
        app.state.hub = EventHub(database, listener)
        app.state.assignment_news = news = AssignmentNews(listener)
        own = app.state.watch.run(), app.state.conformance.run(), key_uses.run()
        loops = listener.run(), *own, *_keepers(database, settings, news)
        async with background(*loops), gateway.running(), running_tools():
            yield
        await log_ins.close()
        await database.close()

    app = FastAPI(
        title="OpenCode Industrial Orchestrator",
        version=__version__,
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # FastAPI's own page runs whatever a third party serves at the moment: ours is web/reference_api.py.
        redoc_url=None,
        redirect_slashes=False,  # The address of such a redirect would be built from the Host header.
        middleware=[
            Middleware(RequestIdMiddleware),
            Middleware(SafetyMiddleware),
            _tenants(database, log_ins, sign_ins, key_uses),
            _BODIES,
        ],
    )
    app.state.settings = settings
    app.state.database = database
    app.state.catalog = catalog
    app.state.trajectories = gateway.trajectories
    app.state.log_ins = log_ins
    app.state.sign_ins = sign_ins
    app.state.conformance = Conformance(database)
    _share_out(app, settings)
    _open_files(app, settings, database)
    running_tools = _mount_tools(app, database, gateway, settings)  # First, as its calls are the most of all.
    for one in _FEATURES:
        app.include_router(one.router, prefix="/api/v1", responses=ERRORS)
    for router in (log_in_api.router, sign_in_api.auth_router, openai_files_api.router, openai_jobs_api.router):
        app.include_router(router, responses=ERRORS)
    for router in (_health(database), reference_api.router):
        app.include_router(router)
    app.mount(A2A_PREFIX, AgentsFace(app.state))
    app.mount(CHECK_PATH, checks_api.standins(app.state))
    app.include_router(web.router)
    handle_errors(app)
    _document_keys(app, routes_of(app))
    return app


def _keepers(database: Database, settings: Settings, news: AssignmentNews) -> list[Coroutine[Any, Any, None]]:
    """What every API process looks after."""
    keepers = (
        WebhookKeeper(database, settings),
        PushKeeper(database, settings),
        RatingsKeeper(database),
        CurationKeeper(database, settings),
    )
    return [EapKeeper(database, settings, news).run(), *(one.run() for one in keepers)]


def _tenants(database: Database, log_ins: LogIns, sign_ins: SignIns, key_uses: KeyUses) -> Middleware:
    return Middleware(
        TenantMiddleware,
        database=database,
        log_ins=log_ins,
        sign_ins=sign_ins,
        key_uses=key_uses,
        also_public=(GATEWAY_PREFIX, CHECK_PATH, log_in_api.AUTH_PREFIX, *eap.PUBLIC_PATHS),
        is_page=web.is_page,
    )


def _mount_tools(
    app: FastAPI, database: Database, gateway: Gateway, settings: Settings
) -> Callable[[], AbstractAsyncContextManager[None]]:
    """The tools of people and, beside the gateway, those of sessions; all work while what is returned is entered."""
    peoples, sessions_own = PeoplesTools(app, database, lambda: app.state.hub), SessionsTools(database)
    agents_servers = AgentsServers(database, settings)
    app.router.routes.append(peoples.route)
    routes = [sessions_own.route(), agents_servers.route(), *gateway_routes(gateway)]
    app.mount(GATEWAY_PREFIX, Starlette(routes=routes))

    @asynccontextmanager
    async def running() -> AsyncGenerator[None]:
        async with peoples.server.running(), sessions_own.running(), agents_servers.running():
            yield

    return running


def _share_out(app: FastAPI, settings: Settings) -> None:
    """What keeps one caller from having all of a process."""
    app.state.watch = Watch()
    app.state.lanes = Lanes(_HEAVY_AT_ONCE)
    app.state.streams = Streams(settings.max_event_streams)


def _open_files(app: FastAPI, settings: Settings, database: Database) -> None:
    """What requests read and write that is in no table."""
    app.state.dist = Dist()
    app.state.workspaces = _workspaces(settings, database)
    app.state.checkpoints = CheckpointStore(ArtifactStore(settings.artifact_store_url), app.state.workspaces)


def routes_of(app: FastAPI) -> list[DeclaredRoute]:
    """Every route with who may call it; raises RouteUndeclared for one that does not say."""
    # What a tool or an operation of A2A does asks for its permission.
    documents = {"/api/v1/openapi.json": AnyCaller(), TOOLS_PATH: AnyCaller(), A2A_PREFIX: AnyCaller()}
    gateway, checks = Public("the gateway asks for keys of its own"), Public("a check gives tokens of its own")
    return declared_routes(app.routes, {**documents, GATEWAY_PREFIX: gateway, CHECK_PATH: checks})


def _document_keys(app: FastAPI, routes: list[DeclaredRoute]) -> None:
    """Says in the description what the middleware asks for, so that clients and `/docs` send a key."""
    public_paths = {route.path for route in routes if any(isinstance(one, Public) for one in route.declared)}
    describe = app.openapi

    def described() -> dict[str, Any]:
        document = describe()
        document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"key": []}]
        for path, operations in document["paths"].items():
            for operation in operations.values():
                if path in public_paths:
                    operation["security"] = []
        return document

    app.openapi = described


def _workspaces(settings: Settings, database: Database) -> Workspaces:
    return Workspaces(
        settings.data_dir,
        settings.roots,
        choose_sandbox(settings.sandbox),
        ProcessLedger(settings.data_dir / "processes"),
        GitLogins(database, settings).find,
        reach=Reach(settings.git_reach),
        most_lfs_bytes=settings.lfs_bytes,
        artifacts=ArtifactStore(settings.artifact_store_url),
    )


def _health(database: Database) -> APIRouter:
    router = APIRouter(prefix="/health", tags=["health"])

    probe = public("whoever watches the process has no key")

    @router.get("/live", summary="The process answers", dependencies=[probe])
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @router.get(
        "/ready", summary="The database answers as well", responses={503: {"model": ErrorBody}}, dependencies=[probe]
    )
    async def ready() -> dict[str, str]:
        async with database.system_transaction() as db:
            await db.execute(text("select 1"))
        return {"status": "ok"}

    return router
