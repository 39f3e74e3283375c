"""The runtimes of this node: one OpenCode server a tenant, or one a session that asked for its own."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.gateway.routing import ModelOffer
from orchestrator.gateway.virtual_keys import revoke_virtual_keys
from orchestrator.kit.clock import now
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode.config import AgentFile, place_agent
from orchestrator.opencode.outfits import NOTHING, Outfit, skills_folder
from orchestrator.runtimes.models import Runtime
from orchestrator.runtimes.places import Places
from orchestrator.runtimes.running import NodeContext, OwnTools, RunningRuntime, Seat
from orchestrator.runtimes.starting import Order, Starter
from orchestrator.runtimes.wardrobe import Wardrobe
from orchestrator.sandboxes import Identity, tenant_identity
from orchestrator.tenancy.approval_policy import load_policy
from orchestrator.tenancy.service import tenant_by_id
from orchestrator.workspaces import Workspace

log = get_logger(__name__)

_STOP_SECONDS = 5.0
OVER_MEMORY = "it used more memory than a runtime may (ORCHESTRATOR_RUNTIME_MEMORY_BYTES)"
RECYCLED = "runtime.recycled"
"""The event of a session whose server held too much memory, and which goes on in a fresh one."""


class RuntimePool:
    def __init__(self, node: NodeContext) -> None:
        self.node = node
        self._places = Places(node)
        self._starter = Starter(node, self._places)
        self.wardrobe = Wardrobe(node, self._places)
        self._running: dict[tuple[UUID, UUID | None], RunningRuntime] = {}
        self._retiring: list[RunningRuntime] = []
        # A lock goes with the last who holds it or waits for it.
        self._locks = WeakValueDictionary[tuple[UUID, UUID | None], asyncio.Lock]()
        self._warming: set[asyncio.Task[None]] = set()

    @property
    def runtimes(self) -> list[RunningRuntime]:
        return [*self._running.values(), *self._retiring]

    async def seat(
        self,
        workspace: Workspace,
        session_id: UUID,
        model: str,
        isolation: str,
        env: Mapping[str, str],
        identity: Identity | None,
        agent: AgentFile | None = None,
        tools: OwnTools | None = None,
        outfit: Outfit = NOTHING,
    ) -> Seat:
        """A place in a running server, which is started if need be. Call it within the tenant's scope."""
        runtime = self._seated(UUID(workspace.tenant_id), session_id)
        models = frozenset({model}) | outfit.models
        runtime = runtime or await self._open(workspace, session_id, models, isolation, identity)
        await asyncio.to_thread(self._places.prepare_commands, runtime, workspace, session_id, env, identity)
        directory = self.node.sandbox.inside(runtime.spec, workspace.folder)
        await self.wardrobe.dress(runtime, directory, workspace, session_id, outfit)
        runtime.directories.add(directory)
        if agent is not None:
            await self._introduce(runtime, directory, agent)
        if tools is not None:
            await self.wardrobe.equip(runtime, directory, session_id, tools)
        skills = skills_folder(self._places.outfits_inside(self.node.sandbox, workspace.tenant_id), workspace.folder.name)
        return Seat(runtime, directory, skills if outfit.skills else None)

    async def _introduce(self, runtime: RunningRuntime, directory: str, agent: AgentFile) -> None:
        """A server reads the files of agents when it first uses a directory. Where a session worked before, it has done so,
        and is made to forget the directory."""
        if (directory, agent.name) in runtime.introduced:
            return
        await asyncio.to_thread(place_agent, self._places.home(runtime.tenant_id, runtime.session_id), agent)
        if agent.name not in await runtime.server.client.agent_names(directory):
            await runtime.server.client.dispose(directory)
        runtime.introduced.add((directory, agent.name))

    def left(self, tenant_id: UUID, session_id: UUID) -> Path:
        """The records of what commands of the session left running on this node."""
        return self._places.left(tenant_id, session_id)

    def _seated(self, tenant_id: UUID, session_id: UUID) -> RunningRuntime | None:
        for runtime in self.runtimes:
            if runtime.tenant_id == tenant_id and session_id in runtime.sessions and not runtime.ended.is_set():
                return runtime
        return None

    def seated(self, tenant_id: UUID, session_id: UUID, workspace: Workspace) -> Seat | None:
        """The session's place, if it has one at this moment."""
        runtime = self._seated(tenant_id, session_id)
        return runtime and Seat(runtime, self.node.sandbox.inside(runtime.spec, workspace.folder))

    async def _open(
        self, workspace: Workspace, session_id: UUID, models: frozenset[str], isolation: str, identity: Identity | None
    ) -> RunningRuntime:
        order = await self._order(UUID(workspace.tenant_id), identity, await self._offers(workspace, models))
        if isolation == "session":
            order = replace(order, session_id=session_id, workspace=workspace)
        async with self._lock(order.tenant_id, order.session_id):
            runtime = await self._fitting(order, models)
            runtime.sessions.add(session_id)
            return runtime

    def expect(self, tenant_id: UUID, model: str, isolation: str) -> None:
        """A session is about to come: its server starts while its worktree is made."""
        if isolation != "session" and (tenant_id, None) not in self._running:
            task = asyncio.create_task(self._warm_quietly(tenant_id, model))
            self._warming.add(task)
            task.add_done_callback(self._warming.discard)

    async def _warm_quietly(self, tenant_id: UUID, model: str) -> None:
        """What goes wrong here goes wrong again, and is told, when the session takes its seat."""
        try:
            await self.warm(tenant_id, model)
        except (OrchestratorError, DBAPIError, OSError) as error:
            log.info("runtime_not_warmed", tenant_id=str(tenant_id), problem=str(error).split("\n")[0])

    async def warm(self, tenant_id: UUID, model: str | None = None) -> None:
        """The tenant's shared server is started if it does not run."""
        with tenant_scope(tenant_id):
            tenant = await tenant_by_id(self.node.database, tenant_id)
            offers = await self.node.catalog.offers(tenant_id)
            order = await self._order(tenant_id, tenant_identity(tenant.ordinal), offers)
            async with self._lock(tenant_id, None):
                if (tenant_id, None) not in self._running:
                    await self._fitting(order, frozenset({model} if model else ()))

    def _lock(self, tenant_id: UUID, session_id: UUID | None) -> asyncio.Lock:
        return self._locks.setdefault((tenant_id, session_id), asyncio.Lock())

    async def _order(self, tenant_id: UUID, identity: Identity | None, offers: Sequence[ModelOffer]) -> Order:
        """What holds for the tenant at this moment."""
        policy = await self.node.networks.policy(tenant_id)
        async with self.node.database.transaction() as db:
            permissions = (await load_policy(db)).opencode_rules
        return Order(tenant_id, tuple(offers), permissions, policy, identity)

    async def _fitting(self, order: Order, models: frozenset[str]) -> RunningRuntime:
        """A server learns models and permissions at its start; one that lacks the session's takes no more sessions."""
        wanted = {offer for offer in order.offers if offer.name in models}
        runtime = self._running.get((order.tenant_id, order.session_id))
        if runtime is not None and not runtime.ended.is_set():
            knows = wanted <= runtime.models and runtime.permissions == order.permissions
            fits = not runtime.full and knows and runtime.network.policy == order.policy
            # What a server holds before its first session the next one would hold as well.
            if fits and (not runtime.directories or not await self._is_fat(runtime)):
                return runtime
            await self._retire(runtime)
        runtime = await self._starter.start(order)
        runtime.tasks = [asyncio.create_task(runtime.router.run()), asyncio.create_task(self._watch(runtime))]
        self._running[order.tenant_id, order.session_id] = runtime
        return runtime

    async def _offers(self, workspace: Workspace, models: frozenset[str]) -> Sequence[ModelOffer]:
        """What the node remembers may be older than the session's models. Raises UnknownModel, ModelUnusable."""
        tenant_id = UUID(workspace.tenant_id)
        offers = await self.node.catalog.offers(tenant_id)
        if models <= {offer.name for offer in offers}:
            return offers
        self.node.catalog.forget(tenant_id)
        for model in sorted(models):
            await self.node.catalog.offer(tenant_id, model)
        return await self.node.catalog.offers(tenant_id)

    async def _is_fat(self, runtime: RunningRuntime) -> bool:
        if not runtime.fat:
            self.weigh(runtime, await runtime.memory_bytes())
        return runtime.fat

    def weigh(self, runtime: RunningRuntime, memory_bytes: int) -> None:
        """One that holds too much stays known as such, whatever it gives back later."""
        if memory_bytes > self.node.settings.runtime_recycle_bytes and not runtime.fat:
            runtime.fat = True
            facts = {"tenant_id": str(runtime.tenant_id), "pid": runtime.server.pid, "sessions": len(runtime.sessions)}
            log.warning("runtime_recycled", **facts, memory_bytes=memory_bytes)

    async def exchange(self, runtime: RunningRuntime) -> None:
        """A fresh server is there before the turns that run on a fat one are over."""
        if self._running.get((runtime.tenant_id, None)) is runtime and runtime.sessions:
            await self._retire(runtime)
            await self.warm(runtime.tenant_id)

    async def _retire(self, runtime: RunningRuntime) -> None:
        """It takes no more sessions, and ends with the last that has a seat in it."""
        key = (runtime.tenant_id, runtime.session_id)
        if self._running.get(key) is runtime:
            del self._running[key]
            self._retiring.append(runtime)
        if not runtime.sessions:
            await self.stop(runtime, "recycled")

    async def release(self, workspace: Workspace, session_id: UUID) -> None:
        """Gives the session's place back; a private runtime, and a full one that is empty now, ends."""
        runtime = self._seated(UUID(workspace.tenant_id), session_id)
        if runtime is not None:
            await self.wardrobe.undress(runtime, workspace, session_id)
        await self._places.clear(workspace, session_id)
        if runtime is not None:
            await self._leave(runtime, session_id)

    async def renew(self, workspace: Workspace, session_id: UUID) -> None:
        """Between turns: leaves a server whose network is no longer what the tenant chose, or that holds too much."""
        tenant_id = UUID(workspace.tenant_id)
        runtime = self._seated(tenant_id, session_id)
        if runtime is None:
            return
        if runtime.network.policy != await self.node.networks.policy(tenant_id):
            await self.wardrobe.undress(runtime, workspace, session_id)
            await self._leave(runtime, session_id)
        elif await self._is_fat(runtime):
            await self._retire(runtime)
            await self.wardrobe.undress(runtime, workspace, session_id)
            await self._leave(runtime, session_id)
            async with self.node.database.transaction() as db:
                events.append(db, tenant_id, RECYCLED, actor=ORCHESTRATOR, session_id=session_id, reason="memory")

    async def _leave(self, runtime: RunningRuntime, session_id: UUID) -> None:
        runtime.sessions.discard(session_id)
        runtime.used_at = time.monotonic()
        if runtime.session_id is not None or (runtime in self._retiring and not runtime.sessions):
            await self.stop(runtime, "session ended" if runtime.session_id else "recycled")

    async def stop_idle(self, runtime: RunningRuntime, reason: str) -> None:
        """Not when a session has come in the meantime."""
        async with self._lock(runtime.tenant_id, runtime.session_id):
            if not runtime.sessions and not runtime.ended.is_set():
                await self.stop(runtime, reason)

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
        for task in self._warming:
            task.cancel()
        await asyncio.gather(*self._warming, return_exceptions=True)
        await asyncio.gather(*(self.stop(runtime, "node stopped") for runtime in self.runtimes))

    async def _watch(self, runtime: RunningRuntime) -> None:
        """Alive means that the process lives; what its turns do is watched by the sessions."""
        while True:
            with contextlib.suppress(TimeoutError):
                code = await runtime.server.wait_exit(3600)
                break
        reason = f"ended with exit code {code}"
        if runtime.server.process.killed_for_memory:
            reason += f": {OVER_MEMORY}"
        log.warning("runtime_ended", tenant_id=str(runtime.tenant_id), pid=runtime.server.pid, reason=reason)
        await self.stop(runtime, reason)
