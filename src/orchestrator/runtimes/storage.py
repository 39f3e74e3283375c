"""How much of this node's disk each tenant's files take: its mirrors, worktrees, runtimes and artifacts."""

import asyncio
import os
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger
from orchestrator.tenancy.warnings import crossed, warn

log = get_logger(__name__)

MEASURE_SECONDS = 60.0
_LEAST_BYTES = 4096
"""Of each file and folder, an empty one too: a disk has so many of them and no more."""
_FOLDERS = ("tenants", "artifacts")

_TENANTS = text(
    "select q.tenant_id, q.storage_bytes, coalesce(s.bytes, 0) from quotas q "
    "left join storage_samples s on s.tenant_id = q.tenant_id and s.node_id = :node_id"
)
_STORE = text(
    "insert into storage_samples (tenant_id, node_id, bytes, measured_at) values (:tenant_id, :node_id, :bytes, now()) "
    "on conflict (tenant_id, node_id) do update set bytes = excluded.bytes, measured_at = excluded.measured_at"
)


async def measure(database: Database, node_id: UUID, data_dir: Path) -> None:
    async with database.system_transaction() as db:
        tenants = (await db.execute(_TENANTS, {"node_id": node_id})).all()
    for tenant_id, most, before in tenants:
        folders = [data_dir / folder / str(tenant_id) for folder in _FOLDERS]
        used = await asyncio.to_thread(_bytes_of, folders)
        if used == before:
            continue
        async with database.system_transaction() as db:
            await db.execute(_STORE, {"tenant_id": tenant_id, "node_id": node_id, "bytes": used})
            if most is not None and crossed(before, used, most):
                warn(db, tenant_id, "storage_bytes", used, most)


async def keep_measuring(database: Database, node_id: UUID, data_dir: Path) -> None:
    while True:
        try:
            await measure(database, node_id, data_dir)
        except (DBAPIError, OSError) as error:
            log.warning("storage_not_measured", problem=str(error).split("\n")[0])
        await asyncio.sleep(MEASURE_SECONDS)


def _bytes_of(folders: list[Path]) -> int:
    return sum(_bytes_below(folder) for folder in folders)


def _bytes_below(folder: Path) -> int:
    """What is allocated on the disk; files that go away under our hands count nothing, and links are not followed."""
    total, pending = 0, [folder]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(Path(entry.path))
                    total += max(entry.stat(follow_symlinks=False).st_blocks * 512, _LEAST_BYTES)
        except OSError:
            continue
    return total
