"""Server-sent events as a browser reads them: lines end with a line feed and with nothing else."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from tests.actors import Actor
from tests.api import V1


@dataclass(frozen=True)
class Message:
    id: int | None
    type: str
    data: dict[str, Any]


class Stream:
    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.comments: list[str] = []
        self._messages = self._parsed()

    async def next(self) -> Message:
        return await anext(self._messages)

    async def take(self, count: int) -> list[Message]:
        return [await self.next() for _ in range(count)]

    async def _parsed(self) -> AsyncIterator[Message]:
        buffer = b""
        async for piece in self.response.aiter_raw():
            *blocks, buffer = (buffer + piece).split(b"\n\n")
            for block in blocks:
                message = self._message(block.decode())
                if message is not None:
                    yield message

    def _message(self, block: str) -> Message | None:
        fields: dict[str, str] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
        if "" in fields:
            self.comments.append(fields[""])
        if "data" not in fields:
            return None
        seq = int(fields["id"]) if "id" in fields else None
        return Message(seq, fields["event"], json.loads(fields["data"]))


@asynccontextmanager
async def stream(
    client: httpx.AsyncClient, actor: Actor, *, last_event_id: str | None = None, **params: Any
) -> AsyncIterator[Stream]:
    headers = actor.headers | ({"Last-Event-ID": last_event_id} if last_event_id is not None else {})
    async with client.stream("GET", f"{V1}/events", params=params, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)
