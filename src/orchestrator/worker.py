"""A node: admits sessions while it has slots, runs their workflows, hosts their runtimes, and tidies up."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from time import monotonic
from typing import NoReturn
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from orchestrator.durable import engine
from orchestrator.eap.news import AssignmentNews
from orchestrator.events.deltas import Deltas
from orchestrator.events.listener import Listener
from orchestrator.finetuning.endpoint import Node as ServingNode
from orchestrator.finetuning.engines import ServingEnv
from orchestrator.finetuning.evaluating import EvaluationKeeper, EvaluationRunner
from orchestrator.finetuning.running import Node as TrainingNode
from orchestrator.finetuning.serving_keeper import ServingKeeper
from orchestrator.finetuning.split_keeper import SplitKeeper
from orchestrator.finetuning.trainer_process import Bounds
from orchestrator.finetuning.training_env import TrainingEnv
from orchestrator.finetuning.training_keeper import TrainingKeeper
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.data_dir import DataDirLock
from orchestrator.kit.db import Database, wait_until_reachable
from orchestrator.kit.logging import get_logger
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings
from orchestrator.kit.tasks import background, first_of
from orchestrator.opencode.binary import find_opencode
from orchestrator.repositories.logins import GitLogins
from orchestrator.runtimes import nodes
from orchestrator.runtimes.housekeeping import Housekeeper
from orchestrator.runtimes.leader import Leadership
from orchestrator.runtimes.limiting import prepare_limits
from orchestrator.runtimes.networks import Networks
from orchestrator.runtimes.nodes import Heart
from orchestrator.runtimes.pool import RuntimePool
from orchestrator.runtimes.running import NodeContext
from orchestrator.runtimes.storage import keep_measuring
from orchestrator.sandboxes import CommandLimits, choose_sandbox, session_limits
from orchestrator.sessions.admission import (
    AT_ONCE,
    Admitted,
    Blocked,
    admit_some,
    ended_while_paused,
    tenants_to_check,
)
from orchestrator.sessions.checkpoint_store import CheckpointStore
from orchestrator.sessions.clock_jumps import ClockJumps
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.draining import ask_to_leave, let_stay
from orchestrator.sessions.leading import Leader
from orchestrator.sessions.lifecycle import CONTROL_CHANNEL
from orchestrator.sessions.pauses import Resumes
from orchestrator.sessions.reconciling import LOOK_SECONDS, NodeReconciler
from orchestrator.sessions.steps import Steps
from orchestrator.sessions.workflow import SessionWorkflow
from orchestrator.tasks.keeper import PlanKeeper
from orchestrator.tasks.pushing import PlanPusher
from orchestrator.tenancy.quotas import QUEUE_CHANNEL
from orchestrator.workspaces import Reach, Workspaces
from orchestrator.workspaces.disk import has_room

log = get_logger(__name__)

_EXPLAIN_SECONDS = 1.0


class Worker:
    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        heart: Heart,
        workflow: SessionWorkflow,
        listener: Listener,
        jumps: ClockJumps,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._heart = heart
        self._node_id = heart.member.node_id
        self._workflow = workflow
        self._jumps = jumps
        self._reconciler = NodeReconciler(database, heart.member, self._start, workflow.running)
        self._resumes = Resumes(database)
        self._drains = False
        self._explained, self._explained_at = True, 0.0
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
                await self._reconciler.look()
                await self._clear()
                await self._drain()
                blocked = await self._blocked()
                await self._resumes.look(blocked)
                await self._admit(blocked)
            except (DBAPIError, OSError) as error:
                log.warning("admission_failed", problem=str(error).split("\n")[0])
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS if self._explained else _EXPLAIN_SECONDS):
                    await self._look.wait()

    async def _blocked(self) -> Blocked:
        tenants = await tenants_to_check(self._database)
        return {tenant_id: sorted(await self._catalog.blocked_models(tenant_id)) for tenant_id in tenants}

    async def _admit(self, blocked: Blocked) -> None:
        """Whatever may start here now. Sessions are told why they wait once a second at most: that is a look at each."""
        await self._jumps.settle()  # Whoever starts from now on starts by the clock as it is now.
        self._explained = monotonic() - self._explained_at >= _EXPLAIN_SECONDS
        if self._explained:
            self._explained_at = monotonic()
        admitted = AT_ONCE
        while admitted == AT_ONCE:
            sessions = await admit_some(self._database, self._node_id, blocked, explain=self._explained)
            for one in sessions:
                await self._start(_key(one))
            admitted = len(sessions)

    async def _clear(self) -> None:
        """What sessions that ended while they were paused have left here."""
        for one in await ended_while_paused(self._database, self._node_id):
            key = _key(one)
            name = f"clear:{key.workflow_id}"
            await engine.start(self._workflow.clear, name, str(key.tenant_id), str(key.session_id), key.attempt)

    async def _drain(self) -> None:
        if self._heart.draining.is_set():
            self._drains = True
            await ask_to_leave(self._database, self._node_id)
        elif self._drains:
            self._drains = False
            await let_stay(self._database, self._node_id)

    async def _start(self, key: SessionKey) -> None:
        await engine.start(self._workflow.run, key.workflow_id, str(key.tenant_id), str(key.session_id), key.attempt)


def _key(admitted: Admitted) -> SessionKey:
    return SessionKey(admitted.tenant_id, admitted.session_id, admitted.attempt)


def _disk_full(settings: Settings) -> bool:
    return not has_room(settings.data_dir, settings.min_free_bytes)


async def run_worker(
    settings: Settings, database_url: str, gateway_url: str, stop: asyncio.Event, begin_anew: Callable[[], NoReturn]
) -> None:
    """Runs until `stop` is set. Sessions in flight are left as they stand: the next start goes on with them.

    `begin_anew` is how this process starts again from nothing, when the node was given up for dead.
    """
    lock = DataDirLock(settings.data_dir, "node.lock")
    lock.acquire()
    node_id = nodes.node_id_of(settings.data_dir)
    plan, groups = await asyncio.to_thread(prepare_limits, settings, node_id)
    ledger = ProcessLedger(settings.data_dir / "processes", groups)
    await asyncio.to_thread(ledger.reap_orphans)
    sandbox = choose_sandbox(settings.sandbox, CommandLimits(plan, session_limits(settings)))
    opencode = await asyncio.to_thread(find_opencode, settings.opencode_binary)
    database = Database(database_url, pool_size=16)
    member = await nodes.register(database, node_id, settings.node_slots, sandbox.name, opencode.version)
    beat_seconds, death_seconds = settings.node_heartbeat_seconds, settings.node_death_seconds
    heart = Heart(database_url, member, beat_seconds, death_seconds, disk_full=lambda: _disk_full(settings))
    async with background(heart.run()):
        networks = Networks(database, settings.network_policy, gateway_url, settings.data_dir / "tenants")
        logins, reach = GitLogins(database, settings), Reach(settings.git_reach)
        artifacts = ArtifactStore(settings.artifact_store_url)
        access = (logins.find, networks.of_command, reach, settings.lfs_bytes, artifacts)
        workspaces = Workspaces(settings.data_dir, settings.roots, sandbox, ledger, *access)
        await workspaces.sweep()
        catalog = Catalog(database, settings)
        node = NodeContext(member, database, ledger, sandbox, opencode, catalog, gateway_url, workspaces, networks, settings)
        pool = RuntimePool(node)
        listener, deltas, jumps = Listener(database_url), Deltas(database), ClockJumps(database, member.node_id)
        services = Services(settings, database, catalog, workspaces, pool, jumps, deltas, AssignmentNews(listener))
        workflow = SessionWorkflow(Steps(services))
        worker = Worker(database, catalog, heart, workflow, listener, jumps)
        leadership = Leadership(database_url, death_seconds / 3)
        leader = Leader(database, leadership, death_seconds)
        engine.launch(database_url, member.name)
        log.info("node_ready", node_id=str(node_id), incarnation=member.incarnation, slots=settings.node_slots)
        keeper = PlanKeeper(database, catalog, settings, workspaces, leadership, listener)
        pusher = PlanPusher(database, workspaces, CheckpointStore(artifacts, workspaces), leadership, listener)
        training = TrainingKeeper(_trains(settings, database, artifacts, ledger), heart, leadership, listener)
        measuring = keep_measuring(database, member.node_id, settings.data_dir)
        at_work = _tuned_models(node, artifacts, leadership)
        loops = (listener, deltas, worker, leader, keeper, pusher, training, *at_work, Housekeeper(pool, plan))
        async with background(measuring, *(loop.run() for loop in loops)):
            await first_of(stop, heart.stopped)
            if not stop.is_set():
                give_up(ledger, database_url, begin_anew)
    await pool.stop_all()
    await networks.close()
    await asyncio.to_thread(groups.close)


def _trains(settings: Settings, database: Database, store: ArtifactStore, ledger: ProcessLedger) -> TrainingNode:
    return TrainingNode(settings, database, store, ledger, TrainingEnv.of(settings), Bounds.of(settings))


def _tuned_models(
    here: NodeContext, artifacts: ArtifactStore, leadership: Leadership
) -> tuple[EvaluationKeeper, SplitKeeper, ServingKeeper]:
    """What judges tuned models, shares traffic with them, and serves them on this node."""
    settings, database = here.settings, here.database
    node = ServingNode(
        here.node_id,
        database,
        here.ledger,
        artifacts,
        here.catalog.sealer,
        ServingEnv.of(settings),
        settings.training_bases,
        settings.data_dir / "serving",
        threads=settings.training_threads or os.cpu_count() or 1,
    )
    runner = EvaluationRunner(database, here.gateway_url, artifacts)
    return EvaluationKeeper(database, runner, leadership), SplitKeeper(database, leadership), ServingKeeper(node)


def give_up(ledger: ProcessLedger, database_url: str, begin_anew: Callable[[], NoReturn]) -> NoReturn:
    """Kills what runs here and begins anew when the database answers.

    It does not go back to the event loop: no coroutine of the sessions that were here runs on, to take a command that was
    killed for one that failed, say.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ledger.kill_own()
    wait_until_reachable(database_url)
    begin_anew()
