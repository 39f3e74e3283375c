"""Going on from a checkpoint on a node that does not have the session, or has it as it was before it went elsewhere."""

from collections.abc import Sequence

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.logging import get_logger
from orchestrator.opencode.snapshots import import_session
from orchestrator.runtimes.running import Seat
from orchestrator.sandboxes import tenant_identity
from orchestrator.sessions import turn_rows
from orchestrator.sessions.bringing import bring
from orchestrator.sessions.checkpoint_store import CheckpointDamaged, CheckpointStore, Contents, kept_of
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.errors import ForkStartLost
from orchestrator.sessions.feedback import look_for_reverts
from orchestrator.sessions.fork_starts import conversation_of, start_of
from orchestrator.sessions.models import Checkpoint, CheckpointKind, Session
from orchestrator.tenancy.service import tenant_by_id
from orchestrator.workspaces import Base, Mark, Workspace
from orchestrator.workspaces.errors import RefNotFound

log = get_logger(__name__)


class CheckpointRestorer:
    def __init__(self, services: Services, store: CheckpointStore) -> None:
        self._services = services
        self._store = store

    async def settle_base(self, key: SessionKey, session: Session) -> tuple[Session, Base]:
        """Written to the session at its first attempt, and the same from then on."""
        base = await self.prepare(key, session)
        await look_for_reverts(self._services, key, base)
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            session.base_commit = base.commit
            session.base_ref = session.base_ref or base.base_ref
            session.repository_key = base.repository_key
        return session, base

    async def prepare(self, key: SessionKey, session: Session) -> Base:
        """The mirror, with the session's base in it. Raises RefNotFound, among others."""
        wanted = (str(key.tenant_id), session.repository, session.base_commit or session.base_ref)
        try:
            return await self._services.workspaces.prepare_mirror(*wanted)
        except RefNotFound:
            if session.base_commit is None or session.repository_key is None:
                raise
            # The origin does not lead to it: it is another session's result, and comes along with a checkpoint.
            if session.based_on is not None:
                await bring(self._services, self._store, key.tenant_id, session.repository_key, session.based_on)
            else:
                await self.bring(key, session, Base(session.repository_key, session.base_ref or "", session.base_commit))
            return await self._services.workspaces.prepare_mirror(*wanted)

    async def bring(self, key: SessionKey, session: Session, base: Base) -> None:
        """The newest usable checkpoint is put in the place of what this node has of the session, unless that is as new.

        The worktree is then made by `Workspaces.create`, and the conversation by `take_up`. Raises Superseded.
        """
        rows = await self._rows(key)
        if not rows:
            if session.forked_checkpoint is not None:
                raise ForkStartLost
            return
        identity = tenant_identity((await tenant_by_id(self._services.database, key.tenant_id)).ordinal)
        workspaces = self._services.workspaces
        workspace = workspaces.locate(str(key.tenant_id), str(key.session_id), base, session.branch, identity)
        if await self._is_as_new(workspace, rows[0]):
            return
        for row in rows:
            if row.path is not None and await self._take(key, workspace, row, rows[0]):
                return
        if session.forked_checkpoint is not None:
            raise ForkStartLost
        if any(row.path is not None for row in rows):
            await self._begin_anew(key)

    async def _rows(self, key: SessionKey) -> Sequence[Checkpoint]:
        """The newest first, without those that were found damaged; of a fork, last what it began at."""
        async with self._services.database.transaction() as db:
            session = await load(db, key)
            mine = (Checkpoint.session_id == key.session_id, Checkpoint.damaged_at.is_(None))
            own = await IndustrialRepository(db).list(Checkpoint, *mine, order=(Checkpoint.number.desc(),))
            start = await start_of(db, session)
            return [*own, start] if start is not None else own

    async def _is_as_new(self, workspace: Workspace, newest: Checkpoint) -> bool:
        workspaces = self._services.workspaces
        if workspaces.is_here(workspace):
            mark = workspaces.lineage(workspace.tenant_id, workspace.session_id).read()
            return mark is not None and mark.attempt == newest.attempt and mark.number >= newest.number
        # The artifact store was away when it was taken: this node has all that there is of it.
        return newest.path is None and await workspaces.transfers.has(workspace.place.mirror, newest.commit, newest.ref)

    async def _take(self, key: SessionKey, workspace: Workspace, row: Checkpoint, newest: Checkpoint) -> bool:
        try:
            async with self._store.open(key.tenant_id, kept_of(row)) as contents:
                await self._unpack(workspace, row, contents)
                lines = b"\n".join(conversation_of(row, contents))
                await self._services.workspaces.set_back(workspace, Mark(row.attempt, row.number), lines)
        except CheckpointDamaged as error:
            await self._note_damage(key, row, error)
            return False
        await self._note_restored(key, workspace, row, newest)
        return True

    async def _unpack(self, workspace: Workspace, row: Checkpoint, contents: Contents) -> None:
        transfers, mirror = self._services.workspaces.transfers, workspace.place.mirror
        if not await transfers.has(mirror, row.commit, row.ref):
            base_commit = row.base_commit or workspace.base.commit
            await transfers.unpack(mirror, contents.packs, base_commit, row.commit, row.ref)

    async def _note_restored(self, key: SessionKey, workspace: Workspace, row: Checkpoint, newest: Checkpoint) -> None:
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            transfers, mirror = self._services.workspaces.transfers, workspace.place.mirror
            if row is not newest or session.commit is None or not await transfers.has(mirror, session.commit):
                session.commit = row.commit
            if row.base_commit not in (None, session.base_commit):
                # From before it was put upon another base: that is to be asked for again.
                session.base_commit, session.commit, session.rebase = row.base_commit, row.commit, None
            session.opencode_session_id = row.opencode_session_id
            await turn_rows.go_back(db, session, row.turn if row.kind is CheckpointKind.TURN else row.turn - 1)
            events.append(
                db,
                key.tenant_id,
                "checkpoint.restored",
                actor=ORCHESTRATOR,
                session_id=key.session_id,
                number=row.number,
                newest=newest.number,
                commit=row.commit,
                node_id=str(self._services.runtimes.node.node_id),
            )

    async def _note_damage(self, key: SessionKey, row: Checkpoint, error: CheckpointDamaged) -> None:
        log.error("checkpoint_damaged", session_id=str(key.session_id), number=row.number, problem=error.message)
        async with self._services.database.transaction() as db:
            await load(db, key, lock=True)
            (await IndustrialRepository(db).get(Checkpoint, row.id)).damaged_at = now()
            data = {"number": row.number, "problem": error.message}
            events.append(db, key.tenant_id, "checkpoint.damaged", actor=ORCHESTRATOR, session_id=key.session_id, **data)

    async def _begin_anew(self, key: SessionKey) -> None:
        """No checkpoint is left: the session starts again from its base, and says so."""
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            session.commit = session.opencode_session_id = None
            await turn_rows.go_back(db, session, -1)
            events.append(db, key.tenant_id, "checkpoint.lost", actor=ORCHESTRATOR, session_id=key.session_id)

    async def take_up(self, key: SessionKey, seat: Seat, conversation: str) -> bool:
        """Whether the runtime has the conversation, which is put into it when it lacks it, or when `bring` said so."""
        lineage = self._services.workspaces.lineage(str(key.tenant_id), str(key.session_id))
        if (waiting := lineage.conversation()) is not None:
            await _import(seat, waiting.split(b"\n"))
            lineage.conversation_taken_up()
            return True
        if await seat.client.find_session(seat.directory, conversation) is not None:
            return True
        return await self._from_store(key, seat)

    async def _from_store(self, key: SessionKey, seat: Seat) -> bool:
        """The worktree is the session's own, and the server has lost what it knew."""
        for row in await self._rows(key):
            if row.path is None:
                continue
            try:
                async with self._store.open(key.tenant_id, kept_of(row)) as contents:
                    await _import(seat, conversation_of(row, contents))
                    return True
            except CheckpointDamaged as error:
                await self._note_damage(key, row, error)
        return False


async def _import(seat: Seat, snapshots: Sequence[bytes]) -> None:
    """The first is the session, and the others are its children."""
    for snapshot in snapshots:
        await import_session(seat.client, seat.directory, snapshot, exact=True)
