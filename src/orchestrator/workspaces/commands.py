"""Commands in a sandbox: setup, verification, and our own scripts on a worktree that an agent owns."""

import asyncio
import contextlib
import shutil
import socket
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import Launch, Mount, Sandbox, SandboxNetwork, prepare_owner
from orchestrator.workspaces.layout import Layout, make_folder
from orchestrator.workspaces.place import Place
from orchestrator.workspaces.removal import remove_tree

HEAD_BYTES = 16 * 1024
TAIL_BYTES = 48 * 1024
TIMED_OUT = 124
_DRAIN_SECONDS = 5.0


@dataclass(frozen=True)
class CommandResult:
    """`output` is standard output and error as they came, at most `output_limit` bytes with the middle left out."""

    exit_code: int
    duration_ms: int
    output: str
    timed_out: bool
    truncated: bool


class NetworkOfCommand(Protocol):
    """The network of one command in a place, for as long as the block lasts; None is the host's."""

    def __call__(self, place: Place, *, way_out: bool) -> AbstractAsyncContextManager[SandboxNetwork | None]: ...


@asynccontextmanager
async def hosts_network(place: Place, *, way_out: bool) -> AsyncGenerator[None]:
    yield None


class Commands:
    def __init__(
        self, layout: Layout, sandbox: Sandbox, ledger: ProcessLedger, network: NetworkOfCommand = hosts_network
    ) -> None:
        self._network = network
        self._layout = layout
        self._sandbox = sandbox
        self._ledger = ledger

    async def shell(
        self,
        command: str,
        place: Place,
        *,
        env: Mapping[str, str],
        timeout_seconds: float,
        output_limit: int = HEAD_BYTES + TAIL_BYTES,
        port: int | None = None,
        purpose: str = "command",
    ) -> CommandResult:
        """Run it as an agent's command would run: only this worktree writable, a home and a `$PORT` of its own."""
        variables = {**env, "PORT": str(port or await asyncio.to_thread(free_port))}
        async with self.scratch(place) as home, self._network(place, way_out=True) as network:
            spec = replace(place.spec(self._sandbox, home, variables), network=network)
            launch = self._sandbox.launch(spec, [_shell(), "-c", command])
            return await self._execute(launch, place, purpose, timeout_seconds, output_limit)

    async def script(
        self,
        script: str,
        place: Place,
        *mounts: Mount,
        env: Mapping[str, str],
        timeout_seconds: float,
        purpose: str,
        arguments: Sequence[str] = (),
    ) -> CommandResult:
        """Run a shell script of ours; it sees the worktree as $TOP and the mirror's objects as $OBJECTS."""
        async with self.scratch(place) as home, self._network(place, way_out=False) as network:
            bare = place.spec(self._sandbox, home, {}, *mounts)
            seen = {"TOP": place.folder, "OBJECTS": place.mirror / "objects"}
            variables = {name: self._sandbox.inside(bare, path) for name, path in seen.items()}
            spec = place.spec(self._sandbox, home, {**_GIT_ENVIRONMENT, **variables, **env}, *mounts)
            spec = replace(spec, network=network)
            launch = self._sandbox.launch(spec, ["sh", "-c", script, "sh", *arguments])
            return await self._execute(launch, place, purpose, timeout_seconds, HEAD_BYTES + TAIL_BYTES)

    def inside(self, place: Place, host_path: Path, *mounts: Mount) -> str:
        spec = place.spec(self._sandbox, place.folder, {}, *mounts)
        return self._sandbox.inside(spec, host_path)

    @asynccontextmanager
    async def scratch(self, place: Place) -> AsyncGenerator[Path]:
        """A folder of the place's identity, deleted afterwards."""
        parent = self._layout.tenant(place.tenant_id).new_scratch()
        folder = parent / "own"
        make_folder(folder, mode=0o700)
        prepare_owner(folder, place.identity)
        try:
            yield folder
        finally:
            await asyncio.shield(remove_tree(parent))

    async def _execute(
        self, launch: Launch, place: Place, purpose: str, timeout_seconds: float, output_limit: int
    ) -> CommandResult:
        began = time.monotonic()
        limits = self._sandbox.limits
        owned = await self._ledger.spawn(
            launch.argv,
            purpose=purpose,
            env=launch.env,
            cwd=launch.cwd,
            tenant_id=place.tenant_id,
            session_id=place.session_id,
            leaves_nobody=self._sandbox.isolated,
            limits=limits and limits.limits,
        )
        output = _Output(output_limit)
        reading = asyncio.ensure_future(output.read(owned))
        try:
            exit_code, timed_out = await _outcome(owned, timeout_seconds)
            duration_ms = round((time.monotonic() - began) * 1000)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_DRAIN_SECONDS):
                    await reading
        finally:
            reading.cancel()
            await asyncio.shield(owned.stop(grace_seconds=0))
        text = output.text()
        if limits and (why := limits.explain(owned.killed_for_memory, owned.refused_processes, exit_code)):
            text = f"{text}\n{why}\n"
        return CommandResult(exit_code, duration_ms, text, timed_out, output.truncated)


async def _outcome(owned: OwnedProcess, timeout_seconds: float) -> tuple[int, bool]:
    try:
        code = await owned.wait(timeout_seconds)
    except TimeoutError:
        await owned.stop(grace_seconds=1)
        return TIMED_OUT, True
    return (code if code >= 0 else 128 - code), False


class _Output:
    """Keeps the beginning and the end of a stream of any length."""

    def __init__(self, limit: int) -> None:
        self._head_limit = limit * HEAD_BYTES // (HEAD_BYTES + TAIL_BYTES)
        self._tail_limit = limit - self._head_limit
        self._head = bytearray()
        self._tail = bytearray()
        self._left_out = 0

    @property
    def truncated(self) -> bool:
        return self._left_out > 0

    async def read(self, owned: OwnedProcess) -> None:
        stream = owned.process.stdout
        while stream is not None and (chunk := await stream.read(1 << 16)):
            self._keep(chunk)

    def _keep(self, chunk: bytes) -> None:
        room = self._head_limit - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        if (excess := len(self._tail) - self._tail_limit) > 0:
            del self._tail[:excess]
            self._left_out += excess

    def text(self) -> str:
        if not self._left_out:
            return (self._head + self._tail).decode("utf-8", "replace")
        mark = f"\n[... {self._left_out} bytes left out ...]\n"
        return self._head.decode("utf-8", "replace") + mark + self._tail.decode("utf-8", "replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _shell() -> str:
    return "bash" if shutil.which("bash") else "sh"


_GIT_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_REPLACE_OBJECTS": "1",
}
