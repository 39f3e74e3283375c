"""A version's way through its stages: candidate, production, retired. Each step is a row that says who, why and on what."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.finetuning.version_errors import OverrideNeedsReason, PromotionUnproven, StageWrong, VersionInUse
from orchestrator.finetuning.version_models import (
    Evaluation,
    EvaluationStatus,
    ModelVersion,
    ServedModel,
    SplitStatus,
    TrafficSplit,
    VersionStage,
    VersionStep,
)
from orchestrator.finetuning.versions import label
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json, lock_until_commit
from orchestrator.kit.ids import new_id
from orchestrator.tenancy import audit


@dataclass(frozen=True)
class _Step:
    to: VersionStage
    reason: str
    actor: str
    evaluation_id: UUID | None = None
    overridden: bool = False


async def promote(
    db: AsyncSession, actor: str, version: ModelVersion, *, reason: str | None, override: bool
) -> ModelVersion:
    """The name's version in production retires with it. Raises StageWrong, PromotionUnproven, OverrideNeedsReason."""
    known = IndustrialRepository(db)
    await lock_until_commit(db, f"{known.tenant_id}:model-stage:{version.name}")
    row = await known.get(ModelVersion, version.id, lock=True)
    await db.refresh(row)
    if row.stage is not VersionStage.CANDIDATE:
        raise StageWrong(version=label(row), stage=row.stage.value, wanted=VersionStage.PRODUCTION.value)
    evidence = await _evidence(db, row)
    if evidence is None and not override:
        raise PromotionUnproven(version=label(row), state=await _state(db, row))
    if evidence is None and not (reason and reason.strip()):
        raise OverrideNeedsReason
    former = await known.find(ModelVersion, ModelVersion.name == row.name, ModelVersion.stage == VersionStage.PRODUCTION)
    if former is not None:
        _take(db, former, _Step(VersionStage.RETIRED, f"{label(row)} took its place", actor))
        await db.flush()
    why = reason or ("passed its evaluation" if evidence else "")
    _take(db, row, _Step(VersionStage.PRODUCTION, why, actor, evidence, overridden=evidence is None))
    await db.flush()
    return row


async def retire(db: AsyncSession, actor: str, version: ModelVersion, reason: str) -> ModelVersion:
    """What is retired is neither served nor given traffic. Raises StageWrong, VersionInUse."""
    known = IndustrialRepository(db)
    await lock_until_commit(db, f"{known.tenant_id}:model-stage:{version.name}")
    row = await known.get(ModelVersion, version.id, lock=True)
    await db.refresh(row)
    if row.stage is VersionStage.RETIRED:
        raise StageWrong(version=label(row), stage=row.stage.value, wanted=VersionStage.RETIRED.value)
    if await known.find(TrafficSplit, TrafficSplit.version_id == row.id, TrafficSplit.status == SplitStatus.ACTIVE):
        raise VersionInUse(version=label(row), use="an alias shares its traffic with it")
    if await known.find(ServedModel, ServedModel.version_id == row.id, ServedModel.wanted.is_(True)):
        raise VersionInUse(version=label(row), use="it is being served")
    _take(db, row, _Step(VersionStage.RETIRED, reason, actor))
    await db.flush()
    return row


async def _evidence(db: AsyncSession, row: ModelVersion) -> UUID | None:
    """The newest verdict counts: a version that passed once and was refused since has not passed."""
    newest = await _newest_verdict(db, row)
    return newest.id if newest and newest.status is EvaluationStatus.PASSED else None


async def _newest_verdict(db: AsyncSession, row: ModelVersion) -> Evaluation | None:
    judged = Evaluation.status.in_((EvaluationStatus.PASSED, EvaluationStatus.REFUSED))
    own = Evaluation.tenant_id == row.tenant_id, Evaluation.version_id == row.id, judged
    query = select(Evaluation).where(*own).order_by(Evaluation.created_at.desc(), Evaluation.id.desc()).limit(1)
    return (await db.execute(query)).scalar_one_or_none()


async def _state(db: AsyncSession, row: ModelVersion) -> str:
    newest = await _newest_verdict(db, row)
    if newest is None:
        return "it was never judged"
    refusals = "; ".join((newest.verdict or {}).get("refusals", []))
    return f"the gate refused it ({refusals})"


def _take(db: AsyncSession, row: ModelVersion, step: _Step) -> None:
    known = IndustrialRepository(db)
    taken = VersionStep(
        id=new_id(),
        version_id=row.id,
        from_stage=row.stage,
        to_stage=step.to,
        evaluation_id=step.evaluation_id,
        overridden=step.overridden,
        reason=step.reason,
        taken_by=step.actor,
        taken_at=now(),
    )
    known.add(taken)
    before: Json = {"version": label(row), "stage": row.stage.value}
    after: Json = {
        "stage": step.to.value,
        "reason": step.reason,
        "evaluation_id": str(step.evaluation_id) if step.evaluation_id else None,
        "overridden": step.overridden,
    }
    row.stage, row.updated_at = step.to, now()
    audit.record(db, row.tenant_id, step.actor, "model_version.stage", f"model_version:{row.id}", before, after)
    told: Json = {"version_id": str(row.id), "version": label(row), "from_stage": before["stage"], **after}
    events.append(db, row.tenant_id, "model_version.stage", actor=step.actor, **told)
