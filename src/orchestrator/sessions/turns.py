"""One turn: a prompt, and everything the agent does until it is idle.

The prompt's ids are made from session, attempt and turn, so sending it again after a crash neither doubles it nor runs
a finished turn twice: OpenCode goes on where it was.
"""

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass

from orchestrator.events.log import broadcast_delta
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.opencode.client import OpenCodeClient, message_id, part_id
from orchestrator.opencode.config import PERMISSIONS, PROVIDER
from orchestrator.opencode.events import (
    Connected,
    Failed,
    Heartbeat,
    Idle,
    MessageUpdated,
    OpenCodeEvent,
    PartDelta,
    PartUpdated,
    PermissionAsked,
    QuestionAsked,
    StatusChanged,
)
from orchestrator.opencode.schemas import Message, MessageError, MessageInfo, ModelRef, Part
from orchestrator.opencode.turns import Turn, TurnState, turn_of
from orchestrator.runtimes.pool import RuntimeGone, Seat
from orchestrator.runtimes.router import Inbox
from orchestrator.sessions import transcript
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.failures import AgentFailed, CallRefused, ProviderBusy, ProviderRefused
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status

log = get_logger(__name__)

_POLL_SECONDS = 3.0
_SETTLE_SECONDS = 0.05
_MOST_SENDS = 5
"""How often one prompt is sent again within a turn that ends without an answer."""
_FLUSH_SECONDS = 0.1
_PAYMENT_REQUIRED = 402
PROVIDER_EXHAUSTED = "provider_exhausted"
"""The gateway's code for a provider that takes no calls; its other refusals are of budgets."""


@dataclass(frozen=True)
class Prompt:
    """`message_id` is the turn's own: it is the same whenever this turn is begun again."""

    message_id: str
    part_id: str
    text: str
    system: str | None
    agent: str
    model: ModelRef

    @classmethod
    def of(cls, session: Session, turn: int, text: str, system: str | None, begun_in: int) -> "Prompt":
        """`begun_in` is the attempt that sent it first."""
        key = (session.id, begun_in, turn)
        model = ModelRef(provider_id=PROVIDER, model_id=session.model)
        return cls(message_id(*key), part_id(*key), text, system, session.agent, model)


class TurnRunner:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def conversation(self, seat: Seat, key: SessionKey) -> str:
        """The id of the session's conversation in the runtime; begun when there is none yet."""
        async with self._services.database.transaction() as db:
            session = await load(db, key)
        known = session.opencode_session_id
        if known and await seat.client.find_session(seat.directory, known):
            return known
        created = await seat.client.create_session(seat.directory, title=session.title, permissions=PERMISSIONS)
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            session.opencode_session_id = created.id
        return created.id

    async def run(self, seat: Seat, key: SessionKey, conversation: str, prompt: Prompt) -> Turn:
        """Raises RuntimeGone when the server ends, and the failure's class when the provider or the agent failed."""
        refused = await self._refused_answers(seat, conversation)
        with seat.runtime.router.inbox(conversation) as inbox:
            listening = _Listening(self._services, seat, key, conversation, prompt, inbox, refused)
            turn = await listening.until_over()
        if turn.state is not TurnState.FINISHED:
            raise _failure(turn)
        return turn

    async def _refused_answers(self, seat: Seat, conversation: str) -> frozenset[str]:
        """What the gateway refused before: the turn goes on after these answers, which are no end of it."""
        messages = await seat.client.list_messages(seat.directory, conversation)
        return frozenset(m.info.id for m in messages if m.info.error is not None and _is_refusal(m.info.error))

    async def abort(self, seat: Seat, conversation: str) -> None:
        with contextlib.suppress(OrchestratorError):
            await seat.client.abort(seat.directory, conversation)


