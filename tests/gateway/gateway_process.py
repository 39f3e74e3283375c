"""A gateway process: `python -m tests.gateway.gateway_process URL SETTINGS SOCKET`. It starts faster than the command,
since it loads the gateway alone."""

import json
import socket
import sys

import uvicorn

from orchestrator.gateway.api import gateway_app
from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.proxy import Gateway
from orchestrator.kit.db import Database
from orchestrator.kit.settings import Settings


def serve(url: str, settings: Settings, listener: socket.socket) -> None:
    database = Database(url)
    app = gateway_app(Gateway(database, Catalog(database, settings), settings))
    config = uvicorn.Config(app, log_level="error", access_log=False, loop="uvloop", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    serve(sys.argv[1], Settings(**json.loads(sys.argv[2])), socket.socket(fileno=int(sys.argv[3])))
