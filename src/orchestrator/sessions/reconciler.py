"""Every session that has not ended answers "what moves this forward next?". Where the answer is nothing, this sees to it.

A snapshot of facts, a pure decision, and an action that is taken only if the session is still where the snapshot saw it.
A node asks it of the sessions that it holds slots for; the leader asks it of the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from orchestrator.sessions.states import HOLDS_SLOT, Status


class Workflow(StrEnum):
    """What is known of the workflow of a session's attempt."""

    NONE = "none"
    RUNS = "runs here"
    WAITS = "is about to begin here"
    STANDS = "was begun here, and nothing runs it"
    ELSEWHERE = "was begun by another version, or at an earlier time of the node"
    ENDED = "ended"
    FAILED = "failed"


class NodeState(StrEnum):
    LIVES = "lives"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Action(StrEnum):
    START = "start"
    RESUME = "resume"
    BEGIN_ANEW = "begin anew"
    RETRY = "retry"
    GO_ON = "go on"
    ORPHAN = "orphan"
    RECOVER = "recover"
    EXPLAIN = "explain"


@dataclass(frozen=True)
class Facts:
    """`has_deadline`: somebody was asked, and there is a time at which the default answers. `here`: this node asks."""

    status: Status
    node: NodeState = NodeState.LIVES
    here: bool = True
    workflow: Workflow = Workflow.RUNS
    has_deadline: bool = True
    has_reason: bool = True


@dataclass(frozen=True)
class Decision:
    action: Action
    reason: str


_BY_WORKFLOW: Mapping[Workflow, Decision] = {
    Workflow.NONE: Decision(Action.START, "it had no workflow"),
    Workflow.STANDS: Decision(Action.RESUME, "nothing ran its workflow"),
    Workflow.ELSEWHERE: Decision(Action.BEGIN_ANEW, "its workflow was begun by another version of the orchestrator"),
    Workflow.ENDED: Decision(Action.RETRY, "its workflow ended without an end of the session"),
    Workflow.FAILED: Decision(Action.RETRY, "its workflow failed"),
}


def decide(facts: Facts) -> Decision | None:
    """None when something moves the session forward already, or a person has to."""
    if facts.status is Status.ORPHANED:
        return Decision(Action.RECOVER, "its node is lost")
    if facts.status is Status.QUEUED and not facts.has_reason:
        return Decision(Action.EXPLAIN, "it waited without a reason")
    if facts.status not in HOLDS_SLOT:
        return None
    if facts.node is not NodeState.LIVES:
        return Decision(Action.ORPHAN, f"its node is {facts.node.value}")
    if not facts.here:
        return None
    if facts.workflow in _BY_WORKFLOW:
        return _BY_WORKFLOW[facts.workflow]
    if facts.status is Status.WAITING and not facts.has_deadline:
        return Decision(Action.GO_ON, "it waited for nobody")
    return None
