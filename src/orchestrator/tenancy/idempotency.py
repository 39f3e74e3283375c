"""A POST with an Idempotency-Key is done once: its repeat gets the first answer."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import Json
from orchestrator.kit.errors import Conflict
from orchestrator.tenancy.models import IdempotencyKey
from orchestrator.tenancy.principal import Principal

Answer = TypeVar("Answer", bound=BaseModel)


class IdempotencyConflict(Conflict):
    """This Idempotency-Key was used before with a different request."""

    code = "idempotency_conflict"
    hint = "Use a new key for a new request; repeat a request with exactly the same body."


async def once(
    db: AsyncSession, principal: Principal, key: str | None, request: str, make: Callable[[], Awaitable[Json]]
) -> Json:
    """What `make` returned for the first request with this key. `request`: all that makes two requests the same."""
    if not key:
        return await make()
    digest = hashlib.sha256(request.encode()).digest()
    lock = f"{principal.tenant_id}:{principal.actor}:{key}"
    await db.execute(text("select pg_advisory_xact_lock(hashtextextended(:k, 0))"), {"k": lock})
    known = await db.get(IdempotencyKey, (principal.tenant_id, principal.actor, key))
    if known is not None:
        if known.request_sha256 != digest:
            raise IdempotencyConflict
        return known.response
    response = await make()
    db.add(
        IdempotencyKey(
            tenant_id=principal.tenant_id,
            principal=principal.actor,
            key=key,
            request_sha256=digest,
            response=response,
            created_at=now(),
        )
    )
    return response


async def answered_once(
    db: AsyncSession,
    principal: Principal,
    key: str | None,
    request: str,
    kind: type[Answer],
    make: Callable[[], Awaitable[Answer]],
) -> Answer:
    """The same for an answer that is a model."""

    async def made() -> Json:
        return (await make()).model_dump(mode="json")

    return kind.model_validate(await once(db, principal, key, request, made))
