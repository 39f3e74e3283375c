"""The graph of a plan as the API shows it, with what is left of it foreseen from what sessions took before."""

import asyncio
import math
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.remembered import Remembered
from orchestrator.sessions.queue_details import queue_facts
from orchestrator.tasks import service
from orchestrator.tasks.forecast import Outlook, Ranges, Work, outlook, ranges
from orchestrator.tasks.models import Plan, PlanTask
from orchestrator.tasks.pasts import past_of
from orchestrator.tasks.reading import merges_of
from orchestrator.tasks.schemas import ExpectedRead, GraphEdge, GraphNode, GraphRead, MergeRead, PlanForecastRead
from orchestrator.tasks.specs import PlanSettings
from orchestrator.tasks.states import PLAN_ENDED, TaskStatus

_LEFT = frozenset({TaskStatus.PENDING, TaskStatus.RUNNING, TaskStatus.REVIEWING, TaskStatus.MERGING, TaskStatus.RESOLVING})


_FEW_DRAWS = 4_000
_drawn: Remembered[tuple[UUID, UUID, int, int], Ranges] = Remembered(10.0, most=500)
"""A page reads the graph anew at each event of its plan, and how long a large plan takes changes little in that time: what
is costly to foresee is foreseen that often only. What is told of the tasks themselves is always of this moment."""


async def graph(db: AsyncSession, plan: Plan) -> GraphRead:
    tasks = await service.tasks_of(db, plan, prompts=False)
    ahead, drawn = await _ahead(db, plan, tasks)
    critical = frozenset(ahead.critical_path)
    merging = [task for task in tasks if task.status is TaskStatus.MERGING]
    return GraphRead(
        nodes=[_node(task, ahead, critical=task.key in critical) for task in tasks],
        edges=[GraphEdge(before=key, after=task.key) for task in tasks for key in task.depends_on],
        queue=[task.key for task in sorted(merging, key=lambda task: (task.worked_at is None, task.worked_at))],
        merges=[MergeRead.model_validate(row) for row in reversed(await merges_of(db, plan))],
        forecast=None if plan.status in PLAN_ENDED else PlanForecastRead.of(drawn, ahead.unknown),
    )


def _node(task: PlanTask, ahead: Outlook, *, critical: bool) -> GraphNode:
    expected = ahead.tasks.get(task.key)
    return GraphNode(
        key=task.key,
        title=task.title,
        status=task.status,
        status_reason=task.status_reason,
        session_id=task.session_id,
        critical=critical,
        expected=expected and ExpectedRead.model_validate(expected),
    )


async def _ahead(db: AsyncSession, plan: Plan, tasks: Sequence[PlanTask]) -> tuple[Outlook, Ranges]:
    """As many tasks work at once as the plan, the tenant's quota and the nodes allow. The same plan gives the same."""
    past, facts = await past_of(db), await queue_facts(db)
    limits = [PlanSettings.model_validate(plan.settings).max_parallel, facts.slots, facts.max_concurrent_sessions]
    slots = min(limit for limit in limits if limit is not None)
    works = [_work(task) for task in tasks if task.status in _LEFT]
    ahead = await asyncio.to_thread(outlook, works, past.sessions, plan.repository_key)
    if not ahead.is_open(slots):
        return ahead, ranges(ahead, slots)

    async def draw() -> Ranges:
        seed = plan.id.int % 2**31
        return await asyncio.to_thread(ranges, ahead, slots, merge_seconds=past.merge_seconds, seed=seed)

    if ahead.draws <= _FEW_DRAWS:
        return ahead, await draw()
    return ahead, await _drawn.get((plan.tenant_id, plan.id, plan.revision, slots), draw)


def _work(task: PlanTask) -> Work:
    return Work(
        key=task.key,
        depends_on=tuple(task.depends_on),
        agent=task.agent,
        capabilities=frozenset(task.capabilities),
        best_of=task.best_of,
        elapsed_seconds=_elapsed(task),
    )


def _elapsed(task: PlanTask) -> float | None:
    """Of one whose work is done only the merge is left."""
    if task.status in (TaskStatus.MERGING, TaskStatus.RESOLVING):
        return math.inf
    begun = task.started_at if task.status is TaskStatus.RUNNING else None
    return None if begun is None else (now() - begun).total_seconds()
