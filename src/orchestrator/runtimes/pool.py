"""The runtimes of this node: one OpenCode server a tenant, or one a session that asked for its own."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import update

from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.routing import ModelOffer
from orchestrator.gateway.virtual_keys import mint_virtual_key, revoke_virtual_keys
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode import config as opencode
from orchestrator.opencode.binary import OpenCodeInstall, find_ripgrep
from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.schemas import Rule
from orchestrator.opencode.server import ServerProcess, new_password, serve_command
from orchestrator.runtimes.models import Runtime
from orchestrator.runtimes.networks import Networks, RuntimeNetwork
from orchestrator.runtimes.nodes import Membership
from orchestrator.runtimes.router import EventRouter
from orchestrator.sandboxes import Identity, Mount, Sandbox, SandboxSpec, prepare_owner, write_plugin
from orchestrator.tenancy.approval_policy import load_policy
from orchestrator.workspaces import MIRRORS_INSIDE, WORKSPACES_INSIDE, Workspace, Workspaces, remove_tree

log = get_logger(__name__)

MOST_DIRECTORIES = 40
"""A server keeps about 30 MB for each directory it has seen; after this many a fresh one takes the new sessions."""
_SCRATCH_INSIDE = "/scratch"
_STOP_SECONDS = 5.0
_FIRST_PORT, _PORTS_EACH, _PORT_RANGES = 20_000, 10, 1_200


class RuntimeGone(OrchestratorError):
    """The OpenCode server of the session ended."""

    status = 503
    code = "runtime_gone"
    hint = "The session goes on in a new one by itself."


@dataclass(frozen=True)
class NodeContext:
    """What every runtime of this node is made from."""

    member: Membership
    database: Database
    ledger: ProcessLedger
    sandbox: Sandbox
    install: OpenCodeInstall
    catalog: Catalog
    gateway_url: str
    workspaces: Workspaces
    networks: Networks

    @property
    def node_id(self) -> UUID:
        return self.member.node_id


@dataclass
class RunningRuntime:
    id: UUID
    tenant_id: UUID
    session_id: UUID | None
    server: ServerProcess
    router: EventRouter
    spec: SandboxSpec
    network: RuntimeNetwork
    models: frozenset[ModelOffer]
    permissions: tuple[Rule, ...]
    tasks: list[asyncio.Task[None]]
    sessions: set[UUID] = field(default_factory=set[UUID])
    directories: set[str] = field(default_factory=set[str])
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def client(self) -> OpenCodeClient:
        return self.server.client

    @property
    def full(self) -> bool:
        return len(self.directories) >= MOST_DIRECTORIES


@dataclass(frozen=True)
class Seat:
    """A session's place in a runtime: `directory` is its worktree as the server sees it."""

    runtime: RunningRuntime
    directory: str

    @property
    def client(self) -> OpenCodeClient:
        return self.runtime.client


