"""What each state of a task there means for the piece of work here. Pure; the table is in docs/reference/eap.md."""

from dataclasses import dataclass
from enum import Enum

SUBMITTED, WORKING, COMPLETED = "TASK_STATE_SUBMITTED", "TASK_STATE_WORKING", "TASK_STATE_COMPLETED"
FAILED, CANCELED, REJECTED = "TASK_STATE_FAILED", "TASK_STATE_CANCELED", "TASK_STATE_REJECTED"
INPUT_REQUIRED, AUTH_REQUIRED = "TASK_STATE_INPUT_REQUIRED", "TASK_STATE_AUTH_REQUIRED"


class Comes(Enum):
    GOES_ON = "goes on"
    """The lease is renewed."""
    RESULT = "result"
    """Its artifacts are taken in, and the assignment is completed."""
    FAILURE = "failure"


@dataclass(frozen=True)
class Meaning:
    comes: Comes
    says: str = ""
    """How the failure begins; what the agent says follows."""
    cancel: bool = False
    """The agent would go on waiting."""


MEANINGS = {
    SUBMITTED: Meaning(Comes.GOES_ON),
    WORKING: Meaning(Comes.GOES_ON),
    COMPLETED: Meaning(Comes.RESULT),
    FAILED: Meaning(Comes.FAILURE, "the agent failed"),
    CANCELED: Meaning(Comes.FAILURE, "the agent cancelled its task"),
    REJECTED: Meaning(Comes.FAILURE, "the agent rejected the task"),
    INPUT_REQUIRED: Meaning(Comes.FAILURE, "the agent asks, and a message to the session answers it"),
    AUTH_REQUIRED: Meaning(Comes.FAILURE, "the agent asks for an authorization that cannot be given here", cancel=True),
}
UNKNOWN = Meaning(Comes.FAILURE, "the agent's task is in a state that A2A does not know", cancel=True)


def meaning_of(state: str) -> Meaning:
    return MEANINGS.get(state, UNKNOWN)
