"""Which files each task of a plan will probably change, foreseen once for each revision of the plan."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.tasks.facts import TaskFact
from orchestrator.tasks.graph import Graph, Node
from orchestrator.tasks.models import Plan, PlanTask
from orchestrator.tasks.overlap import Predicted, Repository, overlaps, predicted
from orchestrator.tasks.states import TaskStatus
from orchestrator.workspaces import Base, Workspaces

log = get_logger(__name__)

_MOST_PLANS = 50


@dataclass(frozen=True)
class Foresight:
    """Of one revision of one plan; `shape` are its tasks, each after all that it depends on."""

    revision: int
    shape: tuple[TaskFact, ...]
    tasks: dict[str, Predicted]

    def meet(self, key: str, other: str) -> Sequence[str]:
        """Nothing of a task that came after this was foreseen."""
        if key not in self.tasks or other not in self.tasks:
            return ()
        return overlaps(self.tasks[key], self.tasks[other])


class Foreseer:
    """One a keeper. The repository's history is read on this node, where it is here."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._known: dict[tuple[UUID, UUID, int], Foresight] = {}

    def known(self, plan: Plan) -> Foresight | None:
        return self._known.get((plan.tenant_id, plan.id, plan.revision))

    async def foresee(self, plan: Plan, tasks: Sequence[PlanTask]) -> Foresight:
        repository = await self._repository(plan)
        foreseen = await asyncio.to_thread(_foreseen, tasks, repository)
        found = Foresight(plan.revision, _shape(tasks), foreseen)
        while len(self._known) >= _MOST_PLANS:
            del self._known[next(iter(self._known))]
        self._known[plan.tenant_id, plan.id, plan.revision] = found
        return found

    async def _repository(self, plan: Plan) -> Repository:
        if plan.base_commit is None:
            return Repository.of((), ())
        base = Base(plan.repository_key, plan.base_ref or plan.base_commit, plan.base_commit)
        try:
            mirror = self._workspaces.mirror(str(plan.tenant_id), base)
            history = await self._workspaces.histories.read(mirror, plan.base_commit)
        except OrchestratorError as error:
            where = {"tenant_id": str(plan.tenant_id), "plan_id": str(plan.id)}
            log.info("overlap_not_foreseen", **where, code=error.code, problem=error.message)
            return Repository.of((), ())
        return await asyncio.to_thread(Repository.of, history.files, history.changes)


def _foreseen(tasks: Sequence[PlanTask], repository: Repository) -> dict[str, Predicted]:
    return {task.key: predicted(task.paths, task.prompt, repository) for task in tasks}


def _shape(tasks: Sequence[PlanTask]) -> tuple[TaskFact, ...]:
    """What does not change with what becomes of them."""
    facts = {
        task.key: TaskFact(task.key, task.position, tuple(task.depends_on), TaskStatus.DONE, best_of=task.best_of)
        for task in tasks
    }
    order = Graph.of([Node(fact.key, fact.depends_on) for fact in facts.values()]).order()
    return tuple(facts[key] for key in order)
