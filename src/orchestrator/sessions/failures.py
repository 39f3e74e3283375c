"""From an error to the failure that a person reads: its class, a message and what to do."""

from orchestrator.kit.errors import OrchestratorError
from orchestrator.sessions.errors import FailureClass

_CLASSES = {
    "repository": FailureClass.REPOSITORY,
    "ref_not_found": FailureClass.REPOSITORY,
    "setup_failed": FailureClass.REPOSITORY,
    "publish_failed": FailureClass.REPOSITORY,
    "session_timed_out": FailureClass.TIME_OUT,
    "opencode_start": FailureClass.RUNTIME_START,
    "opencode_missing": FailureClass.RUNTIME_START,
    "opencode_wrong": FailureClass.RUNTIME_START,
    "sandbox": FailureClass.RUNTIME_START,
    "runtime_": FailureClass.RUNTIME_LOST,
    "opencode_": FailureClass.RUNTIME_LOST,
    "provider_busy": FailureClass.PROVIDER_TRANSIENT,
    "provider_refused": FailureClass.PROVIDER_FINAL,
    "unknown_model": FailureClass.USER_INPUT,
    "model_unusable": FailureClass.USER_INPUT,
    "unknown_agent": FailureClass.USER_INPUT,
}


def failure_of(error: OrchestratorError) -> dict[str, str]:
    return {"class": class_of(error.code).value, "message": error.message[:2_000], "hint": error.hint_text[:500]}


def class_of(code: str) -> FailureClass:
    """The longest known beginning of the error's code decides."""
    matches = [beginning for beginning in _CLASSES if code.startswith(beginning)]
    return _CLASSES[max(matches, key=len)] if matches else FailureClass.INTERNAL


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


class RuntimeLost(OrchestratorError):
    """The OpenCode server of this session ended {times} times in one turn."""

    status = 500
    code = "runtime_lost"
    hint = "Look at the node's memory and at the server's log; the work up to the last checkpoint is kept."


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


class InternalFault(OrchestratorError):
    """The orchestrator failed on this session."""

    code = "internal_fault"
    hint = "The log of the node that ran it names the cause; the work up to the last checkpoint is kept."
