"""The durable life of one attempt of a session. Every step is remembered when it ends, and repeated when it did not.

What goes in and out of steps is stored outside row-level security, so it is ids and short words; content is in rows.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError

from orchestrator.durable import engine
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.context import SessionKey, Superseded
from orchestrator.sessions.disk_holds import may_be_for_want_of_room
from orchestrator.sessions.failures import InternalFault, TimedOut, TimedOutVerifying
from orchestrator.sessions.leaving import Leaving, Outlook
from orchestrator.sessions.merging import MERGED
from orchestrator.sessions.states import Request
from orchestrator.sessions.steps import ENDED, GO_ON, HELD_BY_BUDGET, HELD_BY_PROVIDER, NUDGED, Steps

log = get_logger(__name__)

Step = Callable[..., Coroutine[Any, Any, str]]
_DATABASE_PAUSE_SECONDS = 1.0
_LOOK_SECONDS = 5.0
"""How long a step goes on without a look at its session: a notification that was lost is made good by then."""


def first_turn(word: str) -> int:
    """What `prepare` said: the turn to begin with, which is not the first when an earlier attempt came further."""
    return int(word.removeprefix("turn ")) if word.startswith("turn ") else 0


@engine.workflow_class("SessionWorkflow")
class SessionWorkflow(engine.WorkflowClass):
    """One instance a worker; DBOS finds it again by its name when it recovers a workflow."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(config_name="sessions")
        self._steps = steps
        self._drain_seconds = steps.services.settings.drain_seconds
        self._leaving: dict[UUID, Leaving] = {}
        steps.step_finished = self._step_finished
        self._interrupts: dict[UUID, asyncio.Event] = {}
        self.running: set[str] = set()
        """The ids of the workflows that run in this process."""

    @engine.workflow(name="run_session", max_recovery_attempts=1_000)
    async def run(self, tenant_id: str, session_id: str, attempt: int) -> str:
        key = SessionKey(UUID(tenant_id), UUID(session_id), attempt)
        self.running.add(key.workflow_id)
        try:
            said = await self._live(key)
            await engine.step("tidy", self._tidied, key)
            return said
        finally:
            self.running.discard(key.workflow_id)

    async def _live(self, key: SessionKey) -> str:
        """Workspace, then turns until the verification is content or the rounds are used up, then the result."""
        first = await self._step("workspace", self._steps.prepare, key)
        if first == ENDED:
            return ENDED
        if first == MERGED:
            said = await self._step("verify-0", self._steps.verify, key, 0)
            return said if said == ENDED else await self._step("result", self._steps.finish, key, said)
        turn = first_turn(first)
        while True:
            said = await self._step(f"turn-{turn}", self._steps.turn, key, turn)
            if said == ENDED or await self._step(f"checkpoint-{turn}", self._steps.checkpoint, key, turn, said) == ENDED:
                return ENDED
            if said in (HELD_BY_BUDGET, HELD_BY_PROVIDER):
                return await self._step(f"hold-{turn}", self._steps.hold, key, turn, said)
            if said == NUDGED:
                turn += 1
                continue
            said = await self._step(f"verify-{turn}", self._steps.verify, key, turn)
            if said not in (GO_ON, ENDED):
                said = await self._step("result", self._steps.finish, key, said)
            if said != GO_ON:
                return said
            turn += 1

    @engine.workflow(name="clear_session", max_recovery_attempts=1_000)
    async def clear(self, tenant_id: str, session_id: str, attempt: int) -> str:
        """What a session that ended while it was paused has left on this node."""
        return await engine.step("tidy", self._tidied, SessionKey(UUID(tenant_id), UUID(session_id), attempt))

    async def _tidied(self, key: SessionKey) -> str:
        """The session has its end already, so what fails here is logged and left to the node's own sweeping."""
        with tenant_scope(key.tenant_id):
            try:
                return await self._steps.tidy(key)
            except OrchestratorError as error:
                log.warning("session_not_tidied", session_id=str(key.session_id), code=error.code, problem=error.message)
                return ENDED

    def interrupt(self, session_id: UUID) -> None:
        """Somebody moved the session: a step that works on it looks whether it is still meant."""
        if event := self._interrupts.get(session_id):
            event.set()

    def _step_finished(self, session_id: UUID) -> None:
        if leaving := self._leaving.get(session_id):
            leaving.step_finished = True
            self.interrupt(session_id)

    async def _step(self, name: str, function: Step, *args: Any) -> str:
        return await engine.step(name, self._guarded, name, function, *args)

    async def _guarded(self, name: str, function: Step, key: SessionKey, *rest: Any) -> str:
        """A failure is written to the session, with its class; the workflow itself then ends well."""
        with tenant_scope(key.tenant_id):
            while True:
                try:
                    return await self._try(name, function, key, *rest)
                except (OperationalError, InterfaceError) as error:
                    log.warning("database_lost_in_step", step=name, problem=str(error.orig).strip().split("\n")[0])
                    await asyncio.sleep(_DATABASE_PAUSE_SECONDS)  # The step is idempotent: it runs again.

    async def _try(self, name: str, function: Step, key: SessionKey, *rest: Any) -> str:
        try:
            return await self._watched(function, key, *rest)
        except Superseded as ended:
            log.info("session_superseded", step=name, session_id=str(key.session_id), problem=ended.message)
        except OrchestratorError as error:
            if not await self._held_by_disk(key, error):
                await self._fail(name, key, error)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.error("session_step_failed", step=name, session_id=str(key.session_id), exc_info=error)
            if not await self._held_by_disk(key, error):
                await self._fail(name, key, InternalFault())
        return ENDED

    async def _held_by_disk(self, key: SessionKey, error: Exception) -> bool:
        return may_be_for_want_of_room(error) and await self._steps.hold_for_disk(key)

    async def _watched(self, function: Step, key: SessionKey, *rest: Any) -> str:
        """Runs the step, unless a person asks for a pause or a stop, which is then what is done in its place."""
        said = await self._while_meant(function, key, *rest)
        return said or await self._steps.comply(key)

    async def _while_meant(self, function: Step, key: SessionKey, *rest: Any) -> str | None:
        """Not past the session's time, and not when somebody has ended the session; None when somebody asked for an end."""
        interrupt = self._interrupts[key.session_id] = asyncio.Event()
        outlook = await self._steps.look(key)
        # What is left of a session whose result is there is to say so, also on a node that drains.
        if outlook.requested and not (outlook.requested is Request.DRAIN and function == self._steps.finish):
            return None
        work = asyncio.create_task(function(key, *rest))
        end = asyncio.get_running_loop().time() + outlook.remaining_seconds
        try:
            while not work.done():
                left = end - asyncio.get_running_loop().time()
                if left <= 0:
                    late = TimedOutVerifying if function == self._steps.verify else TimedOut
                    raise late(seconds=outlook.timeout_seconds)
                await self._wait(work, interrupt, min(left, _LOOK_SECONDS))
                interrupt.clear()
                # Raises Superseded when the session is not ours any more.
                if not work.done():
                    outlook = await self._steps.look(key)
                    end = asyncio.get_running_loop().time() + outlook.remaining_seconds
                if outlook.requested and not self._may_end(key, outlook):
                    return None
            return await work
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError, OrchestratorError):
                await work
            self._interrupts.pop(key.session_id, None)
            self._leaving.pop(key.session_id, None)

    def _may_end(self, key: SessionKey, outlook: Outlook) -> bool:
        """Of a step that is under way when its session is asked to leave."""
        moment = asyncio.get_running_loop().time()
        leaving = self._leaving.setdefault(key.session_id, Leaving(until=moment + self._drain_seconds))
        return leaving.may_go_on(outlook, moment)

    @staticmethod
    async def _wait(work: "asyncio.Task[str]", interrupt: asyncio.Event, timeout_seconds: float) -> None:
        told = asyncio.create_task(interrupt.wait())
        try:
            await asyncio.wait((work, told), timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()

    async def _fail(self, name: str, key: SessionKey, error: OrchestratorError) -> None:
        log.warning("session_failed", step=name, session_id=str(key.session_id), code=error.code, problem=error.message)
        await self._steps.fail(key, error)
