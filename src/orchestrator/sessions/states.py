"""The session's state machine, pure: which states there are, which moves are legal, which hold a slot."""

from enum import StrEnum


class Status(StrEnum):
    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    DEGRADED = "degraded"
    VERIFYING = "verifying"
    PAUSED = "paused"
    ORPHANED = "orphaned"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class QueueReason(StrEnum):
    TENANT_CONCURRENCY = "tenant_concurrency"
    CLUSTER_CAPACITY = "cluster_capacity"
    BUDGET = "budget"
    AGENT = "agent"
    DEPENDENCY = "dependency"
    PROVIDER = "provider"
    DISK = "disk"
    REVIEW_LIMIT = "review_limit"
    RETRY = "retry"


class Verification(StrEnum):
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"


class Request(StrEnum):
    """What a person, or a node that drains, has asked of a session that works; its node carries it out."""

    PAUSE = "pause"
    STOP = "stop"
    DRAIN = "drain"


class Decision(StrEnum):
    """What a person made of a result."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Rating(StrEnum):
    """How a person found the work."""

    GOOD = "good"
    BAD = "bad"


class TurnKind(StrEnum):
    """Why a turn was begun."""

    PROMPT = "prompt"
    FEEDBACK = "feedback"
    MESSAGE = "message"
    NUDGE = "nudge"
    CONFLICT = "conflict"


class MessageKind(StrEnum):
    MESSAGE = "message"
    REVIEW_COMMENT = "review_comment"
    CI_FAILURE = "ci_failure"


_ENDS_EARLY = frozenset({Status.STOPPED, Status.CANCELLED, Status.FAILED, Status.TIMED_OUT, Status.ORPHANED})

_MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.QUEUED, Status.CANCELLED}),
    Status.QUEUED: frozenset({Status.RUNNING, Status.PAUSED, Status.STOPPED, Status.CANCELLED, Status.FAILED}),
    Status.RUNNING: _ENDS_EARLY
    | {Status.QUEUED, Status.WAITING, Status.DEGRADED, Status.VERIFYING, Status.PAUSED, Status.COMPLETED},
    Status.WAITING: _ENDS_EARLY | {Status.RUNNING, Status.PAUSED},
    Status.DEGRADED: _ENDS_EARLY | {Status.RUNNING, Status.PAUSED},
    Status.VERIFYING: _ENDS_EARLY | {Status.RUNNING, Status.COMPLETED, Status.PARTIALLY_COMPLETED},
    Status.PAUSED: frozenset({Status.QUEUED, Status.STOPPED, Status.CANCELLED}),
    Status.ORPHANED: frozenset({Status.QUEUED, Status.FAILED, Status.CANCELLED}),
    Status.COMPLETED: frozenset({Status.QUEUED}),
    Status.PARTIALLY_COMPLETED: frozenset({Status.QUEUED}),
    Status.FAILED: frozenset({Status.QUEUED}),
    Status.TIMED_OUT: frozenset({Status.QUEUED}),
    Status.STOPPED: frozenset({Status.QUEUED}),
    Status.CANCELLED: frozenset(),
}

HOLDS_SLOT = frozenset({Status.RUNNING, Status.WAITING, Status.DEGRADED, Status.VERIFYING, Status.ORPHANED})
TURNS_RUN = frozenset({Status.RUNNING, Status.WAITING, Status.DEGRADED})
"""In no other state can a tool of the agent run."""
FINISHED = frozenset(
    {
        Status.COMPLETED,
        Status.PARTIALLY_COMPLETED,
        Status.FAILED,
        Status.TIMED_OUT,
        Status.STOPPED,
        Status.CANCELLED,
    }
)


def may_move(current: Status, to: Status) -> bool:
    return to in _MOVES[current]


def next_states(current: Status) -> frozenset[Status]:
    return _MOVES[current]
