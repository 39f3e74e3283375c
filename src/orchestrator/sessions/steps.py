"""The steps of a session's workflow. Each is idempotent: after a crash it runs again from its beginning."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from uuid import UUID

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.words import counted
from orchestrator.opencode.errors import OpenCodeUnreachable
from orchestrator.opencode.schemas import Part
from orchestrator.runtimes.running import RuntimeGone
from orchestrator.sessions import control, judging, pauses, turn_rows
from orchestrator.sessions.checkpointing import CheckpointTaker, Sitting
from orchestrator.sessions.context import Services, SessionKey, Superseded, load
from orchestrator.sessions.disk_holds import held_by_disk
from orchestrator.sessions.external_turns import ExternalTurns
from orchestrator.sessions.failures import CallRefused, Failure, RuntimeLost, TimedOut
from orchestrator.sessions.going_on import goes_on_with_messages
from orchestrator.sessions.grounds import Ground, Grounds
from orchestrator.sessions.judging import Judge
from orchestrator.sessions.leaving import Outlook
from orchestrator.sessions.lifecycle import move
from orchestrator.sessions.listening import StepFinished
from orchestrator.sessions.merging import Merger
from orchestrator.sessions.midway import MidwayCheckpoints
from orchestrator.sessions.models import CheckpointKind, Session, SessionTurn
from orchestrator.sessions.publishing import publish
from orchestrator.sessions.rebase_states import conflict_of
from orchestrator.sessions.rebasing import Rebaser
from orchestrator.sessions.recovery import retry_or_fail
from orchestrator.sessions.restoring import CheckpointRestorer
from orchestrator.sessions.seating import Seating
from orchestrator.sessions.stalls import CUTS, TurnCut, nudge
from orchestrator.sessions.states import HOLDS_SLOT, Request, Status, Verification
from orchestrator.sessions.tidying import Tidier
from orchestrator.sessions.turns import Prompt, TurnRunner
from orchestrator.sessions.verify import Verifier

log = get_logger(__name__)

DONE, GO_ON, ENDED, NUDGED = "done", "go on", "ended", "nudged"
HELD_BY_BUDGET, HELD_BY_PROVIDER, ASKED = "held by budget", "held by provider", "asked by a person"
"""The event of an MCP server of the agent's that a turn goes on without."""
MOST_LOSSES = 3
"""How often the server of one turn may end before the session fails."""


