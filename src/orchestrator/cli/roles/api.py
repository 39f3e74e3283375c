"""The API and the dashboard."""

import socket

from orchestrator.cli.serving import server
from orchestrator.kit.settings import Settings
from orchestrator.main import create_app


def run_api(settings: Settings, database_url: str, listener: socket.socket) -> None:
    app = create_app(settings, database_url)
    server(app, on_stop=lambda: app.state.hub.close()).run(sockets=[listener])
