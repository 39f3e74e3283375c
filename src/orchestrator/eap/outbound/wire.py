"""The SDK's client over the guard for outbound addresses, and the credential that goes with each request.

The SDK speaks through httpx, which would resolve names itself; here its requests go through `Outbound`. Importing this
takes most of a second: whoever needs it imports it late.
"""

import asyncio
import base64
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import httpx
from a2a.client.client import Client, ClientConfig
from a2a.client.client_factory import ClientFactory
from a2a.types import AgentCard
from a2a.utils.errors import A2AError
from google.protobuf.json_format import ParseDict, ParseError

from orchestrator.eap.models import Auth, RemoteCard
from orchestrator.kit.outbound import AddressRefused, AnswerTooLong, Limits, Outbound, hindrance
from orchestrator.webhooks.guard import Guard

MOST_ANSWER_BYTES = 16 * 1024 * 1024
"""Of a task with its artifacts. What is larger comes as the address of a file."""
CALL = Limits(seconds=60, silence_seconds=60, answer_bytes=MOST_ANSWER_BYTES)
STREAM = Limits(seconds=3_600, silence_seconds=120, answer_bytes=4 * MOST_ANSWER_BYTES)
BINDINGS = ["JSONRPC", "HTTP+JSON"]
NOT_REACHED = (AddressRefused, AnswerTooLong, aiohttp.ClientError, OSError, TimeoutError)
MISBEHAVED = (A2AError, httpx.HTTPError, ParseError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""All that the SDK raises for an answer that is an error, or none at all."""
_PIECES = 16


def pinned(row: RemoteCard) -> AgentCard:
    """The card with the one interface that was chosen of it."""
    return ParseDict(row.card, AgentCard(), ignore_unknown_fields=True)


def credential_headers(auth: Auth, header: str | None, credential: str | None) -> dict[str, str]:
    if credential is None:
        return {}
    match auth:
        case Auth.BASIC:
            return {"authorization": f"Basic {base64.b64encode(credential.encode()).decode()}"}
        case Auth.API_KEY if header is not None:
            return {header.lower(): credential}
        case _:
            return {"authorization": f"Bearer {credential}"}


@asynccontextmanager
async def connected(guard: Guard, card: AgentCard, headers: Mapping[str, str]) -> AsyncGenerator[Client]:
    async with guard.outbound() as outbound, httpx.AsyncClient(transport=_Guarded(outbound), headers=headers) as http:
        config = ClientConfig(httpx_client=http, supported_protocol_bindings=BINDINGS, polling=True)
        yield ClientFactory(config).create(card)


class _Guarded(httpx.AsyncBaseTransport):
    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        stream = _Answer(self._outbound, request, body)
        head = await stream.begin()
        return httpx.Response(head.status, headers=head.headers, stream=stream, request=request)


@dataclass(frozen=True)
class _Head:
    status: int
    headers: list[tuple[str, str]]


class _Answer(httpx.AsyncByteStream):
    """Read by a task of its own, so that its time and its end are nobody else's."""

    def __init__(self, outbound: Outbound, request: httpx.Request, body: bytes) -> None:
        is_stream = "text/event-stream" in request.headers.get("accept", "")
        self._outbound, self._request, self._body = outbound, request, body
        self._limits = STREAM if is_stream else CALL
        self._pieces = asyncio.Queue[_Head | bytes | httpx.TransportError | None](_PIECES)
        self._reading: asyncio.Task[None] | None = None

    async def begin(self) -> _Head:
        self._reading = asyncio.create_task(self._read())
        try:
            first = await self._pieces.get()
        except asyncio.CancelledError:
            await self.aclose()
            raise
        if isinstance(first, _Head):
            return first
        await self.aclose()
        raise first if isinstance(first, httpx.TransportError) else AssertionError("the head comes first")

    async def _read(self) -> None:
        headers = {name: value for name, value in self._request.headers.items() if name != "content-length"}
        opened = self._outbound.opened(
            self._request.method, str(self._request.url), headers=headers, body=self._body, limits=self._limits
        )
        read = 0
        try:
            async with opened as answer:
                await self._pieces.put(_Head(answer.status, list(answer.headers.items())))
                async for piece in answer.content.iter_any():
                    read += len(piece)
                    if read > self._limits.answer_bytes:
                        raise AnswerTooLong(self._limits.answer_bytes)
                    await self._pieces.put(piece)
            await self._pieces.put(None)
        except NOT_REACHED as error:
            await self._pieces.put(httpx.ReadError(hindrance(error), request=self._request))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            if isinstance(piece, httpx.TransportError):
                raise piece
            if isinstance(piece, bytes):
                yield piece

    async def aclose(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
