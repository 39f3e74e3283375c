"""All roles as children of one process, which has imported what they share."""

import gc
import socket
from functools import partial

from orchestrator.cli.listening import listen
from orchestrator.cli.roles.api import run_api
from orchestrator.cli.roles.gateway import gateway_url, run_gateway
from orchestrator.cli.roles.node import run_node
from orchestrator.cli.roles.scripted_model import run_scripted_model
from orchestrator.cli.supervisor import Role, Supervisor
from orchestrator.gateway.providers import provider_from
from orchestrator.kit.settings import Settings


def start_roles(supervisor: Supervisor, settings: Settings, database_url: str, api: socket.socket) -> None:
    """The garbage collector leaves what is loaded by now alone, so that the forks go on sharing those pages."""
    gc.collect()
    gc.freeze()
    if provider_from(settings).scripted and not settings.scripted_model_url:
        port = _free_port()
        supervisor.add(Role("scripted-model", partial(run_scripted_model, settings.scripted_scenarios, port)))
        settings = settings.model_copy(update={"scripted_model_url": f"http://127.0.0.1:{port}/v1"})
    gateway = listen("127.0.0.1", settings.gateway_port)
    called_at = settings.gateway_url or gateway_url(gateway)
    supervisor.add(Role("gateway", partial(run_gateway, settings, database_url, gateway)))
    supervisor.add(Role("api", partial(run_api, settings, database_url, api)))
    supervisor.add(Role("worker", partial(run_node, settings, database_url, called_at)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
