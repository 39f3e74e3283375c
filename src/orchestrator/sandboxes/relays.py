"""Carrying bytes both ways between two connections, until both have ended or neither says anything for too long."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_PIECE_BYTES = 64 * 1024


@dataclass(frozen=True)
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass
class Traffic:
    """What went through since the start, in connections and bytes."""

    connections: int = 0
    refused: int = 0
    bytes_out: int = 0
    bytes_in: int = 0


@asynccontextmanager
async def closing(connection: Connection) -> AsyncGenerator[Connection]:
    try:
        yield connection
    finally:
        connection.writer.close()


async def relay(near: Connection, far: Connection, idle_seconds: float, traffic: Traffic) -> None:
    """`near` is the sandbox's side. Whatever ends it ends quietly: the two sides see it for themselves."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(idle_seconds) as idle:
            loop = asyncio.get_running_loop()

            async def pump(source: Connection, sink: Connection, *, out: bool) -> None:
                while piece := await source.reader.read(_PIECE_BYTES):
                    idle.reschedule(loop.time() + idle_seconds)
                    traffic.bytes_out += len(piece) if out else 0
                    traffic.bytes_in += 0 if out else len(piece)
                    sink.writer.write(piece)
                    await sink.writer.drain()
                if sink.writer.can_write_eof():
                    sink.writer.write_eof()

            ways = [asyncio.ensure_future(pump(near, far, out=True)), asyncio.ensure_future(pump(far, near, out=False))]
            try:
                await asyncio.gather(*ways)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
