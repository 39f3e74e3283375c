"""One endpoint on this node: put together, started under the ledger, looked over, made known, and started again when it
ends by itself."""

import asyncio
import contextlib
import json
import secrets
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import httpx

from orchestrator.finetuning import artifact_files, engines, same_tokens, serving
from orchestrator.finetuning.artifact_files import DigestWrong, StoredArtifact
from orchestrator.finetuning.engines import ServingEnv, Spot
from orchestrator.finetuning.serving import Address
from orchestrator.finetuning.serving_errors import EndpointFailed
from orchestrator.finetuning.version_errors import ArtifactDamaged
from orchestrator.finetuning.version_models import ModelVersion, ServedModel, ServingStatus
from orchestrator.finetuning.versions import label
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.logging import get_logger
from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.sealing import Sealer

log = get_logger(__name__)

_PREPARE_SECONDS, _START_SECONDS = 3_600.0, 600.0
_LOOK_SECONDS, _HEALTH_SECONDS = 0.25, 5.0
_FEWEST_HEALTHY_SECONDS = 60.0
_MOST_RESTARTS = 5
"""In a row, each within so short a time; then somebody has to look into it."""
_LOG_TAIL = 600


@dataclass(frozen=True)
class Node:
    """What endpoints need of the machine that they run on."""

    node_id: UUID
    database: Database
    ledger: ProcessLedger
    store: ArtifactStore
    sealer: Sealer
    env: ServingEnv
    bases: Mapping[str, str]
    folder: Path
    threads: int


@dataclass(frozen=True)
class Plan:
    """What is served: the version whose weights they are (None for the operator's base), and where the base lies."""

    row: ServedModel
    version: ModelVersion | None
    base: str


