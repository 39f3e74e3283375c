"""What external agents cost: 500 that say that they live, leases out of a long line, and what a turn's way to one adds."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

import aiohttp
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.bench import Bench, BenchmarkFailed, console, new_repository
from benchmarks.load import p50, p99
from benchmarks.processes import Part, cpu_by_part
from benchmarks.results import Figure, Group
from benchmarks.up import Up, running_up

_AGENTS, _INTERVAL_SECONDS, _ROUNDS = 500, 15.0, 2
_WAITING, _LEASES = 1_000, 300
_TURNS, _OWN_SECONDS = 12, 0.3
_MOST_SECONDS, _MOST_ADDED_SECONDS, _MOST_SHARE = 0.050, 0.250, 10.0
_BASE = "/api/v1/agents/external"

_NOTES = f"""`orchestrator up` with its embedded PostgreSQL, fsync on; agents and orchestrator share the machine's cores.
{_AGENTS} agents send a heartbeat each {_INTERVAL_SECONDS:.0f} s, evenly spread, for {_ROUNDS} rounds. The share of a core is
that of all of the orchestrator's own processes and of PostgreSQL in that time, without what they take when nobody calls. A
lease is taken by one agent with {_WAITING:,} tasks in its line; its answer has a key for the gateway as well. A turn's time
is from its first event to its last, of an agent that waits in a call for work, sleeps {_OWN_SECONDS * 1000:.0f} ms and hands
in a patch; what is added is that time without the agent's own: the repository's bundle, the lease, the result, the patch
upon the worktree."""


@dataclass(frozen=True)
class Member:
    id: str
    headers: dict[str, str]


async def measure(bench: Bench) -> list[Group]:
    folder = bench.new_folder("external-agents")
    repository = new_repository(folder / "repository")
    lively = {"ORCHESTRATOR_EAP_HEARTBEAT_SECONDS": "60", "ORCHESTRATOR_EAP_LEASE_SECONDS": "600"}
    async with running_up(bench, folder / "data", repository, **lively) as up, _http(up) as http:
        await up.lift_limits()
        crowd = [await _join(up, http, f"crowd-{n}") for n in range(_AGENTS)]
        beats, share = await _heartbeats(http, crowd)
        console.print(f"  heartbeats p99 {p99(beats) * 1000:.0f} ms, {share:.1f} % of a core")
        leases = await _leases(up, http, folder / "data")
        console.print(f"  leases p99 {p99(leases) * 1000:.0f} ms")
        added = await _turns(up, http)
        console.print(f"  a turn adds p50 {p50(added) * 1000:.0f} ms")
    return [_group(beats, share, leases, added)]


def _group(beats: Sequence[float], share: float, leases: Sequence[float], added: Sequence[float]) -> Group:
    figures = [
        Figure.milliseconds("heartbeat, p50", [p50(beats)]),
        Figure.milliseconds("heartbeat, p99", [p99(beats)], _MOST_SECONDS),
        Figure("share of a core", share, "%", aim=_MOST_SHARE),
        Figure.milliseconds("lease, p50", [p50(leases)]),
        Figure.milliseconds("lease, p99", [p99(leases)], _MOST_SECONDS),
        Figure.milliseconds("a turn, added to the agent's own time", list(added), _MOST_ADDED_SECONDS),
    ]
    return Group(f"External agents ({_AGENTS} with heartbeats, {_WAITING:,} tasks waiting)", figures, _NOTES)


@asynccontextmanager
async def _http(up: Up) -> AsyncGenerator[aiohttp.ClientSession]:
    timeout, connector = aiohttp.ClientTimeout(total=90), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(up.url, timeout=timeout, connector=connector) as http:
        yield http


async def _join(up: Up, http: aiohttp.ClientSession, name: str) -> Member:
    token = (await up.ask("POST", "/agents/external/enrolments", {}))["token"]
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    body = {"protocol_version": "1.0", "name": name, "public_key": public}
    async with http.post(f"{_BASE}/register", json=body, headers={"Authorization": f"Bearer {token}"}) as answer:
        told = await answer.json()
    headers = {"Authorization": f"Bearer {told['auth_token']}"}
    signature = base64.b64encode(key.sign(told["challenge"].encode())).decode()
    await _call(http, Member(told["agent_id"], headers), "POST", "/prove", {"signature": signature})
    return Member(told["agent_id"], headers)


async def _call(http: aiohttp.ClientSession, one: Member, method: str, path: str, body: Any = None) -> Any:
    async with http.request(method, f"{_BASE}/{one.id}{path}", json=body, headers=one.headers) as answer:
        if answer.status >= 400:
            raise BenchmarkFailed(f"{method} {path} answered {answer.status}: {await answer.text()}")
        return None if answer.status == 204 else await answer.json()


async def _heartbeats(http: aiohttp.ClientSession, crowd: Sequence[Member]) -> tuple[list[float], float]:
    """How long each took, and the share of a core in per cent."""
    await asyncio.gather(*(_call(http, one, "POST", "/heartbeat", {}) for one in crowd[:20]))
    idle = await _cpu_of(asyncio.sleep(_INTERVAL_SECONDS))
    took: list[float] = []

    async def beat(number: int, one: Member) -> None:
        for turn in range(_ROUNDS):
            await asyncio.sleep(max(0.0, began + _INTERVAL_SECONDS * (turn + number / _AGENTS) - perf_counter()))
            before = perf_counter()
            await _call(http, one, "POST", "/heartbeat", {"status": "healthy", "current_load": 0.1})
            took.append(perf_counter() - before)

    began = perf_counter()
    used = await _cpu_of(_all(beat(number, one) for number, one in enumerate(crowd)))
    return took, 100 * (used / (_ROUNDS * _INTERVAL_SECONDS) - idle / _INTERVAL_SECONDS)


async def _all(calls: Any) -> None:
    await asyncio.gather(*calls)


async def _cpu_of(work: Any) -> float:
    before = cpu_by_part()
    await work
    after = cpu_by_part()
    return sum(after[part] - before[part] for part in (Part.OWN, Part.DATABASE))


_FILL = """
insert into assignments (tenant_id, id, session_id, turn, agent_id, priority, task_type, body, commit_sha, timeout_seconds,
    status, tries, lease_epoch, holders, next_seq, created_at)
