"""What is refused, as A2A says it."""

from a2a.utils.errors import (
    A2AError,
    InternalError,
    InvalidParamsError,
    TaskNotFoundError,
    UnsupportedOperationError,
)

from orchestrator.kit.errors import Conflict, OrchestratorError


class MessageIdReused(Conflict):
    """The messageId {message_id} was sent before, with other words or to another task."""

    code = "message_id_reused"
    hint = "Give a new message a new messageId; repeat one with exactly the same content."


OVER_HTTP = frozenset({401, 402, 403, 429, 500, 503})
"""Refusals that are about the caller or the moment, and not about the protocol: the answer is HTTP's, as everywhere else."""


def as_a2a(error: OrchestratorError) -> A2AError:
    data = {"code": error.code, "hint": error.hint_text}
    if error.status == 404:
        return TaskNotFoundError()
    if error.status in OVER_HTTP:
        return InternalError(error.message, data)
    kind = UnsupportedOperationError if error.status == 409 else InvalidParamsError
    return kind(error.message, data)
