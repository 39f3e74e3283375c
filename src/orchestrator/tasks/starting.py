"""The sessions that a plan makes: those that work on a task, and those that merge. Each begins on the plan's branch."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.sessions.assigning import Assignment
from orchestrator.sessions.merging import checkpoint_with, part_of
from orchestrator.sessions.models import Session
from orchestrator.sessions.service import Checked, NewSession, create_session
from orchestrator.tasks.models import Plan, PlanMerge, PlanSession, PlanTask
from orchestrator.tasks.prompts import task_prompt
from orchestrator.tasks.specs import PlanSettings
from orchestrator.tasks.states import MergeStatus, TaskStatus, WorkRole
from orchestrator.tasks.writing import set_task
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.principal import Principal

_MERGE_COMES_BEFORE = 10
"""So much higher is the priority of a merge: tasks wait for it."""
_MOST_PRIORITY = 100


def acts_for(plan: Plan) -> Principal:
    """Whoever handed the plan in, as whom its sessions are handed in."""
    kind, _, own_id = plan.created_by.partition(":")
    user = plan.user_subject.removeprefix("user:") if plan.user_subject.startswith("user:") else None
    return Principal(
        tenant_id=plan.tenant_id,
        tenant_slug="",
        key_id=UUID(own_id) if kind == "key" else None,
        user_id=UUID(user) if user else None,
        name="",
        role=Role.MEMBER,
    )


def wanted_of(plan: Plan, task: PlanTask, before: Sequence[str], beside: Sequence[str]) -> NewSession:
    settings = PlanSettings.model_validate(plan.settings)
    return NewSession(
        prompt=task_prompt(task.prompt, plan.goal, before, beside),
        title=task.title,
        repository=plan.repository,
        base_ref=plan.base_commit or plan.base_ref,
        agent=task.agent,
        capabilities=task.capabilities or None,
        model=task.model,
        priority=settings.priority,
        verify=plan.verify if task.verify is None else task.verify,
        isolation=settings.isolation,
        timeout_seconds=settings.timeout_seconds,
        max_feedback_rounds=settings.max_feedback_rounds,
        max_tokens=settings.max_tokens,
        max_cost_micro_usd=settings.max_cost_micro_usd,
    )


async def begin_task(db: AsyncSession, plan: Plan, task: PlanTask, checked: Sequence[Checked], note: str | None) -> None:
    """A session for each that is to try it, in the transaction that says so: exactly once."""
    principal, made = acts_for(plan), list[Session]()
    for number, one in enumerate(checked):
        session = await create_session(db, principal, one)
        session.plan_id, session.task_key = plan.id, task.key
        _upon_head(plan, session)
        made.append(session)
        db.add(
            PlanSession(
                tenant_id=plan.tenant_id,
                session_id=session.id,
                plan_id=plan.id,
                task_key=task.key,
                attempt=task.attempt,
                number=number,
                role=WorkRole.WORK,
                created_at=now(),
            )
        )
    only = made[0].id if len(made) == 1 else None
    reason = note if only else "; ".join([f"{len(made)} sessions try it", *([note] if note else [])])
    await set_task(db, plan, task.key, TaskStatus.RUNNING, reason, session_id=only, started_at=now())


def _upon_head(plan: Plan, session: Session) -> None:
    """What agents have changed on the branch does not change how the work of others is judged."""
    if plan.head_commit is None:
        return
    session.base_commit, session.base_ref, session.based_on = plan.head_commit, plan.branch, plan.head_checkpoint
    session.rules_commit = plan.base_commit


async def begin_merge(db: AsyncSession, plan: Plan, keys: Sequence[str], session_ids: Sequence[UUID]) -> PlanMerge:
    """Raises CheckpointUnusable, and what a session of its own may be refused for."""
    repository = IndustrialRepository(db)
    sessions = [await repository.get(Session, one) for one in session_ids]
    parts = [part_of(one, await checkpoint_with(db, one)) for one in sessions]
    session = await create_session(db, acts_for(plan), _merge(plan, keys, sessions[0]))
    session.plan_id, session.merges, session.branch = plan.id, [dict(part) for part in parts], plan.branch
    _upon_head(plan, session)
    last = select(func.coalesce(func.max(PlanMerge.number), 0)).where(PlanMerge.tenant_id == plan.tenant_id)
    number = (await db.execute(last.where(PlanMerge.plan_id == plan.id))).scalar_one() + 1
    row = PlanMerge(
        id=new_id(),
        plan_id=plan.id,
        number=number,
        session_id=session.id,
        task_keys=list(keys),
        status=MergeStatus.RUNNING,
        created_at=now(),
    )
    repository.add(row)
    told: dict[str, Any] = {"plan_id": str(plan.id), "number": number, "tasks": list(keys)}
    events.append(db, plan.tenant_id, "plan.merge_started", actor=ORCHESTRATOR, session_id=session.id, **told)
    await db.flush()
    return row


def _merge(plan: Plan, keys: Sequence[str], like: Session) -> Checked:
    settings = PlanSettings.model_validate(plan.settings)
    named = ", ".join(keys[:10]) + (f" and {len(keys) - 10} more" if len(keys) > 10 else "")
    wanted = NewSession(
        prompt=f"Merge the results of {named} onto {plan.branch}. No agent works in this session.",
        title=f"Merge {named}"[:200],
        repository=plan.repository,
        base_ref=plan.base_commit or plan.base_ref,
        priority=min(_MOST_PRIORITY, settings.priority + _MERGE_COMES_BEFORE),
        verify=plan.verify,
        isolation=settings.isolation,
        timeout_seconds=settings.timeout_seconds,
        max_feedback_rounds=0,
    )
    return Checked(wanted, Assignment(), like.model, plan.repository_key)
