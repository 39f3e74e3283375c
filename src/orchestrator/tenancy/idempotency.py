"""An Idempotency-Key: the same POST once, however often it is sent."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import lock_until_commit
from orchestrator.kit.errors import Conflict
from orchestrator.tenancy.models import IdempotencyKey
from orchestrator.tenancy.principal import Principal


class IdempotencyConflict(Conflict):
    """This Idempotency-Key was used before with a different request."""

    code = "idempotency_conflict"
    hint = "Use a new key for a new request; repeat a request with exactly the same body."


@dataclass(frozen=True)
class Deed:
    """What makes two requests the same: its name and what it was asked with."""

    name: str
    wanted: Mapping[str, Any]

    @property
    def digest(self) -> bytes:
        content = json.dumps([self.name, dict(self.wanted)], sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).digest()


async def once(
    db: AsyncSession, principal: Principal, key: str | None, deed: Deed, make: Callable[[], Awaitable[UUID]]
) -> tuple[UUID, bool]:
    """The id of what was made, now or by the first request with this key; the flag says that it was the first one."""
    if not key or not principal.is_member:
        # Who belongs to no tenant makes tenants alone, of which there is one of a slug anyway.
        return await make(), False
    await lock_until_commit(db, f"{principal.tenant_id}:{principal.actor}:{key}")
    known = await db.get(IdempotencyKey, (principal.tenant_id, principal.actor, key))
    if known is not None:
        if known.request_sha256 != deed.digest:
            raise IdempotencyConflict
        return UUID(known.response["id"]), True
    made = await make()
    db.add(
        IdempotencyKey(
            tenant_id=principal.tenant_id,
            principal=principal.actor,
            key=key,
            request_sha256=deed.digest,
            response={"id": str(made)},
            created_at=now(),
        )
    )
    return made, False
