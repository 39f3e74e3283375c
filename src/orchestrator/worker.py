"""A node: admits sessions while it has slots, runs their workflows, hosts their runtimes, and tidies up."""

import asyncio
import contextlib
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from orchestrator.durable import engine
from orchestrator.events.listener import Listener
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tasks import background
from orchestrator.opencode.binary import find_opencode
from orchestrator.repositories.logins import GitLogins
from orchestrator.runtimes import nodes
from orchestrator.runtimes.networks import Networks
from orchestrator.runtimes.pool import NodeContext, RuntimePool
from orchestrator.runtimes.storage import keep_measuring
from orchestrator.sandboxes import choose_sandbox
from orchestrator.sessions.admission import Admitted, Blocked, admit, ended_while_paused, live_on, tenants_to_check
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.lifecycle import CONTROL_CHANNEL
from orchestrator.sessions.pauses import Resumes
from orchestrator.sessions.steps import Steps
from orchestrator.sessions.workflow import SessionWorkflow
from orchestrator.tenancy.quotas import QUEUE_CHANNEL
from orchestrator.workspaces import Workspaces
from orchestrator.workspaces.disk import free_bytes

log = get_logger(__name__)

RECONCILE_SECONDS = 3.0


class Worker:
    def __init__(
        self, database: Database, catalog: Catalog, node_id: UUID, workflow: SessionWorkflow, listener: Listener
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._node_id = node_id
        self._workflow = workflow
        self._started: set[str] = set()
        self._resumes = Resumes(database)
        self._look = asyncio.Event()
        listener.subscribe(QUEUE_CHANNEL, lambda _: self._look.set())
        listener.subscribe(CONTROL_CHANNEL, self._on_control)

    def _on_control(self, payload: str) -> None:
        if payload:
            self._workflow.interrupt(UUID(payload))

    async def run(self) -> None:
        """Admits whenever something is queued or freed, and looks by itself every few seconds all the same."""
        while True:
            self._look.clear()
            try:
                await self._reconcile()
                blocked = await self._blocked()
                await self._resumes.look(blocked)
                while (admitted := await admit(self._database, self._node_id, blocked)) is not None:
                    await self._start(admitted)
            except (DBAPIError, OSError) as error:
                log.warning("admission_failed", problem=str(error).split("\n")[0])
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RECONCILE_SECONDS):
                    await self._look.wait()

    async def _blocked(self) -> Blocked:
        tenants = await tenants_to_check(self._database)
        return {tenant_id: sorted(await self._catalog.blocked_models(tenant_id)) for tenant_id in tenants}

    async def _reconcile(self) -> None:
        """A session that holds a slot here has a workflow; DBOS itself recovers those that had begun."""
        live = await live_on(self._database, self._node_id)
        for one in live:
            await self._start(one)
        self._started &= {_key(one).workflow_id for one in live}
        for one in await ended_while_paused(self._database, self._node_id):
            key = _key(one)
            name = f"clear:{key.workflow_id}"
            await engine.start(self._workflow.clear, name, str(key.tenant_id), str(key.session_id), key.attempt)

    async def _start(self, admitted: Admitted) -> None:
        key = _key(admitted)
        if key.workflow_id in self._started:
            return
        self._started.add(key.workflow_id)
        if await engine.status(key.workflow_id) is None:
            await engine.start(self._workflow.run, key.workflow_id, str(key.tenant_id), str(key.session_id), key.attempt)


def _key(admitted: Admitted) -> SessionKey:
    return SessionKey(admitted.tenant_id, admitted.session_id, admitted.attempt)


def _disk_full(settings: Settings) -> bool:
    return free_bytes(settings.data_dir) < settings.min_free_bytes


async def run_worker(settings: Settings, database_url: str, gateway_url: str, stop: asyncio.Event) -> None:
    """Runs until `stop` is set. Sessions in flight are left as they stand: the next start goes on with them."""
    ledger = ProcessLedger(settings.data_dir / "processes")
    await asyncio.to_thread(ledger.reap_orphans)
    sandbox = choose_sandbox(settings.sandbox)
    node_id = nodes.node_id_of(settings.data_dir)
    database = Database(database_url, pool_size=16)
    await nodes.register(database, node_id, settings.node_slots, sandbox.name)
    networks = Networks(database, settings.network_policy, gateway_url, settings.data_dir / "tenants")
    logins = GitLogins(database, settings)
    workspaces = Workspaces(settings.data_dir, settings.roots, sandbox, ledger, logins.find, networks.of_command)
    await workspaces.sweep()
    catalog = Catalog(database, settings)
    pool = RuntimePool(
        NodeContext(node_id, database, ledger, sandbox, find_opencode(settings), catalog, gateway_url, workspaces, networks)
    )
    workflow = SessionWorkflow(Steps(Services(settings, database, catalog, workspaces, pool)))
    listener = Listener(database_url)
    worker = Worker(database, catalog, node_id, workflow, listener)
    engine.launch(database_url, node_id)
    log.info("node_ready", node_id=str(node_id), slots=settings.node_slots, sandbox=sandbox.name)
    measuring = keep_measuring(database, node_id, settings.data_dir)
    async with background(
        listener.run(), nodes.heartbeat(database, node_id, lambda: _disk_full(settings)), measuring, worker.run()
    ):
        await stop.wait()
    await pool.stop_all()
    await networks.close()
