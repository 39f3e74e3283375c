"""What people call users and keys, for lists that name many of them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository

_NAMES = text(
    "select 'user:' || id, name from users where id = any(:ids) "
    "union all select 'key:' || id, name from api_keys where tenant_id = :tenant_id and id = any(:ids)"
)


async def names_of(db: AsyncSession, subjects: Iterable[str]) -> dict[str, str]:
    """By `user:<id>` or `key:<id>`; what is neither, or of nobody here, has no name."""
    ids = [found for one in subjects if (found := _id_of(one)) is not None]
    if not ids:
        return {}
    rows = await db.execute(_NAMES, {"tenant_id": IndustrialRepository(db).tenant_id, "ids": ids})
    return {row[0]: row[1] for row in rows.all()}


def _id_of(subject: str) -> UUID | None:
    kind, _, id_ = subject.partition(":")
    try:
        return UUID(id_) if kind in ("user", "key") else None
    except ValueError:
        return None
