"""Bodies of the API's requests: how long, how slow and how many at once they may be."""

import asyncio
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import is_below
from orchestrator.kit.intake import Held, Intake, Refusals
from orchestrator.kit.tenant_scope import tenant_in_scope

BODY_SECONDS = 30.0
_MOST_OF_A_STRANGER = 16_000
"""Of a sign-in, in bytes: a key is 60 characters long."""
_HELD_BYTES = 128 * 1024 * 1024
"""Of all bodies at once. While they are read, they take up to four times as much memory."""


class BodyTooLarge(OrchestratorError):
    """The request's body is larger than the {most} bytes that this address takes."""

    status = 413
    code = "body_too_large"
    hint = "Put long material into the repository."


class BodiesFull(OrchestratorError):
    """There is no room for another request of this size at this moment."""

    status = 503
    code = "bodies_full"
    hint = "Wait as long as Retry-After says, and send fewer large requests at once."


_REFUSALS = Refusals(lambda most: BodyTooLarge(most=most), lambda: BodiesFull(retry_after_seconds=1))


class BodyLimitMiddleware:
    """Refuses a body that is too large, comes too slowly or beside too many others, before the rest of it is read.

    Whatever reads it: the framework does before it looks at the caller's role. Below a path `of_strangers` nobody is known.
    """

    def __init__(
        self,
        app: ASGIApp,
        most_bytes: int,
        of_strangers: tuple[str, ...] = (),
        but_not_below: tuple[str, ...] = (),
        but_not: re.Pattern[str] | None = None,
    ) -> None:
        self.app = app
        self.intake = Intake(_HELD_BYTES, BODY_SECONDS, _REFUSALS)
        self.most_bytes = most_bytes
        self.of_strangers = of_strangers
        self.but_not_below = but_not_below
        self.but_not = but_not

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_spared(scope["path"]):
            await self.app(scope, receive, send)
            return
        most = _MOST_OF_A_STRANGER if is_below(scope["path"], self.of_strangers) else self.most_bytes
        held = self.intake.hold(tenant_in_scope(), most)
        try:
            await self.app(scope, counted(receive, held), send)
        finally:
            held.release()

    def _is_spared(self, path: str) -> bool:
        return is_below(path, self.but_not_below) or (self.but_not is not None and bool(self.but_not.fullmatch(path)))


def counted(receive: Receive, held: Held) -> Receive:
    """Raises RequestTooSlow, and what the intake refuses with, in the place of the next piece of a body."""
    is_whole = False

    async def receive_counted() -> Message:
        nonlocal is_whole
        if is_whole:
            return await receive()  # That the reader has left, whenever that is.
        try:
            async with asyncio.timeout_at(held.due_at):
                message = await receive()
        except TimeoutError:
            raise held.too_slow() from None
        held.add(len(message.get("body", b"")))
        is_whole = not message.get("more_body", False)
        return message

    return receive_counted
