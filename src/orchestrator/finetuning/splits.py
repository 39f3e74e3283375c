"""An alias's traffic, shared between where it leads anyway and a tuned version; each session stays on its side.

The shares are weights of the alias's targets: `gateway.routing.choose` gives one session one target.
"""

from collections.abc import Sequence

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.finetuning import serving
from orchestrator.finetuning.split_errors import (
    NoSplit,
    SplitNeedsOwnName,
    SplitNeedsServing,
    SplitOfAnother,
    SplitUnproven,
)
from orchestrator.finetuning.split_rule import Judgement, Outcomes
from orchestrator.finetuning.version_models import (
    Evaluation,
    EvaluationStatus,
    ModelVersion,
    ServedModel,
    ServingStatus,
    SplitStatus,
    TrafficSplit,
    VersionStage,
)
from orchestrator.finetuning.versions import label
from orchestrator.gateway.catalog_models import ModelAlias, ModelTarget, Provider
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json, lock_until_commit
from orchestrator.kit.ids import new_id
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal


async def put(db: AsyncSession, principal: Principal, alias_name: str, version: ModelVersion, percent: int) -> TrafficSplit:
    """Begins a split, or changes its share. Raises SplitNeedsOwnName, SplitUnproven, SplitNeedsServing, SplitOfAnother."""
    known = IndustrialRepository(db)
    await lock_until_commit(db, f"{known.tenant_id}:split:{alias_name}")
    alias = await known.find(ModelAlias, ModelAlias.name == alias_name)
    if alias is None:
        raise SplitNeedsOwnName(alias=alias_name)
    row = await known.find(TrafficSplit, TrafficSplit.alias_id == alias.id, TrafficSplit.status == SplitStatus.ACTIVE)
    if row is not None and row.version_id != version.id:
        other = await known.get(ModelVersion, row.version_id)
        raise SplitOfAnother(alias=alias_name, version=label(other))
    if row is None:
        row = await _begin(db, principal, alias, version)
    row.percent, row.updated_at = percent, now()
    await _weigh(db, row)
    _record(db, principal, row, version)
    return row


async def _begin(db: AsyncSession, principal: Principal, alias: ModelAlias, version: ModelVersion) -> TrafficSplit:
    known = IndustrialRepository(db)
    if version.stage is VersionStage.RETIRED or not await _is_proven(db, version):
        raise SplitUnproven(version=label(version))
    tuned = ServedModel.version_id == version.id, ServedModel.arm == "tuned"
    served = await known.find(ServedModel, *tuned, ServedModel.status == ServingStatus.SERVING)
    if served is None or served.provider_id is None:
        raise SplitNeedsServing(version=label(version))
    others = await known.list(ModelTarget, ModelTarget.alias_id == alias.id)
    if not others:
        raise SplitNeedsOwnName(alias=alias.name)
    context = min(one.context_tokens for one in others)
    target = known.add(serving.target_of(served, alias.id, 0, context))
    target.output_tokens = min(one.output_tokens for one in others)
    await db.flush()
    row = TrafficSplit(
        id=new_id(),
        alias_id=alias.id,
        alias=alias.name,
        version_id=version.id,
        target_id=target.id,
        percent=0,
        status=SplitStatus.ACTIVE,
        evidence={"weights": {str(one.id): one.weight for one in others}},
        created_by=principal.actor,
        created_at=now(),
        updated_at=now(),
    )
    known.add(row)
    await db.flush()
    return row


async def _is_proven(db: AsyncSession, version: ModelVersion) -> bool:
    if version.stage is VersionStage.PRODUCTION:
        return True
    passed = Evaluation.version_id == version.id, Evaluation.status == EvaluationStatus.PASSED
    return bool(await IndustrialRepository(db).list(Evaluation, *passed, limit=1))


async def _weigh(db: AsyncSession, row: TrafficSplit) -> None:
    """The shares among the alias's own targets stay as they were; theirs together are what tuned's leaves."""
    weights: dict[str, int] = row.evidence["weights"]
    whole = sum(weights.values()) or 1
    targets = await IndustrialRepository(db).list(ModelTarget, ModelTarget.alias_id == row.alias_id)
    for target in targets:
        if target.id == row.target_id:
            target.weight = row.percent * whole
        elif str(target.id) in weights:
            target.weight = weights[str(target.id)] * (100 - row.percent)
    await db.flush()


async def end(db: AsyncSession, principal: Principal, alias_name: str) -> TrafficSplit:
    """All traffic goes where it went before. Raises NoSplit."""
    row = await active(db, alias_name)
    await _take_back(db, row, SplitStatus.ENDED, "a person ended it")
    version = await IndustrialRepository(db).get(ModelVersion, row.version_id)
    _record(db, principal, row, version)
    return row


