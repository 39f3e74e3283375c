"""How long admission takes to decide who runs next, with few and with many sessions in the queue."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter, process_time
from uuid import UUID

import psycopg
from sqlalchemy import text

from benchmarks.bench import Bench, BenchmarkFailed, console
from benchmarks.load import p50, p99
from benchmarks.processes import Part, cpu_by_part
from benchmarks.results import Figure, Group
from orchestrator.kit.db import Database
from orchestrator.kit.embedded_postgres import EmbeddedPostgres
from orchestrator.kit.ids import new_id
from orchestrator.migrations.run import migrate
from orchestrator.runtimes import nodes
from orchestrator.sessions.admission import AT_ONCE, admit_some

_QUEUED = (100, 1_000, 10_000)
_TENANTS = 50
_SPENT, _AT_LIMIT = 5, 5
_RUNNING, _FINISHED = 200, 20_000
_MOST_DECISIONS = 400
_REFUSALS = 100
_WARM_UP = 10
_NODES = 4
_MOST_SECONDS = 0.010
_LEAST_PER_SECOND = 200.0

_NOTES = f"""PostgreSQL is the embedded one with fsync on, and the caller a process of this machine, as a worker is. Of the
{_TENANTS} tenants {_SPENT} have spent their budget and {_AT_LIMIT} are at their limit of sessions, so that all they have in
the queue is passed by; {_RUNNING} sessions run already, and {_FINISHED:,} have ended. A decision is a transaction of its
own that admits one session: the lock, the shares, the choice, the session's move with its event, and the commit; the first
{_WARM_UP}, in which statements are prepared and connections made, are not counted. Admissions per second are those of a
worker, which admits up to {AT_ONCE} in a transaction; with {_NODES} nodes, so many ask at once.
A refusal finds no free slot. Once a second it also looks at every session that waits, and writes the reason where that has
changed, which is everywhere the first time. CPU time is that of PostgreSQL and of the caller together."""

_FILL = """
with made as (
    select n, gen_random_uuid() as id from generate_series(1, %(tenants)s) n
), tenant as (
    insert into tenants (id, slug, name, created_at) select id, 'team-' || n, 'team ' || n, now() from made returning id
), quota as (
    insert into quotas (tenant_id, max_concurrent_sessions, tokens_per_month, updated_at)
    select id, case when n <= %(at_limit)s then 1 else 100000 end, 1000000, now() from made
), account as (
    insert into budget_accounts (tenant_id, scope, subject, period, spent_tokens, spent_micro_usd)
    select id, 'tenant', '', to_char(now() at time zone 'utc', 'YYYY-MM'),
        case when n > %(at_limit)s and n <= %(at_limit)s + %(spent)s then 2000000 else 1000 end, 0 from made
), wanted as (
    select 'running' as status, n from generate_series(1, %(running)s) n
    union all select 'queued', n from generate_series(1, %(queued)s) n
    union all select 'completed', n from generate_series(1, %(finished)s) n
), session_account as (
    insert into budget_accounts (tenant_id, scope, subject, period, spent_tokens, spent_micro_usd)
    select made.id, 'session', gen_random_uuid()::text, 'all', 1000, 0
    from wanted join made on made.n = 1 + wanted.n %% %(tenants)s where wanted.status = 'completed'
)
insert into sessions (tenant_id, id, title, prompt, branch, agent, model, priority, isolation, timeout_seconds,
    max_feedback_rounds, status, attempt, node_id, input_tokens, output_tokens, cost_micro_usd, created_by, created_at,
    queued_at)
select made.id, gen_random_uuid(), 'work', 'Work.', 'orchestrator/work', 'build', 'scripted/model', wanted.n %% 3, 'tenant',
    3600, 0, wanted.status, 1, case when wanted.status = 'running' then %(node)s::uuid end, 0, 0, 0, 'benchmark', now(),
    now() - make_interval(secs => wanted.n)
