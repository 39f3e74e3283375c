"""What a failed turn is told as, by the error that OpenCode wrote."""

import pytest

from orchestrator.kit.errors import OrchestratorError
from orchestrator.opencode.schemas import MessageError
from orchestrator.sessions.failures import (
    AgentFailed,
    CallRefused,
    ContextOutgrown,
    OpenCodeStoreFailed,
    ProviderBusy,
    ProviderRefused,
)
from orchestrator.sessions.turn_failures import provider_failure


@pytest.mark.parametrize(
    ("name", "status", "message", "told"),
    [
        ("APIError", 402, "spent", CallRefused),
        ("APIError", 429, "slow down", ProviderBusy),
        ("APIError", 502, "bad gateway", ProviderBusy),
        ("APIError", 400, "no such model", ProviderRefused),
        ("ProviderAuthError", None, "no key", ProviderRefused),
        ("UnknownError", None, "Failed to execute statement", OpenCodeStoreFailed),
        ("UnknownError", None, "something else", AgentFailed),
        ("UnknownError", None, '["something else"]', AgentFailed),
        ("UnknownError", None, "JSON parsing failed: Text: {", ProviderBusy),
        ("ContextOverflowError", None, "too long", ContextOutgrown),
        ("ContentFilterError", None, "blocked", ProviderRefused),
    ],
)
def test_each_error_has_its_class(name: str, status: int | None, message: str, told: type[OrchestratorError]) -> None:
    error = MessageError.model_validate({"name": name, "data": {"message": message, "statusCode": status}})
    assert type(provider_failure(error)) is told


BROKEN_OFF = (
    "Cannot connect to API: The socket connection was closed unexpectedly. For more information, pass `verbose: true` in "
    "the second argument to fetch()"
)


def test_an_answer_that_broke_off_is_tried_again_and_told_without_what_is_for_programmers() -> None:
    """It was told as a refusal for good, to be mended by another key."""
    error = MessageError.model_validate({"name": "APIError", "data": {"message": BROKEN_OFF, "isRetryable": True}})
    told = provider_failure(error)
    assert type(told) is ProviderBusy
    assert told.message.endswith("closed unexpectedly.")


@pytest.mark.parametrize(
    "body", ['{"message":"out of memory","code":500}', '{"error":{"message":"out of memory"}}', '{"error":"out of memory"}']
)
def test_an_error_in_the_middle_of_a_stream_is_the_providers(body: str) -> None:
    told = provider_failure(MessageError.model_validate({"name": "UnknownError", "data": {"message": body}}))
    assert told.message == "The model provider kept failing: out of memory"