class _Listening:
    """The state of one turn while its events come in."""

    def __init__(
        self,
        services: Services,
        seat: Seat,
        key: SessionKey,
        conversation: str,
        prompt: Prompt,
        inbox: Inbox,
        refused_before: frozenset[str],
    ) -> None:
        self._services = services
        self._seat = seat
        self._key = key
        self._conversation = conversation
        self._prompt = prompt
        self._inbox = inbox
        self._refused_before = refused_before
        self._sends = 0
        self._infos: dict[str, MessageInfo] = {}
        self._parts: dict[str, dict[str, Part]] = defaultdict(dict)
        self._recorded: set[str] = set()
        self._degraded: bool | None = None
        self._deltas: dict[str, str] = defaultdict(str)
        self._flush_at = 0.0

    @property
    def _client(self) -> OpenCodeClient:
        return self._seat.client

    async def until_over(self) -> Turn:
        turn = await self._look()
        while not turn.over:
            event = await self._next()
            await self._flush_deltas(force=event is None)
            if event is None or isinstance(event, Idle | Failed | Connected):
                turn = await self._look(error=event.error if isinstance(event, Failed) else None)
            else:
                await self._handle(event)
        await self._record(await self._client.list_messages(self._seat.directory, self._conversation))
        return turn

    async def _look(self, error: MessageError | None = None) -> Turn:
        """What became of the prompt; sent (again) when nothing works on it."""
        turn = await self._turn()
        if turn.over or await self._is_busy():
            return turn
        if error is not None and turn.state in (TurnState.ABSENT, TurnState.UNANSWERED):
            raise _provider_failure(error)
        # The last message is completed a moment after the server calls itself idle.
        await asyncio.sleep(_SETTLE_SECONDS)
        turn = await self._turn()
        if not turn.over and not await self._is_busy():
            await self._send()
        return turn

    async def _turn(self) -> Turn:
        messages = await self._client.list_messages(self._seat.directory, self._conversation)
        return turn_of([m for m in messages if m.info.id not in self._refused_before], self._prompt.message_id)

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
        wait_seconds = _FLUSH_SECONDS if self._deltas else _POLL_SECONDS
        try:
            await asyncio.wait((event, ended), timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise RuntimeGone
            if event.done():
                return event.result()
            return None if wait_seconds == _POLL_SECONDS else Heartbeat()
        finally:
            event.cancel()
            ended.cancel()

    async def _handle(self, event: OpenCodeEvent) -> None:
        match event:
            case MessageUpdated(info=info):
                self._infos[info.id] = info
                if info.time.completed is not None or info.role == "user":
                    await self._record_message(info.id)
            case PartUpdated(part=part):
                self._parts[part.message_id][part.id] = part
                if part.state is not None and part.state.status in ("completed", "error"):
                    await self._record_message(part.message_id)
            case PartDelta(part_id=part_id_, field="text", delta=delta):
                self._deltas[part_id_] += delta
            case StatusChanged(status=status):
                await self._show_degraded(status.message if status.type == "retry" else None)
            case PermissionAsked(request=request):
                await self._client.reply_permission(self._seat.directory, request.id, "reject")
            case QuestionAsked(request=request):
                await self._client.reject_question(self._seat.directory, request.id)
            case _:
                return

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
            await transcript.record(db, self._key.session_id, new, "agent")
        self._recorded |= {part.id for message in new for part in message.parts}

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

    async def _flush_deltas(self, *, force: bool) -> None:
        moment = asyncio.get_running_loop().time()
        if not self._deltas or (moment < self._flush_at and not force):
            return
        self._flush_at = moment + _FLUSH_SECONDS
        deltas, self._deltas = self._deltas, defaultdict(str)
        async with self._services.database.transaction() as db:
            for part, text in deltas.items():
                await broadcast_delta(db, self._key.tenant_id, self._key.session_id, part, text)


def _failure(turn: Turn) -> OrchestratorError:
    if turn.state is TurnState.ABORTED or turn.error is None:
        return AgentFailed(problem="the turn was aborted")
    return _provider_failure(turn.error)


def _is_refusal(error: MessageError) -> bool:
    """402 is the gateway's own word: for a spent budget, and for a provider that is exhausted."""
    return error.name == "APIError" and error.data.status_code == _PAYMENT_REQUIRED


def _provider_failure(error: MessageError) -> OrchestratorError:
    problem = " ".join((error.data.message or error.name).split())[:500]
    status = error.data.status_code
    if _is_refusal(error):
        by_provider = PROVIDER_EXHAUSTED in (error.data.response_body or problem)
        return CallRefused(problem=problem, by_provider=by_provider)
    if error.name not in ("APIError", "ProviderAuthError"):
        return AgentFailed(problem=problem)
    if status is not None and (status == 429 or status >= 500):
        return ProviderBusy(problem=f"status {status}: {problem}")
    return ProviderRefused(problem=f"status {status}: {problem}" if status else problem)
