"""What went wrong with a session, as its owner reads it: the class, a message, what to do, and whether it is tried again."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orchestrator.kit.clock import now
from orchestrator.kit.errors import OrchestratorError
from orchestrator.sessions.errors import FailureClass

_CLASSES = {
    "repository": FailureClass.REPOSITORY,
    "ref_not_found": FailureClass.REPOSITORY,
    "setup_failed": FailureClass.REPOSITORY,
    "publish_failed": FailureClass.REPOSITORY,
    "rebase_unsolved": FailureClass.REPOSITORY,
    "nothing_merged": FailureClass.REPOSITORY,
    "session_timed_out": FailureClass.TIME_OUT,
    "opencode_start": FailureClass.RUNTIME_START,
    "opencode_missing": FailureClass.RUNTIME_START,
    "opencode_wrong": FailureClass.RUNTIME_START,
    "sandbox": FailureClass.RUNTIME_START,
    "process_not_started": FailureClass.RUNTIME_START,
    "runtime_": FailureClass.RUNTIME_LOST,
    "opencode_": FailureClass.RUNTIME_LOST,
    "node_lost": FailureClass.RUNTIME_LOST,
    "turn_stalled": FailureClass.TIME_OUT,
    "agent_loops": FailureClass.TIME_OUT,
    "too_many_steps": FailureClass.TIME_OUT,
    "provider_silent": FailureClass.PROVIDER_TRANSIENT,
    "provider_empty": FailureClass.PROVIDER_TRANSIENT,
    "provider_busy": FailureClass.PROVIDER_TRANSIENT,
    "answer_cut_off": FailureClass.PROVIDER_FINAL,
    "context_outgrown": FailureClass.PROVIDER_FINAL,
    "provider_refused": FailureClass.PROVIDER_FINAL,
    "call_refused": FailureClass.BUDGET,
    "unknown_model": FailureClass.USER_INPUT,
    "model_unusable": FailureClass.USER_INPUT,
    "unknown_agent": FailureClass.USER_INPUT,
    "external_agent_failed": FailureClass.VERIFICATION,
    "external_agents_lost": FailureClass.RUNTIME_LOST,
    "commits_refused": FailureClass.VERIFICATION,
    "bundle_unreadable": FailureClass.VERIFICATION,
}


@dataclass(frozen=True)
class Retries:
    """`most` without progress in between; each waits twice as long as the one before, up to `longest_seconds`."""

    most: int
    first_seconds: float
    longest_seconds: float

    def wait_seconds(self, before: int) -> float:
        """Between half of it and all of it, so that what failed together does not come back together."""
        full = min(self.longest_seconds, self.first_seconds * 2**before)
        return full * random.uniform(0.5, 1.0)  # noqa: S311 - no secret.


RETRIES = {
    FailureClass.RUNTIME_START: Retries(4, 5, 120),
    FailureClass.RUNTIME_LOST: Retries(6, 2, 60),
    FailureClass.PROVIDER_TRANSIENT: Retries(8, 10, 600),
    FailureClass.INTERNAL: Retries(2, 10, 60),
}
"""Faults of the infrastructure alone. Whatever the user, the repository, the budget or the result is to blame for stays
as it is until a person acts. Internal ones are tried again, but twice only: mostly a race or a full disk, else a bug."""

NEVER_RETRIED = frozenset(
    {"agent_failed", "fork_start_lost", "opencode_missing", "opencode_wrong_version", "sandbox_network_unavailable"}
)
"""Codes that say the same again however often they are tried."""


@dataclass(frozen=True)
class Failure:
    """What is stored with the session and shown; `retry_at` is None when it is not tried again."""

    class_: FailureClass
    message: str
    hint: str
    retryable: bool
    retries: int = 0
    retry_at: datetime | None = None

    @classmethod
    def of(cls, error: OrchestratorError) -> "Failure":
        kind = class_of(error.code)
        retryable = kind in RETRIES and error.code not in NEVER_RETRIED
        return cls(kind, error.message[:2_000], error.hint_text[:500], retryable)

    def again(self, retries: int, wait_seconds: float) -> "Failure":
        return Failure(
            self.class_, self.message, self.hint, self.retryable, retries, now() + timedelta(seconds=wait_seconds)
        )

    def over(self, retries: int) -> "Failure":
        return Failure(self.class_, self.message, self.hint, self.retryable, retries)

    def stored(self) -> dict[str, Any]:
        return {
            "class": self.class_.value,
            "message": self.message,
            "hint": self.hint,
            "retryable": self.retryable,
            "retries": self.retries,
            "retry_at": self.retry_at.isoformat() if self.retry_at else None,
        }


def class_of(code: str) -> FailureClass:
    """The longest known beginning of the error's code decides."""
    matches = [beginning for beginning in _CLASSES if code.startswith(beginning)]
    return _CLASSES[max(matches, key=len)] if matches else FailureClass.INTERNAL


