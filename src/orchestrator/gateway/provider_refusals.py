"""An answer of a provider that is no success: what of it reaches the caller, and what is the gateway's own business."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from orchestrator.gateway.faults import (
    ProviderAnsweredPage,
    ProviderErrorTooLong,
    ProviderRefusedKey,
    ProviderTooSmall,
    refusal,
)
from orchestrator.gateway.provider_answers import Busy, KeyRefused, NeverFits, OutOfQuota, meaning
from orchestrator.gateway.routing import ApiFormat, Endpoint
from orchestrator.gateway.upstream import passed_back
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

_MOST_ERROR_BYTES = 64 * 1024
_LONGEST_BACKOFF_SECONDS = 60.0


@dataclass(frozen=True)
class Head:
    """How an answer begins. `body` is all of it where the gateway has it already. `is_whole`: it is of no use by itself, and
    goes out together with the body that follows it."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    is_whole: bool = False


@dataclass(frozen=True)
class Again:
    """The provider is busy; `head` is what to answer if that takes too long."""

    wait_seconds: float
    head: Head


async def beginning(answer: aiohttp.ClientResponse) -> bytes:
    """The first bytes of what says of itself that it is a page; of others none, they are passed on as they come."""
    return await answer.content.readany() if _says_page(answer) else b""


def is_page(first: bytes) -> bool:
    """Some small servers stream under the type of pages, for it is the default of what they are made with."""
    return first.lstrip().startswith(b"<")


def _says_page(answer: aiohttp.ClientResponse) -> bool:
    return answer.content_type == "text/html"


async def read_refusal(
    answer: aiohttp.ClientResponse, endpoint: Endpoint, format_: ApiFormat, earlier: int, is_callers: Callable[[str], bool]
) -> Head | Again | OutOfQuota:
    """`earlier`: how often this call was refused before. Raises ProviderRefusedKey, ProviderTooSmall."""
    body = await _read(answer)
    found = meaning(answer.status, answer.headers, body or b"", is_callers)
    if isinstance(found, KeyRefused) and not _says_page(answer):  # A page that forbids is mostly a proxy's.
        log.error("provider_refused_key", provider=endpoint.name, status=answer.status)
        raise ProviderRefusedKey(provider=endpoint.name)
    if isinstance(found, NeverFits):
        raise ProviderTooSmall(provider=endpoint.name)
    if isinstance(found, OutOfQuota):
        return found
    head = _head(answer, body, endpoint, format_)
    if isinstance(found, Busy):
        wait_seconds = found.wait.total_seconds() if found.wait else min(2.0**earlier, _LONGEST_BACKOFF_SECONDS)
        return Again(wait_seconds, head)
    return head


async def _read(answer: aiohttp.ClientResponse) -> bytes | None:
    """None when it is too long, or breaks off."""
    body = bytearray()
    try:
        async for chunk in answer.content.iter_any():
            body += chunk
            if len(body) > _MOST_ERROR_BYTES:
                return None
    except (aiohttp.ClientError, TimeoutError):
        return None
    return bytes(body)


def _head(answer: aiohttp.ClientResponse, body: bytes | None, endpoint: Endpoint, format_: ApiFormat) -> Head:
    headers = passed_back(answer.headers)
    page = _says_page(answer)
    if body is not None and not page:
        key = (endpoint.api_key or "").encode()
        return Head(answer.status, headers, body.replace(key, b"[key]") if key else body)
    # Of a page nothing is of use to who asked, and OpenCode takes numbers in it for what went wrong.
    told = (
        ProviderAnsweredPage(provider=endpoint.name)
        if page
        else ProviderErrorTooLong(provider=endpoint.name, answered=answer.status)
    )
    own = refusal(told, format_)
    headers = {name: value for name, value in headers.items() if not name.startswith("content-")}
    status = own.status if answer.ok else answer.status
    return Head(status, headers | {"content-type": "application/json"}, json.dumps(own.body).encode())
