"""Who changed what in a tenant: a row in the same transaction as the change, chained by hashes so that none can be altered
or removed unseen.

h_n = sha256(h_{n-1} || entry n as canonical JSON), with 32 zero bytes for h_0. Entries are buffered on the session and
written just before the commit, after the events: both lock one row of the tenant, and always in that order.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import Json
from orchestrator.tenancy.models import AuditEntry

REQUEST_ID = "request_id"
"""Under this name the session's info holds the id of the request that it serves."""
GENESIS = bytes(32)

_PENDING = "audit"
_HEAD = text(
    "insert into audit_heads (tenant_id, number, hash) values (:tenant_id, 0, :genesis) "
    "on conflict (tenant_id) do update set number = audit_heads.number returning number, hash"
)
_MOVE_HEAD = text("update audit_heads set number = :number, hash = :hash where tenant_id = :tenant_id")


@dataclass(frozen=True)
class _New:
    tenant_id: UUID
    actor: str
    action: str
    target: str
    detail: Json
    request_id: str


def record(
    db: AsyncSession,
    tenant_id: UUID,
    actor: str,
    action: str,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    request_id: str | None = None,
) -> None:
    """Secrets do not belong in `before` and `after`, nor do digests of secrets. The request's id is the session's own."""
    detail: Json = {"before": _plain(before), "after": _plain(after)}
    known: str = db.info.get(REQUEST_ID, "") if request_id is None else request_id
    pending: list[_New] = db.info.setdefault(_PENDING, [])
    pending.append(_New(tenant_id, actor, action, target, detail, known))


def hash_of(entry: AuditEntry, before: bytes) -> bytes:
    return hashlib.sha256(before + canonical(entry)).digest()


def canonical(entry: AuditEntry) -> bytes:
    """Keys sorted, no blanks, text as UTF-8, time in UTC with microseconds."""
    content = {
        "tenant_id": str(entry.tenant_id),
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "detail": entry.detail,
        "request_id": entry.request_id,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(values: Mapping[str, Any] | None) -> Json | None:
    return None if values is None else {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


@event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    pending: list[_New] = session.info.pop(_PENDING, [])
    if pending:
        events.write_pending(session)
    by_tenant: dict[UUID, list[_New]] = defaultdict(list)
    for new in pending:
        by_tenant[new.tenant_id].append(new)
    for tenant_id in sorted(by_tenant):  # One order for all, so that two transactions cannot lock crosswise.
        _write(session, tenant_id, by_tenant[tenant_id])


def _write(session: Session, tenant_id: UUID, new: list[_New]) -> None:
    session.flush()
    last, last_hash = session.execute(_HEAD, {"tenant_id": tenant_id, "genesis": GENESIS}).one()
    moment = now()
    for number, one in enumerate(new, start=last + 1):
        entry = AuditEntry(
            tenant_id=tenant_id,
            number=number,
            at=moment,
            actor=one.actor,
            action=one.action,
            target=one.target,
            detail=one.detail,
            request_id=one.request_id,
        )
        entry.hash = last_hash = hash_of(entry, last_hash)
        session.add(entry)
    session.execute(_MOVE_HEAD, {"tenant_id": tenant_id, "number": last + len(new), "hash": last_hash})
    session.flush()


@event.listens_for(Session, "after_rollback")
def _forget_pending(session: Session) -> None:
    session.info.pop(_PENDING, None)
