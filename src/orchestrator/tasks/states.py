"""What a plan and its tasks can be."""

from enum import StrEnum


class PlanStatus(StrEnum):
    AWAITING_APPROVAL = "awaiting_approval"
    RUNNING = "running"
    BLOCKED = "blocked"
    """Nothing of it can go on until a person does something."""
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    PENDING = "pending"
    """It waits for its dependencies, or for its turn."""
    RUNNING = "running"
    REVIEWING = "reviewing"
    """Its work is done, and another agent reads it."""
    MERGING = "merging"
    """Its work is done, and in the queue of merges."""
    RESOLVING = "resolving"
    """Its session works on a conflict with what was merged before it."""
    DONE = "done"
    """What it changed is on the plan's branch, verified together with all that is there."""
    FAILED = "failed"
    BLOCKED = "blocked"
    """A task that it depends on has failed, or was cancelled."""
    CANCELLED = "cancelled"


class WorkRole(StrEnum):
    """What a session does for a task."""

    WORK = "work"
    REVIEW = "review"


class MergeStatus(StrEnum):
    RUNNING = "running"
    MERGED = "merged"
    """At least one of its tasks is on the branch now."""
    REJECTED = "rejected"
    """What was merged does not pass the plan's verification, or nothing could be merged."""
    FAILED = "failed"
    """Something that says nothing about the work."""


class PushState(StrEnum):
    PENDING = "pending"
    PUSHED = "pushed"
    FAILED = "failed"
    """A person repeats it, or leaves it."""
    NOTHING = "nothing"
    """Its tasks changed nothing."""


class Overlap(StrEnum):
    """What is done about two tasks that will probably change the same files."""

    SERIALISE = "serialise"
    WARN = "warn"


AT_WORK = frozenset({TaskStatus.RUNNING, TaskStatus.REVIEWING, TaskStatus.MERGING, TaskStatus.RESOLVING})
ENDED = frozenset({TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.BLOCKED, TaskStatus.CANCELLED})
PLAN_ENDED = frozenset({PlanStatus.COMPLETED, PlanStatus.FAILED, PlanStatus.CANCELLED})
