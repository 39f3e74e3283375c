"""Deletes recorded calls that are older than their tenant keeps them; but none whose history a younger one builds upon."""

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Interval, delete, exists, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from orchestrator.gateway.trajectory_models import Trajectory
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.models import Tenant

_AT_ONCE = 500


async def sweep(database: Database, store: ArtifactStore) -> int:
    """How many it deleted."""
    async with database.system_transaction() as db:
        age = Tenant.trajectory_retention_days * literal_column("interval '1 day'", Interval())
        overdue = exists().where(Trajectory.tenant_id == Tenant.id, Trajectory.created_at < func.now() - age)
        query = select(Tenant.id, Tenant.trajectory_retention_days).where(overdue)
        tenants = (await db.execute(query)).all()
    deleted = 0
    for tenant_id, days in tenants:
        with tenant_scope(tenant_id):
            while found := await _sweep_once(database, store, tenant_id, days):
                deleted += found
    return deleted


async def _sweep_once(database: Database, store: ArtifactStore, tenant_id: UUID, days: int) -> int:
    """The ends of chains first; what they built upon can go in the next round."""
    async with database.transaction() as db:
        rows = await _deletable(db, tenant_id, days)
        # Before the rows: a file that a crash leaves without its row would never be found again.
        for _, path in rows:
            await asyncio.to_thread(store.delete, path)
        ids = [request_id for request_id, _ in rows]
        await db.execute(delete(Trajectory).where(Trajectory.tenant_id == tenant_id, Trajectory.request_id.in_(ids)))
    return len(rows)


async def _deletable(db: AsyncSession, tenant_id: UUID, days: int) -> list[tuple[UUID, str]]:
    later = aliased(Trajectory)
    needed = exists().where(later.tenant_id == tenant_id, later.base_request_id == Trajectory.request_id)
    query = (
        select(Trajectory.request_id, Trajectory.path)
        .where(Trajectory.tenant_id == tenant_id, Trajectory.created_at < now() - timedelta(days=days), ~needed)
        .order_by(Trajectory.created_at)
        .limit(_AT_ONCE)
    )
    return [(request_id, path) for request_id, path in (await db.execute(query)).all()]
