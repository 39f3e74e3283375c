"""The one shape of error, from the deepest module to the HTTP answer.

A subclass's docstring is the message a person reads, with `{fields}` filled from the keyword arguments. `hint` says
what to do next. Codes are stable: clients match on them.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from orchestrator.kit.printable import printable


class OrchestratorError(Exception):
    """Something went wrong in the orchestrator."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    hint: ClassVar[str] = "Look at the orchestrator's log for the request id, then report it with that log line."

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.message)

    @property
    def message(self) -> str:
        text = " ".join((type(self).__doc__ or "").split())
        return printable(text.format_map(_Fields(self.fields)))

    @property
    def hint_text(self) -> str:
        return printable(self.hint.format_map(_Fields(self.fields)))

    @property
    def retry_after_seconds(self) -> int | None:
        """When to try again, for errors that pass by themselves; it becomes the header Retry-After."""
        seconds = self.fields.get("retry_after_seconds")
        return seconds if isinstance(seconds, int) else None

    @property
    def headers(self) -> Mapping[str, str]:
        """What its answer says besides."""
        return {}

    def body(self, request_id: str) -> dict[str, dict[str, Any]]:
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "hint": self.hint_text,
                "request_id": request_id,
            }
        }


class _Fields(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"


class NotFound(OrchestratorError):
    """There is nothing at this address for you."""

    status = 404
    code = "not_found"
    hint = "Check the id and the tenant: an object of another tenant looks the same as one that never was."


class Invalid(OrchestratorError):
    """{problem}"""

    status = 422
    code = "invalid"
    hint = "Correct the named field and send the request again."


class DatabaseUnreachable(OrchestratorError):
    """The database does not answer: {problem}"""

    status = 503
    code = "database_unreachable"
    hint = "Check DATABASE_URL and that PostgreSQL runs, or unset DATABASE_URL to use the embedded one."


class DiskFull(OrchestratorError):
    """The database has no room on its disk any more; nothing was changed."""

    status = 503
    code = "disk_full"
    hint = "Free space on the disk that holds the database and try again: what was stored is kept."


class Conflict(OrchestratorError):
    """{problem}"""

    status = 409
    code = "conflict"
    hint = "Read the object again: it has changed since you looked."
