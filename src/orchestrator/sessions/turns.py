"""One turn: a prompt, and everything the agent does until it is idle.

The prompt's ids are made from session, attempt and turn, so sending it again after a crash neither doubles it nor runs
a finished turn twice: OpenCode goes on where it was.
"""

import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.opencode import schemas
from orchestrator.opencode.errors import OpenCodeUnreachable
from orchestrator.opencode.permissions import for_conversation
from orchestrator.opencode.schemas import Rule
from orchestrator.opencode.turns import Turn, TurnState, abort_turn, ended_badly
from orchestrator.runtimes.running import RuntimeGone, Seat
from orchestrator.sessions import transcript
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.listening import StepFinished, TurnListener
from orchestrator.sessions.models import Session
from orchestrator.sessions.outfitting import skills_rule
from orchestrator.sessions.policies import policy_of
from orchestrator.sessions.prompts import Prompt
from orchestrator.sessions.restoring import CheckpointRestorer
from orchestrator.sessions.stalls import AnswerCutOff, Limits
from orchestrator.sessions.turn_failures import failure_of_turn

_SETTLE_SECONDS = 10.0

__all__ = ["Prompt", "TurnRunner"]

log = get_logger(__name__)

_HEALTH_SECONDS = 5.0


class TurnRunner:
    def __init__(self, services: Services, restorer: CheckpointRestorer) -> None:
        self._services = services
        self._restorer = restorer
        self._silent: set[UUID] = set()
        """Runtimes that left a call without an answer although they were well."""

    async def conversation(self, seat: Seat, key: SessionKey) -> str:
        """The id of the session's conversation in the runtime; begun when there is none yet."""
        async with self._answering(seat):
            return await self._conversation(seat, key)

    async def _conversation(self, seat: Seat, key: SessionKey) -> str:
        async with self._services.database.transaction() as db:
            session = await load(db, key)
            rules = for_conversation((await policy_of(db, session)).opencode_rules)
            rules = (*rules, skills_rule(seat.skills)) if seat.skills else rules
        known = session.opencode_session_id
        if known and await self._restorer.take_up(key, seat, known):
            found = await seat.client.get_session(seat.directory, known)
            if changed := _changed_rules(found, rules):
                await seat.client.update_session(seat.directory, known, permissions=changed)
            return known
        created = await seat.client.create_session(seat.directory, title=session.title, permissions=rules)
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
        """Raises RuntimeGone when the server ends or is silent, TurnCut when the turn comes to no end, and the failure's
        class when the provider or the agent failed."""
        limits = Limits.of(await self._session(key), self._services.settings)
        async with self._answering(seat):
            before = await self._answers_before(seat, conversation)
            with seat.runtime.router.inbox(conversation) as inbox:
                turn = await TurnListener(
                    self._services, seat, key, conversation, prompt, inbox, before, limits, on_step_finished
                ).until_over()
        self._silent.discard(seat.runtime.id)
        if turn.state is not TurnState.FINISHED:
            raise failure_of_turn(turn)
        if turn.finish == "length":  # OpenCode takes it for the end, and half an answer would count as the work done.
            raise AnswerCutOff
        return turn

    async def _session(self, key: SessionKey) -> Session:
        async with self._services.database.transaction() as db:
            return await load(db, key)

    @asynccontextmanager
    async def _answering(self, seat: Seat) -> AsyncGenerator[None]:
        """A server that is silent, and not for a moment, is replaced: whoever has a seat in it goes on in the next one."""
        try:
            yield
        except OpenCodeUnreachable as silence:
            runtime = seat.runtime
            if runtime.id not in self._silent and await runtime.server.healthy(_HEALTH_SECONDS):
                self._silent.add(runtime.id)
                raise
            self._silent.discard(runtime.id)
            if not runtime.ended.is_set():
                log.warning("runtime_silent", tenant_id=str(runtime.tenant_id), pid=runtime.server.pid)
                await self._services.runtimes.stop(runtime, "it does not answer")
            raise RuntimeGone from silence

    async def _answers_before(self, seat: Seat, conversation: str) -> frozenset[str]:
        """What was refused or aborted before: a turn that is begun again goes on after these answers, which are no end."""
        messages = await seat.client.list_messages(seat.directory, conversation)
        return frozenset(m.info.id for m in messages if m.info.role == "assistant" and ended_badly(m))

    async def settle(self, seat: Seat, key: SessionKey, conversation: str) -> None:
        """Aborts the turn, waits until the server is done with it, and stores what was said until then."""
        with contextlib.suppress(TimeoutError):
            await abort_turn(seat.client, seat.directory, conversation, _SETTLE_SECONDS)
        messages = await seat.client.list_messages(seat.directory, conversation)
        async with self._services.database.transaction() as db:
            await transcript.record(db, key.session_id, messages, "agent")

    async def abort(self, seat: Seat, conversation: str) -> None:
        with contextlib.suppress(OrchestratorError, TimeoutError):
            await abort_turn(seat.client, seat.directory, conversation, _SETTLE_SECONDS)


def _changed_rules(conversation: schemas.Session, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """What to add when the policy has changed. OpenCode takes no rule away, so a former one is made to ask for the new."""
    if conversation.permission[-len(rules) :] == rules:
        return ()
    wanted = {(rule.permission, rule.pattern) for rule in rules}
    former = dict.fromkeys((rule.permission, rule.pattern) for rule in conversation.permission)
    asking = (Rule(permission=name, pattern=p, action="ask") for name, p in former if (name, p) not in wanted)
    return (*asking, *rules)
