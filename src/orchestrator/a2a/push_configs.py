"""Where callers have the news of tasks sent."""

import json
from collections.abc import Sequence
from uuid import UUID

from a2a.types import AuthenticationInfo, TaskPushNotificationConfig
from a2a.utils.errors import InvalidParamsError, TaskNotFoundError
from sqlalchemy import ColumnElement, delete
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.a2a.calls import Call
from orchestrator.a2a.models import A2aPushConfig
from orchestrator.a2a.reading import task_session
from orchestrator.events.log import last_number
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.sessions.models import Session
from orchestrator.tenancy import audit
from orchestrator.webhooks.guard import Guard

MOST_OF_ONE_TASK = 20
_MOST_CHARACTERS = 2_000


async def check_config(call: Call, config: TaskPushNotificationConfig) -> None:
    """Without a transaction: the name is looked up. Raises InvalidParamsError and the guard's refusals."""
    told = {"id": config.id, "token": config.token}
    told |= {"scheme": config.authentication.scheme, "credentials": config.authentication.credentials}
    for name, value in told.items():
        if len(value) > _MOST_CHARACTERS or not ((value.isascii() and value.isprintable()) or not value):
            raise InvalidParamsError(f"{name}: at most {_MOST_CHARACTERS} printable ASCII characters")
    await Guard(call.parts.settings).check(config.url)


async def set_config(
    db: AsyncSession, call: Call, session_id: UUID, config: TaskPushNotificationConfig, after: int | None = None
) -> TaskPushNotificationConfig:
    """One of the same id takes the place of the former. It is told of what comes after the event `after`."""
    config_id = config.id or str(session_id)
    mine = _mine(call, session_id)
    others = await IndustrialRepository(db).list(A2aPushConfig, *mine, A2aPushConfig.config_id != config_id)
    if len(others) >= MOST_OF_ONE_TASK:
        raise InvalidParamsError(f"A task has at most {MOST_OF_ONE_TASK} push notification configurations of one caller.")
    await db.execute(delete(A2aPushConfig).where(*mine, A2aPushConfig.config_id == config_id))
    row = A2aPushConfig(
        tenant_id=call.principal.tenant_id,
        id=new_id(),
        session_id=session_id,
        principal=call.principal.actor,
        config_id=config_id,
        url=config.url,
        seq=await last_number(db) if after is None else after,
        attempts=0,
        next_attempt_at=now(),
        created_at=now(),
    )
    row.secret_sealed = _sealed(call, row, config)
    db.add(row)
    _record(db, call, "a2a.push.set", row)
    return read(call, row)


async def configs_of(db: AsyncSession, call: Call, task_id: str) -> Sequence[A2aPushConfig]:
    """The caller's own, the oldest first. Raises TaskNotFoundError."""
    session = await _session(db, call, task_id)
    order = (A2aPushConfig.created_at, A2aPushConfig.id)
    return await IndustrialRepository(db).list(A2aPushConfig, *_mine(call, session.id), order=order)


async def config_of(db: AsyncSession, call: Call, task_id: str, config_id: str) -> A2aPushConfig:
    """Raises TaskNotFoundError, as the SDK does for a configuration that there is not."""
    found = [one for one in await configs_of(db, call, task_id) if one.config_id == config_id]
    if not found:
        raise TaskNotFoundError("There is no such push notification configuration.")
    return found[0]


async def delete_config(db: AsyncSession, call: Call, task_id: str, config_id: str) -> None:
    """Of one that there is not, nothing is said."""
    for one in await configs_of(db, call, task_id):
        if one.config_id == config_id:
            await db.delete(one)
            _record(db, call, "a2a.push.delete", one)


def read(call: Call, row: A2aPushConfig) -> TaskPushNotificationConfig:
    config = TaskPushNotificationConfig(id=row.config_id, task_id=str(row.session_id), url=row.url)
    if row.secret_sealed is not None:
        secret = opened(Sealer(call.parts.settings), row)
        config.token = secret["token"]
        if secret["scheme"]:
            info = AuthenticationInfo(scheme=secret["scheme"], credentials=secret["credentials"])
            config.authentication.CopyFrom(info)
    return config


def opened(sealer: Sealer, row: A2aPushConfig) -> dict[str, str]:
    empty = {"token": "", "scheme": "", "credentials": ""}
    return empty if row.secret_sealed is None else json.loads(sealer.open(Sealed(row.tenant_id, row.id), row.secret_sealed))


def _sealed(call: Call, row: A2aPushConfig, config: TaskPushNotificationConfig) -> bytes | None:
    secret = {"token": config.token, "scheme": config.authentication.scheme}
    secret["credentials"] = config.authentication.credentials
    if not any(secret.values()):
        return None
    return Sealer(call.parts.settings).seal(Sealed(row.tenant_id, row.id), json.dumps(secret))


async def _session(db: AsyncSession, call: Call, task_id: str) -> Session:
    return await task_session(db, call.agent, task_id)


def _mine(call: Call, session_id: UUID) -> tuple[ColumnElement[bool], ...]:
    own = A2aPushConfig.tenant_id == call.principal.tenant_id, A2aPushConfig.session_id == session_id
    return *own, A2aPushConfig.principal == call.principal.actor


def _record(db: AsyncSession, call: Call, action: str, row: A2aPushConfig) -> None:
    after = {"session": row.session_id, "url": row.url}
    audit.record(db, row.tenant_id, row.principal, action, f"session:{row.session_id}", None, after)
