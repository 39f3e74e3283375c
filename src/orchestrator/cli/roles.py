"""What each process of the tree does."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import uvloop

from orchestrator.a2a.resealing import reseal_push_configs
from orchestrator.agents.secrets import reseal as reseal_secrets
from orchestrator.cli.serving import server
from orchestrator.eap.resealing import reseal_external_agents
from orchestrator.gateway.api import PREFIX, gateway_app
from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.proxy import Gateway
from orchestrator.gateway.resealing import prepare_sealing
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.sealing import Sealer
from orchestrator.kit.settings import Settings
from orchestrator.main import create_app
from orchestrator.mcp.api import SessionsTools
from orchestrator.mcp.servers_api import AgentsServers
from orchestrator.migrations.run import migrate
from orchestrator.opencode.scripted_model import ScriptedModel, load_scenarios
from orchestrator.repositories.logins import reseal
from orchestrator.tenancy.operators import settle_operators
from orchestrator.tenancy.service import first_start
from orchestrator.webhooks.resealing import reseal_webhooks
from orchestrator.worker import run_worker


class PortTaken(OrchestratorError):
    """The port {port} on {host} cannot be used: {problem}."""

    status = 409
    code = "port_taken"
    hint = "Stop what listens there, or choose another port with ORCHESTRATOR_PORT."


def listen(host: str, port: int) -> socket.socket:
    """Bound before anything else starts, and handed to a role: a restarted role finds its callers waiting."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        raise PortTaken(host=host, port=port, problem=error.strerror or str(error)) from error
    listener.set_inheritable(True)
    return listener


def run_init(settings: Settings, database_url: str) -> None:
    """Migrations and the first start; a refusal is told and ends with status 3."""
    from orchestrator.cli.errors import tell

    try:
        migrate(database_url)
        uvloop.run(_first_start(settings, database_url))
    except OrchestratorError as error:
        tell(error.code, error.message, error.hint_text)
        os._exit(3)


async def _first_start(settings: Settings, database_url: str) -> None:
    database = Database(database_url)
    try:
        await first_start(database, settings)
        await settle_operators(database, settings)
        await prepare_sealing(database, settings)
        await reseal(database, settings)
        await reseal_webhooks(database, settings)
        await reseal_external_agents(database, settings)
        await reseal_push_configs(database, settings)
        await reseal_secrets(database, Sealer(settings))
    finally:
        await database.close()


def run_api(settings: Settings, database_url: str, listener: socket.socket) -> None:
    app = create_app(settings, database_url)
    server(app, on_stop=lambda: app.state.hub.close()).run(sockets=[listener])


def run_gateway(settings: Settings, database_url: str, listener: socket.socket) -> None:
    database = Database(database_url)
    gateway = Gateway(database, Catalog(database, settings), settings)
    tools, servers = SessionsTools(database), AgentsServers(database, settings)

    @asynccontextmanager
    async def running() -> AsyncGenerator[None]:
        async with tools.running_alone(), servers.running():
            yield

    routes = [tools.route(PREFIX), servers.route(PREFIX)]
    server(gateway_app(gateway, routes, running)).run(sockets=[listener])


def end_for_restart() -> NoReturn:
    """For a role whose supervisor starts it again."""
    sys.stderr.flush()
    os._exit(os.EX_TEMPFAIL)


def begin_anew() -> NoReturn:
    """For a role that runs alone: the same command again, in the same process."""
    sys.stderr.flush()
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - our own command line.


def run_node(
    settings: Settings, database_url: str, gateway_url: str, restart: Callable[[], NoReturn] = end_for_restart
) -> None:
    """`restart` is for a node that was given up for dead: it must join anew, with nothing of what it was."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await run_worker(settings, database_url, gateway_url, stop, restart)

    # Not on uvloop: it forks where asyncio uses vfork, which costs 12 ms and blocks the loop for each of the many
    # processes that a worker starts; asyncio's way costs 2 (measured in a process of 170 MB).
    asyncio.run(main())
    # A stop is a tidy crash: workflows in flight are left as they stand, and the next start goes on with them.
    sys.stderr.flush()
    os._exit(0)


def run_scripted_model(scenarios: Path | None, port: int) -> None:
    async def main() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        model = ScriptedModel(load_scenarios(scenarios), port=port)
        await model.start()
        await stop.wait()
        await model.stop()

    uvloop.run(main())