class RuntimePool:
    def __init__(self, node: NodeContext) -> None:
        self.node = node
        self._running: dict[tuple[UUID, UUID | None], RunningRuntime] = {}
        self._retiring: list[RunningRuntime] = []
        self._locks: dict[tuple[UUID, UUID | None], asyncio.Lock] = {}
        self._ports: dict[UUID, int] = {}

    async def seat(
        self,
        workspace: Workspace,
        session_id: UUID,
        model: str,
        isolation: str,
        env: Mapping[str, str],
        identity: Identity | None,
    ) -> Seat:
        """A place in a running server, which is started if need be. Call it within the tenant's scope."""
        tenant_id = UUID(workspace.tenant_id)
        runtime = self._seated(tenant_id, session_id)
        runtime = runtime or await self._open(workspace, session_id, model, isolation, identity)
        runtime.sessions.add(session_id)
        await asyncio.to_thread(self._prepare_commands, runtime, workspace, session_id, env, identity)
        directory = self.node.sandbox.inside(runtime.spec, workspace.folder)
        runtime.directories.add(directory)
        return Seat(runtime, directory)

    def _seated(self, tenant_id: UUID, session_id: UUID) -> RunningRuntime | None:
        for runtime in (*self._running.values(), *self._retiring):
            if runtime.tenant_id == tenant_id and session_id in runtime.sessions and not runtime.ended.is_set():
                return runtime
        return None

    def seated(self, tenant_id: UUID, session_id: UUID, workspace: Workspace) -> Seat | None:
        """The session's place, if it has one at this moment."""
        runtime = self._seated(tenant_id, session_id)
        return runtime and Seat(runtime, self.node.sandbox.inside(runtime.spec, workspace.folder))

    async def _open(
        self, workspace: Workspace, session_id: UUID, model: str, isolation: str, identity: Identity | None
    ) -> RunningRuntime:
        """A server learns models and permissions at its start; one that lacks the session's takes no more sessions."""
        tenant_id = UUID(workspace.tenant_id)
        offers = await self._offers(tenant_id, model)
        wanted = {offer for offer in offers if offer.name == model}
        policy = await self.node.networks.policy(tenant_id)
        async with self.node.database.transaction() as db:
            permissions = (await load_policy(db)).opencode_rules
        key = (tenant_id, session_id if isolation == "session" else None)
        async with self._locks.setdefault(key, asyncio.Lock()):
            runtime = self._running.get(key)
            if runtime is not None and not runtime.ended.is_set():
                knows = wanted <= runtime.models and runtime.permissions == permissions
                if not runtime.full and knows and runtime.network.policy == policy:
                    return runtime
                await self._retire(runtime)
            network = await self.node.networks.open(tenant_id, policy, identity)
            try:
                self._running[key] = await self._start(workspace, key[1], offers, permissions, identity, network)
            except BaseException:
                await network.close()
                raise
            return self._running[key]

    async def _offers(self, tenant_id: UUID, model: str) -> Sequence[ModelOffer]:
        """What the node remembers may be older than the session's model. Raises UnknownModel, ModelUnusable."""
        offers = await self.node.catalog.offers(tenant_id)
        if any(offer.name == model for offer in offers):
            return offers
        self.node.catalog.forget(tenant_id)
        await self.node.catalog.offer(tenant_id, model)
        return await self.node.catalog.offers(tenant_id)

    async def _retire(self, runtime: RunningRuntime) -> None:
        """It ends with the last session that has a seat in it."""
        if runtime.sessions:
            self._retiring.append(runtime)
        else:
            await self.stop(runtime, "recycled")

    async def _start(
        self,
        workspace: Workspace,
        session_id: UUID | None,
        offers: Sequence[ModelOffer],
        permissions: tuple[Rule, ...],
        identity: Identity | None,
        network: RuntimeNetwork,
    ) -> RunningRuntime:
        tenant_id = UUID(workspace.tenant_id)
        began = time.monotonic()
        runtime_id = new_id()
        async with self.node.database.transaction() as db:
            virtual_key = mint_virtual_key(db, runtime_id)
        spec, password = await asyncio.to_thread(
            self._spec, workspace, session_id, offers, permissions, identity, network, virtual_key
        )
        command = serve_command(self.node.sandbox.inside(spec, self.node.install.binary), network.server_port)
        server = await ServerProcess.start(
            self.node.ledger,
            self.node.sandbox.launch(spec, command),
            password=password,
            socket_path=network.server_path,
            log_file=self._home(tenant_id, session_id).parent / "server.log",
            tenant_id=str(tenant_id),
            session_id=str(session_id) if session_id else None,
            node_id=str(self.node.node_id),
        )
        network.handed_over()
        router = EventRouter(server.client)
        known = frozenset(offers)
        runtime = RunningRuntime(runtime_id, tenant_id, session_id, server, router, spec, network, known, permissions, [])
        runtime.tasks = [asyncio.create_task(runtime.router.run()), asyncio.create_task(self._watch(runtime))]
        await self._record(runtime)
        log.info("runtime_started", tenant_id=str(tenant_id), pid=server.pid, seconds=round(time.monotonic() - began, 2))
        return runtime

    def _spec(
        self,
        workspace: Workspace,
        session_id: UUID | None,
        offers: Sequence[ModelOffer],
        permissions: tuple[Rule, ...],
        identity: Identity | None,
        network: RuntimeNetwork,
        virtual_key: str,
    ) -> tuple[SandboxSpec, str]:
        node, tenant_id = self.node, UUID(workspace.tenant_id)
        folders = node.workspaces.folders(str(tenant_id))
        home, shell = self._home(tenant_id, session_id), folders.root / "shell"
        for folder in (home, shell, folders.workspaces, folders.mirrors, self._tmp(tenant_id)):
            folder.mkdir(parents=True, exist_ok=True)
        opencode.prepare_home(home, find_ripgrep())
        prepare_owner(home, identity if node.sandbox.isolated else None)
        wrapper, plugin = node.sandbox.write_shell(shell), write_plugin(shell)
        spec = SandboxSpec(
            mounts=(
                Mount(node.install.folder, "/opencode"),
                Mount(home, "/runtime", writable=True),
                *self._workspace_mounts(workspace, private=session_id is not None),
                Mount(folders.mirrors, MIRRORS_INSIDE),
                Mount(shell, "/shell"),
            ),
            cwd="/runtime",
            identity=identity,
            nested=True,
        )
        seen_home = node.sandbox.inside(spec, home)
        password = new_password()
        config = opencode.server_config(
            [_model_config(offer) for offer in offers],
            node.catalog.default_model,
            node.catalog.default_model,
            network.gateway_url(node.gateway_url),
            virtual_key,
            plugins=[opencode.server_guard(seen_home), node.sandbox.inside(spec, plugin)],
            permissions=permissions,
        )
        env = opencode.server_environment(config, password, seen_home, seen_home, node.sandbox.inside(spec, wrapper))
        return SandboxSpec(spec.mounts, seen_home, env, identity, nested=True, network=network.sandbox), password

    def _workspace_mounts(self, workspace: Workspace, *, private: bool) -> tuple[Mount, ...]:
        """A private runtime sees its own session's worktree and no other's."""
        folders = self.node.workspaces.folders(workspace.tenant_id)
        if not private:
            return (
                Mount(folders.workspaces, WORKSPACES_INSIDE, writable=True),
                Mount(self._tmp(workspace.tenant_id), _SCRATCH_INSIDE, writable=True),
            )
        scratch = self._scratch(workspace)
        scratch.mkdir(parents=True, exist_ok=True)
        return (workspace.place.worktree_mount, Mount(scratch, f"{_SCRATCH_INSIDE}/{scratch.name}", writable=True))

    def _home(self, tenant_id: UUID, session_id: UUID | None) -> Path:
        root = self.node.workspaces.folders(str(tenant_id)).root
        return root / "runtimes" / (str(session_id) if session_id else "shared") / "home"

    def _tmp(self, tenant_id: UUID | str) -> Path:
        return self.node.workspaces.folders(str(tenant_id)).root / "tmp"

    def _scratch(self, workspace: Workspace) -> Path:
        """What the session's commands have as /tmp; its name is that of the place where the worktree stands."""
        return self._tmp(workspace.tenant_id) / workspace.folder.name

    def _prepare_commands(
        self,
        runtime: RunningRuntime,
        workspace: Workspace,
        session_id: UUID,
        env: Mapping[str, str],
        identity: Identity | None,
    ) -> None:
        """What the wrapper around every command of the agent needs: its mounts, its variables, a /tmp that stays."""
        scratch = self._scratch(workspace)
        scratch.mkdir(parents=True, exist_ok=True)
        sandbox = self.node.sandbox
        prepare_owner(scratch, identity if sandbox.isolated else None)
        place = workspace.place
        target = f"{_SCRATCH_INSIDE}/{scratch.name}"
        mounts = (place.worktree_mount, place.objects_mount, Mount(scratch, target, writable=True))
        port = self.port(session_id)
        variables = {**env, "PORT": str(port), "PORT_LAST": str(port + _PORTS_EACH - 1)}
        spec = SandboxSpec(mounts, place.target, variables, identity, network=runtime.spec.network)
        folder = self.node.workspaces.folders(workspace.tenant_id).root / "shell"
        sandbox.write_session_shell(folder, scratch.name, spec)

    def port(self, session_id: UUID) -> int:
        """The first of the session's own ten ports."""
        if session_id not in self._ports:
            taken = set(self._ports.values())
            start = session_id.int % _PORT_RANGES
            ranges = ((start + n) % _PORT_RANGES for n in range(_PORT_RANGES))
            self._ports[session_id] = next(port for n in ranges if (port := _FIRST_PORT + n * _PORTS_EACH) not in taken)
        return self._ports[session_id]

    async def release(self, workspace: Workspace, session_id: UUID) -> None:
        """Gives the session's place back; a private runtime, and a full one that is empty now, ends."""
        tenant_id = UUID(workspace.tenant_id)
        self._ports.pop(session_id, None)
        await remove_tree(self._scratch(workspace))  # The next session in this place must not find it.
        if (runtime := self._seated(tenant_id, session_id)) is not None:
            await self._leave(runtime, session_id)

    async def renew(self, workspace: Workspace, session_id: UUID) -> None:
        """Between turns: leaves a server whose network is no longer the one that the tenant chose."""
        tenant_id = UUID(workspace.tenant_id)
        runtime = self._seated(tenant_id, session_id)
        if runtime is not None and runtime.network.policy != await self.node.networks.policy(tenant_id):
            await self._leave(runtime, session_id)

    async def _leave(self, runtime: RunningRuntime, session_id: UUID) -> None:
        runtime.sessions.discard(session_id)
        if runtime.session_id is not None or (runtime in self._retiring and not runtime.sessions):
            await self.stop(runtime, "session ended" if runtime.session_id else "recycled")

    async def stop(self, runtime: RunningRuntime, reason: str) -> None:
        runtime.ended.set()
        for task in runtime.tasks:
            if task is not asyncio.current_task():
                task.cancel()
        await runtime.server.stop(_STOP_SECONDS)
        await runtime.network.close()
        if runtime in self._retiring:
            self._retiring.remove(runtime)
        key = (runtime.tenant_id, runtime.session_id)
        if self._running.get(key) is runtime:
            del self._running[key]
        with tenant_scope(runtime.tenant_id):
            async with self.node.database.transaction() as db:
                await revoke_virtual_keys(db, runtime.id)
                await db.execute(
                    update(Runtime)
                    .where(Runtime.tenant_id == runtime.tenant_id, Runtime.id == runtime.id)
                    .values(stopped_at=now(), stop_reason=reason)
                )

    async def stop_all(self) -> None:
        runtimes = [*self._running.values(), *self._retiring]
        await asyncio.gather(*(self.stop(runtime, "node stopped") for runtime in runtimes))

    async def _watch(self, runtime: RunningRuntime) -> None:
        """Alive means that the process lives; what its turns do is watched by the sessions."""
        while True:
            with contextlib.suppress(TimeoutError):
                code = await runtime.server.wait_exit(3600)
                break
        log.warning("runtime_ended", tenant_id=str(runtime.tenant_id), pid=runtime.server.pid, exit_code=code)
        await self.stop(runtime, f"ended with exit code {code}")

    async def _record(self, runtime: RunningRuntime) -> None:
        record = runtime.server.process.record
        async with self.node.database.transaction() as db:
            IndustrialRepository(db).add(
                Runtime(
                    id=runtime.id,
                    node_id=self.node.node_id,
                    incarnation=self.node.member.incarnation,
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