class NoRoomOnNode(OrchestratorError):
    """The node's disk was full when these commands failed, so nothing is said by it: {commands}"""

    status = 507
    code = "no_room_on_node"
    hint = "Free space on the node, see `orchestrator gc --dry-run`; the session waits for it and then goes on."


class OpenCodeStoreFailed(OrchestratorError):
    """OpenCode could not store the conversation: {problem}"""

    status = 502
    code = "opencode_store_failed"
    hint = "The session is tried again by itself; see whether the node's disk is full or failing."


class ProviderRefused(OrchestratorError):
    """The model provider refused the request: {problem}"""

    status = 502
    code = "provider_refused"
    hint = "Check the provider's key, quota and model name, then start the session again."


class CallRefused(OrchestratorError):
    """The gateway takes no further call of this session at the moment: {problem}"""

    status = 402
    code = "call_refused"
    hint = "Raise the budget, or wait for the provider; the session then goes on by itself."

    @property
    def by_provider(self) -> bool:
        return bool(self.fields.get("by_provider"))


class ProviderBusy(OrchestratorError):
    """The model provider kept failing: {problem}"""

    status = 502
    code = "provider_busy"
    hint = "The provider limits or fails requests at the moment; start the session again later."


class ContextOutgrown(OrchestratorError):
    """The conversation does not fit into the model's context, not even summed up: {problem}"""

    status = 502
    code = "context_outgrown"
    hint = (
        "Hand in less at once, or take a model with a larger context. Its size is to be what the provider really takes: "
        "ORCHESTRATOR_PROVIDER_CONTEXT, or --context of the model's target."
    )


class RuntimeLost(OrchestratorError):
    """The OpenCode server of this session ended {times} times in one turn."""

    status = 500
    code = "runtime_lost"
    hint = "Look at the node's memory and at the server's log; the work up to the last checkpoint is kept."


class NodeLost(OrchestratorError):
    """The node {node} is lost; the session had begun to run there."""

    status = 503
    code = "node_lost"
    hint = "It goes on from its last checkpoint; look at why nodes that run it are lost: memory, disk, network."


class AgentFailed(OrchestratorError):
    """OpenCode could not finish the turn: {problem}"""

    status = 500
    code = "agent_failed"
    hint = "The transcript shows how far it came; start the session again or change the prompt."


class TimedOut(OrchestratorError):
    """The session did not finish within {seconds} seconds."""

    status = 504
    code = "session_timed_out"
    hint = "Hand it in again with a larger timeout_seconds, or ask for less at once."


class TimedOutVerifying(TimedOut):
    """The session did not finish within {seconds} seconds: its verification commands were still running then."""

    code = "session_timed_out_verifying"
    hint = "Run them in a fresh clone to see which one hangs, or hand it in again with a larger timeout_seconds."


class InternalFault(OrchestratorError):
    """The orchestrator failed on this session."""

    code = "internal_fault"
    hint = "The log of the node that ran it names the cause; the work up to the last checkpoint is kept."


class WorkflowLost(OrchestratorError):
    """What ran the session ended without its end: {problem}"""

    code = "workflow_lost"
    hint = "It goes on from its last checkpoint; the log of the node that ran it names the cause."
