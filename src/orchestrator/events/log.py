"""Append facts and read them back by number.

Events are buffered on the session and written last, just before the commit: the tenant's counter row is then the last
lock taken, so numbers follow commit order without gaps, and two transactions cannot wait for each other in a circle.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, Uuid, bindparam, event, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from orchestrator.events.models import Event
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json

EVENTS_CHANNEL = "orchestrator_events"
ORCHESTRATOR = "orchestrator"
"""The actor of what nobody asked for."""

# In the order of the tenants for all, so that two transactions cannot lock crosswise.
_NEXT_NUMBERS = text(
    "insert into event_counters as c (tenant_id, last_seq) "
    "select one.* from unnest(:tenants, :counts) one (tenant_id, n) order by one.tenant_id "
    "on conflict (tenant_id) do update set last_seq = c.last_seq + excluded.last_seq returning tenant_id, last_seq"
).bindparams(bindparam("tenants", type_=ARRAY(Uuid)), bindparam("counts", type_=ARRAY(BigInteger)))
_NOTIFY = text("select pg_notify(:channel, told) from unnest(:told) told").bindparams(bindparam("told", type_=ARRAY(Text)))


@dataclass(frozen=True)
class NewEvent:
    tenant_id: UUID
    type: str
    session_id: UUID | None
    actor: str
    data: Json


def append(
    db: AsyncSession, tenant_id: UUID, type_: str, *, actor: str, session_id: UUID | None = None, **data: Any
) -> None:
    """Records a fact in the same transaction as the change it tells of."""
    pending: list[NewEvent] = db.info.setdefault("events", [])
    pending.append(NewEvent(tenant_id, type_, session_id, actor, data))


@dataclass(frozen=True)
class Only:
    """Which events somebody wants: those of one session, those that name one plan (`data.plan_id`), or all."""

    session_id: UUID | None = None
    plan_id: UUID | None = None

    def has(self, event: Event) -> bool:
        of_plan = self.plan_id is None or event.data.get("plan_id") == str(self.plan_id)
        return of_plan and self.has_session(event.session_id)

    def has_session(self, session_id: UUID | None) -> bool:
        return self.session_id in (None, session_id)


EVERYTHING = Only()


async def read_after(db: AsyncSession, after: int, only: Only = EVERYTHING, *, limit: int = 500) -> Sequence[Event]:
    tenant_id = IndustrialRepository(db).tenant_id
    query = select(Event).where(Event.tenant_id == tenant_id, Event.seq > after)
    if only.session_id is not None:
        query = query.where(Event.session_id == only.session_id)
    if only.plan_id is not None:
        query = query.where(Event.data["plan_id"].astext == str(only.plan_id))
    return (await db.execute(query.order_by(Event.seq).limit(limit))).scalars().all()


async def last_number(db: AsyncSession) -> int:
    tenant_id = IndustrialRepository(db).tenant_id
    query = text("select coalesce((select last_seq from event_counters where tenant_id = :t), 0)")
    return (await db.execute(query, {"t": tenant_id})).scalar_one()


@event.listens_for(Session, "before_commit")
def write_pending(session: Session) -> None:
    """What else writes just before the commit calls this first, so that all take their locks in one order."""
    pending: list[NewEvent] = session.info.pop("events", [])
    if not pending:
        return
    session.flush()
    by_tenant: dict[UUID, list[NewEvent]] = defaultdict(list)
    for new in pending:
        by_tenant[new.tenant_id].append(new)
    values = {"tenants": list(by_tenant), "counts": [len(new) for new in by_tenant.values()]}
    last_of = {row.tenant_id: row.last_seq for row in session.execute(_NEXT_NUMBERS, values)}
    moment = now()
    for tenant_id, new in by_tenant.items():
        session.add_all(_rows(new, last_of[tenant_id], moment))
    session.flush()
    told = [f"{tenant_id}:{last}" for tenant_id, last in last_of.items()]
    session.execute(_NOTIFY, {"channel": EVENTS_CHANNEL, "told": told})


def _rows(new: Sequence[NewEvent], last: int, moment: datetime) -> Iterator[Event]:
    for seq, one in enumerate(new, start=last - len(new) + 1):
        yield Event(
            tenant_id=one.tenant_id,
            seq=seq,
            type=one.type,
            session_id=one.session_id,
            actor=one.actor,
            data=one.data,
            created_at=moment,
        )


@event.listens_for(Session, "after_rollback")
def _forget_pending(session: Session) -> None:
    session.info.pop("events", None)
