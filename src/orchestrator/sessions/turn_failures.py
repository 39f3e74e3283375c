"""Why a turn failed, read from the error that OpenCode wrote into its last answer."""

from orchestrator.kit.errors import OrchestratorError
from orchestrator.opencode.schemas import MessageError
from orchestrator.opencode.turns import Turn, TurnState
from orchestrator.sessions.failures import AgentFailed, CallRefused, ProviderBusy, ProviderRefused

_PAYMENT_REQUIRED = 402
PROVIDER_EXHAUSTED = "provider_exhausted"
"""The gateway's code for a provider that takes no calls; its other refusals are of budgets."""


def failure_of_turn(turn: Turn) -> OrchestratorError:
    if turn.state is TurnState.ABORTED or turn.error is None:
        return AgentFailed(problem="the turn was aborted")
    return provider_failure(turn.error)


def is_refusal(error: MessageError) -> bool:
    """402 is the gateway's own word: for a spent budget, and for a provider that is exhausted."""
    return error.name == "APIError" and error.data.status_code == _PAYMENT_REQUIRED


def provider_failure(error: MessageError) -> OrchestratorError:
    problem = " ".join((error.data.message or error.name).split())[:500]
    status = error.data.status_code
    if is_refusal(error):
        by_provider = PROVIDER_EXHAUSTED in (error.data.response_body or problem)
        return CallRefused(problem=problem, by_provider=by_provider)
    if error.name not in ("APIError", "ProviderAuthError"):
        return AgentFailed(problem=problem)
    if status is not None and (status == 429 or status >= 500):
        return ProviderBusy(problem=f"status {status}: {problem}")
    return ProviderRefused(problem=f"status {status}: {problem}" if status else problem)
