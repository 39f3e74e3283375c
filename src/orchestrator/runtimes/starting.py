"""How a runtime is made: its sandbox, its configuration with a key of its own, and its row."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from orchestrator.gateway.routing import ModelOffer
from orchestrator.gateway.virtual_keys import mint_virtual_key
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.network_policy import NetworkPolicy
from orchestrator.opencode import config as opencode
from orchestrator.opencode.binary import find_ripgrep
from orchestrator.opencode.outfits import OUTFITS_VARIABLE, outfit_plugin
from orchestrator.opencode.schemas import Rule
from orchestrator.opencode.server import ServerProcess, new_password, serve_command
from orchestrator.runtimes.models import Runtime
from orchestrator.runtimes.networks import RuntimeNetwork
from orchestrator.runtimes.places import OUTFITS_INSIDE, SCRATCH_INSIDE, Places
from orchestrator.runtimes.router import EventRouter
from orchestrator.runtimes.running import NodeContext, RunningRuntime
from orchestrator.sandboxes import (
    LEFT_FOLDER,
    LIMITS_FOLDER,
    Identity,
    Mount,
    SandboxSpec,
    prepare_owner,
    runtime_limits,
    write_plugin,
)
from orchestrator.workspaces import MIRRORS_INSIDE, WORKSPACES_INSIDE, Workspace

log = get_logger(__name__)


@dataclass(frozen=True)
class Order:
    """What a runtime is made with, which it keeps to its end. One with a `session_id` is that session's alone."""

    tenant_id: UUID
    offers: tuple[ModelOffer, ...]
    permissions: tuple[Rule, ...]
    policy: NetworkPolicy
    identity: Identity | None
    session_id: UUID | None = None
    workspace: Workspace | None = None
    """Of a private runtime: the one that it sees."""


