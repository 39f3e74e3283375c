"""What a runtime is while it runs, and a session's place in it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.routing import ModelOffer
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.process_table import memory_of_groups
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.settings import Settings
from orchestrator.opencode.binary import OpenCodeInstall
from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.schemas import Rule
from orchestrator.opencode.server import ServerProcess
from orchestrator.runtimes.networks import Networks, RuntimeNetwork
from orchestrator.runtimes.nodes import Membership
from orchestrator.runtimes.router import EventRouter
from orchestrator.sandboxes import Sandbox, SandboxSpec
from orchestrator.workspaces import Workspaces

MOST_DIRECTORIES = 40
"""A server keeps about 30 MB for each directory it has seen; after this many a fresh one takes the new sessions."""


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
    settings: Settings

    @property
    def node_id(self) -> UUID:
        return self.member.node_id


@dataclass(frozen=True)
class Equipment:
    """The attempt of a session, and the MCP servers of its agent."""

    session_id: UUID
    attempt: int
    servers: tuple[str, ...]


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
    tasks: list[asyncio.Task[None]] = field(default_factory=list["asyncio.Task[None]"])
    sessions: set[UUID] = field(default_factory=set[UUID])
    directories: set[str] = field(default_factory=set[str])
    introduced: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Agents of the tenant's own that it knows, by directory and name."""
    equipped: dict[str, "Equipment"] = field(default_factory=dict[str, "Equipment"])
    """By directory, who has tools there."""
    outfits: dict[str, str] = field(default_factory=dict[str, str])
    """By directory, the digest of the outfit that the server has read there."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    fat: bool = False
    """It held more memory than one may that begins turns, and begins none any more."""
    used_at: float = field(default_factory=time.monotonic)
    """When a session last came or left."""

    @property
    def client(self) -> OpenCodeClient:
        return self.server.client

    @property
    def full(self) -> bool:
        return len(self.directories) >= MOST_DIRECTORIES

    @property
    def idle_seconds(self) -> float:
        return 0.0 if self.sessions else time.monotonic() - self.used_at

    async def memory_bytes(self) -> int:
        """What the server and what it started, but for commands of sessions, hold at this moment."""
        return (await asyncio.to_thread(memory_of_groups, [self.process_group]))[self.process_group]

    @property
    def process_group(self) -> int:
        return self.server.process.record.process_group


@dataclass(frozen=True)
class OfferedServer:
    """An MCP server of the agent's. Without a command it is a remote one, which the gateway reaches."""

    name: str
    timeout_seconds: float
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class OwnTools:
    """The tools of the agent of one attempt of a session: the orchestrator's own, and those of its MCP servers.

    `mint` makes the token that opens them; `tell_missing` is told the name of a server that cannot be had, and why.
    """

    attempt: int
    mint: Callable[[], Awaitable[str]]
    tell_missing: Callable[[str, str], Awaitable[None]]
    orchestrators: bool = True
    servers: tuple[OfferedServer, ...] = ()


@dataclass(frozen=True)
class Seat:
    """A session's place in a runtime: `directory` is its worktree as the server sees it, `skills` where the skills of its
    agent lie, if it has any."""

    runtime: RunningRuntime
    directory: str
    skills: str | None = None

    @property
    def client(self) -> OpenCodeClient:
        return self.runtime.client
