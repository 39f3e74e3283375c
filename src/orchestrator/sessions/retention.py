"""What this node keeps without need: worktrees of sessions that ended, caches and mirrors that nobody uses."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sandboxes import tenant_identity
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED
from orchestrator.tenancy.models import Tenant
from orchestrator.workspaces import Base, Workspaces
from orchestrator.workspaces.gc import Kept, Leftover, tree_bytes

log = get_logger(__name__)


async def collect(database: Database, workspaces: Workspaces, days: float, *, dry: bool) -> list[Leftover]:
    """Of every tenant that has a folder on this machine."""
    async with database.system_transaction() as db:
        tenants = (await db.execute(select(Tenant.id, Tenant.ordinal).order_by(Tenant.id))).all()
    found: list[Leftover] = []
    for tenant_id, ordinal in tenants:
        if workspaces.folders(str(tenant_id)).root.is_dir():
            with tenant_scope(tenant_id):
                found += await _of_tenant(database, workspaces, tenant_id, ordinal, days, dry=dry)
    return found


async def _of_tenant(
    database: Database, workspaces: Workspaces, tenant_id: UUID, ordinal: int, days: float, *, dry: bool
) -> list[Leftover]:
    async with database.transaction() as db:
        rows = await _sessions(db, tenant_id)
    left = [found for row in rows if (found := await _worktree(database, workspaces, row, ordinal, dry=dry)) is not None]
    return left + await workspaces.collect(str(tenant_id), _kept(rows), days, dry=dry)


async def _sessions(db: AsyncSession, tenant_id: UUID) -> Sequence[Session]:
    return (await db.execute(select(Session).where(Session.tenant_id == tenant_id))).scalars().all()


def _kept(rows: Sequence[Session]) -> Kept:
    over = [row for row in rows if row.status in FINISHED]
    return Kept(
        unfinished=frozenset(str(row.id) for row in rows if row.status not in FINISHED),
        finished={str(row.id): (row.finished_at or now()).timestamp() for row in over},
        results=frozenset(row.repository_key for row in rows if row.repository_key and row.commit),
        in_use=frozenset(row.repository_key for row in rows if row.repository_key and row.status not in FINISHED),
        bases=frozenset(row.base_commit for row in rows if row.base_commit),
    )


async def _worktree(database: Database, workspaces: Workspaces, row: Session, ordinal: int, *, dry: bool) -> Leftover | None:
    """Left when its session ended, such as by a disk that was full then. It goes once its last commit is kept."""
    tenant_id, session_id = str(row.tenant_id), str(row.id)
    if row.status not in FINISHED or row.base_commit is None or row.repository_key is None:
        return None
    base = Base(row.repository_key, row.base_ref or row.base_commit, row.base_commit)
    workspace = workspaces.locate(tenant_id, session_id, base, row.branch, tenant_identity(ordinal))
    if not workspace.folder.is_dir():
        return None
    size, name = tree_bytes(workspace.folder), str(workspace.folder.relative_to(workspaces.folders(tenant_id).root))
    try:
        if not dry:
            async with database.transaction() as db:
                # As long as its row is locked, nobody begins another attempt of it.
                if (await IndustrialRepository(db).get(Session, row.id, lock=True)).status not in FINISHED:
                    return None
                await workspaces.remove(workspace)
    except OrchestratorError as error:
        log.warning("worktree_not_removed", session_id=session_id, code=error.code, problem=error.message)
        return Leftover("worktree", tenant_id, name, size, error.message, removed=False)
    return Leftover("worktree", tenant_id, name, size, f"session {session_id} is {row.status.value}", removed=not dry)
