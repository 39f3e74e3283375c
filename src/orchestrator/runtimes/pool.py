"""The runtimes of this node: one OpenCode server a tenant, or one a session that asked for its own."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import update

from orchestrator.gateway.routing import ModelOffer
from orchestrator.gateway.virtual_keys import revoke_virtual_keys
from orchestrator.kit.clock import now
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.models import Runtime
from orchestrator.runtimes.places import Places
from orchestrator.runtimes.running import NodeContext, RunningRuntime, Seat
from orchestrator.runtimes.starting import Order, Starter
from orchestrator.sandboxes import Identity
from orchestrator.tenancy.approval_policy import load_policy
from orchestrator.workspaces import Workspace

log = get_logger(__name__)

_STOP_SECONDS = 5.0


class RuntimePool:
    def __init__(self, node: NodeContext) -> None:
        self.node = node
        self._places = Places(node)
        self._starter = Starter(node, self._places)
        self._running: dict[tuple[UUID, UUID | None], RunningRuntime] = {}
        self._retiring: list[RunningRuntime] = []
        self._locks: dict[tuple[UUID, UUID | None], asyncio.Lock] = {}

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
        await asyncio.to_thread(self._places.prepare_commands, runtime, workspace, session_id, env, identity)
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
        order = await self._order(UUID(workspace.tenant_id), model, identity)
        if isolation == "session":
            order = replace(order, session_id=session_id, workspace=workspace)
        wanted = {offer for offer in order.offers if offer.name == model}
        key = (order.tenant_id, order.session_id)
        async with self._locks.setdefault(key, asyncio.Lock()):
            runtime = self._running.get(key)
            if runtime is not None and not runtime.ended.is_set():
                knows = wanted <= runtime.models and runtime.permissions == order.permissions
                if not runtime.full and knows and runtime.network.policy == order.policy:
                    return runtime
                await self._retire(runtime)
            return await self._start(order)

    async def _order(self, tenant_id: UUID, model: str, identity: Identity | None) -> Order:
        """What holds for the tenant at this moment."""
        offers = tuple(await self._offers(tenant_id, model))
        policy = await self.node.networks.policy(tenant_id)
        async with self.node.database.transaction() as db:
            permissions = (await load_policy(db)).opencode_rules
        return Order(tenant_id, offers, permissions, policy, identity)

    async def _start(self, order: Order) -> RunningRuntime:
        runtime = await self._starter.start(order)
        runtime.tasks = [asyncio.create_task(runtime.router.run()), asyncio.create_task(self._watch(runtime))]
        self._running[order.tenant_id, order.session_id] = runtime
        return runtime

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

    async def release(self, workspace: Workspace, session_id: UUID) -> None:
        """Gives the session's place back; a private runtime, and a full one that is empty now, ends."""
        tenant_id = UUID(workspace.tenant_id)
        await self._places.clear(workspace, session_id)
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
