"""Every error as the one shape of answer: what the API documents, and what each exception comes to."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from orchestrator.kit.errors import Invalid, NotFound, OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error, error_response, request_id_of
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)


class MethodNotAllowed(OrchestratorError):
    """This address does not take that method."""

    status = 405
    code = "method_not_allowed"
    hint = "See the OpenAPI document at /api/v1/openapi.json."


class ErrorDetail(BaseModel):
    code: str
    message: str
    hint: str
    request_id: str


class ErrorBody(BaseModel):
    """The one shape of error."""

    error: ErrorDetail


# For a `model` FastAPI would build a validator for each status of each route, half of what the application takes to start.
_BODY = {"application/json": {"schema": {"$ref": f"#/components/schemas/{ErrorBody.__name__}"}}}
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": _BODY}
    for status, description in (
        (401, "No valid key"),
        (403, "The role does not allow it"),
        (404, "Nothing there for you"),
        (409, "Not possible in the present state"),
        (412, "What was read with this ETag stands there no longer"),
        (413, "The body is too large"),
        (422, "The request is malformed"),
        (429, "A limit is reached for now; Retry-After says how long"),
        (503, "The database is unreachable"),
    )
}
"""What any route may answer, for the OpenAPI document."""


def handle_errors(app: FastAPI) -> None:
    async def known(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, OrchestratorError)  # noqa: S101 - registered for this class alone.
        return error_response(error, request.scope)

    async def malformed(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone.
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        # A field's name is the caller's: it may hold a lone surrogate, which no answer can be written with.
        problem = f"{where}: {first['msg']}".strip(": ")[:500].encode("utf-8", "replace").decode()
        return error_response(Invalid(problem=problem), request.scope)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone.
        if isinstance(error.__cause__, OrchestratorError):  # FastAPI read a body, and says no more than that it could not.
            return error_response(error.__cause__, request.scope)
        known_error = {404: NotFound(), 405: MethodNotAllowed()}.get(error.status_code)
        return error_response(known_error or Invalid(problem=str(error.detail)), request.scope)

    async def database_trouble(request: Request, error: Exception) -> JSONResponse:
        log.error("database_trouble", request_id=request_id_of(request.scope), problem=str(error).split("\n")[0])
        return error_response(database_error(error), request.scope)

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected_error", request_id=request_id_of(request.scope), exc_info=error)
        return error_response(OrchestratorError(), request.scope)

    app.add_exception_handler(OrchestratorError, known)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http)
    for trouble in DATABASE_TROUBLE:
        app.add_exception_handler(trouble, database_trouble)
    app.add_exception_handler(Exception, unexpected)