async def abandon(db: AsyncSession, served: ServedModel, reason: str) -> None:
    """Its tuned arm answers no more: all traffic goes where it went before."""
    if served.arm != "tuned":
        return
    known = IndustrialRepository(db)
    for row in await known.list(
        TrafficSplit, TrafficSplit.version_id == served.version_id, TrafficSplit.status == SplitStatus.ACTIVE
    ):
        await _take_back(db, row, SplitStatus.ROLLED_BACK, reason)
        _tell(db, row, events.ORCHESTRATOR)


async def lost_target(db: AsyncSession, row: TrafficSplit) -> bool:
    """Whether somebody gave the alias other targets; then there is no split any more, which is written down."""
    if await IndustrialRepository(db).find(ModelTarget, ModelTarget.id == row.target_id) is not None:
        return False
    row.status, row.reason, row.updated_at = SplitStatus.ENDED, "the alias was given other targets", now()
    _tell(db, row, events.ORCHESTRATOR)
    return True


async def roll_back(db: AsyncSession, row: TrafficSplit, found: Judgement) -> None:
    """By itself, since tuned is surely worse."""
    row.evidence = {**row.evidence, **found.evidence}
    await _take_back(db, row, SplitStatus.ROLLED_BACK, found.words)
    _tell(db, row, events.ORCHESTRATOR)


async def _take_back(db: AsyncSession, row: TrafficSplit, status: SplitStatus, reason: str) -> None:
    weights: dict[str, int] = row.evidence["weights"]
    for target in await IndustrialRepository(db).list(ModelTarget, ModelTarget.alias_id == row.alias_id):
        target.weight = weights.get(str(target.id), target.weight)
    own = ModelTarget.tenant_id == row.tenant_id, ModelTarget.id == row.target_id
    await db.execute(delete(ModelTarget).where(*own))
    row.status, row.reason, row.updated_at = status, reason, now()
    await db.flush()


async def active(db: AsyncSession, alias_name: str) -> TrafficSplit:
    """Raises NoSplit."""
    known = IndustrialRepository(db)
    row = await known.find(TrafficSplit, TrafficSplit.alias == alias_name, TrafficSplit.status == SplitStatus.ACTIVE)
    if row is None:
        raise NoSplit(alias=alias_name)
    return await known.get(TrafficSplit, row.id, lock=True)


async def listed(db: AsyncSession) -> Sequence[TrafficSplit]:
    known = IndustrialRepository(db)
    return await known.list(TrafficSplit, order=(TrafficSplit.created_at.desc(), TrafficSplit.id.desc()), limit=200)


_OUTCOMES = text("""
    with arms as (
        select u.session_id, bool_or(u.provider_model = :tuned and u.provider = :provider) as any_tuned,
            bool_and(u.provider_model = :tuned and u.provider = :provider) as all_tuned
        from usage_events u
        where u.tenant_id = :tenant_id and u.model = :alias and u.session_id is not null and u.created_at >= :since
        group by u.session_id
    ), judged as (
        select distinct on (o.session_id) a.all_tuned as tuned, o.verified
        from arms a join agent_outcomes o on o.tenant_id = :tenant_id and o.session_id = a.session_id
        where o.verified is not null and o.ended_at >= :since and (a.all_tuned or not a.any_tuned)
        order by o.session_id, o.ended_at desc
    )
    select tuned, count(*) as n, count(*) filter (where verified) as successes from judged group by tuned
""")


async def outcomes(db: AsyncSession, row: TrafficSplit) -> tuple[Outcomes, Outcomes]:
    """Of base and of tuned since the split began, as the orchestrator verified them. Which arm a session was on is told by
    what was used for it; one that calls of both arms served, after a change of the shares say, is of neither."""
    known = IndustrialRepository(db)
    target = await known.get(ModelTarget, row.target_id)
    provider = await known.get(Provider, target.provider_id)
    values = {
        "tenant_id": row.tenant_id,
        "alias": row.alias,
        "tuned": target.model,
        "provider": provider.name,
        "since": row.created_at,
    }
    found = {one["tuned"]: Outcomes(one["n"], one["successes"]) for one in (await db.execute(_OUTCOMES, values)).mappings()}
    return found.get(False, Outcomes(0, 0)), found.get(True, Outcomes(0, 0))


def _record(db: AsyncSession, principal: Principal, row: TrafficSplit, version: ModelVersion) -> None:
    after: Json = {"version": label(version), "percent": row.percent, "status": row.status.value}
    audit.record(db, row.tenant_id, principal.actor, "model_split.change", f"model:{row.alias_id}", None, after)
    _tell(db, row, principal.actor)


def _tell(db: AsyncSession, row: TrafficSplit, actor: str) -> None:
    told: Json = {
        "split_id": str(row.id),
        "alias": row.alias,
        "version_id": str(row.version_id),
        "percent": row.percent,
        "status": row.status.value,
        "reason": row.reason,
    }
    events.append(db, row.tenant_id, "model_split.status", actor=actor, session_id=None, **told)
