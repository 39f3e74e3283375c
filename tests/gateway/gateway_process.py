"""A gateway as `orchestrator gateway` runs it: `python -m tests.gateway.gateway_process URL SETTINGS SOCKET`."""

import json
import socket
import sys

from orchestrator.cli.roles import run_gateway
from orchestrator.kit.settings import Settings

if __name__ == "__main__":
    run_gateway(Settings(**json.loads(sys.argv[2])), sys.argv[1], socket.socket(fileno=int(sys.argv[3])))
