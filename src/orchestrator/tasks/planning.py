"""A plan whose first task makes the others: its answer is read, mended a few times, and becomes tasks of the plan."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import registry
from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions import messages
from orchestrator.sessions.follow_ups import queue_again
from orchestrator.sessions.lifecycle import tell_plan
from orchestrator.sessions.messages import NewMessage
from orchestrator.sessions.models import Session
from orchestrator.tasks import advancing, planner
from orchestrator.tasks.answers import last_words
from orchestrator.tasks.errors import PlanInvalid
from orchestrator.tasks.facts import SessionFact
from orchestrator.tasks.looks import Look
from orchestrator.tasks.planner import KEY, MOST_REPAIRS
from orchestrator.tasks.service import row_of
from orchestrator.tasks.specs import TaskNew
from orchestrator.tasks.states import PlanStatus, TaskStatus
from orchestrator.tasks.writing import set_plan


async def settle_planner(look: Look, sessions: Sequence[SessionFact]) -> bool:
    """Whether the plan has its tasks now. They begin at the next look, which knows what they will change."""
    came_to = advancing.worked(look.tasks[KEY], sessions)
    if came_to is None:
        return False
    if came_to.winner is None:
        await look.put(KEY, came_to.status, f"it gave no plan: {came_to.reason}")
        return False
    try:
        answer = await last_words(look.db, came_to.winner)
        tasks = planner.read(answer, look.tasks, await _agents(look.db))
    except PlanInvalid as problem:
        await _back(look, came_to.winner, str(problem.fields["problem"]))
        return False
    await _take(look, came_to.winner, tasks)
    return True


async def _agents(db: AsyncSession) -> list[frozenset[str]]:
    return [frozenset(known.definition.capabilities) for known in await registry.listed(db) if known.agent.enabled]


async def _back(look: Look, session_id: UUID, problem: str) -> None:
    """A turn of the same conversation mends it."""
    rounds = look.tasks[KEY].conflict_rounds
    if rounds >= MOST_REPAIRS:
        reason = f"it gave no plan that can be run, also after {rounds} rounds: {problem}"
        await look.put(KEY, TaskStatus.FAILED, reason, session_id=session_id)
        return
    session = await IndustrialRepository(look.db).get(Session, session_id, lock=True)
    await messages.add(look.db, ORCHESTRATOR, session, NewMessage(planner.repair(problem)))
    await queue_again(look.db, session, ORCHESTRATOR, "its plan cannot be run")
    mending = f"its plan cannot be run: {problem}"
    await look.put(KEY, TaskStatus.RESOLVING, mending, session_id=session_id, conflict_rounds=rounds + 1)


async def _take(look: Look, session_id: UUID, tasks: Sequence[TaskNew]) -> None:
    """Once: in the transaction that calls the planning done."""
    plan, first = look.plan, max(task.position for task in look.tasks.values()) + 1
    look.db.add_all(row_of(plan, task, first + number) for number, task in enumerate(tasks))
    plan.revision, plan.updated_at = plan.revision + 1, now()
    reason = f"it made {len(tasks)} tasks" if len(tasks) > 1 else "it made one task"
    await look.put(KEY, TaskStatus.DONE, reason, session_id=session_id, worked_at=now())
    told: dict[str, Any] = {"plan_id": str(plan.id), "revision": plan.revision, "task": KEY}
    events.append(look.db, plan.tenant_id, "plan.changed", actor=ORCHESTRATOR, **told)
    if (plan.planner or {}).get("require_approval"):
        await set_plan(look.db, plan, PlanStatus.AWAITING_APPROVAL, "it waits for an approval")
    await tell_plan(look.db, plan.tenant_id, plan.id)
    await look.db.flush()
