"""Tasks that the agent of a task adds to its plan while it works.

It says what is to be done, and never what judges that: a planner's task has the same shape. In a plan whose tasks a person
approved, a person decides on each.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import registry
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import Conflict, OrchestratorError
from orchestrator.kit.printable import one_line
from orchestrator.runtimes.own_tools import CREATE_TASK, TOOLS_NAME
from orchestrator.sessions.approval_rows import ApprovalKind
from orchestrator.sessions.models import Session
from orchestrator.sessions.questions import Wish
from orchestrator.tasks import editing
from orchestrator.tasks.errors import PlanInvalid
from orchestrator.tasks.graph import Node, check
from orchestrator.tasks.models import Plan, PlanSession, PlanTask
from orchestrator.tasks.planner import PlannedTask, check_capabilities
from orchestrator.tasks.service import nodes_of, open_plan, tasks_of
from orchestrator.tasks.specs import TaskNew
from orchestrator.tasks.states import WorkRole

MOST_OF_A_SESSION, MOST_OF_A_PLAN = 10, 50
_SESSION = "session:"
_MOST_NAMED = 30


class NoTaskOfAPlan(Conflict):
    """This session works on no task of a plan, so there is no plan to add one to."""

    code = "no_task_of_a_plan"
    hint = "Say with finish_task what is left to do: whoever reads the result can hand it in."


class TooManyAdded(OrchestratorError):
    """{whose} added {most} tasks to this plan, which is the most."""

    status = 429
    code = "too_many_tasks_added"
    hint = "Do it as part of your own task, or say with finish_task what is left to do."


async def proposed(db: AsyncSession, session: Session, task: PlannedTask, *, after_mine: bool) -> tuple[Plan, PlannedTask]:
    """The plan, locked, and the task as it would be added. Raises NoTaskOfAPlan, PlanNotOpen, PlanInvalid, TooManyAdded."""
    if session.plan_id is None or session.task_key is None or not await _works(db, session.id):
        raise NoTaskOfAPlan
    plan = await open_plan(db, session.plan_id, "adding a task")
    tasks = await tasks_of(db, plan, prompts=False)
    depends_on = [*task.depends_on, session.task_key] if after_mine else task.depends_on
    task = task.model_copy(update={"depends_on": list(dict.fromkeys(depends_on))})
    if is_there(tasks, session, task):
        return plan, task
    _check_counts(tasks, session)
    agents = [frozenset(one.definition.capabilities) for one in await registry.listed(db) if one.agent.enabled]
    check_capabilities(task, agents)
    _check_fits(tasks, task)
    return plan, task


async def _works(db: AsyncSession, session_id: UUID) -> bool:
    found = await db.get(PlanSession, (IndustrialRepository(db).tenant_id, session_id))
    return found is not None and found.role is WorkRole.WORK


def is_there(tasks: Sequence[PlanTask], session: Session, task: PlannedTask) -> bool:
    """Whether the same session has added it before: an answer can get lost."""
    mine = {one.key: one for one in tasks if one.added_by == _SESSION + str(session.id)}
    known = mine.get(task.key)
    return known is not None and (known.title, known.depends_on) == (one_line(task.title) or task.key, task.depends_on)


def _check_counts(tasks: Sequence[PlanTask], session: Session) -> None:
    by = [one.added_by for one in tasks if one.added_by and one.added_by.startswith(_SESSION)]
    if by.count(_SESSION + str(session.id)) >= MOST_OF_A_SESSION:
        raise TooManyAdded(whose="This session has", most=MOST_OF_A_SESSION)
    if len(by) >= MOST_OF_A_PLAN:
        raise TooManyAdded(whose="Agents have", most=MOST_OF_A_PLAN)


def _check_fits(tasks: Sequence[PlanTask], task: PlannedTask) -> None:
    try:
        check([*nodes_of(tasks), Node(task.key, tuple(task.depends_on))])
    except PlanInvalid as problem:
        keys = ", ".join(one.key for one in tasks[:_MOST_NAMED])
        more = " and more" if len(tasks) > _MOST_NAMED else ""
        raise PlanInvalid(problem=f"{problem.fields['problem']}. Its tasks are {keys}{more}", task=task.key) from None


def needs_approval(plan: Plan) -> bool:
    """A person has looked at its tasks before they began, so one looks at what comes to them."""
    return plan.approved_by is not None


def wish(task: PlannedTask) -> Wish:
    detail = task.model_dump(mode="json")
    return Wish(ApprovalKind.PERMISSION, f"{TOOLS_NAME}_{CREATE_TASK}", detail, patterns=[task.key], always=["*"])


async def add(db: AsyncSession, session: Session, plan: Plan, task: PlannedTask) -> Sequence[PlanTask]:
    """All tasks of the plan, with it in it. The plan is locked."""
    if not is_there(await tasks_of(db, plan, prompts=False), session, task):
        await editing.add(db, _SESSION + str(session.id), plan, TaskNew.model_validate(task.model_dump()))
    return await tasks_of(db, plan, prompts=False)
