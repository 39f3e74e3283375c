"""Several gateway processes share one ledger, and any of them may die at any moment."""

import asyncio
import json
import random
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import text
from tests.actors import make_tenant
from tests.gateway.conftest import CHAT, Runtime, make_runtime
from tests.gateway.paying import held, rows, set_quotas, spent
from tests.gateway.upstream import Upstream, begin_stream

from orchestrator.kit.db import Database

OUTPUT = 100
BODY = json.dumps({"model": "m", "max_tokens": OUTPUT, "messages": [{"role": "user", "content": "x" * 200}]}).encode()
STREAM = json.dumps({"model": "m", "max_tokens": OUTPUT, "stream": True, "messages": []}).encode()


@dataclass
class Process:
    """One gateway that can be killed and started again at the same address."""

    url: str
    settings: str
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=512))
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def start(self) -> None:
        number = self.listener.fileno()
        command = [sys.executable, "-m", "tests.gateway.gateway_process", self.url, self.settings, str(number)]
        self.process = subprocess.Popen(command, pass_fds=[number])

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)


@asynccontextmanager
async def gateways(count: int, database: Database, upstream: Upstream, data_dir: object) -> AsyncIterator[list[Process]]:
    settings = {
        "data_dir": str(data_dir),
        "provider_base_url": upstream.url,
        "provider_model": "m",
        "provider_input_price": 1,
        "provider_output_price": 2,
        "gateway_lease_seconds": 1.5,
        "gateway_drain_seconds": 2,
    }
    processes = [Process(database.url, json.dumps(settings)) for _ in range(count)]
    try:
        for one in processes:
            one.start()
        yield processes
    finally:
        for one in processes:
            one.kill()
            one.listener.close()


@pytest.fixture
async def runtime(database: Database) -> Runtime:
    return await make_runtime(database, await make_tenant(database, "t"))


async def until_nothing_is_held(database: Database, runtime: Runtime) -> None:
    """Leases run out, and then the sweeper comes by."""
    async with asyncio.timeout(20):
        while await rows(database, runtime.tenant_id, "select pg_sleep(0.1) from budget_holds where tenant_id = :t limit 1"):
            pass
    assert await held(database, runtime.tenant_id) == 0


async def test_two_hundred_at_once_on_a_budget_for_ten(
    database: Database, runtime: Runtime, upstream: Upstream, tmp_path: object
) -> None:
    """What each may need is what it uses, so that nothing is given back to let an eleventh in."""
    worst = len(BODY) + 512 + OUTPUT
    upstream.answers(body=b'{"usage": {"prompt_tokens": %d, "completion_tokens": %d}}' % (worst - OUTPUT, OUTPUT))
    await set_quotas(database, runtime.tenant_id, tokens_per_month=10 * worst)
    async with (
        gateways(2, database, upstream, tmp_path) as both,
        aiohttp.ClientSession(headers=runtime.headers, connector=aiohttp.TCPConnector(limit=0)) as caller,
    ):

        async def one(number: int) -> int:
            async with caller.post(both[number % 2].address + CHAT, data=BODY) as answer:
                return answer.status

        statuses = await asyncio.gather(*(one(number) for number in range(200)))
        assert sorted(statuses) == [200] * 10 + [402] * 190
        assert len(upstream.asked) == 10
        await until_nothing_is_held(database, runtime)
        assert await spent(database, runtime.tenant_id) == (10 * worst, 10 * (worst - OUTPUT + 2 * OUTPUT))
        assert [one.stop() for one in both] == [-15, -15], "SIGTERM, after all was booked"


async def trickle(request: web.Request) -> web.StreamResponse:
    response = await begin_stream(request)
    for _ in range(random.randrange(1, 8)):
        await response.write(b'data: {"choices":[{"index":0,"delta":{"content":"0123456789abcdef"}}]}\n\n')
        await asyncio.sleep(random.random() * 0.02)
    await response.write(b'data: {"choices":[],"usage":{"prompt_tokens":50,"completion_tokens":20}}\n\ndata: [DONE]\n\n')
    await response.write_eof()
    return response