select s.tenant_id, gen_random_uuid(), s.id, n, a.id, 0, 'coding', %(body)s, repeat('1', 40), 60, 'queued', 0, 0, '{}', 1,
    now()
from generate_series(1, %(count)s) n, sessions s, agents a
where s.id = %(session)s and a.tenant_id = s.tenant_id and a.name = 'puller'
"""


async def _leases(up: Up, http: aiohttp.ClientSession, data: Path) -> list[float]:
    puller = await _join(up, http, "puller")
    # With nobody there for it a session waits in the queue, and so do tasks that are said to be its.
    await _call(http, puller, "POST", "/heartbeat", {"status": "offline"})
    session = await up.ask("POST", "/sessions", {"prompt": "Wait.", "repository": str(up.repository), "agent": "puller"})
    body = {
        "context": {},
        "input_data": {"prompt": "Do it."},
        "requirements": {},
        "repository": {"branch": "b", "commit": "1" * 40, "bytes": 0, "sha256": "0" * 64},
        "model": "scripted",
    }
    async with await psycopg.AsyncConnection.connect(_database_url(data)) as connection:
        await connection.execute(_FILL, {"body": json.dumps(body), "count": _WAITING, "session": session["id"]})
    took: list[float] = []
    for _ in range(_LEASES):
        before = perf_counter()
        task = await _call(http, puller, "POST", "/tasks/lease")
        took.append(perf_counter() - before)
        if task is None:
            raise BenchmarkFailed("no task came although there are many")
        result = {"lease_epoch": task["lease_epoch"], "status": "completed"}
        await _call(http, puller, "PUT", f"/tasks/{task['task_id']}/result", result)
    return took


def _database_url(data: Path) -> str:
    lines = (data / "postgres/postmaster.pid").read_text().splitlines()
    return f"postgresql://orchestrator@/orchestrator?host={quote(lines[4])}&port={lines[3]}"


_PATCH = """diff --git a/NOTES.txt b/NOTES.txt
new file mode 100644
--- /dev/null
+++ b/NOTES.txt
@@ -0,0 +1 @@
+Done.
"""


async def _turns(up: Up, http: aiohttp.ClientSession) -> list[float]:
    """In seconds: of each turn, what was not the agent's own time."""
    one, own = await _join(up, http, "worker"), list[float]()
    added: list[float] = []
    for _ in range(_TURNS):
        waiting = asyncio.create_task(_call(http, one, "POST", "/tasks/lease?wait=60"))
        wanted: dict[str, Any] = {"prompt": "Do it.", "agent": "worker", "repository": str(up.repository), "verify": []}
        session = await up.ask("POST", "/sessions", wanted)
        task = await waiting
        leased = perf_counter()
        await asyncio.sleep(_OWN_SECONDS)
        own.append(perf_counter() - leased)
        result = {"lease_epoch": task["lease_epoch"], "status": "completed", "patch": _PATCH}
        await _call(http, one, "PUT", f"/tasks/{task['task_id']}/result", result)
        await up.end_of(up.told(session["id"]))
        told = (await up.ask("GET", f"/events/log?session_id={session['id']}&limit=500"))["items"]
        at = {event["type"]: datetime.fromisoformat(event["created_at"]) for event in told}
        added.append((at["turn.ended"] - at["turn.started"]).total_seconds() - own[-1])
    return added[2:]
