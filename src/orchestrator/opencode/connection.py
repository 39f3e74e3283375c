"""How OpenCode's HTTP API is spoken to: one connection pool a server, answers of a shape, errors of two kinds."""

import io
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
from pydantic import TypeAdapter, ValidationError

from orchestrator.opencode.errors import OpenCodeRequestFailed, OpenCodeUnreachable
from orchestrator.opencode.nesting import shallower

USER = "opencode"
REQUEST_SECONDS = 30.0

Answer = TypeVar("Answer")


def connector_to(socket_path: str | None) -> aiohttp.BaseConnector:
    return aiohttp.UnixConnector(socket_path, limit=0) if socket_path else aiohttp.TCPConnector(limit=0)


class Connection:
    def __init__(
        self, url: str, password: str, timeout_seconds: float = REQUEST_SECONDS, socket_path: str | None = None
    ) -> None:
        """`socket_path` is a unix socket that leads to the server where its port cannot be reached."""
        self.url = url
        self.socket_path = socket_path
        self._timeout = timeout_seconds
        self._http = aiohttp.ClientSession(
            base_url=url,
            headers={"Authorization": aiohttp.encode_basic_auth(USER, password)},
            connector=connector_to(socket_path),
            timeout=aiohttp.ClientTimeout(total=timeout_seconds),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.close()

    async def _get(
        self,
        path: str,
        directory: str | None,
        shape: TypeAdapter[Answer],
        query: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        answer = await self._call("GET", path, directory, query=query, timeout_seconds=timeout_seconds)
        return self._read(shape, answer, "GET", path)

    async def _post(
        self, path: str, directory: str, body: Any, shape: TypeAdapter[Answer], timeout_seconds: float | None = None
    ) -> Answer:
        answer = await self._call("POST", path, directory, body, timeout_seconds=timeout_seconds)
        return self._read(shape, answer, "POST", path)

    async def _call(
        self,
        method: str,
        path: str,
        directory: str | None,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> bytes:
        params = dict(query or {}) | ({"directory": directory} if directory else {})
        timeout = aiohttp.ClientTimeout(total=timeout_seconds or self._timeout)
        if self._http.closed:  # By another session's step, which found the server silent first.
            raise OpenCodeUnreachable(method=method, path=path, problem="it was stopped")
        try:
            async with self._http.request(method, path, params=params, timeout=timeout, **_sent(body)) as answer:
                content = await answer.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            raise OpenCodeUnreachable(method=method, path=path, problem=_reason(problem)) from problem
        if answer.status >= 400:
            text = content.decode(errors="replace")[:500]
            raise OpenCodeRequestFailed(method=method, path=path, answer_status=answer.status, body=text)
        return content

    def _read(self, shape: TypeAdapter[Answer], content: bytes, method: str, path: str) -> Answer:
        try:
            return _in_shape(shape, content)
        except ValidationError as problem:
            text = f"an answer that we cannot read: {problem}"[:500]
            raise OpenCodeRequestFailed(method=method, path=path, answer_status=200, body=text) from problem


def _in_shape(shape: TypeAdapter[Answer], content: bytes) -> Answer:
    try:
        return shape.validate_json(content)
    except ValidationError:
        if (cut := shallower(content)) == content:
            raise
    return shape.validate_json(cut)


def _sent(body: Any) -> dict[str, Any]:
    """As a file: bytes of a megabyte and more are written in one piece, which aiohttp warns of."""
    if body is None:
        return {}
    content = io.BytesIO(json.dumps(body, separators=(",", ":")).encode())
    return {"data": content, "headers": {"content-type": "application/json"}}


def _reason(problem: BaseException) -> str:
    return str(problem) or type(problem).__name__