async def storm(caller: aiohttp.ClientSession, processes: list[Process], calls: int) -> None:
    """Three of ten callers leave at any moment; every so often a process dies and comes back."""
    left = iter(range(calls))
    done = asyncio.Semaphore(0)

    async def one(number: int) -> None:
        patience = random.random() * 0.1 if random.random() < 0.3 else 30
        try:
            async with asyncio.timeout(patience):
                async with caller.post(random.choice(processes).address + CHAT, data=STREAM) as answer:
                    await answer.read()
                    assert answer.status in (200, 402, 503), (number, answer.status)
        except (TimeoutError, aiohttp.ClientError):
            return

    async def many() -> None:
        for number in left:
            await one(number)
            done.release()

    async def kills() -> None:
        for victim in processes:
            for _ in range(calls // (len(processes) + 1)):
                await done.acquire()
            victim.kill()
            victim.start()

    await asyncio.gather(kills(), *(many() for _ in range(24)))


@pytest.mark.parametrize("calls", [300, pytest.param(10_000, marks=[pytest.mark.chaos, pytest.mark.timeout(900)])])
async def test_nothing_is_held_for_ever_and_nothing_is_forgotten(
    database: Database, runtime: Runtime, upstream: Upstream, tmp_path: object, calls: int
) -> None:
    random.seed(11)
    upstream.answer = trickle
    tenant_id = runtime.tenant_id
    await set_quotas(database, tenant_id, tokens_per_month=10**9)
    async with (
        gateways(2, database, upstream, tmp_path) as processes,
        aiohttp.ClientSession(headers=runtime.headers, connector=aiohttp.TCPConnector(limit=0)) as caller,
    ):
        await storm(caller, processes, calls)
        await until_nothing_is_held(database, runtime)
        query = "select count(*)::bigint, sum(input_tokens + output_tokens)::bigint, sum(cost_micro_usd)::bigint"
        ((count, tokens, cost),) = await rows(database, tenant_id, f"{query} from usage_events where tenant_id = :t")
        assert await spent(database, tenant_id) == (tokens, cost)
        assert len(upstream.asked) <= int(str(count)), "every call that reached the provider is booked"
        # A request of exactly the rest is admitted, and one of a token more is not.
        upstream.answers(body=b'{"usage": {"prompt_tokens": 1, "completion_tokens": 1}}')
        worst = len(BODY) + 512 + OUTPUT
        await set_quotas(database, tenant_id, tokens_per_month=int(str(tokens)) + worst - 1)
        async with caller.post(processes[0].address + CHAT, data=BODY) as answer:
            assert answer.status == 402
        await set_quotas(database, tenant_id, tokens_per_month=int(str(tokens)) + worst)
        async with caller.post(processes[1].address + CHAT, data=BODY) as answer:
            assert answer.status == 200


async def test_a_process_that_ends_books_what_is_under_way(
    database: Database, runtime: Runtime, upstream: Upstream, tmp_path: object
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        while True:
            await response.write(b'data: {"choices":[{"index":0,"delta":{"content":"0123456789abcdef"}}]}\n\n')
            await asyncio.sleep(0.01)

    upstream.answer = endless
    async with (
        gateways(1, database, upstream, tmp_path) as (process,),
        aiohttp.ClientSession(headers=runtime.headers) as caller,
        caller.post(process.address + CHAT, data=STREAM) as answer,
    ):
        await answer.content.readany()
        ended = asyncio.create_task(asyncio.to_thread(process.stop))
        with pytest.raises(aiohttp.ClientError):
            await answer.read()
        await ended
    async with database.system_transaction() as db:
        sources = (await db.execute(text("select source from usage_events"))).scalars().all()
    assert list(sources) == ["estimated"]
    assert await held(database, runtime.tenant_id) == 0
