"""Listens to one turn: sends its prompt, keeps what the agent says, and tells when it is over."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.errors import OpenCodeRequestFailed, OpenCodeUnreachable
from orchestrator.opencode.events import (
    Connected,
    Failed,
    Idle,
    MessageUpdated,
    OpenCodeEvent,
    PartDelta,
    PartUpdated,
    PermissionAsked,
    QuestionAsked,
    StatusChanged,
)
from orchestrator.opencode.schemas import Message, MessageError, MessageInfo, Part
from orchestrator.opencode.turns import Turn, TurnState, abort_turn, turn_of
from orchestrator.runtimes.own_tools import asks
from orchestrator.runtimes.router import Inbox
from orchestrator.runtimes.running import RuntimeGone, Seat
from orchestrator.sessions import running_tools, transcript
from orchestrator.sessions.asking import LOOK_SECONDS, Approvals
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.failures import AgentFailed
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.prompts import Prompt
from orchestrator.sessions.stalls import AgentLoops, Limits, TurnCut, TurnWatch
from orchestrator.sessions.states import Status
from orchestrator.sessions.turn_failures import provider_failure

_POLL_SECONDS = 3.0
_SETTLE_SECONDS = 0.05
_MOST_SENDS = 5
"""How often one prompt is sent again within a turn that ends without an answer."""
_ABORT_SECONDS = 15.0

StepFinished: TypeAlias = Callable[[Part], Awaitable[None]]
"""Called with the step-finish part of a step (a model call and its tools) of the session's own conversation.

