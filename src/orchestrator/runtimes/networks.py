"""The networks of this node's sandboxes: what the tenant's policy says at this moment, opened for a runtime or a command."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger
from orchestrator.kit.network_policy import NetworkMode, NetworkPolicy
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sandboxes import SERVER_PORT, Egress, Identity, NetworkProbe, SandboxNetwork, SandboxNetworkUnavailable
from orchestrator.tenancy.networks import REFUSED, chosen_network
from orchestrator.workspaces import Place, TenantFolders, remove_tree

log = get_logger(__name__)

_TOLD_AGAIN_SECONDS = 3600.0
_MOST_TOLD = 100
"""Refused hosts of one tenant that are told in that time; an agent could ask for any number of names."""


class RuntimeNetwork:
    """Of one runtime, for as long as that runs. Without an egress it is the host's."""

    def __init__(self, policy: NetworkPolicy, egress: Egress | None = None, folder: Path | None = None) -> None:
        self.policy = policy
        self.sandbox = egress and egress.open_way_in()
        self._egress = egress
        self._folder = folder

    @property
    def server_path(self) -> str | None:
        """The unix socket that leads to the server; None where its port can be reached."""
        return self._egress and self._egress.server_path

    @property
    def server_port(self) -> int:
        """The port that the server is to take; 0 is a free one."""
        return SERVER_PORT if self._egress else 0

    def gateway_url(self, outside: str) -> str:
        return self._egress.gateway_url if self._egress else outside

    def handed_over(self) -> None:
        """The server runs, and has the socket."""
        if self._egress is not None:
            self._egress.hand_over_way_in()

    async def close(self) -> None:
        if self._egress is not None:
            await self._egress.close()
        if self._folder is not None:
            await remove_tree(self._folder)


class Networks:
    """One a node. `operators` is what the settings say."""

    def __init__(self, database: Database, operators: NetworkPolicy, gateway_url: str, tenants: Path) -> None:
        self._database = database
        self._operators = operators
        self._gateway_url = gateway_url
        self._tenants = tenants
        self._probe = NetworkProbe()
        self._told: dict[UUID, dict[tuple[str, int], float]] = {}
        self._telling: set[asyncio.Task[None]] = set()

    async def policy(self, tenant_id: UUID) -> NetworkPolicy:
        """Equal to another one when a sandbox could not tell them apart."""
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                holds = (await chosen_network(db)).within(self._operators)
        return holds if holds.mode is NetworkMode.ALLOWLIST else NetworkPolicy(holds.mode)

    async def open(self, tenant_id: UUID, policy: NetworkPolicy, identity: Identity | None) -> RuntimeNetwork:
        """For a runtime; whoever asked closes it. Raises SandboxNetworkUnavailable."""
        if policy.mode is NetworkMode.HOST:
            return RuntimeNetwork(policy)
        await self._check()
        folder, egress = self._egress(tenant_id, policy, identity)
        async with AsyncExitStack() as unless_open:
            unless_open.push_async_callback(remove_tree, folder)
            unless_open.push_async_callback(egress.close)
            await egress.start()
            unless_open.pop_all()
        return RuntimeNetwork(policy, egress, folder)

    @asynccontextmanager
    async def of_command(self, place: Place, *, way_out: bool) -> AsyncGenerator[SandboxNetwork | None]:
        """For one command in a sandbox of its own; None is the host's. A script of ours needs no way out."""
        tenant_id = UUID(place.tenant_id)
        policy = await self.policy(tenant_id)
        if policy.mode is NetworkMode.HOST:
            yield None
            return
        await self._check()
        if not way_out:
            yield SandboxNetwork()
            return
        folder, egress = self._egress(tenant_id, policy, place.identity)
        try:
            yield await egress.start()
        finally:
            await asyncio.shield(self._end(tenant_id, egress, folder))

    async def _end(self, tenant_id: UUID, egress: Egress, folder: Path) -> None:
        await egress.close()
        if egress.traffic.connections:
            log.info("network_used", tenant_id=str(tenant_id), **asdict(egress.traffic))
        await remove_tree(folder)

    def _egress(self, tenant_id: UUID, policy: NetworkPolicy, identity: Identity | None) -> tuple[Path, Egress]:
        def refused(host: str, port: int, reason: str) -> None:
            self._refused(tenant_id, host, port, reason)

        folder = TenantFolders(self._tenants / str(tenant_id)).new_scratch()
        return folder, Egress(folder, policy, self._gateway_url, identity, refused)

    def _refused(self, tenant_id: UUID, host: str, port: int, reason: str) -> None:
        """Told once an hour, so that a person sees what to add."""
        moment = time.monotonic()
        fresh = {one: at for one, at in self._told.get(tenant_id, {}).items() if moment - at < _TOLD_AGAIN_SECONDS}
        self._told[tenant_id] = fresh
        if (host, port) in fresh or len(fresh) >= _MOST_TOLD:
            return
        fresh[host, port] = moment
        log.info("network_refused", tenant_id=str(tenant_id), host=host, port=port, reason=reason)
        task = asyncio.create_task(self._tell(tenant_id, host, port, reason))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, tenant_id: UUID, host: str, port: int, reason: str) -> None:
        try:
            with tenant_scope(tenant_id):
                async with self._database.transaction() as db:
                    events.append(db, tenant_id, REFUSED, actor=ORCHESTRATOR, host=host, port=port, reason=reason)
        except (DBAPIError, OSError) as error:
            log.warning("network_refusal_not_told", problem=str(error).split("\n")[0])

    async def _check(self) -> None:
        """Rather no sandbox than one with the host's network."""
        if (problem := await asyncio.to_thread(self._probe.problem)) is not None:
            raise SandboxNetworkUnavailable(reason=problem)

    async def close(self) -> None:
        await asyncio.gather(*self._telling)
