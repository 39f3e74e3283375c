"""What an attempt that has ended leaves on its node, and how that is cleared away."""

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.sessions.checkpointing import CheckpointTaker
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.grounds import Ground, Grounds
from orchestrator.sessions.models import Session
from orchestrator.sessions.publishing import publish
from orchestrator.sessions.rebase_states import conflict_of
from orchestrator.sessions.states import FINISHED, Status
from orchestrator.sessions.turns import TurnRunner

log = get_logger(__name__)


class Tidier:
    def __init__(self, services: Services, grounds: Grounds, turns: TurnRunner, checkpoints: CheckpointTaker) -> None:
        self._services = services
        self._grounds = grounds
        self._turns = turns
        self._checkpoints = checkpoints

    async def tidy(self, key: SessionKey) -> None:
        """Its turn is aborted, its place in the runtime given back, its worktree removed.

        What was committed last is published; what was not yet, `remove` keeps under a ref of the mirror.
        """
        async with self._services.database.transaction() as db:
            session = await IndustrialRepository(db).get(Session, key.session_id)
        if session.attempt != key.attempt or session.status not in FINISHED:
            self._grounds.forget(key)
            return
        if session.base_commit is not None:
            ground = await self._grounds.of(session)
            seat = self._services.runtimes.seated(key.tenant_id, key.session_id, ground.workspace)
            if seat is not None and session.opencode_session_id:
                await self._turns.abort(seat, session.opencode_session_id)
            ended_early = session.verification is None and session.status is not Status.CANCELLED
            is_work = session.merges is None
            if session.commit is not None and ended_early and is_work and not conflict_of(session):
                await self._publish_unfinished(ground, session.commit)
            await self._services.runtimes.release(ground.workspace, key.session_id)
            await self._services.workspaces.remove(ground.workspace, _settled(session))
        self._grounds.forget(key)
        await self._forget_pause(session)
        await self._checkpoints.sweep(key)

    async def _forget_pause(self, session: Session) -> None:
        """Of a session that ended while it was paused there is nothing left on the node now."""
        if session.pause is not None:
            async with self._services.database.transaction() as db:
                (await IndustrialRepository(db).get(Session, session.id, lock=True)).pause = None

    async def _publish_unfinished(self, ground: Ground, commit: str) -> None:
        """It ended before its result: the branch shows how far it came. The mirror keeps that, whoever refuses it."""
        session = ground.session
        try:
            await publish(self._services, ground, commit)
        except OrchestratorError as error:
            log.warning("unfinished_not_published", session_id=str(session.id), code=error.code, problem=error.message)


def _settled(session: Session) -> str | None:
    """The commit that holds all of the worktree: after a result nothing of the session has run since its checkpoint."""
    return session.commit if session.verification is not None else None