It is awaited before the next event is looked at, so it starts what takes time and comes back.
"""


class TurnListener:
    """The state of one turn while its events come in."""

    def __init__(
        self,
        services: Services,
        seat: Seat,
        key: SessionKey,
        conversation: str,
        prompt: Prompt,
        inbox: Inbox,
        before: frozenset[str],
        limits: Limits,
        on_step_finished: StepFinished | None = None,
    ) -> None:
        """`before` are answers that were refused or aborted in an earlier try: they are no end of this turn."""
        self._services = services
        self._seat = seat
        self._key = key
        self._conversation = conversation
        self._prompt = prompt
        self._inbox = inbox
        self._before = before
        self._on_step_finished = on_step_finished
        self._approvals = Approvals(services, seat, key, conversation)
        self._watch = TurnWatch(limits, seat.runtime.router.activity(conversation))
        self._sends = 0
        self._infos: dict[str, MessageInfo] = {}
        self._parts: dict[str, dict[str, Part]] = defaultdict(dict)
        self._recorded: set[str] = set()
        self._shown: set[str] = set()
        """Tool calls that were shown while they ran."""
        self._degraded: bool | None = None

    @property
    def _client(self) -> OpenCodeClient:
        return self._seat.client

    async def until_over(self) -> Turn:
        """Raises TurnCut when it comes to no end by itself; nothing of it runs any more then."""
        try:
            turn = await self._listen()
        except TurnCut:
            await self._cut()
            await self._end()
            raise
        await self._end()
        if turn.state is TurnState.FAILED and self._approvals.repeated:
            raise AgentLoops(tool=self._approvals.repeated)
        return turn

    async def _listen(self) -> Turn:
        await self._forget_running()
        await self._approvals.look()
        turn = await self._look()
        while not turn.over:
            event = await self._next()
            if isinstance(event, Connected):
                self._approvals.forget()
            if self._approvals.waiting or isinstance(event, Connected):
                await self._approvals.look()
            if event is None or isinstance(event, Idle | Failed | Connected):
                turn = await self._look(error=event.error if isinstance(event, Failed) else None)
            else:
                await self._heard(event)
            if not (turn.over or self._approvals.waiting):
                self._watch.check()
        return turn

    async def _cut(self) -> None:
        """A server that does not end the turn is ended itself."""
        try:
            await abort_turn(self._client, self._seat.directory, self._conversation, _ABORT_SECONDS)
        except (OpenCodeUnreachable, OpenCodeRequestFailed, TimeoutError):
            await self._services.runtimes.stop(self._seat.runtime, "it did not end a turn")

    async def _end(self) -> None:
        await self._approvals.end()
        if not self._seat.runtime.ended.is_set():
            await self._record(await self._client.list_messages(self._seat.directory, self._conversation))

    async def _look(self, error: MessageError | None = None) -> Turn:
        """What became of the prompt; sent (again) when nothing works on it."""
        turn = await self._turn()
        if await self._is_busy():
            return turn.at_work()
        if turn.over:
            return turn
        if error is not None and turn.state in (TurnState.ABSENT, TurnState.UNANSWERED):
            raise provider_failure(error)
        # The last message is completed a moment after the server calls itself idle.
        await asyncio.sleep(_SETTLE_SECONDS)
        turn = await self._turn()
        if not turn.over and not await self._is_busy():
            if self._approvals.repeated:  # Its refusal ends the turn with an error, or without a word.
                raise AgentLoops(tool=self._approvals.repeated)
            await self._send()
        return turn

    async def _turn(self) -> Turn:
        messages = await self._client.list_messages(self._seat.directory, self._conversation)
        turn = turn_of([m for m in messages if m.info.id not in self._before], self._prompt.message_id)
        self._watch.saw(turn.answers)
        for part in (part for message in messages for part in message.parts if asks(part)):
            if part.state is not None and part.state.status in ("completed", "error"):
                self._approvals.saw(part)
        return turn

    async def _is_busy(self) -> bool:
        return self._conversation in await self._client.statuses(self._seat.directory)

    async def _send(self) -> None:
        if self._sends >= _MOST_SENDS:
            raise AgentFailed(problem=f"it ended {self._sends} times without an answer")
        self._sends += 1
        prompt = self._prompt
        await self._client.prompt_async(
            self._seat.directory,
            self._conversation,
            message_id=prompt.message_id,
            part_id=prompt.part_id,
            text=prompt.text,
            agent=prompt.agent,
            model=prompt.model,
            system=prompt.system,
        )

    async def _next(self) -> OpenCodeEvent | None:
        """The next event; None when it is time to look for ourselves. Raises RuntimeGone."""
        if not self._inbox.empty():
            return self._inbox.get_nowait()
        event = asyncio.ensure_future(self._inbox.get())
        ended = asyncio.ensure_future(self._seat.runtime.ended.wait())
        wait_seconds = LOOK_SECONDS if self._approvals.waiting else _POLL_SECONDS
        try:
            await asyncio.wait((event, ended), timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise RuntimeGone
            if event.done():
                return event.result()
            return None
        finally:
            event.cancel()
            ended.cancel()

    async def _heard(self, event: OpenCodeEvent) -> None:
        """Of a subagent's calls those that may ask a person; of the others its parent's call tells."""
        if isinstance(event, PartUpdated):
            if asks(event.part):
                self._approvals.saw(event.part)
            if event.part.session_id != self._conversation:
                return
        await self._handle(event)

    async def _handle(self, event: OpenCodeEvent) -> None:
        match event:
            case MessageUpdated(info=info):
                self._infos[info.id] = info
                if info.time.completed is not None or info.role == "user":
                    await self._record_message(info.id)
            case PartUpdated(part=part):
                self._parts[part.message_id][part.id] = part
                self._watch.saw_part(part)
                if self._is_finished(part):
                    await self._record_message(part.message_id)
                elif part.state is not None and part.state.status == "running":
                    await self._show_running(part)
                if part.type == "step-finish" and self._on_step_finished is not None:
                    await self._on_step_finished(part)
            case PartDelta(part_id=part_id_, field="text", delta=delta):
                self._services.deltas.add(self._key.tenant_id, self._key.session_id, part_id_, delta)
            case StatusChanged(status=status):
                await self._show_degraded(status.message if status.type == "retry" else None)
            case PermissionAsked(request=request) | QuestionAsked(request=request):
                await self._approvals.asked(request)
            case _:
                return

    def _is_finished(self, part: Part) -> bool:
        """What a person said is told after its message, and is whole at once."""
        info = self._infos.get(part.message_id)
        if info is not None and info.role == "user":
            return True
        return part.state is not None and part.state.status in ("completed", "error")

    async def _record_message(self, message: str) -> None:
        info = self._infos.get(message)
        if info is not None:
            await self._record([Message(info=info, parts=tuple(self._parts[message].values()))])

    async def _record(self, messages: list[Message]) -> None:
        """OpenCode tells of a message again and again; the database is asked only about parts that it may not have."""
        new = [message.model_copy(update={"parts": self._unrecorded(message)}) for message in messages]
        new = [message for message in new if message.parts]
        if not new:
            return
        async with self._services.database.transaction() as db:
            session = await load(db, self._key, lock=True)  # Nothing of an attempt that is over is stored.
            await transcript.record(db, self._key.session_id, new, "agent")
            finished = {part.id for message in new for part in message.parts}
            if over := self._shown & finished:
                await running_tools.ended(db, session, over)
        self._recorded |= finished

    async def _show_running(self, part: Part) -> None:
        """OpenCode tells of it again with each piece of its output."""
        info = self._infos.get(part.message_id)
        if info is None or part.id in self._shown:
            return
        self._shown.add(part.id)
        async with self._services.database.transaction() as db:
            await running_tools.began(db, await load(db, self._key, lock=True), info, part)

    async def _forget_running(self) -> None:
        """What a server that is gone had begun."""
        async with self._services.database.transaction() as db:
            await running_tools.ended(db, await load(db, self._key))

    def _unrecorded(self, message: Message) -> tuple[Part, ...]:
        finished = (part for part in message.parts if transcript.is_finished(message, part))
        return tuple(part for part in finished if part.id not in self._recorded)

    async def _show_degraded(self, retrying: str | None) -> None:
        if self._degraded == (retrying is not None):
            return
        self._degraded = retrying is not None
        wanted = Status.DEGRADED if self._degraded else Status.RUNNING
        async with self._services.database.transaction() as db:
            session = await load(db, self._key)
            if session.status is not wanted and session.status in (Status.RUNNING, Status.DEGRADED):
                reason = "the provider answers again" if retrying is None else f"provider retrying: {retrying[:300]}"
                await transition(db, session, wanted, reason)
