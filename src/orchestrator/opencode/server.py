"""One `opencode serve`: started, watched and ended."""

import asyncio
import contextlib
import re
import secrets
from collections import deque
from pathlib import Path
from typing import Self

import aiohttp

from orchestrator.kit.cgroups import Limits
from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.kit.processes import ProcessLedger
from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.connection import connector_to
from orchestrator.opencode.errors import OpenCodeRequestFailed, OpenCodeStartFailed, OpenCodeUnreachable
from orchestrator.sandboxes.base import Launch

START_SECONDS = 30.0
TRY_SECONDS = 1.0

_POLL_SECONDS = 0.05
_STOP_SECONDS = 5.0
_LAST_WORDS_SECONDS = 0.5
_LOG_BYTES = 5 * 1024 * 1024
_TAIL_LINES = 200
_ADDRESS = re.compile(r"listening on (http://\S+)")


def serve_command(binary: str, port: int = 0) -> tuple[str, ...]:
    """`binary` is the path that the sandbox shows; port 0 is a free one."""
    return (binary, "serve", "--hostname", "127.0.0.1", "--port", str(port))


def new_password() -> str:
    return secrets.token_urlsafe(24)


class ServerLog:
    """Everything the server prints: kept in a file, rotated once, and the last lines in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._lines: deque[str] = deque(maxlen=_TAIL_LINES)
        self._rest = ""
        self._drain: asyncio.Task[None] | None = None

    def follow(self, output: asyncio.StreamReader) -> None:
        """Reads to the end from now on, or the server would block on a full pipe."""
        self._drain = asyncio.create_task(self._read(output), name=f"log {self.path}")

    async def close(self, timeout_seconds: float = _LAST_WORDS_SECONDS) -> None:
        """Reads what is left; a grandchild that holds the pipe open is not waited for."""
        if self._drain is not None:
            await asyncio.wait([self._drain], timeout=timeout_seconds)
            self._drain.cancel()
            await asyncio.gather(self._drain, return_exceptions=True)

    def tail(self, count: int = 20) -> str:
        return "\n".join([*self._lines, self._rest][-count:]).strip()

    async def _read(self, output: asyncio.StreamReader) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        while chunk := await output.read(65_536):
            self._take(chunk.decode(errors="replace"))
            await asyncio.to_thread(self._write, chunk)

    def _take(self, text: str) -> None:
        *lines, self._rest = (self._rest + text).split("\n")
        self._rest = self._rest[-65_536:]
        for line in lines:
            self._lines.append(line[:2_000])
            found = _ADDRESS.search(line)
            if found and not self.address.done():
                self.address.set_result(found[1])

    def _write(self, chunk: bytes) -> None:
        # A full disk must not end the drain, and with it the server.
        with contextlib.suppress(OSError):
            if self.path.exists() and self.path.stat().st_size > _LOG_BYTES:
                self.path.replace(self.path.with_suffix(".log.1"))
            with self.path.open("ab") as file:
                file.write(chunk)


class ServerProcess:
    """`client` speaks to it with the server's own password. Close by `stop`, also after it died by itself."""

    def __init__(self, process: OwnedProcess, client: OpenCodeClient, log: ServerLog) -> None:
        self.process = process
        self.client = client
        self.log = log

    @classmethod
    async def start(
        cls,
        ledger: ProcessLedger,
        launch: Launch,
        *,
        password: str,
        log_file: Path,
        purpose: str = "opencode",
        tenant_id: str | None = None,
        session_id: str | None = None,
        node_id: str | None = None,
        socket_path: str | None = None,
        limits: Limits | None = None,
        timeout_seconds: float = START_SECONDS,
    ) -> Self:
        """`launch` is `serve_command` wrapped by a sandbox, with `server_environment` that holds the same password.

        `socket_path` leads to the server of a sandbox that has a network of its own.
        Raises OpenCodeStartFailed when it ends, stays silent or answers without a password; nothing is left then.
        """
        process = await ledger.spawn(
            launch.argv,
            purpose=purpose,
            env=launch.env,
            cwd=launch.cwd,
            tenant_id=tenant_id,
            session_id=session_id,
            node_id=node_id,
            pass_fds=launch.pass_fds,
            limits=limits,
        )
        log = ServerLog(log_file)
        log.follow(_output(process))
        async with contextlib.AsyncExitStack() as unless_connected:
            unless_connected.push_async_callback(_end, process, log, grace_seconds=0.5)
            client = await _connect(process, log, password, timeout_seconds, socket_path)
            unless_connected.pop_all()
        return cls(process, client, log)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def url(self) -> str:
        return self.client.url

    @property
    def returncode(self) -> int | None:
        return self.process.returncode

    async def healthy(self, timeout_seconds: float = TRY_SECONDS) -> bool:
        """Whether it lives and answers now."""
        if self.returncode is not None:
            return False
        try:
            return (await self.client.health(timeout_seconds)).healthy
        except (OpenCodeUnreachable, OpenCodeRequestFailed):
            return False

    async def wait_exit(self, timeout_seconds: float) -> int:
        """Its exit code; a TimeoutError leaves it running."""
        return await self.process.wait(timeout_seconds)

    async def stop(self, grace_seconds: float = _STOP_SECONDS) -> int:
        await self.client.close()
        return await _end(self.process, self.log, grace_seconds)


def _output(process: OwnedProcess) -> asyncio.StreamReader:
    if process.process.stdout is None:
        raise AssertionError("the ledger starts a server with a pipe for its output")
    return process.process.stdout


async def _end(process: OwnedProcess, log: ServerLog, grace_seconds: float) -> int:
    code = await process.stop(grace_seconds)
    await log.close()
    return code


async def _connect(
    process: OwnedProcess, log: ServerLog, password: str, timeout_seconds: float, socket_path: str | None
) -> OpenCodeClient:
    try:
        async with contextlib.AsyncExitStack() as unless_healthy, asyncio.timeout(timeout_seconds):
            client = OpenCodeClient(await _address(process, log), password, socket_path=socket_path)
            unless_healthy.push_async_callback(client.close)
            await _answers(process, client, log)
            await _refuses_strangers(client, log)
            unless_healthy.pop_all()
            return client
    except TimeoutError as problem:
        raise _failure(log, f"no healthy answer within {timeout_seconds:g} s") from problem


async def _address(process: OwnedProcess, log: ServerLog) -> str:
    while not log.address.done():
        await asyncio.wait([log.address], timeout=_POLL_SECONDS)
        await _still_runs(process, log)
    return log.address.result()


async def _answers(process: OwnedProcess, client: OpenCodeClient, log: ServerLog) -> None:
    """A request in the first moments may be accepted and never answered, so each try is short."""
    while True:
        await _still_runs(process, log)
        try:
            if (await client.health(TRY_SECONDS)).healthy:
                return
        except OpenCodeUnreachable:
            await asyncio.sleep(_POLL_SECONDS)


async def _refuses_strangers(client: OpenCodeClient, log: ServerLog) -> None:
    stranger = aiohttp.ClientSession(connector=connector_to(client.socket_path))
    async with stranger, stranger.get(f"{client.url}/session") as answer:
        if answer.status != 401:
            raise _failure(log, f"it answers without its password (status {answer.status})")


async def _still_runs(process: OwnedProcess, log: ServerLog) -> None:
    if process.returncode is not None:
        await log.close()
        raise _failure(log, f"it ended with exit code {process.returncode}")


def _failure(log: ServerLog, problem: str) -> OpenCodeStartFailed:
    return OpenCodeStartFailed(problem=problem, lines=log.tail() or "(none)", log=log.path)
