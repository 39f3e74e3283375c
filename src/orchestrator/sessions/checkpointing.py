"""Taking a checkpoint: the conversation, then the commit, their file in the artifact store, then the row and the event."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.artifacts import ArtifactStore, ArtifactStoreUnusable
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.opencode.schemas import Part
from orchestrator.opencode.snapshots import Exported, export
from orchestrator.runtimes.running import Seat
from orchestrator.sessions import turn_rows
from orchestrator.sessions.checkpoint_store import ANCHOR_BYTES, Anchor, CheckpointStore, Owner, Stored, name_file, number_of
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.fork_starts import needed
from orchestrator.sessions.leftovers import Leftovers, store
from orchestrator.sessions.models import Checkpoint, CheckpointKind
from orchestrator.sessions.usage import Totals, measured, totals_of
from orchestrator.workspaces import Base, Mark, Workspace, checkpoint_ref, checkpoint_refs
from orchestrator.workspaces import Checkpoint as Commit

log = get_logger(__name__)

KEPT = 100
"""The newest checkpoints of a session that are kept; older ones as long as a fork begins at them."""
NO_CONVERSATION = Exported({"id": "none"}, [])
"""Of a session whose turns are done elsewhere."""
_COMPLETING_SECONDS, _COMPLETING_TRIES = 0.05, 20


@dataclass(frozen=True)
class Sitting:
    """A session in a turn: what a checkpoint is taken of."""

    key: SessionKey
    turn: int
    title: str
    workspace: Workspace
    seat: Seat
    conversation: str

    @property
    def message(self) -> str:
        return f"{self.title}\n\nSession: {self.key.session_id}"


class CheckpointTaker:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._leftovers = Leftovers(services)
        self.store = CheckpointStore(ArtifactStore(services.settings.artifact_store_url), services.workspaces)

    async def take(self, sitting: Sitting, kind: CheckpointKind, step: Part | None = None) -> None:
        """Once for the end and once for a pause of a turn of this attempt. Raises Superseded.

        The conversation comes first: of what it tells, nothing is missing in the commit.
        """
        key, services = sitting.key, self._services
        kind, number = await self._number(key, sitting.turn, kind)
        if number is None:
            return
        owner = Owner(key.tenant_id, key.session_id, key.attempt, number)
        exported = await self._export(sitting, step)
        made = await services.workspaces.checkpoint(sitting.workspace, number, sitting.message)
        # Before the row is there: a worktree that is newer than the row is no worktree of the past.
        services.workspaces.lineage(str(key.tenant_id), str(key.session_id)).write(Mark(key.attempt, number))
        row = _row(owner, sitting.turn, kind, made, sitting.workspace.base, totals_of(exported))
        row.opencode_session_id = sitting.conversation
        await self._finish(row, key, sitting.workspace.base, exported)

    async def keep(self, key: SessionKey, turn: int, base: Base, commit: str) -> None:
        """The same for a turn that was done elsewhere and left a commit in the mirror: without a worktree and without a
        conversation. What it used is what the gateway counted."""
        _, number = await self._number(key, turn, CheckpointKind.TURN)
        if number is None:
            return
        owner = Owner(key.tenant_id, key.session_id, key.attempt, number)
        workspaces = self._services.workspaces
        await workspaces.transfers.keep(workspaces.mirror(str(key.tenant_id), base), owner.ref, commit)
        async with self._services.database.transaction() as db:
            totals = await measured(db, key.session_id)
        made = Commit(commit, owner.ref, changed=commit != base.commit)
        row = _row(owner, turn, CheckpointKind.TURN, made, base, totals)
        await self._finish(row, key, base, NO_CONVERSATION)

    async def _finish(self, row: Checkpoint, key: SessionKey, base: Base, exported: Exported) -> None:
        row.node_id = self._services.runtimes.node.node_id
        owner = Owner(key.tenant_id, key.session_id, key.attempt, row.number)
        if (stored := await self._save(owner, base, row.commit, exported)) is not None:
            name_file(row, stored)
        await self._record(row, key)
        if row.number > KEPT:
            await self.prune(key, base)

    async def _number(self, key: SessionKey, number: int, kind: CheckpointKind) -> tuple[CheckpointKind, int | None]:
        """None when that of the turn of this number was taken before. Numbers of checkpoints go on over attempts."""
        mine = (Checkpoint.tenant_id == key.tenant_id, Checkpoint.session_id == key.session_id)
        async with self._services.database.transaction() as db:
            turn = await turn_rows.newest(db, await load(db, key))
            if kind is CheckpointKind.PAUSE and turn is not None and turn.ended_at is not None:
                kind = CheckpointKind.TURN
            this_turn = (*mine, Checkpoint.attempt == key.attempt, Checkpoint.turn == number, Checkpoint.kind == kind)
            if kind is not CheckpointKind.STEP and (await db.execute(select(Checkpoint.id).where(*this_turn))).first():
                return kind, None
            last = (await db.execute(select(func.coalesce(func.max(Checkpoint.number), 0)).where(*mine))).scalar_one()
            return kind, last + 1

    async def _export(self, sitting: Sitting, step: Part | None) -> Exported:
        """A step's message is completed a moment after the step-finish part that told of it."""
        client, directory = sitting.seat.client, sitting.seat.directory
        exported = await export(client, directory, sitting.conversation)
        for _ in range(_COMPLETING_TRIES):
            if step is None or exported.has_step(step.id):
                break
            await asyncio.sleep(_COMPLETING_SECONDS)
            exported = await export(client, directory, sitting.conversation)
        return exported

    async def _save(self, owner: Owner, base: Base, commit: str, exported: Exported) -> Stored | None:
        """While the store is away a session goes on; until its next checkpoint only this node can go on with it."""
        try:
            return await self.store.save(owner, base, commit, exported, await self._anchor(owner, base))
        except (ArtifactStoreUnusable, OSError) as error:
            log.warning("checkpoint_not_stored", session_id=str(owner.session_id), number=owner.number, problem=str(error))
            return None

    async def _anchor(self, owner: Owner, base: Base) -> Anchor | None:
        """The newest checkpoint that is whole in itself, if it is a large one, and its commit is here."""
        query = (
            select(Checkpoint)
            .where(Checkpoint.tenant_id == owner.tenant_id, Checkpoint.session_id == owner.session_id)
            .where(Checkpoint.anchor_path.is_(None), Checkpoint.damaged_at.is_(None))
            .where(Checkpoint.pack_bytes >= ANCHOR_BYTES, Checkpoint.base_commit == base.commit)
            .order_by(Checkpoint.number.desc())
            .limit(1)
        )
        async with self._services.database.transaction() as db:
            row = (await db.execute(query)).scalar_one_or_none()
        if row is None or row.path is None or row.sha256 is None or row.pack_bytes is None:
            return None
        mirror = self._services.workspaces.mirror(str(owner.tenant_id), base)
        if not await self._services.workspaces.transfers.has(mirror, row.commit, row.ref):
            return None
        return Anchor(row.commit, row.path, row.sha256, row.pack_bytes)

    async def _record(self, row: Checkpoint, key: SessionKey) -> None:
        left = await self._leftovers.on_node(key)
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            await store(db, key.tenant_id, key.session_id, left)
            session.commit = row.commit
            session.input_tokens, session.output_tokens = row.input_tokens, row.output_tokens
            session.cost_micro_usd = row.cost_micro_usd
            if row.kind is CheckpointKind.TURN:
                session.pause = None
            IndustrialRepository(db).add(row)
            events.append(
                db,
                key.tenant_id,
                "checkpoint.created",
                actor=ORCHESTRATOR,
                session_id=key.session_id,
                number=row.number,
                kind=row.kind.value,
                commit=row.commit,
                changed=row.changed,
                stored=row.path is not None,
            )
        await self._leftovers.forget(key, left)

    async def prune(self, key: SessionKey, base: Base) -> None:
        """Files go before their rows: a file that a crash leaves without its row would not be found again."""
        rows = await self._rows(key)
        async with self._services.database.transaction() as db:
            spared = await needed(db, rows[KEPT:])
        doomed = [row for row in rows[KEPT:] if row.id not in spared]
        kept = [row for row in rows if row not in doomed]
        for path in sorted(_files(doomed) - _files(kept)):
            await self.store.delete(path)
        async with self._services.database.transaction() as db:
            mine = (Checkpoint.tenant_id == key.tenant_id, Checkpoint.session_id == key.session_id)
            await db.execute(delete(Checkpoint).where(*mine, Checkpoint.number.in_([row.number for row in doomed])))
        mirror = self._services.workspaces.mirror(str(key.tenant_id), base)
        refs = {checkpoint_ref(key.session_id, row.number) for row in kept}
        await self._services.workspaces.transfers.forget(mirror, checkpoint_refs(key.session_id), refs)

    async def sweep(self, key: SessionKey) -> None:
        """Files of checkpoints that came to nothing. What is numbered above the last row may still become one."""
        found = await self.store.names(key.tenant_id, key.session_id)
        rows = await self._rows(key)
        last = rows[0].number if rows else 0
        for path in set(found) - _files(rows):
            if 0 < number_of(path) <= last:
                await self.store.delete(path)

    async def _rows(self, key: SessionKey) -> list[Checkpoint]:
        """The newest first."""
        async with self._services.database.transaction() as db:
            mine = Checkpoint.session_id == key.session_id
            return list(await IndustrialRepository(db).list(Checkpoint, mine, order=(Checkpoint.number.desc(),)))


def _files(rows: list[Checkpoint]) -> set[str]:
    return {path for row in rows for path in (row.path, row.anchor_path) if path}


def _row(owner: Owner, turn: int, kind: CheckpointKind, made: Commit, base: Base, totals: Totals) -> Checkpoint:
    return Checkpoint(
        id=new_id(),
        session_id=owner.session_id,
        number=owner.number,
        attempt=owner.attempt,
        turn=turn,
        kind=kind,
        commit=made.commit,
        ref=made.ref,
        base_commit=base.commit,
        changed=made.changed,
        input_tokens=totals.input_tokens,
        output_tokens=totals.output_tokens,
        cost_micro_usd=totals.cost_micro_usd,
        created_at=now(),
    )
