"""Tables: plans, their tasks, the sessions that worked on each, and the merges onto their branches."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned
from orchestrator.tasks.states import MergeStatus, PlanStatus, TaskStatus, WorkRole


class Plan(TenantOwned, Base):
    __tablename__ = "plans"

    goal: Mapped[str]
    status: Mapped[PlanStatus] = mapped_column()
    status_reason: Mapped[str]
    revision: Mapped[int]
    """It grows with every change of its tasks."""
    repository: Mapped[str | None]
    repository_key: Mapped[str]
    base_ref: Mapped[str | None]
    base_commit: Mapped[str | None]
    """Where its first session began: all of it stands on this."""
    branch: Mapped[str]
    head_commit: Mapped[str | None]
    """What its branch holds; None until the first merge."""
    head_checkpoint: Mapped[UUID | None]
    """The checkpoint that brings the head to any node."""
    verify: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    planner: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """Of a plan whose first task makes the others: whether it is to be approved then."""
    settings: Mapped[Json]
    """schemas.PlanSettings."""
    push: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """What became of the push that its settings ask for; None until it completed."""
    user_subject: Mapped[str]
    created_by: Mapped[str]
    approved_by: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    """When one that a fault blocked is looked at again; None of any other."""
    seen_at: Mapped[datetime | None]
    """When somebody took note of what it came to."""
    seen_by: Mapped[str | None]


class PlanTask(Base):
    __tablename__ = "plan_tasks"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    title: Mapped[str]
    prompt: Mapped[str]
    depends_on: Mapped[list[str]]
    capabilities: Mapped[list[str]]
    paths: Mapped[list[str]]
    verify: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    """None: the plan's."""
    agent: Mapped[str | None]
    model: Mapped[str | None]
    best_of: Mapped[int]
    added_by: Mapped[str | None]
    """Who added it after the plan was handed in: a person's, a key's or a session's name."""
    status: Mapped[TaskStatus] = mapped_column()
    status_reason: Mapped[str | None]
    attempt: Mapped[int]
    """How often it was begun."""
    conflict_rounds: Mapped[int]
    session_id: Mapped[UUID | None]
    """Whose result is the task's."""
    queued_at: Mapped[datetime | None]
    """Since when it could have been begun."""
    started_at: Mapped[datetime | None]
    worked_at: Mapped[datetime | None]
    """When its work was done; in this order tasks are merged."""
    finished_at: Mapped[datetime | None]


class PlanSession(Base):
    """A session that worked on a task: one of several at once when the best is taken, one of an earlier attempt, or one
    that reviewed the work of another."""

    __tablename__ = "plan_sessions"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID]
    task_key: Mapped[str]
    attempt: Mapped[int]
    number: Mapped[int]
    role: Mapped[WorkRole] = mapped_column()
    won: Mapped[bool | None]
    """None until all of its attempt have ended."""
    reason: Mapped[str | None]
    created_at: Mapped[datetime]


class PlanMerge(TenantOwned, Base):
    """One step of the queue: results of tasks, put together upon the plan's head and verified there."""

    __tablename__ = "plan_merges"

    plan_id: Mapped[UUID]
    number: Mapped[int]
    session_id: Mapped[UUID]
    task_keys: Mapped[list[str]] = mapped_column(JSONB)
    status: Mapped[MergeStatus] = mapped_column()
    reason: Mapped[str | None]
    commit: Mapped[str | None] = mapped_column("commit_sha")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
