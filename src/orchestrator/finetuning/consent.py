"""Whether a tenant's work may be learnt from, and which of its sessions may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.finetuning.dataset_models import DatasetRow, TrainingConsent, TrainingExclusion
from orchestrator.finetuning.descent import Descendants, descendants_of
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import Conflict, NotFound
from orchestrator.sessions.models import Session
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal


class ConsentMissing(Conflict):
    """The tenant has not agreed that its work is learnt from."""

    code = "training_consent_missing"
    hint = "An ADMIN of the tenant can agree: `orchestrator datasets consent grant`, or PUT /api/v1/training/consent."


async def consent_of(db: AsyncSession) -> TrainingConsent | None:
    return await db.get(TrainingConsent, IndustrialRepository(db).tenant_id)


async def check_consent(db: AsyncSession) -> None:
    """Raises ConsentMissing."""
    found = await consent_of(db)
    if found is None or not found.granted:
        raise ConsentMissing


async def set_consent(db: AsyncSession, principal: Principal, *, granted: bool) -> TrainingConsent:
    """Taken back, nothing is curated any more, nor is what is being curated made a dataset; datasets that are there stay."""
    found, moment = await consent_of(db), now()
    before = {"granted": found is not None and found.granted}
    if found is None:
        found = TrainingConsent(
            tenant_id=principal.tenant_id, granted=granted, changed_by=principal.actor, changed_at=moment
        )
        db.add(found)
    elif found.granted != granted:
        found.granted, found.changed_by, found.changed_at = granted, principal.actor, moment
    after = {"granted": granted}
    if before != after:
        audit.record(db, principal.tenant_id, principal.actor, "training.consent", "training:consent", before, after)
        events.append(db, principal.tenant_id, "training.consent", actor=principal.actor, granted=granted)
    await db.flush()
    return found


@dataclass(frozen=True)
class Excluded:
    exclusion: TrainingExclusion
    descendants: Descendants


async def exclude(db: AsyncSession, principal: Principal, session_id: UUID, reason: str) -> Excluded:
    """Said again, the first word stands. Raises NotFound for a session that neither is there nor is in a dataset."""
    rows = IndustrialRepository(db)
    known = await db.get(TrainingExclusion, (rows.tenant_id, session_id))
    datasets = await datasets_with(db, [session_id])
    if known is None:
        if not datasets and await rows.find(Session, Session.id == session_id) is None:
            raise NotFound
        values = {"reason": reason, "excluded_by": principal.actor, "excluded_at": now()}
        query = insert(TrainingExclusion).values(tenant_id=rows.tenant_id, session_id=session_id, **values)
        await db.execute(query.on_conflict_do_nothing())
        told = {"reason": reason}
        audit.record(db, rows.tenant_id, principal.actor, "training.exclude", f"session:{session_id}", None, told)
        events.append(db, rows.tenant_id, "training.excluded", actor=principal.actor, session_id=session_id, **told)
        known = await db.get(TrainingExclusion, (rows.tenant_id, session_id))
    if known is None:
        raise NotFound
    return Excluded(known, await descendants_of(db, datasets))


async def datasets_with(db: AsyncSession, session_ids: Sequence[UUID]) -> list[str]:
    """Those that have rows of these sessions."""
    tenant_id = IndustrialRepository(db).tenant_id
    query = select(DatasetRow.dataset_id).where(DatasetRow.tenant_id == tenant_id, DatasetRow.session_id.in_(session_ids))
    return sorted(set((await db.execute(query.distinct())).scalars()))


async def excluded_among(db: AsyncSession, session_ids: Sequence[UUID]) -> list[UUID]:
    tenant_id = IndustrialRepository(db).tenant_id
    query = select(TrainingExclusion.session_id).where(
        TrainingExclusion.tenant_id == tenant_id, TrainingExclusion.session_id.in_(session_ids)
    )
    return list((await db.execute(query)).scalars())