from wanted join made on made.n = 1 + wanted.n %% %(tenants)s
"""


@dataclass(frozen=True)
class Timed:
    """`cpu_seconds` are those of one call, on average."""

    seconds: list[float]
    cpu_seconds: float


async def measure(bench: Bench) -> list[Group]:
    groups: list[Group] = []
    for queued in _QUEUED:
        groups.append(await _measured(bench, queued))
    groups[-1].notes = _NOTES
    return groups


async def _measured(bench: Bench, queued: int) -> Group:
    async with _filled(bench, queued) as (database, node_ids):
        decisions = min(_MOST_DECISIONS, queued // 5)
        await _timed(_WARM_UP, lambda: _admitted(database, node_ids[0], 1))
        one = await _timed(decisions, lambda: _admitted(database, node_ids[0], 1))
        alone = await _rate(database, node_ids[:1], decisions)
        together = await _rate(database, node_ids, decisions)
        refusals = await _refusals(database, node_ids[0])
    console.print(
        f"  {queued:,} queued: {p50(one.seconds) * 1000:.1f} ms a decision, {alone:.0f}/s,"
        f" {p50(refusals.plain.seconds) * 1000:.1f} ms a refusal"
    )
    figures = [
        Figure.milliseconds("a decision, p50", [p50(one.seconds)], _MOST_SECONDS),
        Figure.milliseconds("a decision, p99", [p99(one.seconds)]),
        Figure.milliseconds("a decision, CPU time", [one.cpu_seconds]),
        Figure.per_second("admissions by one node", [alone], _LEAST_PER_SECOND),
        Figure.per_second(f"admissions by {_NODES} nodes at once", [together], _LEAST_PER_SECOND),
        Figure.milliseconds("a refusal, p50", [p50(refusals.plain.seconds)], _MOST_SECONDS),
        Figure.milliseconds("a refusal, CPU time", [refusals.plain.cpu_seconds]),
        Figure.milliseconds("a refusal with a look at every session, p50", [p50(refusals.explained.seconds)]),
        Figure.milliseconds("a refusal that writes to every session", refusals.first.seconds),
    ]
    return Group(f"Admission with {queued:,} queued sessions over {_TENANTS} tenants", figures)


@asynccontextmanager
async def _filled(bench: Bench, queued: int) -> AsyncGenerator[tuple[Database, list[UUID]]]:
    """A database with that queue, and nodes with slots for all of it."""
    postgres = EmbeddedPostgres(bench.new_folder("admission"))
    url = await asyncio.to_thread(postgres.start)
    database = Database(url)
    try:
        await asyncio.to_thread(migrate, url)
        node_ids = [new_id() for _ in range(_NODES)]
        for node_id in node_ids:
            await nodes.register(database, node_id, queued + _RUNNING, "process")
        await asyncio.to_thread(_fill, url, queued, node_ids[0])
        yield database, node_ids
    finally:
        await database.close()
        await asyncio.to_thread(postgres.stop)


def _fill(url: str, queued: int, node_id: UUID) -> None:
    values = {"queued": queued, "tenants": _TENANTS, "running": _RUNNING, "finished": _FINISHED, "node": node_id}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_FILL, values | {"spent": _SPENT, "at_limit": _AT_LIMIT})
        connection.execute("vacuum analyze")


async def _timed(count: int, call: Callable[[], Awaitable[None]]) -> Timed:
    before, seconds = _cpu_seconds(), list[float]()
    for _ in range(count):
        began = perf_counter()
        await call()
        seconds.append(perf_counter() - began)
    return Timed(seconds, (_cpu_seconds() - before) / count)


def _cpu_seconds() -> float:
    return process_time() + cpu_by_part()[Part.DATABASE]


async def _admitted(database: Database, node_id: UUID, most: int) -> None:
    if len(await admit_some(database, node_id, most=most)) != most:
        raise BenchmarkFailed("less was admitted than there is room for")


async def _rate(database: Database, node_ids: list[UUID], count: int) -> float:
    """How many are admitted in a second when all these nodes admit about `count` sessions together."""
    batches = max(1, count // AT_ONCE // len(node_ids))

    async def one(node_id: UUID) -> None:
        for _ in range(batches):
            await _admitted(database, node_id, AT_ONCE)

    began = perf_counter()
    await asyncio.gather(*(one(node_id) for node_id in node_ids))
    return batches * AT_ONCE * len(node_ids) / (perf_counter() - began)


@dataclass(frozen=True)
class Refusals:
    first: Timed
    explained: Timed
    plain: Timed


async def _refusals(database: Database, node_id: UUID) -> Refusals:
    """By a node whose slots are all taken."""
    async with database.system_transaction() as db:
        await db.execute(text("update nodes set slots = 1 where id = :n"), {"n": node_id})

    async def refused(explain: bool) -> None:
        if await admit_some(database, node_id, explain=explain):
            raise BenchmarkFailed("a full node was given a session")

    first = await _timed(1, lambda: refused(True))
    return Refusals(first, await _timed(_REFUSALS, lambda: refused(True)), await _timed(_REFUSALS, lambda: refused(False)))
