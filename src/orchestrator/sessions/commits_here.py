"""Commits of sessions on a machine that may never have run one, such as an API's: what its mirror lacks is fetched.

The origin gives the base, with the tenant's credential; a checkpoint in the artifact store gives what came after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.sessions.checkpoint_store import CheckpointDamaged, CheckpointStore, kept_of
from orchestrator.sessions.errors import CommitNotHere, NoResultYet
from orchestrator.sessions.models import Checkpoint, Session
from orchestrator.workspaces import Base, Workspaces
from orchestrator.workspaces.errors import RefNotFound

log = get_logger(__name__)


@dataclass(frozen=True)
class Result:
    """What was changed: from `base` to `commit`, both on this machine."""

    tenant: str
    base: Base
    commit: str


def _base_at(session: Session, at: Checkpoint | None = None) -> Base:
    """That of a checkpoint may be an earlier one. Raises NoResultYet before the session's first step has settled it."""
    commit = (at and at.base_commit) or session.base_commit
    if commit is None or session.repository_key is None:
        raise NoResultYet
    return Base(session.repository_key, session.base_ref or commit, commit)


async def holders_of(db: AsyncSession, session: Session) -> Sequence[Checkpoint]:
    """The checkpoints whose files hold the session's present commit, the newest first."""
    mine = (Checkpoint.session_id == session.id, Checkpoint.commit == session.commit)
    usable = (Checkpoint.path.is_not(None), Checkpoint.damaged_at.is_(None))
    return await IndustrialRepository(db).list(Checkpoint, *mine, *usable, order=(Checkpoint.number.desc(),))


class CommitsHere:
    def __init__(self, workspaces: Workspaces, store: CheckpointStore) -> None:
        self._workspaces = workspaces
        self._store = store

    async def bring(self, session: Session, commit: str, holders: Sequence[Checkpoint]) -> Base:
        """What the commit stands on, once both are in this machine's mirror. Raises CommitNotHere.

        No transaction should be open: the origin may be asked.
        """
        base = _base_at(session, holders[0] if holders else None)
        if not await self._has(session, base, commit):
            try:
                await self._fetch(session, base)
                if not await self._has(session, base, commit):
                    await self._unpack(session, base, holders)
            except OrchestratorError as error:
                raise CommitNotHere(commit=commit[:12], problem=error.message) from error
            if not await self._has(session, base, commit):
                raise CommitNotHere(commit=commit[:12], problem="no checkpoint in the artifact store holds it.")
        return base

    async def _has(self, session: Session, base: Base, commit: str) -> bool:
        mirror = self._workspaces.mirror(str(session.tenant_id), base)
        return len(await self._workspaces.transfers.common(mirror, [base.commit, commit])) == 2

    async def _fetch(self, session: Session, base: Base) -> None:
        """A base that the origin does not lead to is another session's result, and comes along with the checkpoint."""
        try:
            await self._workspaces.prepare_mirror(str(session.tenant_id), session.repository, base.commit)
        except RefNotFound:
            log.info("base_comes_with_checkpoint", session_id=str(session.id), commit=base.commit)

    async def _unpack(self, session: Session, base: Base, holders: Sequence[Checkpoint]) -> None:
        mirror = self._workspaces.mirror(str(session.tenant_id), base)
        for row in holders:
            try:
                async with self._store.open(session.tenant_id, kept_of(row)) as contents:
                    await self._workspaces.transfers.unpack(mirror, contents.packs, base.commit, row.commit, row.ref)
                    return
            except CheckpointDamaged as error:
                log.warning("checkpoint_damaged", session_id=str(session.id), number=row.number, problem=error.message)