class Endpoint:
    def __init__(self, node: Node, plan: Plan) -> None:
        self._node = node
        self._plan = plan
        self._key = secrets.token_urlsafe(32)
        self._folder = node.folder / str(plan.row.tenant_id) / str(plan.row.id)

    async def run(self) -> None:
        """Until it is cancelled. In the tenant's scope. Raises EndpointFailed, RenderingDiffers, ArtifactDamaged,
        EngineMissing."""
        await self._status(ServingStatus.STARTING)
        context = await self._prepare()
        failures = 0
        while True:
            began = monotonic()
            problem = await self._serve_once(context)
            failures = 1 if monotonic() - began > _FEWEST_HEALTHY_SECONDS else failures + 1
            if failures >= _MOST_RESTARTS:
                raise EndpointFailed(alias=self._plan.row.alias, problem=f"it ended {failures} times in a row: {problem}")
            log.warning("endpoint_ended", alias=self._plan.row.alias, problem=problem, failures=failures)
            await self._status(ServingStatus.STARTING)

    async def _prepare(self) -> int:
        """Its folder, with all that its engine reads; once done it is not done again. The context's tokens."""
        await asyncio.to_thread(self._fetch)
        context = await asyncio.to_thread(self._context)
        await asyncio.to_thread(self._tell, 0, context)
        if not all((self._folder / name).exists() for name in engines.needed(self._plan.row.engine)):
            command = engines.prepare_command(self._node.env, self._spot(0, context))
            async with self._process(command, "serving-prepare") as process:
                try:
                    code = await process.wait(_PREPARE_SECONDS)
                except TimeoutError:
                    raise EndpointFailed(alias=self._plan.row.alias, problem="it was not prepared within an hour") from None
            if code != 0:
                raise EndpointFailed(alias=self._plan.row.alias, problem=await asyncio.to_thread(self._said))
        return await asyncio.to_thread(self._context)

    def _fetch(self) -> None:
        """The merged weights when they were kept, else the adapter; the operator's base is where it is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        version = self._plan.version
        kind = next((one for one in ("merged", "adapter") if version and one in version.artifacts), None)
        if version is None or kind is None or (self._folder / kind).exists():
            return
        stored: StoredArtifact = version.artifacts[kind]
        draft = self._folder / f"{kind}.draft"
        try:
            artifact_files.get_folder(self._node.store, stored, draft)
        except (DigestWrong, FileNotFoundError) as error:
            raise ArtifactDamaged(kind=kind, version=label(version), found=str(error)[:100]) from error
        draft.rename(self._folder / kind)

    def _context(self) -> int:
        """As the model's own configuration says; of an id of the hub a moderate one."""
        for place in (self._folder / "merged", Path(self._plan.base)):
            with contextlib.suppress(OSError, ValueError, KeyError):
                return int(json.loads((place / "config.json").read_text())["max_position_embeddings"])
        return 8_192

    def _spot(self, port: int, context: int) -> Spot:
        return Spot(self._folder, self._plan.base, self._plan.row.alias, port, context)

    def _tell(self, port: int, context: int) -> None:
        said = {
            "engine": self._plan.row.engine,
            "base": self._plan.base,
            "alias": self._plan.row.alias,
            "port": port,
            "context": context,
            "threads": self._node.threads,
        }
        (self._folder / "serve.json").write_text(json.dumps(said))

    async def _serve_once(self, context: int) -> str:
        """Until it ends by itself; why it did."""
        port = _free_port()
        await asyncio.to_thread(self._tell, port, context)
        spot = self._spot(port, context)
        command = engines.serve_command(self._plan.row.engine, self._node.env, spot)
        async with self._process(command, "serving") as process, self._client(port) as client:
            if not await self._answers(process, client):
                return await asyncio.to_thread(self._said)
            rendered = json.loads(await asyncio.to_thread((self._folder / "rendered.json").read_text))
            await same_tokens.check(client, self._plan.row.engine, self._plan.row.alias, rendered)
            await self._publish(Address(f"http://127.0.0.1:{port}/v1", self._key, context))
            return await self._watch(process, client)

    @asynccontextmanager
    async def _process(self, command: list[str], purpose: str) -> AsyncGenerator[OwnedProcess]:
        environment = engines.variables(self._plan.row.engine, self._node.env, self._key, self._node.threads)
        with (self._folder / "log").open("ab") as told:
            process = await self._node.ledger.spawn(
                command,
                purpose=purpose,
                env=environment,
                cwd=self._folder,
                tenant_id=str(self._plan.row.tenant_id),
                node_id=str(self._node.node_id),
                stdout=told,
            )
        try:
            yield process
        finally:
            await process.stop()

    def _client(self, port: int) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self._key}"}
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30.0)

    async def _answers(self, process: OwnedProcess, client: httpx.AsyncClient) -> bool:
        """False when it ended, or did not answer in time."""
        end = monotonic() + _START_SECONDS
        while process.returncode is None and monotonic() < end:
            if await _healthy(client):
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def _watch(self, process: OwnedProcess, client: httpx.AsyncClient) -> str:
        missed = 0
        while process.returncode is None:
            await asyncio.sleep(_HEALTH_SECONDS if missed == 0 else _LOOK_SECONDS)
            missed = 0 if await _healthy(client) else missed + 1
            if missed >= 3:
                return "it did not answer any more"
        return f"it ended with {process.returncode}: {await asyncio.to_thread(self._said)}"

    async def _publish(self, address: Address) -> None:
        async with self._node.database.transaction() as db:
            row = await IndustrialRepository(db).get(ServedModel, self._plan.row.id, lock=True)
            if row.wanted:
                await serving.publish(db, row, self._node.sealer, address)

    async def _status(self, status: ServingStatus) -> None:
        async with self._node.database.transaction() as db:
            row = await IndustrialRepository(db).get(ServedModel, self._plan.row.id, lock=True)
            if row.status is not status:
                serving.set_status(db, row, status)

    def _said(self) -> str:
        with contextlib.suppress(OSError):
            return (self._folder / "log").read_text(errors="replace")[-_LOG_TAIL:].strip()
        return "it said nothing"


async def _healthy(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health")).status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def told(error: Any) -> dict[str, str]:
    return {"code": error.code, "message": error.message, "hint": error.hint_text}
