"""The ways to a model that are compared: straight to it, through our gateway, and through LiteLLM's proxy."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import UUID

import aiohttp
import psutil
import psycopg
from sqlalchemy import update

from benchmarks.bench import Bench, BenchmarkFailed, console
from benchmarks.load import Way
from benchmarks.upstream import MODEL
from orchestrator.gateway.api import PREFIX
from orchestrator.gateway.virtual_keys import mint_virtual_key
from orchestrator.kit.clock import now
from orchestrator.kit.data_dir import ADMIN_KEY_FILE
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.embedded_postgres import EmbeddedPostgres
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import nodes
from orchestrator.runtimes.models import Runtime
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status
from orchestrator.tenancy.models import Quotas
from orchestrator.tenancy.service import authenticate

LITELLM = "litellm[proxy]==1.108.7"
_CHAT = "/chat/completions"
_READY_SECONDS = 120.0
_INSTALL_SECONDS = 600.0
_BOOKING_SECONDS = 20.0
_ROOT = Path(__file__).resolve().parent.parent
_UV = _ROOT / ".tools/uv/bin/uv"
_NO_LIMIT_IN_SIGHT = 10**15
_COUNTS = """
select (select count(*) from usage_events), (select count(*) from budget_holds), (select count(*) from trajectories)
"""
_LITELLM_CONFIG = """
model_list:
  - model_name: {model}
    litellm_params: {{model: openai/{model}, api_base: "{upstream}", api_key: none}}
general_settings: {{master_key: sk-benchmark}}
litellm_settings: {{telemetry: false}}
"""


@dataclass(frozen=True)
class Served:
    """A way, and the process that serves it: None where there is none between the caller and the provider."""

    way: Way
    pid: int | None = None
    database_url: str = ""

    def resident_bytes(self) -> int:
        return psutil.Process(self.pid).memory_info().rss if self.pid else 0

    def cpu_seconds(self) -> float:
        times = psutil.Process(self.pid).cpu_times() if self.pid else None
        return times.user + times.system if times else 0.0


@asynccontextmanager
async def upstream_running(bench: Bench) -> AsyncGenerator[str]:
    """Its base URL."""
    port = _free_port()
    words = [sys.executable, "-m", "benchmarks.upstream", str(port)]
    async with _server(bench, words, "model provider", f"http://127.0.0.1:{port}/live", {}):
        yield f"http://127.0.0.1:{port}/v1"


def straight(upstream: str) -> Served:
    return Served(Way("the provider itself", upstream + _CHAT, model=MODEL))


@asynccontextmanager
async def our_gateway(bench: Bench, upstream: str, callers: int) -> AsyncGenerator[Served]:
    """`orchestrator gateway` with its PostgreSQL: a tenant with budgets, one runtime, and a session for each caller."""
    folder = bench.new_folder("gateway")
    postgres = EmbeddedPostgres(folder / "data")
    url = postgres.start()
    try:
        _require_fsync(url)
        port = _free_port()
        env = {
            "DATABASE_URL": url,
            "ORCHESTRATOR_DATA_DIR": str(folder / "data"),
            "ORCHESTRATOR_GATEWAY_PORT": str(port),
            "ORCHESTRATOR_PROVIDER_BASE_URL": upstream,
            "ORCHESTRATOR_PROVIDER_API_KEY": "none",
            "ORCHESTRATOR_PROVIDER_MODEL": MODEL,
            "ORCHESTRATOR_PROVIDER_INPUT_PRICE": "3.0",
            "ORCHESTRATOR_PROVIDER_OUTPUT_PRICE": "15.0",
        }
        program = str(Path(sys.executable).with_name("orchestrator"))
        async with _server(bench, [program, "gateway"], "our gateway", f"http://127.0.0.1:{port}/health/live", env) as pid:
            headers = await _sessions(url, folder / "data" / ADMIN_KEY_FILE, callers)
            way = Way("the orchestrator", f"http://127.0.0.1:{port}{PREFIX}{_CHAT}", headers, MODEL)
            yield Served(way, pid, url)
    finally:
        postgres.stop()


def _require_fsync(url: str) -> None:
    with psycopg.connect(url) as connection:
        row = connection.execute("show fsync").fetchone()
    if row != ("on",):
        raise BenchmarkFailed("PostgreSQL runs without fsync, so that its times say nothing")


async def trajectories_kept(ours: Served) -> int:
    """When all is booked: a call that was not paid for says nothing about the price of doing so."""
    calls, end = ours.way.answers, monotonic() + _BOOKING_SECONDS
    while True:
        books = _books(ours)
        if books == Books(calls, 0, calls) or monotonic() > end:
            break
        await asyncio.sleep(0.5)
    if (books.paid, books.held) != (calls, 0):
        raise BenchmarkFailed(f"of {calls} calls {books.paid} are in the ledger, and {books.held} still hold budget")
    return books.kept


@dataclass(frozen=True)
class Books:
    paid: int
    held: int
    kept: int


def _books(ours: Served) -> Books:
    with psycopg.connect(ours.database_url) as connection:
        row = connection.execute(_COUNTS).fetchone()
    return Books(*(row or ()))


async def _sessions(url: str, admin_key: Path, count: int) -> list[dict[str, str]]:
    """Each caller's headers: the virtual key of the runtime, and the conversation of a running session of its own."""
    database = Database(url)
    principal = await authenticate(database, admin_key.read_text().strip(), None)
    node_id, runtime_id = new_id(), new_id()
    await nodes.register(database, node_id, count, "process")
    async with database.system_transaction() as db:
        limits = {"tokens_per_month": _NO_LIMIT_IN_SIGHT, "cost_micro_usd_per_month": _NO_LIMIT_IN_SIGHT}
        await db.execute(update(Quotas).where(Quotas.tenant_id == principal.tenant_id).values(**limits))
    with tenant_scope(principal.tenant_id):
        async with database.transaction() as db:
            repository = IndustrialRepository(db)
            repository.add(Runtime(id=runtime_id, node_id=node_id, isolation="tenant", created_at=now()))
            key = mint_virtual_key(db, runtime_id)
            conversations = [f"ses_benchmark_{number}" for number in range(count)]
            for conversation in conversations:
                repository.add(_session(conversation, node_id))
    await database.close()
    return [{"Authorization": f"Bearer {key}", "x-session-id": conversation} for conversation in conversations]


