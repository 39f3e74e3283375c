"""The REST API for tools: asked within this process, in the caller's own name. So permissions, limits, checks and errors
are the same as over HTTP, and what is added there needs no second look here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from httpx import ASGITransport

from orchestrator.mcp.tools import ToolRefused

_OURS = "http://orchestrator.internal/api/v1"
_OF_THE_CALLER = ("authorization", "cookie", "origin", "sec-fetch-site", "x-tenant-id")


@dataclass(frozen=True)
class RestCaller:
    """No client of httpx, which would keep cookies for others."""

    transport: ASGITransport
    headers: Mapping[str, str]

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer's JSON, or its text. Raises ToolRefused."""
        content = None if body is None else json.dumps(body).encode()
        told = {"content-type": "application/json"} if body is not None else {}
        url = f"{_OURS}{path}" + (f"?{urlencode(given(query), doseq=True)}" if query else "")
        request = httpx.Request(method, url, headers={**self.headers, **told, **(headers or {})}, content=content)
        answer = await self.transport.handle_async_request(request)
        await answer.aread()
        if answer.is_success:
            return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
        error = answer.json()["error"]
        raise ToolRefused(error["code"], error["message"], error["hint"])


def headers_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Of those of a request, the ones that say whose it is."""
    return {name: headers[name] for name in _OF_THE_CALLER if name in headers}


def given(query: Mapping[str, Any] | None) -> dict[str, Any]:
    """Without what is None, as an address has it."""
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in (query or {}).items()
        if value is not None
    }