class Steps:
    def __init__(self, services: Services) -> None:
        self.services = services
        self._checkpoints = CheckpointTaker(services)
        self._restorer = CheckpointRestorer(services, self._checkpoints.store)
        self._midway = MidwayCheckpoints(services.settings.checkpoint_seconds)
        self._turns = TurnRunner(services, self._restorer)
        self._seating = Seating(services)
        self._external = ExternalTurns(services, self._checkpoints)
        self._verifier = Verifier(services)
        self._judge = Judge(services, self._verifier)
        self._ahead: dict[SessionKey, asyncio.Task[object]] = {}
        self._grounds = Grounds(services)
        self._merger = Merger(services, self._checkpoints.store)
        self._rebaser = Rebaser(services, self._checkpoints.store, self._grounds)
        self.step_finished: Callable[[UUID], None] = lambda _: None
        """Told of each step of a turn that ends, with the session's id."""
        self._tidier = Tidier(services, self._grounds, self._turns, self._checkpoints)

    async def prepare(self, key: SessionKey) -> str:
        """The mirror is fetched, the base commit settled, the worktree made; the base is verified in the meantime."""
        session = await self._session(key)
        if session.merges is not None:
            return await self._prepare_merge(key, session)
        session, base = await self._restorer.settle_base(key, session)
        await self._restorer.bring(key, session, base)
        await self._rebaser.apply(key)
        async with self.services.database.transaction() as db:
            first = await turn_rows.begin_with(db, await load(db, key, lock=True))
        ground = await self._ground(key)
        if not ground.is_external:
            self.services.runtimes.expect(key.tenant_id, session.model, session.isolation)
        if ground.commands:
            self._ahead[key] = asyncio.create_task(self._base_ahead(ground))
        return f"turn {first}"

    async def _prepare_merge(self, key: SessionKey, session: Session) -> str:
        session, base = await self._restorer.settle_base(key, session)
        await self._restorer.bring(key, session, base)
        return await self._merger.merge(key, base)

    async def _base_ahead(self, ground: Ground) -> object:
        """While the agent works. What goes wrong here goes wrong again, and is told, when it is needed."""
        try:
            return await self._verifier.at_base(ground.job)
        except OrchestratorError as error:
            log.info("base_not_verified_ahead", code=error.code)
            return None

    async def turn(self, key: SessionKey, turn: int) -> str:
        """Nothing happens when the turn has ended before."""
        ground = await self._ground(key)
        if ground.is_external:
            await self._external.run(key, turn, ground)
            return DONE
        await self.services.runtimes.renew(ground.workspace, key.session_id)
        for _ in range(MOST_LOSSES + 1):
            ground = await self._ground(key)
            try:
                seat = await self._seating.seat(ground)
                conversation = await self._turns.conversation(seat, key)
                row = await self._begin(
                    key, turn, afresh=not await seat.client.list_messages(seat.directory, conversation, 1)
                )
                if row.ended_at is None:
                    prompt = Prompt.of(ground.session, row, ground.config.instructions or None)
                    sitting = Sitting(key, turn, ground.session.title, ground.workspace, seat, conversation)
                    take = partial(self._checkpoints.take, sitting, CheckpointKind.STEP)
                    async with self._midway.during(take) as on_step_finished:
                        told = partial(self._on_step_finished, key, on_step_finished)
                        await self._turns.run(seat, key, conversation, prompt, told)
                    await self._end_turn(key)
                return NUDGED if row.outcome in CUTS else DONE
            except TurnCut as cut:
                log.warning("turn_cut", session_id=str(key.session_id), code=cut.code, problem=cut.message)
                return await self._nudge(key, cut)
            except CallRefused as refused:
                log.info("calls_refused", session_id=str(key.session_id), problem=refused.message)
                return HELD_BY_PROVIDER if refused.by_provider else HELD_BY_BUDGET
            except (RuntimeGone, OpenCodeUnreachable) as error:
                log.warning("turn_lost_its_runtime", session_id=str(key.session_id), code=error.code)
        raise RuntimeLost(times=MOST_LOSSES + 1)

    async def _on_step_finished(self, key: SessionKey, others: StepFinished, step: Part) -> None:
        self.step_finished(key.session_id)
        await others(step)

    async def _begin(self, key: SessionKey, turn: int, *, afresh: bool) -> SessionTurn:
        async with self.services.database.transaction() as db:
            return await turn_rows.begin(db, await load(db, key, lock=True), turn, afresh=afresh)

    async def _end_turn(self, key: SessionKey) -> None:
        async with self.services.database.transaction() as db:
            await turn_rows.end(db, await load(db, key, lock=True))

    async def _nudge(self, key: SessionKey, cut: TurnCut) -> str:
        async with self.services.database.transaction() as db:
            await nudge(db, await load(db, key, lock=True), cut)
        return NUDGED

    async def checkpoint(self, key: SessionKey, turn: int, said: str = DONE) -> str:
        ground = await self._ground(key)
        if ground.is_external:
            return DONE  # The turn has left one.
        seat = await self._seating.seat(ground)
        conversation = await self._turns.conversation(seat, key)
        sitting = Sitting(key, turn, ground.session.title, ground.workspace, seat, conversation)
        await self._checkpoints.take(sitting, CheckpointKind.TURN if said == DONE else CheckpointKind.PAUSE)
        return DONE

    async def hold(self, key: SessionKey, turn: int, by: str) -> str:
        """The place in the runtime is given back before others can see the session paused, and start it again."""
        ground = await self._ground(key)
        await self.services.runtimes.release(ground.workspace, key.session_id)
        async with self.services.database.transaction() as db:
            session = await load(db, key, lock=True)
            if session.requested is not None:
                await control.carry_out(db, session)
            else:
                await pauses.hold(db, session, pauses.PROVIDER if by == HELD_BY_PROVIDER else pauses.BUDGET)
        return ENDED

    async def verify(self, key: SessionKey, turn: int) -> str:
        """GO_ON asks for a turn with the failing output; otherwise the word is the status to end with."""
        if await self._rebaser.check(key) or await self._goes_on_with_messages(key) or await self._rebaser.apply(key):
            return GO_ON
        ground = await self._ground(key)
        if ground.commands:
            await self._move(key, Status.VERIFYING, counted(len(ground.commands), "verification command"))
        verdict = await self._judge.verdict(key, turn, ground)
        async with self.services.database.transaction() as db:
            session = await load(db, key, lock=True)
            given_up = await turn_rows.no_more_feedback(db, session) if verdict.asks_for_feedback else ""
            if given_up is None:
                rounds = await turn_rows.feedback_rounds(db, session)
                await move(db, session, Status.RUNNING, f"{verdict.reason}; feedback round {rounds + 1}")
                return GO_ON
            judging.write(verdict, session, given_up)
        return verdict.status.value

    async def _goes_on_with_messages(self, key: SessionKey) -> bool:
        async with self.services.database.transaction() as db:
            session = await load(db, key, lock=True)
            return await goes_on_with_messages(db, session)

    async def finish(self, key: SessionKey, status: str) -> str:
        """The branch first, then the status: who sees the session completed can fetch its branch.

        The branch of a merge is its plan's, and nothing comes there that was not found good.
        """
        ground = await self._ground(key)
        session = ground.session
        if session.merges is None or Status(status) is Status.COMPLETED:
            await publish(self.services, ground, ground.commit)
        failed = session.verification is Verification.FAILED and Status(status) is Status.FAILED
        reason = session.verification_reason or status
        async with self.services.database.transaction() as db:
            session = await load(db, key, lock=True)
            if await goes_on_with_messages(db, session):
                return GO_ON
            failure = await judging.failure_of(db, session) if failed else None
            await move(db, session, Status(status), reason, failure=failure)
        return status

    async def hold_for_disk(self, key: SessionKey) -> bool:
        ground = self._grounds.known(key)
        return await held_by_disk(self.services, key, ground and ground.workspace)

    async def fail(self, key: SessionKey, error: OrchestratorError) -> None:
        """The place in the runtime is given back before others can see the session queued, and start it again."""
        if Failure.of(error).retryable:
            with contextlib.suppress(Superseded):
                await self._let_go(key)
        status = Status.TIMED_OUT if isinstance(error, TimedOut) else Status.FAILED
        async with self.services.database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, key.session_id, lock=True)
            if session.attempt == key.attempt and session.status in HOLDS_SLOT - {Status.ORPHANED}:
                await retry_or_fail(db, session, error, to=status)

    async def _let_go(self, key: SessionKey) -> None:
        ground = self._grounds.known(key)
        if ground is None:
            return
        conversation = (await self._session(key)).opencode_session_id
        seat = self.services.runtimes.seated(key.tenant_id, key.session_id, ground.workspace)
        if seat is not None and conversation:
            await self._turns.abort(seat, conversation)
        await self.services.runtimes.release(ground.workspace, key.session_id)

    async def tidy(self, key: SessionKey) -> str:
        """However the attempt ended."""
        if (ahead := self._ahead.pop(key, None)) is not None:
            ahead.cancel()
        await self._tidier.tidy(key)
        return DONE

    async def look(self, key: SessionKey) -> Outlook:
        """`remaining_seconds` stands still while it waits for a person."""
        await self.services.clock_jumps.settle()
        session = await self._session(key)
        until = session.waiting_since or now()
        began = session.started_at or session.created_at
        seconds = session.timeout_seconds + session.idle_seconds - (until - began).total_seconds()
        at_work = session.status in (Status.RUNNING, Status.VERIFYING)
        return Outlook(seconds, session.timeout_seconds, session.requested, at_work)

    async def comply(self, key: SessionKey) -> str:
        """What a person asked for. Others see it when the checkpoint is there, and may start the session again."""
        session = await self._session(key)
        if session.base_commit is not None:
            ground = await self._ground(key)
            try:
                await self._settle(key, ground)
            except Superseded:
                raise
            except OrchestratorError as error:
                log.warning("not_settled", session_id=str(key.session_id), code=error.code, problem=error.message)
            await self.services.runtimes.release(ground.workspace, key.session_id)
        async with self.services.database.transaction() as db:
            await control.carry_out(db, await load(db, key, lock=True))
        return ENDED

    async def _settle(self, key: SessionKey, ground: Ground) -> None:
        """The turn is aborted and kept as it stands; of a session that ends, the branch shows how far it came."""
        session = ground.session
        if ground.is_external and session.requested is not Request.DRAIN:
            await self._external.cancel(key, f"a person asked for a {session.requested}")
        if session.turn is None or session.opencode_session_id is None:
            return
        await self._turns.settle(await self._seating.seat(ground), key, session.opencode_session_id)
        await self.checkpoint(key, session.turn, ASKED)
        commit = (await self._session(key)).commit
        # A branch is better without what a conflict left half solved.
        if session.requested is Request.STOP and commit is not None and not conflict_of(session):
            await publish(self.services, ground, commit)

    async def _session(self, key: SessionKey) -> Session:
        async with self.services.database.transaction() as db:
            return await load(db, key)

    async def _move(self, key: SessionKey, to: Status, reason: str) -> None:
        async with self.services.database.transaction() as db:
            await move(db, await load(db, key, lock=True), to, reason)

    async def _ground(self, key: SessionKey) -> Ground:
        return await self._grounds.of(await self._session(key))
