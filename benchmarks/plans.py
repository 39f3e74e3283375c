"""What plans cost the orchestrator: checking a large one, choosing an agent, and each task from its turn to its merge."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

from tests.api import Api, api_on
from tests.e2e.browser.team import SHOP
from tests.e2e.tree import make_repository
from tests.tasks.conftest import Kept

from benchmarks.bench import Bench, BenchmarkFailed, console
from benchmarks.load import p50, p99
from benchmarks.results import Figure, Group
from orchestrator.agents.performance import Record
from orchestrator.agents.routing import Candidate, Wanted, route
from orchestrator.events.listener import Listener
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.embedded_postgres import EmbeddedPostgres
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.migrations.run import migrate
from orchestrator.runtimes.leader import Leadership
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED, Status
from orchestrator.tasks.graph import Node, check
from orchestrator.tasks.keeper import PlanKeeper
from orchestrator.tasks.specs import PlanNew

_WIDE, _DEEP = 10, 100
_AGENTS, _ROUTINGS = 500, 300
_CHECKED_SECONDS, _ROUTED_SECONDS, _SCHEDULED_SECONDS = 0.100, 0.005, 0.020
_MOST_LOOKS = 20 * _DEEP

_NOTES = f"""A plan of {_WIDE * _DEEP:,} tasks, {_WIDE} wide and {_DEEP} deep, of which each waits for all of the layer
before it. Checking it is reading its JSON and walking its graph. It is then run on the embedded PostgreSQL with fsync on, by
the keeper of plans in this process; no agent works, what sessions come to is written into their rows, and the time for that
is not counted. What is counted are the keeper's looks: finding what has ended, beginning sessions with everything that the
way of a session by hand checks and writes as well, choosing their agents, and beginning and taking over merges. Routing
chooses among {_AGENTS} agents with records of up to 200 outcomes each; it is the choice alone, without the database."""


async def measure(bench: Bench) -> list[Group]:
    checked, routed = _checked(bench.rounds), _routed()
    run = await _run(bench)
    tasks = _WIDE * _DEEP
    figures = [
        Figure.milliseconds("checking it, CPU time", checked, _CHECKED_SECONDS),
        Figure.milliseconds(f"routing over {_AGENTS} agents, CPU time, p50", [p50(routed)], _ROUTED_SECONDS),
        Figure.milliseconds(f"routing over {_AGENTS} agents, CPU time, p99", [p99(routed)]),
        Figure.seconds("handing it in", [run.handed_in_seconds]),
        Figure.milliseconds("the orchestrator's time a scheduled task", [sum(run.looks) / tasks], _SCHEDULED_SECONDS),
        Figure.milliseconds("of that, CPU time without the database's", [run.cpu_seconds / tasks]),
        Figure.milliseconds("a look of the keeper, p50", [p50(run.looks)]),
        Figure.milliseconds("a look of the keeper, p99", [p99(run.looks)]),
    ]
    return [Group(f"A plan of {tasks:,} tasks", figures, _NOTES)]


def _layers() -> list[dict[str, Any]]:
    def key(layer: int, one: int) -> str:
        return f"l{layer}-{one}"

    return [
        {
            "key": key(layer, one),
            "prompt": f"Do part {one} of layer {layer}.",
            "depends_on": [key(layer - 1, other) for other in range(_WIDE)] if layer else [],
            "paths": [f"src/{layer}/{one}.py"],
        }
        for layer in range(_DEEP)
        for one in range(_WIDE)
    ]


def _checked(rounds: int) -> list[float]:
    body = json.dumps({"goal": "All of it", "tasks": _layers()})

    def checking() -> None:
        plan = PlanNew.model_validate_json(body)
        check([Node(task.key, tuple(task.depends_on)) for task in plan.tasks])

    return [_timed(checking) for _ in range(max(5, rounds))]


def _timed(call: Callable[[], object]) -> float:
    """CPU time: what is pure waits for nothing."""
    began = process_time()
    call()
    return process_time() - began


def _routed() -> list[float]:
    draws = random.Random(7)
    candidates = [_candidate(number, draws) for number in range(_AGENTS)]
    wanted = Wanted(("bug-fix", "testing"))
    return [_timed(lambda seed=seed: route(candidates, wanted, seed)) for seed in range(_ROUTINGS)]


def _candidate(number: int, draws: random.Random) -> Candidate:
    def record() -> Record:
        return Record(draws.randrange(150), draws.randrange(50))

    return Candidate(
        version_id=UUID(int=number),
        agent=f"agent-{number}",
        version=1,
        capabilities=frozenset({"bug-fix", "testing"}),
        overall=record(),
        records={"bug-fix": record(), "testing": record()},
        cost_micro_usd=draws.randrange(1, 10**6),
        live=draws.randrange(4),
    )


@dataclass
class _Run:
    handed_in_seconds: float = 0.0
    looks: list[float] = field(default_factory=list[float])
    cpu_seconds: float = 0.0
    """Of this process."""


async def _run(bench: Bench) -> _Run:
    run = _Run()
    async with _kept(bench) as kept:
        body = {"goal": "All of it", "repository": kept.repository, "verify": ["true"], "tasks": _layers()}
        began = perf_counter()
        answer = await kept.api.call("POST", "/plans", json={**body, "settings": {"max_parallel": _WIDE}})
        run.handed_in_seconds = perf_counter() - began
        plan_id = UUID(answer.json()["id"])
        while await _look(kept, plan_id, run):
            for session in await _open_sessions(kept, plan_id):
                await _end(kept, session)
    console.print(f"  {sum(run.looks) / (_WIDE * _DEEP) * 1000:.1f} ms a task in {len(run.looks)} looks")
    return run


async def _look(kept: Kept, plan_id: UUID, run: _Run) -> bool:
    """False when the plan is completed."""
    began, spent = perf_counter(), process_time()
    await kept.keeper.look(kept.tenant_id, plan_id)
    run.looks.append(perf_counter() - began)
    run.cpu_seconds += process_time() - spent
    if len(run.looks) % 10 and await _open_sessions(kept, plan_id):
        return True
    status = (await kept.api.call("GET", f"/plans/{plan_id}/report")).json()["plan"]["status"]
    if status not in ("running", "completed") or len(run.looks) > _MOST_LOOKS:
        raise BenchmarkFailed(f"the plan is {status} after {len(run.looks)} looks")
    return status == "running"


async def _open_sessions(kept: Kept, plan_id: UUID) -> list[Session]:
    mine = (Session.plan_id == plan_id, Session.status.in_(frozenset(Status) - FINISHED))
    with tenant_scope(kept.tenant_id):
        async with kept.api.database.transaction() as db:
            return list(await IndustrialRepository(db).list(Session, *mine, order=(Session.id,)))


async def _end(kept: Kept, session: Session) -> None:
    """Its work is done and passes; a merge has merged all that it should."""
    values: dict[str, Any] = {"commit": f"{session.id.int:040x}"[:40]}
    if session.merges is not None:
        values["merges"] = [{**part, "state": "merged"} for part in session.merges]
    await kept.end(session.id, **values)


@asynccontextmanager
async def _kept(bench: Bench) -> AsyncGenerator[Kept]:
    folder = bench.new_folder("plans")
    postgres = EmbeddedPostgres(folder / "postgres")
    url = await asyncio.to_thread(postgres.start)
    try:
        await asyncio.to_thread(migrate, url)
        async with api_on(folder, url) as api:
            yield Kept(api, _keeper(api), str(make_repository(folder / "code" / f"shop-{new_id()}", SHOP)))
    finally:
        await asyncio.to_thread(postgres.stop)


def _keeper(api: Api) -> PlanKeeper:
    url, state = api.database.url, api.app.state
    return PlanKeeper(api.database, state.catalog, state.settings, state.workspaces, Leadership(url, 5.0), Listener(url))
