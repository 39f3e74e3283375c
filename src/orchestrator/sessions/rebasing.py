"""Putting a session upon a base that has moved, between two of its turns; a conflict becomes a turn of its own.

The move is a checkpoint: the new commit with the conversation as it was. Whichever node goes on after a crash finds
either the state before it or the state after it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.artifacts import ArtifactStoreUnusable
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.logging import get_logger
from orchestrator.sandboxes import tenant_identity
from orchestrator.sessions import turn_rows
from orchestrator.sessions.bringing import bring
from orchestrator.sessions.checkpoint_store import (
    CheckpointDamaged,
    CheckpointStore,
    Owner,
    following,
    kept_of,
    usable,
)
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.errors import CheckpointUnusable, RebaseUnsolved
from orchestrator.sessions.grounds import Grounds, base_of
from orchestrator.sessions.handed_conversations import stored_again
from orchestrator.sessions.models import Checkpoint, Session
from orchestrator.sessions.rebase_states import (
    FOLLOW_UP,
    MOST_CONFLICT_TURNS,
    MOST_NAMED,
    Conflict,
    again_text,
    conflict_of,
    first_text,
)
from orchestrator.sessions.states import TurnKind
from orchestrator.tenancy.service import tenant_by_id
from orchestrator.workspaces import Base, Mark, Rebased
from orchestrator.workspaces.errors import RefNotFound

log = get_logger(__name__)


@dataclass(frozen=True)
class _Move:
    """Where a session goes to; `text` is what a turn about it says."""

    base: Base
    commit: str
    conflict: Conflict | None = None
    text: str | None = None


class Rebaser:
    def __init__(self, services: Services, store: CheckpointStore, grounds: Grounds) -> None:
        self._services = services
        self._store = store
        self._grounds = grounds

    async def apply(self, key: SessionKey) -> bool:
        """Does what is asked for, when no turn is open. True when a turn about a conflict was opened."""
        session = await self._session(key)
        if not session.rebase or conflict_of(session) or session.commit is None or not await self._is_between_turns(key):
            return False
        try:
            return await self._apply(key, session, session.rebase)
        except (RefNotFound, CheckpointUnusable, CheckpointDamaged, ArtifactStoreUnusable) as error:
            await self._stay(key, error.message)
            if session.rebase["by"] != FOLLOW_UP:
                raise
            return False

    async def _apply(self, key: SessionKey, session: Session, wanted: dict[str, Any]) -> bool:
        old = base_of(session)
        new = await self._new_base(session, old, wanted)
        if new.commit == old.commit:
            return await self._stay(key, "the base has not moved")
        rebased = await self._rebased(session, old, new)
        if rebased.conflicts and wanted["by"] == FOLLOW_UP:
            # Nobody asked for a turn about it.
            return await self._stay(key, f"conflicts in {', '.join(rebased.conflicts[:20])}", rebased.conflicts)
        sides = await self._sides(session, old, new, rebased)
        await self._move(key, session, _move_of(session, old, new, rebased, sides))
        return bool(rebased.conflicts)

    async def _new_base(self, session: Session, old: Base, wanted: dict[str, Any]) -> Base:
        asked = (str(session.tenant_id), session.repository, wanted["onto"] or session.base_ref)
        workspaces = self._services.workspaces
        try:
            return await workspaces.prepare_mirror(*asked)
        except RefNotFound:
            if "checkpoint" not in wanted:
                raise
            checkpoint_id = UUID(wanted["checkpoint"])
            await bring(self._services, self._store, session.tenant_id, old.repository_key, checkpoint_id)
            return await workspaces.prepare_mirror(*asked)

    async def _sides(self, session: Session, old: Base, new: Base, rebased: Rebased) -> tuple[str, str]:
        """What the new base and the session changed in the files that conflict."""
        if not rebased.conflicts:
            return "", ""
        mirror = self._services.workspaces.mirror(str(session.tenant_id), new)
        commit = session.commit or old.commit
        return await self._services.workspaces.merges.both_sides(mirror, new.commit, commit, rebased.conflicts)

    async def _rebased(self, session: Session, old: Base, new: Base) -> Rebased:
        mirror = self._services.workspaces.mirror(str(session.tenant_id), old)
        message = f"{session.title}\n\nSession: {session.id}"
        commit = session.commit or old.commit
        return await self._services.workspaces.rebases.onto(mirror, old.commit, commit, new.commit, message)

    async def check(self, key: SessionKey) -> bool:
        """After a turn: True when one more was opened, because marks of the conflict are left. Raises RebaseUnsolved."""
        session = await self._session(key)
        conflict = conflict_of(session)
        if conflict is None or not await self._is_between_turns(key):
            return False
        mirror = self._services.workspaces.mirror(str(key.tenant_id), base_of(session))
        commit = session.commit or base_of(session).commit
        left = await self._services.workspaces.rebases.unsolved(mirror, commit, tuple(conflict["files"]))
        if left and (conflict["turns"] >= MOST_CONFLICT_TURNS or not turn_rows.has_turns_left(session)):
            await self._give_up(key, session, conflict)
            raise RebaseUnsolved(base=session.base_commit, files=", ".join(left[:20]))
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            if left:
                session.rebase = {**(session.rebase or {}), "conflict": {**conflict, "turns": conflict["turns"] + 1}}
                await turn_rows.open_turn(db, session, TurnKind.CONFLICT, again_text(left), ORCHESTRATOR)
            else:
                session.rebase = None
                self._tell(db, session, "session.rebase_solved", files=conflict["files"][:MOST_NAMED])
        if not left:
            self._grounds.forget(key)
        return bool(left)

    async def _give_up(self, key: SessionKey, session: Session, conflict: Conflict) -> None:
        """Back to where it was, with what was said since; what was tried is in the checkpoints."""
        base = Base(base_of(session).repository_key, conflict["base_ref"] or conflict["base"], conflict["base"])
        await self._move(key, session, _Move(base, conflict["commit"]))

    async def _move(self, key: SessionKey, seen: Session, move: _Move) -> None:
        newest = await self._newest(key)
        owner = Owner(key.tenant_id, key.session_id, key.attempt, newest.number + 1)
        async with self._store.open(key.tenant_id, kept_of(newest)) as contents:
            conversation = [contents.conversation, *contents.children]
        exported = await asyncio.to_thread(stored_again, conversation)
        stored = await self._store.save(owner, move.base, move.commit, exported, None)
        mirror = self._services.workspaces.mirror(str(key.tenant_id), move.base)
        await self._services.workspaces.transfers.keep(mirror, owner.ref, move.commit)
        row = following(newest, owner, move.commit, move.base.commit, stored)
        row.node_id = newest.node_id
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            was = session.base_commit
            session.base_commit, session.base_ref, session.commit = move.base.commit, move.base.base_ref, move.commit
            session.rebase = {**(session.rebase or {}), "conflict": move.conflict} if move.conflict else None
            IndustrialRepository(db).add(row)
            files = move.conflict["files"] if move.conflict else []
            moved = {"from_base": was, "to_base": move.base.commit, "commit": move.commit, **named(files)}
            self._tell(db, session, "session.rebased", **moved, checkpoint=row.number)
            if move.text is not None:
                await turn_rows.open_turn(db, session, TurnKind.CONFLICT, move.text, ORCHESTRATOR)
        await self._set_back(key, seen, move, Mark(key.attempt, row.number), conversation)

    async def _set_back(self, key: SessionKey, seen: Session, move: _Move, mark: Mark, conversation: list[bytes]) -> None:
        identity = tenant_identity((await tenant_by_id(self._services.database, key.tenant_id)).ordinal)
        workspaces, ids = self._services.workspaces, (str(key.tenant_id), str(key.session_id))
        workspace = workspaces.locate(*ids, move.base, seen.branch, identity)
        # Its commands run in a sandbox that has the old worktree.
        await self._services.runtimes.release(workspace, key.session_id)
        await workspaces.set_back(workspace, mark, b"\n".join(conversation))
        self._grounds.forget(key)

    async def _stay(self, key: SessionKey, reason: str, files: tuple[str, ...] = ()) -> bool:
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            session.rebase = None
            self._tell(db, session, "session.not_rebased", reason=reason, **named(files))
        return False

    async def _is_between_turns(self, key: SessionKey) -> bool:
        async with self._services.database.transaction() as db:
            last = await turn_rows.newest(db, await load(db, key))
        return last is not None and last.ended_at is not None

    async def _newest(self, key: SessionKey) -> Checkpoint:
        async with self._services.database.transaction() as db:
            mine = Checkpoint.session_id == key.session_id
            return usable((await IndustrialRepository(db).list(Checkpoint, mine, order=(Checkpoint.number.desc(),)))[0])

    async def _session(self, key: SessionKey) -> Session:
        async with self._services.database.transaction() as db:
            return await load(db, key)

    @staticmethod
    def _tell(db: AsyncSession, session: Session, type_: str, **data: object) -> None:
        events.append(db, session.tenant_id, type_, actor=ORCHESTRATOR, session_id=session.id, **data)


def _move_of(session: Session, old: Base, new: Base, rebased: Rebased, sides: tuple[str, str]) -> _Move:
    if not rebased.conflicts:
        return _Move(new, rebased.commit)
    files, commit = list(rebased.conflicts), session.commit or old.commit
    conflict = Conflict(files=files, base=old.commit, base_ref=session.base_ref, commit=commit, turns=1)
    return _Move(new, rebased.commit, conflict, first_text(new.commit, files, rebased.told, *sides))


def named(files: Sequence[str]) -> dict[str, Any]:
    """For an event: the first of them, and how many they are."""
    return {"conflicts": list(files[:MOST_NAMED]), "conflict_count": len(files)}
