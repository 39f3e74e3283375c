"""The work of a task is read by another agent before it is merged. Only a clear approval of the very commit lets it pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions import follow_ups, messages
from orchestrator.sessions.merging import checkpoint_with
from orchestrator.sessions.messages import NewMessage
from orchestrator.sessions.models import Session
from orchestrator.sessions.service import Checked, NewSession, create_session, evidence_of
from orchestrator.sessions.states import FINISHED, Status
from orchestrator.tasks import review_words
from orchestrator.tasks.answers import last_words
from orchestrator.tasks.looks import Look
from orchestrator.tasks.models import Plan, PlanSession, PlanTask
from orchestrator.tasks.snapshots import fact_of
from orchestrator.tasks.specs import PlanSettings, ReviewWish
from orchestrator.tasks.starting import acts_for
from orchestrator.tasks.states import TaskStatus, WorkRole

_MOST_COMMANDS = 10


@dataclass(frozen=True)
class Wanted:
    """A review that is to begin: of the work that this session has done, at its present commit."""

    key: str
    work: Session


async def settle_reviews(look: Look) -> list[Wanted]:
    """What reviews that are over mean for their tasks; those that have to begin."""
    wanted: list[Wanted] = []
    for task in [one for one in look.tasks.values() if one.status is TaskStatus.REVIEWING]:
        work = await look.work_of(task.key)
        if not fact_of(work).good:
            await look.put(task.key, TaskStatus.RESOLVING, "its session works on it again")
            continue
        review = await review_of(look.db, look.plan, task.key, work)
        if review is None:
            wanted.append(Wanted(task.key, work))
        elif review.status in FINISHED:
            await _settle(look, task.key, work, review)
    return wanted


async def review_of(db: AsyncSession, plan: Plan, key: str, work: Session) -> Session | None:
    """The newest review of the work as it is now; one that a person has cancelled is none."""
    joined = (Session.tenant_id == PlanSession.tenant_id) & (Session.id == PlanSession.session_id)
    mine = (PlanSession.tenant_id == plan.tenant_id, PlanSession.plan_id == plan.id, PlanSession.task_key == key)
    of_this = (PlanSession.role == WorkRole.REVIEW, Session.base_commit == work.commit)
    query = select(Session).join(PlanSession, joined).where(*mine, *of_this).order_by(PlanSession.number.desc()).limit(1)
    return (await db.execute(query)).scalar_one_or_none()


async def _settle(look: Look, key: str, work: Session, review: Session) -> None:
    if review.status is not Status.COMPLETED:
        reason = (review.failure or {}).get("message") or review.status_reason or review.status.value
        await look.put(key, TaskStatus.FAILED, f"its review came to no end: {reason}")
        return
    found = review_words.read(await last_words(look.db, review.id))
    if found is None:
        await look.put(key, TaskStatus.FAILED, "its review gave no verdict that can be read")
        return
    _tell(look, key, review, approved=found.approve, findings=found.findings)
    if found.approve:
        await look.put(key, TaskStatus.MERGING, f"approved by {review.agent} with {review.model}")
    else:
        await _back(look, key, work, review_words.told(found), found.findings)


async def _back(look: Look, key: str, work: Session, text: str, findings: Sequence[str]) -> None:
    rounds = look.tasks[key].conflict_rounds
    if rounds >= look.settings.max_conflict_rounds:
        said = "; ".join(findings)[:500]
        await look.put(key, TaskStatus.FAILED, f"its review does not approve it, also after {rounds} rounds: {said}")
        return
    session = await IndustrialRepository(look.db).get(Session, work.id, lock=True)
    await messages.add(look.db, ORCHESTRATOR, session, NewMessage(text))
    await follow_ups.queue_again(look.db, session, ORCHESTRATOR, "its review does not approve it yet")
    await look.put(key, TaskStatus.RESOLVING, "its session mends what its review found", conflict_rounds=rounds + 1)


def _tell(look: Look, key: str, review: Session, *, approved: bool, findings: Sequence[str]) -> None:
    told: dict[str, Any] = {"plan_id": str(look.plan.id), "task": key, "approved": approved, "findings": len(findings)}
    events.append(look.db, look.plan.tenant_id, "plan.reviewed", actor=ORCHESTRATOR, session_id=review.id, **told)


def wish_of(plan: Plan) -> ReviewWish | None:
    return PlanSettings.model_validate(plan.settings).review


async def wanted_of(db: AsyncSession, plan: Plan, task: PlanTask, work: Session, wish: ReviewWish) -> NewSession:
    commands = [one.command for one in await evidence_of(db, work.id) if one.exit_code == 0 and one.commit == work.commit]
    evidence = ", ".join(f"`{one}`" for one in commands[:_MOST_COMMANDS]) or "none"
    settings = PlanSettings.model_validate(plan.settings)
    return NewSession(
        prompt=review_words.asked(task.prompt, work.base_commit or "", work.commit or "", evidence),
        title=f"Review: {task.title}"[:200],
        repository=plan.repository,
        base_ref=plan.base_commit or plan.base_ref,
        agent=wish.agent,
        model=wish.model,
        priority=settings.priority,
        verify=[],
        isolation=settings.isolation,
        timeout_seconds=settings.timeout_seconds,
        max_feedback_rounds=0,
        max_tokens=settings.max_tokens,
        max_cost_micro_usd=settings.max_cost_micro_usd,
    )


async def begin_review(db: AsyncSession, plan: Plan, task: PlanTask, work: Session, checked: Checked) -> Session:
    """It begins at the commit that it is about. Raises CheckpointUnusable, and what a session may be refused for."""
    checkpoint = await checkpoint_with(db, work)
    session = await create_session(db, acts_for(plan), checked)
    session.plan_id, session.task_key = plan.id, task.key
    session.base_commit, session.base_ref, session.based_on = checkpoint.commit, work.branch, checkpoint.id
    session.rules_commit = plan.base_commit
    mine = (PlanSession.tenant_id == plan.tenant_id, PlanSession.plan_id == plan.id, PlanSession.task_key == task.key)
    number = (await db.execute(select(func.count()).where(*mine, PlanSession.role == WorkRole.REVIEW))).scalar_one()
    db.add(
        PlanSession(
            tenant_id=plan.tenant_id,
            session_id=session.id,
            plan_id=plan.id,
            task_key=task.key,
            attempt=task.attempt,
            number=number,
            role=WorkRole.REVIEW,
            created_at=now(),
        )
    )
    await db.flush()
    return session


def same_model(work: Session, checked: Checked, wish: ReviewWish) -> bool:
    return wish.another_model and checked.model == work.model
