"""One model call: it is let in, paid for in advance, made, passed on and booked.

It lives in a task of its own. Who asked may leave at any moment; what was sent to a provider is booked all the same.
"""

import asyncio
import time
from dataclasses import replace

import aiohttp

from orchestrator.gateway.asks import Ask, Desk
from orchestrator.gateway.catalog_errors import FormatNotOffered
from orchestrator.gateway.channel import Channel
from orchestrator.gateway.faults import (
    CallAbandoned,
    GatewayStopping,
    ProviderExhausted,
    ProviderUnreachable,
)
from orchestrator.gateway.provider_news import Witness
from orchestrator.gateway.provider_refusals import Again, Head, beginning, is_page, read_refusal
from orchestrator.gateway.provider_states import Turn
from orchestrator.gateway.routing import Endpoint, Route
from orchestrator.gateway.tabs import Course, Tab
from orchestrator.gateway.tape import Tape
from orchestrator.gateway.upstream import NEVER_ARRIVED, all_of, hindrance, passed_back
from orchestrator.gateway.usage import ChatUsageStripper, usage_reader
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)


class Call:
    def __init__(self, desk: Desk, ask: Ask) -> None:
        self.ask = ask
        self.head: asyncio.Future[Head] = asyncio.get_running_loop().create_future()
        self.channel = Channel()
        self._desk = desk
        self._began = time.monotonic()
        self._until = self._began + desk.most_wait_seconds
        self._deadline: asyncio.Timeout | None = None
        self._left = False
        self._drain_seconds = 0.0
        self._was_sent = False
        self._turn = Turn()
        self._tab: Tab | None = None
        self._tape: Tape | None = None
        self._reader = usage_reader(ask.request.format, ask.request.streams)
        self._first_byte_at: float | None = None
        self._status: int | None = None

    def leave(self) -> None:
        """Nobody waits for the answer any more. What was sent is read on for a while, so that it is booked exactly."""
        if self._left or self.channel.complete:
            return
        self._left = True
        self.channel.abandon()
        if self._deadline is not None and self._was_sent and not self.ask.is_free:
            self._drain_seconds = self._desk.drains.begin()
        self._end_in(self._drain_seconds)

    def stop(self) -> None:
        """Ends it now, booked as far as it came."""
        self._fail(GatewayStopping())
        self._left = True
        self._end_in(0.0)

    def _end_in(self, seconds: float) -> None:
        if self._deadline is not None and not self._deadline.expired():
            self._deadline.reschedule(asyncio.get_running_loop().time() + seconds)

    async def run(self) -> None:
        try:
            async with asyncio.timeout(None) as self._deadline:
                if self._left:
                    raise CallAbandoned
                await self._make()
        except OrchestratorError as error:
            self._fail(error)
        except TimeoutError:
            self._fail(CallAbandoned())
        except DATABASE_TROUBLE as error:
            log.error("database_trouble", problem=str(error).split("\n")[0])
            self._fail(database_error(error))
        finally:
            self._deadline = None
            self._fail(OrchestratorError())
            self.channel.end(broken=True)
            await self._finish()

    def _fail(self, error: OrchestratorError) -> None:
        """The first time counts, and only before the answer has begun."""
        if not self.head.done():
            self.head.set_exception(error)
            self.head.exception()  # Whoever asked may have left; then nobody else looks at it.

    async def _make(self) -> None:
        ask, desk = self.ask, self._desk
        route = await desk.catalog.route(ask.caller.tenant_id, ask.request.model, ask.caller.sticky)
        desk.states.prefetch(route.endpoint)
        if not route.speaks(ask.request.format):
            formats = ", ".join(sorted({route.format, *route.endpoint.formats}))
            raise FormatNotOffered(provider=route.endpoint.name, format=ask.request.format.value, formats=formats)
        await desk.limits.take(ask.caller.tenant_id)
        if not ask.is_free:
            self._tab = desk.tabs.open(await desk.quotes.make(ask.caller.payer, ask.request, route))
            self._tape = Tape(desk.trajectories, ask.caller, ask.request, self._tab)
        attempts = 0
        while not await self._attempt(route, attempts):
            attempts += 1

    async def _attempt(self, route: Route, earlier: int) -> bool:
        """True when there was an answer for who asked; False when the provider wants the call again, later."""
        states, endpoint = self._desk.states, route.endpoint
        tries_recovery = await states.admit(endpoint, self._until)
        try:
            body = self.ask.request.to_send(route, await self._reserve(route))
            await self._take_turn(endpoint)  # After the reservation: who has no budget takes no turn from the others.
            async with await self._send(endpoint, body) as answer:
                first = await self._beginning(endpoint, answer)
                if not 200 <= answer.status < 300 or is_page(first):
                    return await self._pass_refusal_on(endpoint, answer, earlier)
                if tries_recovery:
                    await states.close(endpoint, self._witness)
                    tries_recovery = False
                await self._pass_on(answer, first)
                return True
        except ProviderExhausted:
            tries_recovery = False  # That is the outcome.
            raise
        finally:
            if tries_recovery:
                await states.leave_open(endpoint)

    async def _take_turn(self, endpoint: Endpoint) -> None:
        tokens = self._tab.quote.worst.tokens if self._tab else 0
        wait_seconds = await self._desk.states.take_turn(endpoint, tokens, self._until)
        self._turn = Turn(requests=1, tokens=tokens)
        if wait_seconds > 0:
            await asyncio.sleep(wait_seconds)

    async def _give_turn_back(self, endpoint: Endpoint, used_tokens: int = 0) -> None:
        turn, self._turn = self._turn, Turn()
        await self._desk.states.give_back(endpoint, replace(turn, tokens=turn.tokens - used_tokens))

    async def _reserve(self, route: Route) -> int | None:
        """The output limit to send, or None for the caller's own. The worst case is made of the limit of the model's name:
        a call that names none, or a higher one, would else be answered up to the provider's own, which may be higher."""
        if self._tab is None:
            return None
        most = await self._tab.reserve(is_sent=not route.endpoint.waits_once_reserved)
        asked = self.ask.request.output_limit
        if most is not None:
            return max(1, most // self.ask.request.answers)
        return route.output_tokens if asked is None or asked > route.output_tokens else None

    async def _send(self, endpoint: Endpoint, body: bytes) -> aiohttp.ClientResponse:
        ask = self.ask
        prepared = await self._desk.upstream.prepare(endpoint, ask.path, ask.query, ask.headers, body)
        if self._tab is not None:
            await self._tab.send()
        self._was_sent = True
        self._turn = replace(self._turn, requests=0)
        try:
            return await prepared.send()
        except (aiohttp.ClientError, TimeoutError) as error:
            self._was_sent = not isinstance(error, NEVER_ARRIVED)
            raise self._unreachable(endpoint, error) from None

    async def _beginning(self, endpoint: Endpoint, answer: aiohttp.ClientResponse) -> bytes:
        try:
            return await beginning(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise self._unreachable(endpoint, error) from None

    @staticmethod
    def _unreachable(endpoint: Endpoint, error: Exception) -> ProviderUnreachable:
        log.warning("provider_unreachable", provider=endpoint.name, problem=type(error).__name__)
        return ProviderUnreachable(provider=endpoint.name, problem=hindrance(error))

    async def _pass_refusal_on(self, endpoint: Endpoint, answer: aiohttp.ClientResponse, earlier: int) -> bool:
        """An answer that is no success costs nothing."""
        try:
            outcome = await read_refusal(answer, endpoint, self.ask.request.format, earlier, self.ask.says)
        finally:
            self._was_sent = False
        if self._tab is not None:
            await self._tab.release()
        await self._give_turn_back(endpoint)
        if isinstance(outcome, Again):
            await self._desk.states.hold(endpoint, outcome.wait_seconds)
            if time.monotonic() + outcome.wait_seconds < self._until:
                return False
            outcome = outcome.head
        if not isinstance(outcome, Head):
            raise await self._desk.states.open(endpoint, outcome, self._witness)
        self.head.set_result(outcome)
        self.channel.end()
        return True

    async def _pass_on(self, answer: aiohttp.ClientResponse, first: bytes) -> None:
        """The bytes as they come, `first` those that were read, but for the chunk that the gateway had asked for itself."""
        request, self._status = self.ask.request, answer.status
        streams = "text/event-stream" in answer.headers.get("content-type", "")
        self._reader = usage_reader(request.format, streams)
        stripper = ChatUsageStripper() if streams and request.injects_usage else None
        headers = passed_back(answer.headers)
        if stripper is None and answer.content_length is not None:
            headers["content-length"] = str(answer.content_length)
        self.head.set_result(Head(answer.status, headers, is_whole=not streams))
        received_bytes = 0
        try:
            async for chunk in all_of(answer, first):
                self._first_byte_at = self._first_byte_at or time.monotonic()
                self._reader.feed(chunk)
                if self._tape is not None:
                    self._tape.add(chunk)
                received_bytes += len(chunk)
                is_last = not streams and received_bytes == answer.content_length
                if is_last or (streams and self._reader.finished):
                    await self._record(complete=True)
                if piece := stripper.feed(chunk) if stripper else chunk:
                    await self.channel.put(piece)
                if is_last:
                    break
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("provider_broke_off", problem=type(error).__name__)
            return
        await self._record(complete=True)
        if stripper and (rest := stripper.finish()):
            await self.channel.put(rest)
        self.channel.end()

    async def _record(self, *, complete: bool) -> None:
        """Before the last byte is released: who has the whole answer can count on the record."""
        if self._tape is not None:
            await self._tape.save(self._course, complete=complete)

    @property
    def _course(self) -> Course:
        return Course(self._reader, self._began, self._first_byte_at, self._status)

    @property
    def _witness(self) -> Witness:
        return Witness(self.ask.caller.tenant_id, self.ask.caller.payer.session_id)

    async def _finish(self) -> None:
        """Here the call is over, whatever became of it."""
        if self._drain_seconds:
            self._desk.drains.running -= 1
        if self._tab is None:
            return
        if self._status is not None:
            await self._record(complete=False)
        used = await self._tab.close(self._course if self._was_sent else None)
        try:
            await self._give_turn_back(self._tab.quote.route.endpoint, used)
        except DATABASE_TROUBLE as error:
            log.warning("database_trouble", problem=str(error).split("\n")[0])
