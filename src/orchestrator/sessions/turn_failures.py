"""Why a turn failed, read from the error that OpenCode wrote into its last answer."""

import json
from typing import Any, cast

from orchestrator.kit.errors import OrchestratorError
from orchestrator.opencode.schemas import MessageError
from orchestrator.opencode.turns import Turn, TurnState
from orchestrator.sessions.failures import (
    AgentFailed,
    CallRefused,
    ContextOutgrown,
    OpenCodeStoreFailed,
    ProviderBusy,
    ProviderRefused,
)

_PAYMENT_REQUIRED = 402
_STORE_FAILED = "Failed to execute statement"
"""OpenCode's words, whatever its SQLite said: that the disk is full, that it is locked."""
_UNREADABLE = ("JSON parsing failed", "Type validation failed")
"""Those of its library for models, about an answer that is none of an API of models."""
_FOR_PROGRAMMERS = " For more information, pass `verbose: true` in the second argument to fetch()"
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
    if problem.startswith(_STORE_FAILED):
        return OpenCodeStoreFailed(problem=problem)
    if error.name == "ContextOverflowError":
        return ContextOutgrown(problem=problem)
    if error.name == "UnknownError":
        return _unknown(problem, error.data.message)
    if error.name not in ("APIError", "ProviderAuthError", "ContentFilterError"):
        return AgentFailed(problem=problem)
    if status is None and error.data.is_retryable:  # The connection, or the answer on it, broke off.
        return ProviderBusy(problem=problem.removesuffix(_FOR_PROGRAMMERS))
    if status is not None and (status == 429 or status >= 500):
        return ProviderBusy(problem=f"status {status}: {problem}")
    return ProviderRefused(problem=f"status {status}: {problem}" if status else problem)


def _unknown(problem: str, message: str) -> OrchestratorError:
    """What OpenCode has no name for. An error within a stream that had begun well comes as its JSON."""
    if problem.startswith(_UNREADABLE):
        return ProviderBusy(problem=f"its answer cannot be read: {problem}")
    try:
        told: Any = json.loads(message)
    except (ValueError, RecursionError):
        return AgentFailed(problem=problem)
    if not isinstance(told, dict):
        return AgentFailed(problem=problem)
    whole = cast("dict[str, Any]", told)
    inner: Any = whole.get("error", whole)
    words: Any = cast("dict[str, Any]", inner).get("message") if isinstance(inner, dict) else inner
    return ProviderBusy(problem=words[:500] if isinstance(words, str) and words else problem)
