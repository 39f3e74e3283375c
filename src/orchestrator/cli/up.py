"""`orchestrator up`: all roles in one process tree, with an embedded PostgreSQL when no other is named."""

import socket
import time
import urllib.error
import urllib.request
from functools import partial

import typer

from orchestrator.cli.demo import run_demo
from orchestrator.cli.doctor import model_of
from orchestrator.cli.errors import console
from orchestrator.cli.importing import no_collecting
from orchestrator.cli.listening import listen
from orchestrator.cli.supervisor import Role, Supervisor, run_to_end
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.errors import ApiError
from orchestrator.gateway.providers import provider_from
from orchestrator.kit.data_dir import ADMIN_KEY_FILE, DataDirLock
from orchestrator.kit.embedded_postgres import EmbeddedPostgres
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings
from orchestrator.opencode.binary import find_opencode
from orchestrator.opencode.scripted_files import load_scenarios
from orchestrator.sandboxes import diagnose

log = get_logger(__name__)

READY_SECONDS = 60.0
_LINK_ANSWER_SECONDS = 2.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Past any proxy of the environment: the address is our own."""


class NotReady(OrchestratorError):
    """The orchestrator did not become ready within {seconds:.0f} seconds."""

    status = 503
    code = "not_ready"
    hint = "The lines above say what a role stumbled over. Nothing is lost: start again when that is mended."


def up(settings: Settings, *, demo: bool) -> None:
    lock = DataDirLock(settings.data_dir)
    lock.acquire()
    ProcessLedger(settings.data_dir / "processes").reap_orphans()
    find_opencode(settings.opencode_binary)
    if provider_from(settings).scripted:
        load_scenarios(settings.scripted_scenarios)  # What is wrong with them is told here, once and not by a process.
    _say_sandbox(settings)
    api = listen(settings.host, settings.port)
    with no_collecting():
        # It takes seconds, so what is wrong with this machine has been told before.
        from orchestrator.cli.roles.preparation import prepare
        from orchestrator.cli.tree import start_roles
    postgres = None if settings.database_url else EmbeddedPostgres(settings.data_dir)
    supervisor = Supervisor(partial(_keep, postgres))
    try:
        database_url = postgres.start() if postgres else str(settings.database_url)
        if run_to_end("init", partial(prepare, settings, database_url)) != 0:
            raise typer.Exit(1)
        start_roles(supervisor, settings, database_url, api)
        url = _url(settings, api)
        _wait_until_ready(supervisor, url)
        if not supervisor.stopping:
            _announce(settings, url)
        if demo and not supervisor.stopping:
            supervisor.add(Role("demo", partial(run_demo, settings, url), once=True))
        supervisor.run()
    finally:
        supervisor.stop()
        if postgres:
            postgres.stop()
        lock.release()


def _keep(postgres: EmbeddedPostgres | None) -> None:
    if postgres and not postgres.alive():
        log.warning("postgres_ended", next="starting it again")
        try:
            postgres.start()
        except OrchestratorError as error:
            log.error("postgres_not_started", code=error.code, problem=error.message)


def _url(settings: Settings, api: socket.socket) -> str:
    host = settings.host if settings.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - compared, not bound.
    return f"http://[{host}]:{api.getsockname()[1]}" if ":" in host else f"http://{host}:{api.getsockname()[1]}"


def _wait_until_ready(supervisor: Supervisor, url: str) -> None:
    end = time.monotonic() + READY_SECONDS
    while not supervisor.stopping:
        try:
            with _DIRECT.open(f"{url}/health/ready", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            if time.monotonic() > end:
                raise NotReady(seconds=READY_SECONDS) from None
            supervisor.pause(0.1)


def _say_sandbox(settings: Settings) -> None:
    found = diagnose()
    if settings.sandbox == "process" or not found.isolated:
        console.print(
            "[bold black on yellow] NO ISOLATION [/] Agents run as ordinary processes of this user and can read and "
            f"change whatever it can: {escape(found.reason)} See `orchestrator doctor`.",
            soft_wrap=True,
        )


def _sign_in_link(url: str, key: str) -> str:
    from orchestrator.tenancy.sign_in import LINK_SECONDS

    try:
        with Client(url, key) as client:
            # Who stops everything at this moment has stopped the API: its socket is still ours, and nobody answers there.
            link = client.sign_in_link(patience_seconds=_LINK_ANSWER_SECONDS)
            return f"{link} (works once, within {LINK_SECONDS // 60} minutes)"
    except ApiError as error:
        log.warning("sign_in_link_not_made", code=error.code, problem=str(error))
        return "`orchestrator sign-in-link` prints a link"


def _announce(settings: Settings, url: str) -> None:
    key = (settings.data_dir / ADMIN_KEY_FILE).read_text().strip()
    console.print("\n[bold]OpenCode Industrial Orchestrator is ready[/]")
    for name, value in (
        ("URL", settings.public_url or url),
        ("sign in", _sign_in_link(url, key)),
        ("API", f"{url}/api/v1 (OpenAPI: /api/v1/openapi.json)"),
        ("key", key),
        ("key file", str(settings.data_dir / ADMIN_KEY_FILE)),
        ("model", model_of(settings)),
        ("data", str(settings.data_dir)),
    ):
        console.print(f"  {name:<9}{escape(value)}", soft_wrap=True)
    console.print("  Stop it with Ctrl-C: sessions go on at the next start.\n")