class Starter:
    def __init__(self, node: NodeContext, places: Places) -> None:
        self._node = node
        self._places = places

    async def start(self, order: Order) -> RunningRuntime:
        """Call it within the tenant's scope."""
        network = await self._node.networks.open(order.tenant_id, order.policy, order.identity)
        async with contextlib.AsyncExitStack() as unless_started:
            unless_started.push_async_callback(network.close)
            runtime = await self._start(order, network)
            unless_started.pop_all()
        return runtime

    async def _start(self, order: Order, network: RuntimeNetwork) -> RunningRuntime:
        node, began = self._node, time.monotonic()
        runtime_id = new_id()
        async with node.database.transaction() as db:
            virtual_key = mint_virtual_key(db, runtime_id)
        spec, password = await asyncio.to_thread(self._spec, order, network, virtual_key)
        server = await ServerProcess.start(
            node.ledger,
            node.sandbox.launch(spec, serve_command(node.sandbox.inside(spec, node.install.binary), network.server_port)),
            password=password,
            socket_path=network.server_path,
            log_file=self._places.home(order.tenant_id, order.session_id).parent / "server.log",
            tenant_id=str(order.tenant_id),
            session_id=str(order.session_id) if order.session_id else None,
            node_id=str(node.node_id),
            limits=runtime_limits(node.settings),
        )
        network.handed_over()
        runtime = RunningRuntime(
            runtime_id,
            order.tenant_id,
            order.session_id,
            server,
            EventRouter(server.client),
            spec,
            network,
            frozenset(order.offers),
            order.permissions,
        )
        async with contextlib.AsyncExitStack() as unless_recorded:
            unless_recorded.push_async_callback(server.stop)
            await self._record(runtime)
            unless_recorded.pop_all()
        seconds = round(time.monotonic() - began, 2)
        log.info("runtime_started", tenant_id=str(order.tenant_id), pid=server.pid, seconds=seconds)
        return runtime

    def _spec(self, order: Order, network: RuntimeNetwork, virtual_key: str) -> tuple[SandboxSpec, str]:
        node, identity = self._node, order.identity
        folders = node.workspaces.folders(str(order.tenant_id))
        home, shell = self._places.home(order.tenant_id, order.session_id), folders.root / "shell"
        for folder in (home, shell, folders.workspaces, folders.mirrors, self._places.tmp(order.tenant_id)):
            folder.mkdir(parents=True, exist_ok=True)
        opencode.prepare_home(home, find_ripgrep())
        prepare_owner(home, identity if node.sandbox.isolated else None)
        wrapper, plugin = node.sandbox.write_shell(shell), write_plugin(shell)
        spec = SandboxSpec(
            mounts=(
                Mount(node.install.folder, "/opencode"),
                Mount(home, "/runtime", writable=True),
                *self._workspace_mounts(order),
                Mount(folders.mirrors, MIRRORS_INSIDE),
                Mount(shell, "/shell"),
                self._left_mount(order),
                self._outfits_mount(order),
                *self._limit_mounts(order),
            ),
            cwd="/runtime",
            identity=identity,
            nested=True,
        )
        seen_home = node.sandbox.inside(spec, home)
        password = new_password()
        config = opencode.server_config(
            [_model_config(offer) for offer in order.offers],
            node.catalog.default_model,
            node.catalog.default_model,
            network.gateway_url(node.gateway_url),
            virtual_key,
            plugins=[opencode.server_guard(seen_home), outfit_plugin(seen_home), node.sandbox.inside(spec, plugin)],
            permissions=order.permissions,
        )
        env = opencode.server_environment(config, password, seen_home, seen_home, node.sandbox.inside(spec, wrapper))
        env[OUTFITS_VARIABLE] = self._places.outfits_inside(node.sandbox, order.tenant_id)
        return SandboxSpec(spec.mounts, seen_home, env, identity, nested=True, network=network.sandbox), password

    def _workspace_mounts(self, order: Order) -> tuple[Mount, ...]:
        """A private runtime sees its own session's worktree and no other's."""
        if order.workspace is None:
            folders = self._node.workspaces.folders(str(order.tenant_id))
            return (
                Mount(folders.workspaces, WORKSPACES_INSIDE, writable=True),
                Mount(self._places.tmp(order.tenant_id), SCRATCH_INSIDE, writable=True),
            )
        scratch = self._places.scratch(order.workspace)
        scratch.mkdir(parents=True, exist_ok=True)
        return (order.workspace.place.worktree_mount, Mount(scratch, f"{SCRATCH_INSIDE}/{scratch.name}", writable=True))

    def _left_mount(self, order: Order) -> Mount:
        """Where the wrapper around commands writes down what they left running."""
        session_id = order.session_id
        if session_id is None:
            folder, target = self._node.workspaces.folders(str(order.tenant_id)).root / "left", LEFT_FOLDER
        else:
            folder, target = self._places.left(order.tenant_id, session_id), f"{LEFT_FOLDER}/{session_id}"
        folder.mkdir(parents=True, exist_ok=True)
        return Mount(folder, target, writable=True)

    def _outfits_mount(self, order: Order) -> Mount:
        """Read-only; a private runtime has that of its own session alone."""
        folder, target = self._places.outfits(order.tenant_id), OUTFITS_INSIDE
        if order.workspace is not None:
            folder, target = folder / order.workspace.folder.name, f"{target}/{order.workspace.folder.name}"
        folder.mkdir(parents=True, exist_ok=True)
        return Mount(folder, target)

    def _limit_mounts(self, order: Order) -> Iterator[Mount]:
        """Where the wrapper around commands finds the control groups of the tenant's sessions."""
        groups, limits = self._node.ledger.groups, self._node.sandbox.limits
        if groups is not None and limits is not None and limits.grouped:
            folders = groups.tenant_folders(str(order.tenant_id))
            for hierarchy, folder in zip(groups.hierarchies, folders, strict=True):
                yield Mount(folder, f"{LIMITS_FOLDER}/{hierarchy.name}", writable=True)

    async def _record(self, runtime: RunningRuntime) -> None:
        record = runtime.server.process.record
        async with self._node.database.transaction() as db:
            IndustrialRepository(db).add(
                Runtime(
                    id=runtime.id,
                    node_id=self._node.node_id,
                    incarnation=self._node.member.incarnation,
                    isolation="session" if runtime.session_id else "tenant",
                    session_id=runtime.session_id,
                    pid=record.pid,
                    process_started_ticks=record.start_ticks,
                    created_at=now(),
                )
            )


def _model_config(offer: ModelOffer) -> opencode.ModelConfig:
    prices = offer.prices
    return opencode.ModelConfig(
        id=offer.name,
        format=offer.format.value,
        context=offer.context_tokens,
        output=offer.output_tokens,
        input_price=prices.input / 1_000_000 if prices else 0.0,
        output_price=prices.output / 1_000_000 if prices else 0.0,
    )
