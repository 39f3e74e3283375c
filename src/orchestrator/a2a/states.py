"""A session's status as A2A names it, and back. Pure."""

from orchestrator.sessions.states import Status

SUBMITTED, WORKING, INPUT_REQUIRED = "TASK_STATE_SUBMITTED", "TASK_STATE_WORKING", "TASK_STATE_INPUT_REQUIRED"
COMPLETED, FAILED = "TASK_STATE_COMPLETED", "TASK_STATE_FAILED"
CANCELED, REJECTED = "TASK_STATE_CANCELED", "TASK_STATE_REJECTED"

STATES = {
    Status.PENDING: SUBMITTED,
    Status.QUEUED: SUBMITTED,
    Status.RUNNING: WORKING,
    Status.DEGRADED: WORKING,
    Status.VERIFYING: WORKING,
    Status.ORPHANED: WORKING,
    Status.WAITING: INPUT_REQUIRED,
    Status.PAUSED: INPUT_REQUIRED,
    Status.COMPLETED: COMPLETED,
    Status.PARTIALLY_COMPLETED: COMPLETED,
    Status.FAILED: FAILED,
    Status.TIMED_OUT: FAILED,
    Status.STOPPED: CANCELED,
    Status.CANCELLED: CANCELED,
}
TERMINAL = frozenset({COMPLETED, FAILED, CANCELED, REJECTED})
AT_REST = TERMINAL | {INPUT_REQUIRED}


def state_of(status: Status, attempt: int) -> str:
    """What failed before its first attempt was refused, and nothing was done for it."""
    return REJECTED if status is Status.FAILED and attempt == 0 else STATES[status]


def statuses_of(state: str) -> list[Status]:
    """What may be in that state; more than one status may be, and REJECTED is one of a failed session."""
    if state == REJECTED:
        return [Status.FAILED]
    return [status for status, named in STATES.items() if named == state]