def _session(conversation: str, node_id: UUID) -> Session:
    return Session(
        id=new_id(),
        title=conversation,
        prompt="Work.",
        branch=f"orchestrator/{conversation}",
        agent="build",
        model=MODEL,
        priority=0,
        isolation="tenant",
        timeout_seconds=3600,
        max_feedback_rounds=0,
        status=Status.RUNNING,
        attempt=1,
        node_id=node_id,
        opencode_session_id=conversation,
        input_tokens=0,
        output_tokens=0,
        cost_micro_usd=0,
        max_tokens=_NO_LIMIT_IN_SIGHT,
        created_by="benchmark",
        created_at=now(),
        started_at=now(),
    )


@asynccontextmanager
async def litellm_proxy(bench: Bench, upstream: str) -> AsyncGenerator[Served | None]:
    """From PyPI, in an environment that goes with the benchmark; None when it cannot be installed."""
    folder = bench.new_folder("litellm")
    if not await _install(bench, folder):
        yield None
        return
    config, port = folder / "config.yaml", _free_port()
    config.write_text(_LITELLM_CONFIG.format(model=MODEL, upstream=upstream))
    program = str(folder / "venv/bin/litellm")
    words = [program, "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
    env = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "LITELLM_MODE": "PRODUCTION"}
    async with _server(bench, words, "LiteLLM", f"http://127.0.0.1:{port}/health/liveliness", env) as pid:
        headers = {"Authorization": "Bearer sk-benchmark"}
        yield Served(Way("LiteLLM", f"http://127.0.0.1:{port}/v1{_CHAT}", [headers], MODEL), pid)


async def _install(bench: Bench, folder: Path) -> bool:
    console.print(f"  installing {LITELLM} into a temporary environment")
    python = str(folder / "venv/bin/python")
    for words in (
        ["venv", "-q", "--python", sys.executable, str(folder / "venv")],
        ["pip", "install", "-q", "--python", python, LITELLM],
    ):
        log = folder / "install.log"
        with log.open("ab") as output:
            process = await bench.ledger.spawn(
                [str(_UV), *words], purpose="installing LiteLLM", env=bench.environment(), stdout=output
            )
            try:
                code = await process.wait(_INSTALL_SECONDS)
            finally:
                await process.stop()
        if code != 0:
            console.print(f"  [yellow]LiteLLM is left out:[/] {log.read_text(errors='replace')[-500:]}", soft_wrap=True)
            return False
    return True


@asynccontextmanager
async def _server(bench: Bench, words: Sequence[str], name: str, live: str, env: Mapping[str, str]) -> AsyncGenerator[int]:
    """Yields its process id when it answers."""
    log = bench.folder / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = await bench.ledger.spawn(words, purpose=name, env=bench.environment(**env), cwd=_ROOT, stdout=output)
    try:
        end = monotonic() + _READY_SECONDS
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as http:
            while not await _answers(http, live):
                if process.returncode is not None or monotonic() > end:
                    raise BenchmarkFailed(f"{name} does not answer\n{_tail(log)}")
                await asyncio.sleep(0.05)
        try:
            yield process.pid
        except BenchmarkFailed as failure:
            raise BenchmarkFailed(f"{failure}\n{_tail(log)}") from failure
    finally:
        await process.stop()


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        async with http.get(url) as answer:
            return answer.status == 200
    return False


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
