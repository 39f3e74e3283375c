"""The model gateway, with the tools that agents have of the orchestrator."""

import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from orchestrator.cli.serving import server
from orchestrator.gateway.api import PREFIX, gateway_app
from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.proxy import Gateway
from orchestrator.kit.db import Database
from orchestrator.kit.settings import Settings
from orchestrator.mcp.api import SessionsTools
from orchestrator.mcp.servers_api import AgentsServers


def gateway_url(listener: socket.socket) -> str:
    """For who runs on this machine."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}{PREFIX}"


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
