"""What a session's agent brings into the directory where it works: there before its first turn, gone with its session."""

import asyncio
from typing import Any
from uuid import UUID

from orchestrator.kit.logging import get_logger
from orchestrator.opencode.client import TOOLS_SECONDS, local_server, remote_server
from orchestrator.opencode.errors import OpenCodeRequestFailed, OpenCodeUnreachable
from orchestrator.opencode.outfits import NOTHING, Outfit, write_outfit
from orchestrator.runtimes.places import Places
from orchestrator.runtimes.running import Equipment, NodeContext, OfferedServer, OwnTools, RunningRuntime
from orchestrator.sandboxes import server_command, server_environment
from orchestrator.workspaces import Workspace

log = get_logger(__name__)

TOOLS, TOOLS_NAME = "mcp", "orchestrator"
"""Where the tools stand below the gateway's address, and what OpenCode puts before their names."""
SERVERS = f"{TOOLS}/servers"


class Wardrobe:
    def __init__(self, node: NodeContext, places: Places) -> None:
        self._node = node
        self._places = places

    async def dress(
        self, runtime: RunningRuntime, directory: str, workspace: Workspace, session_id: UUID, outfit: Outfit
    ) -> None:
        """A server reads an outfit when it first uses a directory. Where it has read another one, or has another session's
        servers, it is made to forget the directory."""
        equipment = runtime.equipped.get(directory)
        strange = equipment is not None and bool(equipment.servers) and equipment.session_id != session_id
        known = runtime.outfits.get(directory, "") == outfit.digest
        if known and not strange and directory in runtime.directories:
            return
        await asyncio.to_thread(write_outfit, self._places.outfits(runtime.tenant_id) / workspace.folder.name, outfit)
        if directory in runtime.directories and not (known and not strange):
            await self._forget(runtime, directory)
        runtime.outfits[directory] = outfit.digest

    async def undress(self, runtime: RunningRuntime, workspace: Workspace, session_id: UUID) -> None:
        """The agent's servers end, and the next session in this directory finds nothing of what the agent brought."""
        directory = self._node.sandbox.inside(runtime.spec, workspace.folder)
        equipment = runtime.equipped.get(directory)
        has_servers = equipment is not None and bool(equipment.servers)
        if runtime.ended.is_set() or not (runtime.outfits.get(directory) or has_servers):
            return
        await asyncio.to_thread(write_outfit, self._places.outfits(runtime.tenant_id) / workspace.folder.name, NOTHING)
        try:
            await self._forget(runtime, directory)
        except (OpenCodeRequestFailed, OpenCodeUnreachable) as error:
            # Whoever comes next into the directory tries it again, and its server ends at the latest with the runtime.
            log.warning("directory_not_forgotten", session_id=str(session_id), problem=error.message)
            return
        runtime.outfits[directory] = NOTHING.digest

    async def _forget(self, runtime: RunningRuntime, directory: str) -> None:
        await runtime.client.dispose(directory)
        runtime.equipped.pop(directory, None)
        runtime.introduced -= {one for one in runtime.introduced if one[0] == directory}

    async def equip(self, runtime: RunningRuntime, directory: str, session_id: UUID, tools: OwnTools) -> None:
        """A directory may have been another session's before. Work goes on without what cannot be had, and the next turn
        tries again."""
        offered = tuple(one.name for one in tools.servers)
        wanted = Equipment(session_id, tools.attempt, offered)
        if runtime.equipped.get(directory) == wanted:
            return
        configs = self._configs(runtime, directory, tools, await tools.mint())
        problems = await asyncio.gather(
            *(self._connect(runtime, directory, name, config) for name, config in configs.items())
        )
        missing = {name: problem for name, problem in zip(configs, problems, strict=True) if problem}
        # Known even if one is missing, so that the others end with the session.
        runtime.equipped[directory] = Equipment(session_id, -1, offered) if missing else wanted
        for name, problem in missing.items():
            log.warning("tools_not_offered", session_id=str(session_id), server=name, problem=problem)
            if name != TOOLS_NAME:
                await tools.tell_missing(name, problem)

    def _configs(self, runtime: RunningRuntime, directory: str, tools: OwnTools, token: str) -> dict[str, dict[str, Any]]:
        gateway = runtime.network.gateway_url(self._node.gateway_url)
        own = {TOOLS_NAME: remote_server(f"{gateway}/{TOOLS}", token, TOOLS_SECONDS)} if tools.orchestrators else {}
        return own | {one.name: self._config(runtime, directory, one, gateway, token) for one in tools.servers}

    def _config(
        self, runtime: RunningRuntime, directory: str, server: OfferedServer, gateway: str, token: str
    ) -> dict[str, Any]:
        if not server.command:
            return remote_server(f"{gateway}/{SERVERS}/{server.name}", token, server.timeout_seconds)
        command = server_command(runtime.spec.env["SHELL"], server.command, server.environment)
        return local_server(command, server_environment(directory), server.timeout_seconds)

    async def _connect(self, runtime: RunningRuntime, directory: str, name: str, config: dict[str, Any]) -> str:
        """What hinders it; empty: it is connected."""
        try:
            return await runtime.client.add_server(directory, name, config)
        except OpenCodeRequestFailed as error:
            return error.message
