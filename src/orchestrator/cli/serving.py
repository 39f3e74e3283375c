"""How the roles serve HTTP: uvicorn, on connections that wait without an end for nothing that a request still owes."""

import gc
import logging
import os
import socket
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 30.0
_GRACE_SECONDS = 3
_BROKEN_OFF = "ASGI callable returned without completing response."
_MADE_BETWEEN_LOOKS = 5_000
"""Objects: a model call makes hundreds, and Python's own 700 had the collector look for garbage twice in each."""


class PatientProtocol(HttpToolsProtocol):
    """Closes a connection whose request line and headers are too slow or too long, and one on which the rest of a body
    does not end that was answered without it; uvicorn knows no such bounds."""

    head_seconds = HEAD_SECONDS
    most_head_bytes = 64 * 1024

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._in_head = True
        self._in_body = False
        self._head_bytes = 0
        self._arriving_bytes = 0
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._arriving_bytes = len(data)
        super().data_received(data)
        if not self._in_head:
            if not self._owes_body:
                self._disarm()
            return
        self._head_bytes += len(data)
        if self._head_bytes > self.most_head_bytes:
            self.transport.close()
        else:
            self._arm()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = -self._arriving_bytes  # The end of the request before may be in the same piece.

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._in_head, self._in_body = False, True

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_body = False

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._owes_body:
            self._arm()

    @property
    def _owes_body(self) -> bool:
        """Nobody reads it any more; it is let come for a while, so that whoever sends it sees the answer first."""
        return self._in_body and self.cycle.response_complete

    def _arm(self) -> None:
        if self._timer is None and not self.transport.is_closing():
            self._timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class SettledServer(uvicorn.Server):
    """The garbage collector leaves alone what is there once the server has started: modules, tables, routes.

    To look through all of it, every thousand requests or so, took 0.15 s, in which every request stood still.
    """

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None] | None = None) -> None:
        """`on_stop` ends what would go on for ever, such as streams of events, before its end is waited for."""
        super().__init__(config)
        self._on_stop = on_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._on_stop is not None and self.started:
            self._on_stop()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(_MADE_BETWEEN_LOOKS, *gc.get_threshold()[1:])


def is_fault(record: logging.LogRecord) -> bool:
    """An answer that breaks off is broken off on purpose, so that its reader sees that it is not whole: the provider broke
    off, the reader's key ended. uvicorn takes it for a fault of ours.
    """
    return record.msg != _BROKEN_OFF


def server(
    app: ASGIApp,
    protocol: type[PatientProtocol] = PatientProtocol,
    on_stop: Callable[[], None] | None = None,
    **options: Any,
) -> uvicorn.Server:
    wanted: dict[str, Any] = {
        # Else uvicorn believes whoever speaks from this machine, an agent in its sandbox too, which address it has: so it
        # could use up other people's attempts to sign in.
        "proxy_headers": bool(os.environ.get("FORWARDED_ALLOW_IPS")),
        # Its warnings are of what strangers send that is no request: anybody could fill the log with them.
        # What is told goes the way of all lines.
        "log_level": "error",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": _GRACE_SECONDS,
        "timeout_keep_alive": 30,
    }
    made = SettledServer(uvicorn.Config(app, http=protocol, **wanted | options), on_stop)
    logging.getLogger("uvicorn.error").addFilter(is_fault)
    return made
