"""One turn: a prompt, and everything the agent does until it is idle.

The prompt's ids are made from session, attempt and turn, so sending it again after a crash neither doubles it nor runs
a finished turn twice: OpenCode goes on where it was.
"""

import asyncio
import contextlib

from orchestrator.kit.errors import OrchestratorError
from orchestrator.opencode.config import PERMISSIONS
from orchestrator.opencode.turns import Turn, TurnState, ended_badly
from orchestrator.runtimes.pool import Seat
from orchestrator.sessions import transcript
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.listening import StepFinished, TurnListener
from orchestrator.sessions.prompts import Prompt
from orchestrator.sessions.restoring import CheckpointRestorer
from orchestrator.sessions.turn_failures import failure_of_turn

_SETTLE_LOOKS, _LOOK_SECONDS = 200, 0.05

__all__ = ["Prompt", "TurnRunner"]


class TurnRunner:
    def __init__(self, services: Services, restorer: CheckpointRestorer) -> None:
        self._services = services
        self._restorer = restorer

    async def conversation(self, seat: Seat, key: SessionKey) -> str:
        """The id of the session's conversation in the runtime; begun when there is none yet."""
        async with self._services.database.transaction() as db:
            session = await load(db, key)
        known = session.opencode_session_id
        if known and await self._restorer.take_up(key, seat, known):
            return known
        created = await seat.client.create_session(seat.directory, title=session.title, permissions=PERMISSIONS)
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            session.opencode_session_id = created.id
        return created.id

    async def run(
        self,
        seat: Seat,
        key: SessionKey,
        conversation: str,
        prompt: Prompt,
        on_step_finished: StepFinished | None = None,
    ) -> Turn:
        """Raises RuntimeGone when the server ends, and the failure's class when the provider or the agent failed."""
        before = await self._answers_before(seat, conversation)
        with seat.runtime.router.inbox(conversation) as inbox:
            listener = TurnListener(self._services, seat, key, conversation, prompt, inbox, before, on_step_finished)
            turn = await listener.until_over()
        if turn.state is not TurnState.FINISHED:
            raise failure_of_turn(turn)
        return turn

    async def _answers_before(self, seat: Seat, conversation: str) -> frozenset[str]:
        """What was refused or aborted before: a turn that is begun again goes on after these answers, which are no end."""
        messages = await seat.client.list_messages(seat.directory, conversation)
        return frozenset(m.info.id for m in messages if m.info.role == "assistant" and ended_badly(m))

    async def settle(self, seat: Seat, key: SessionKey, conversation: str) -> None:
        """Aborts the turn, waits until the server is done with it, and stores what was said until then."""
        await seat.client.abort(seat.directory, conversation)
        for _ in range(_SETTLE_LOOKS):
            if conversation not in await seat.client.statuses(seat.directory):
                break
            await asyncio.sleep(_LOOK_SECONDS)
        messages = await seat.client.list_messages(seat.directory, conversation)
        async with self._services.database.transaction() as db:
            await transcript.record(db, key.session_id, messages, "agent")

    async def abort(self, seat: Seat, conversation: str) -> None:
        with contextlib.suppress(OrchestratorError):
            await seat.client.abort(seat.directory, conversation)
