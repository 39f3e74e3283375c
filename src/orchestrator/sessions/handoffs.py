"""A session in a person's own hands for a while: its branch and its conversation go out, and come back as a checkpoint.

Nothing of it runs in the meantime. Whoever resumes it without waiting goes on from where it was, and what is sent after
that is refused, because the session has moved.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.settings import Settings
from orchestrator.opencode.snapshots import Exported
from orchestrator.sessions import control, pauses
from orchestrator.sessions.checkpoint_store import CheckpointStore, Contents, Owner, kept_of, usable
from orchestrator.sessions.commits_here import CommitsHere
from orchestrator.sessions.control import record
from orchestrator.sessions.errors import (
    NoCheckpointYet,
    NotAtRest,
    OpenedBefore,
    PromptTooLong,
    UnknownCheckpoint,
    UnrelatedRepository,
)
from orchestrator.sessions.handed_conversations import accepted, stored_again
from orchestrator.sessions.handoff_files import Sent
from orchestrator.sessions.merging import refuse_merge
from orchestrator.sessions.models import Checkpoint, Session
from orchestrator.sessions.room import check_storage
from orchestrator.sessions.service import get_session
from orchestrator.sessions.states import FINISHED, Status
from orchestrator.sessions.taking_up import Work, take_up
from orchestrator.tenancy.caller import Caller
from orchestrator.workspaces import Base, Workspaces, remove_tree

AT_REST = (FINISHED | {Status.PAUSED}) - {Status.CANCELLED}


@dataclass(frozen=True)
class Opened:
    """`common` are those commits of the person's clone that the session's repository has as well."""

    session: Session
    checkpoint: Checkpoint
    common: list[str]


class Handoffs:
    def __init__(self, caller: Caller, workspaces: Workspaces, store: CheckpointStore, settings: Settings) -> None:
        self._caller = caller
        self._workspaces = workspaces
        self._store = store
        self._settings = settings
        self._here = CommitsHere(workspaces, store)

    async def open(self, session_id: UUID, have: Sequence[str]) -> Opened:
        """A pause that ends by itself becomes a person's. Raises NotAtRest, UnrelatedRepository and what `bring` does."""
        async with self._db() as db:
            session = await get_session(db, session_id)
            refuse_merge(session)
            checkpoint = await _newest(db, session)
        base = await self._here.bring(session, checkpoint.commit, [checkpoint])
        common = await self._workspaces.transfers.common(self._mirror(session, base), have)
        if have and not common:
            raise UnrelatedRepository(repository=session.repository or "nothing: it began with an empty one")
        async with self._db() as db:
            session = await control.locked(db, session_id)
            _refuse_moved(checkpoint, await _newest(db, session))
            if session.pause is not None and session.status is Status.PAUSED and session.pause["by"] != pauses.PERSON:
                await control.pause(db, self._caller.principal, session_id)
            _tell(db, self._caller, session, "opened", checkpoint)
            record(db, self._caller.principal, "session.open", session, {}, checkpoint=checkpoint.number)
        return Opened(session, checkpoint, common)

    @asynccontextmanager
    async def bundle(self, session_id: UUID, number: int, have: Sequence[str]) -> AsyncGenerator[Path]:
        """The file is there within the block."""
        async with self._db() as db:
            session = await get_session(db, session_id)
            checkpoint = await _numbered(db, session, number)
        base = await self._here.bring(session, checkpoint.commit, [checkpoint])
        async with self.scratch() as folder:
            file = folder / "commits.bundle"
            mirror = self._mirror(session, base)
            await self._workspaces.transfers.bundle(mirror, session.branch, checkpoint.commit, have, file)
            yield file

    async def conversation(self, session_id: UUID, number: int) -> list[bytes]:
        """The session as `opencode export` prints it, and then its children."""
        async with self._db() as db:
            checkpoint = await _numbered(db, await get_session(db, session_id), number)
        return await self._conversation(checkpoint)

    async def check_sendable(self, session_id: UUID) -> None:
        """What can be refused before all of it has arrived."""
        async with self._db() as db:
            refuse_merge(await get_session(db, session_id))
            await check_storage(db)

    async def send(self, session_id: UUID, sent: Sent) -> Session:
        """Sent again, it changes nothing. Raises OpenedBefore, CommitsRefused and HandoffUnreadable, among others."""
        if len(sent.facts.text or "") > self._settings.max_prompt_chars:
            raise PromptTooLong(length=len(sent.facts.text or ""), most=self._settings.max_prompt_chars)
        async with self._db() as db:
            session = await get_session(db, session_id)
            opened = await _numbered(db, session, sent.facts.checkpoint)
        base = await self._here.bring(session, opened.commit, [opened])
        commit = await self._workspaces.transfers.receive(self._mirror(session, base), sent.bundle, base.commit)
        async with self._db() as db:
            session = await get_session(db, session_id)
            if await _sent_before(db, session, opened, commit):
                return session
            _refuse_moved(opened, await _newest(db, session))
        exported = await self._exported(session, opened, sent)
        owner = Owner(session.tenant_id, session.id, session.attempt, opened.number + 1)
        stored = await self._store.save(owner, base, commit, exported, None)
        return await self._take_up(session, base, opened, sent, Work(owner, commit, stored, exported))

    async def _take_up(self, seen: Session, base: Base, opened: Checkpoint, sent: Sent, work: Work) -> Session:
        async with self._db() as db:
            session = await control.locked(db, seen.id)
            if await _sent_before(db, session, opened, work.commit):
                return session
            _refuse_moved(opened, await _newest(db, session))
            if session.attempt != seen.attempt:
                raise OpenedBefore(opened=opened.number, newest="of another attempt")
            before = {"status": session.status, "commit": session.commit}
            row = await take_up(db, self._caller.principal, session, work, opened, sent.facts.text)
            await self._workspaces.transfers.keep(self._mirror(session, base), row.ref, row.commit)
            _tell(db, self._caller, session, "sent", row)
            record(db, self._caller.principal, "session.send", session, before, checkpoint=row.number, commit=row.commit)
            await db.flush()
            return session

    async def _exported(self, session: Session, opened: Checkpoint, sent: Sent) -> Exported:
        """Without a conversation of the person's the one that was opened stays as it is."""
        stored = await self._conversation(opened)
        if not sent.conversation:
            return await asyncio.to_thread(stored_again, stored)
        return await asyncio.to_thread(accepted, sent.conversation, stored, session.id)

    async def _conversation(self, checkpoint: Checkpoint) -> list[bytes]:
        async with self._store.open(checkpoint.tenant_id, kept_of(checkpoint)) as contents:
            return _lines(contents)

    def _mirror(self, session: Session, base: Base) -> Path:
        return self._workspaces.mirror(str(session.tenant_id), base)

    def _db(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self._caller.in_tenant(self._caller.principal.tenant_id)

    @asynccontextmanager
    async def scratch(self) -> AsyncGenerator[Path]:
        folder = self._workspaces.folders(str(self._caller.principal.tenant_id)).new_scratch()
        folder.chmod(0o700)
        try:
            yield folder
        finally:
            await asyncio.shield(remove_tree(folder))


def _lines(contents: Contents) -> list[bytes]:
    return [contents.conversation, *contents.children]


async def _newest(db: AsyncSession, session: Session) -> Checkpoint:
    """Raises NotAtRest while something of the session runs, NoCheckpointYet and CheckpointUnusable."""
    if session.status not in AT_REST:
        raise NotAtRest(status=session.status.value)
    query = Checkpoint.session_id == session.id
    rows = await IndustrialRepository(db).list(Checkpoint, query, order=(Checkpoint.number.desc(),))
    if not rows:
        raise NoCheckpointYet
    return usable(rows[0])


async def _numbered(db: AsyncSession, session: Session, number: int) -> Checkpoint:
    mine = (Checkpoint.session_id == session.id, Checkpoint.number == number)
    rows = await IndustrialRepository(db).list(Checkpoint, *mine, order=(Checkpoint.number,))
    if not rows:
        raise UnknownCheckpoint(number=number)
    return usable(rows[0])


async def _sent_before(db: AsyncSession, session: Session, opened: Checkpoint, commit: str) -> bool:
    """A checkpoint that came from no node is what a person sent."""
    mine = (Checkpoint.session_id == session.id, Checkpoint.number == opened.number + 1)
    rows = await IndustrialRepository(db).list(Checkpoint, *mine)
    return any(row.node_id is None and row.commit == commit for row in rows)


def _refuse_moved(opened: Checkpoint, newest: Checkpoint) -> None:
    if newest.number != opened.number:
        raise OpenedBefore(opened=opened.number, newest=newest.number)


def _tell(db: AsyncSession, caller: Caller, session: Session, what: str, row: Checkpoint) -> None:
    facts = {"checkpoint": row.number, "commit": row.commit}
    actor = caller.principal.actor
    events.append(db, session.tenant_id, f"session.{what}", actor=actor, session_id=session.id, **facts)
