"""A session that merges: no agent works in it. Results of other sessions are put together upon its base, then verified.

It is a session so that it has what sessions have: a slot, a node, a place in the queue, evidence, and a way through any
crash. What merges without a conflict is in its commit; what does not is told, file by file, and left out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import Conflict
from orchestrator.kit.ids import new_id
from orchestrator.opencode.snapshots import Exported
from orchestrator.sessions.bringing import bring_all
from orchestrator.sessions.checkpoint_store import CheckpointStore, Owner, is_usable, name_file
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.errors import CheckpointUnusable
from orchestrator.sessions.models import Checkpoint, CheckpointKind, Session
from orchestrator.sessions.rebase_states import MOST_NAMED
from orchestrator.workspaces import Base

MERGED, EMPTY = "merged", "nothing merged"
_NO_CONVERSATION = Exported({}, [])


class Part(TypedDict):
    """One result that is to be merged: the commit of a session's checkpoint."""

    session_id: str
    checkpoint_id: str
    commit: str
    title: str
    state: Literal["waiting", "merged", "conflict"]
    files: list[str]
    """Those that conflict, the first of them."""
    file_count: NotRequired[int]
    """How many they are."""


class MergeHasNoConversation(Conflict):
    """The session merges results of others: there is no agent in it that could be told something."""

    code = "merge_has_no_conversation"
    hint = "Say it to the session whose result conflicts or fails: its id is in `merges`."


class NothingMerged(Conflict):
    """None of the results could be merged: {files} changed on both sides."""

    code = "nothing_merged"
    hint = "A plan gives each conflict to the agent whose change came second."


def refuse_merge(session: Session) -> None:
    """Raises MergeHasNoConversation."""
    if session.merges is not None:
        raise MergeHasNoConversation


def part_of(session: Session, checkpoint: Checkpoint) -> Part:
    return Part(
        session_id=str(session.id),
        checkpoint_id=str(checkpoint.id),
        commit=checkpoint.commit,
        title=session.title,
        state="waiting",
        files=[],
    )


def settle_part(part: Part, conflicts: Sequence[str]) -> None:
    part["state"], part["files"] = "conflict" if conflicts else "merged", list(conflicts[:MOST_NAMED])
    part["file_count"] = len(conflicts)


async def checkpoint_with(db: AsyncSession, session: Session) -> Checkpoint:
    """The newest checkpoint that holds the session's result. Raises CheckpointUnusable."""
    mine = (Checkpoint.session_id == session.id, Checkpoint.commit == session.commit)
    rows = await IndustrialRepository(db).list(Checkpoint, *mine, order=(Checkpoint.number.desc(),), limit=1)
    if not rows or not is_usable(rows[0]):
        raise CheckpointUnusable(number=rows[0].number if rows else 0)
    return rows[0]


class Merger:
    def __init__(self, services: Services, store: CheckpointStore) -> None:
        self._services = services
        self._store = store

    async def merge(self, key: SessionKey, base: Base) -> str:
        """Once: a session that has its commit has been through here. Raises NothingMerged."""
        async with self._services.database.transaction() as db:
            session = await load(db, key)
        if session.commit is not None:
            return MERGED
        parts, head = [Part(**part) for part in session.merges or []], base.commit  # pyright: ignore[reportCallIssue]
        checkpoints = [UUID(part["checkpoint_id"]) for part in parts]
        commits = await bring_all(self._services, self._store, key.tenant_id, base.repository_key, checkpoints)
        for part, commit in zip(parts, commits, strict=True):
            head = await self._one(key, base, head, part, commit, session.created_at)
        if head == base.commit and any(part["state"] == "conflict" for part in parts):
            await self._tell(key, parts)
            raise NothingMerged(files=", ".join(file for part in parts for file in part["files"][:20]))
        await self._keep(key, base, head, parts)
        return MERGED

    async def _one(self, key: SessionKey, base: Base, head: str, part: Part, commit: str, moment: datetime) -> str:
        workspaces = self._services.workspaces
        message = f"Merge: {part['title']}\n\nSession: {part['session_id']}"
        merged = await workspaces.merges.into(workspaces.mirror(str(key.tenant_id), base), head, commit, message, moment)
        settle_part(part, merged.conflicts)
        return merged.commit

    async def _keep(self, key: SessionKey, base: Base, commit: str, parts: list[Part]) -> None:
        """A checkpoint without a conversation: whichever node comes next finds the merge done."""
        owner = Owner(key.tenant_id, key.session_id, key.attempt, 1)
        stored = await self._store.save(owner, base, commit, _NO_CONVERSATION, None)
        mirror = self._services.workspaces.mirror(str(key.tenant_id), base)
        await self._services.workspaces.transfers.keep(mirror, owner.ref, commit)
        row = _row(owner, base, commit)
        name_file(row, stored)
        row.node_id = self._services.runtimes.node.node_id
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            session.commit, session.merges = commit, [dict(part) for part in parts]
            IndustrialRepository(db).add(row)
            _event(db, session, parts)

    async def _tell(self, key: SessionKey, parts: list[Part]) -> None:
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            session.merges = [dict(part) for part in parts]
            _event(db, session, parts)


def _event(db: AsyncSession, session: Session, parts: list[Part]) -> None:
    told = {
        "merged": [part["session_id"] for part in parts if part["state"] == "merged"],
        "conflicts": {part["session_id"]: part["files"] for part in parts if part["state"] == "conflict"},
        "commit": session.commit,
    }
    events.append(db, session.tenant_id, "session.merged", actor=ORCHESTRATOR, session_id=session.id, **told)


def _row(owner: Owner, base: Base, commit: str) -> Checkpoint:
    return Checkpoint(
        id=new_id(),
        session_id=owner.session_id,
        number=owner.number,
        attempt=owner.attempt,
        turn=0,
        kind=CheckpointKind.TURN,
        commit=commit,
        ref=owner.ref,
        base_commit=base.commit,
        changed=commit != base.commit,
        input_tokens=0,
        output_tokens=0,
        cost_micro_usd=0,
        created_at=now(),
    )
