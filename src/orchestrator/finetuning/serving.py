"""Serving: which versions are to have an endpoint, as people say; a node's keeper sees to it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.finetuning.evaluations import alias_of
from orchestrator.finetuning.serving_errors import NotServable, ServedByAnother, ServingInUse, ServingNameTaken
from orchestrator.finetuning.version_models import (
    ModelVersion,
    ServedModel,
    ServingStatus,
    SplitStatus,
    TrafficSplit,
    VersionStage,
)
from orchestrator.finetuning.versions import label
from orchestrator.gateway.catalog_models import ModelAlias, ModelTarget, Provider
from orchestrator.gateway.routing import TRUSTED, ApiFormat, ProviderKind
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json, lock_until_commit
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

FEWEST_CONTEXT = 1_000
"""What the catalog knows no model below."""


@dataclass(frozen=True)
class Wish:
    """Prices are micro-USD per million tokens."""

    arm: str
    engine: str
    alias: str | None = None


async def want(db: AsyncSession, principal: Principal, version: ModelVersion, wish: Wish) -> ServedModel:
    """The same again is what is there. Raises NotServable, ServedByAnother, ServingNameTaken."""
    known = IndustrialRepository(db)
    if version.stage is VersionStage.RETIRED:
        raise NotServable(version=label(version), problem="it is retired")
    alias = wish.alias or alias_of(version, wish.arm)
    await lock_until_commit(db, f"{known.tenant_id}:served:{alias}")
    there = await known.find(ServedModel, ServedModel.alias == alias, ServedModel.wanted.is_(True))
    if there is not None:
        if not await _is_the_same(db, there, version, wish):
            raise ServedByAnother(alias=alias)
        return there
    if await known.find(ModelAlias, ModelAlias.name == alias):
        raise ServingNameTaken(alias=alias)
    row = ServedModel(
        id=new_id(),
        version_id=version.id,
        arm=wish.arm,
        alias=alias,
        engine=wish.engine,
        status=ServingStatus.WANTED,
        wanted=True,
        created_by=principal.actor,
        created_at=now(),
        updated_at=now(),
    )
    known.add(row)
    await db.flush()
    _record(db, principal, "model_version.serve", row, version)
    tell(db, row, principal.actor)
    return row


async def _is_the_same(db: AsyncSession, there: ServedModel, version: ModelVersion, wish: Wish) -> bool:
    """The base of two versions of one base is one model."""
    if (there.arm, there.engine) != (wish.arm, wish.engine):
        return False
    if wish.arm == "tuned":
        return there.version_id == version.id
    other = await IndustrialRepository(db).get(ModelVersion, there.version_id)
    return (other.base_model, other.base_digest) == (version.base_model, version.base_digest)


async def unwant(db: AsyncSession, principal: Principal, version: ModelVersion, arm: str) -> list[ServedModel]:
    """Calls to it are refused at once; its process ends when the node looks. Raises ServingInUse."""
    known = IndustrialRepository(db)
    same = ServedModel.version_id == version.id, ServedModel.arm == arm, ServedModel.wanted.is_(True)
    rows = await known.list(ServedModel, *same)
    for row in rows:
        active = TrafficSplit.version_id == version.id, TrafficSplit.status == SplitStatus.ACTIVE
        split = await known.find(TrafficSplit, *active) if arm == "tuned" else None
        if split is not None:
            raise ServingInUse(alias=row.alias, split=split.alias)
        row.wanted, row.updated_at = False, now()
        if row.node_id is None:
            row.status = ServingStatus.STOPPED
        await withdraw(db, row)
        _record(db, principal, "model_version.unserve", row, version)
        tell(db, row, principal.actor)
    await db.flush()
    return list(rows)


async def listed(db: AsyncSession, version: ModelVersion) -> list[ServedModel]:
    newest = ServedModel.created_at.desc(), ServedModel.id.desc()
    return list(await IndustrialRepository(db).list(ServedModel, ServedModel.version_id == version.id, order=newest))


@dataclass(frozen=True)
class Address:
    """Where an endpoint answers, at loopback of its node, and with which key."""

    base_url: str
    key: str
    context_tokens: int


async def publish(db: AsyncSession, row: ServedModel, sealer: Sealer, address: Address) -> None:
    """The gateway reaches it from now on: a provider of the tenant at a trusted address, and the name that leads there."""
    known = IndustrialRepository(db)
    provider = await known.find(Provider, Provider.id == row.provider_id) if row.provider_id else None
    if provider is None:
        provider = known.add(_provider(row))
    provider.base_url, provider.enabled, provider.updated_at = address.base_url, True, now()
    provider.api_key_sealed = sealer.seal(Sealed(row.tenant_id, provider.id), address.key)
    await db.flush()
    row.provider_id, row.base_url = provider.id, address.base_url
    if await known.find(ModelAlias, ModelAlias.name == row.alias) is None:
        await _add_alias(db, row, address)
    set_status(db, row, ServingStatus.SERVING)


def _provider(row: ServedModel) -> Provider:
    return Provider(
        id=new_id(),
        name=f"served-{row.id}",
        kind=ProviderKind.OPENAI_COMPATIBLE,
        base_url="",
        options={TRUSTED: True},
        enabled=True,
        created_at=now(),
        updated_at=now(),
    )


async def _add_alias(db: AsyncSession, row: ServedModel, address: Address) -> None:
    """It costs nothing by the token: the machine is the tenant's or the operator's own. A price can be set as for any."""
    known = IndustrialRepository(db)
    alias = known.add(ModelAlias(id=new_id(), name=row.alias, format=ApiFormat.CHAT, created_at=now(), updated_at=now()))
    await db.flush()
    known.add(target_of(row, alias.id, 1, address.context_tokens))
    await db.flush()


def target_of(row: ServedModel, alias_id: UUID, weight: int, context_tokens: int) -> ModelTarget:
    return ModelTarget(
        id=new_id(),
        alias_id=alias_id,
        provider_tenant_id=row.tenant_id,
        provider_id=row.provider_id,
        model=row.alias,
        weight=weight,
        context_tokens=max(FEWEST_CONTEXT, context_tokens),
        output_tokens=max(1, context_tokens // 2),
        input_price=0,
        output_price=0,
    )


async def withdraw(db: AsyncSession, row: ServedModel) -> None:
    """Its name and its provider are gone: a call is refused, and none waits for what will not answer."""
    if row.provider_id is None:
        return
    own = ModelTarget.tenant_id == row.tenant_id, ModelTarget.provider_id == row.provider_id
    await db.execute(delete(ModelTarget).where(*own))
    alias = select(ModelAlias).where(ModelAlias.tenant_id == row.tenant_id, ModelAlias.name == row.alias)
    for one in (await db.execute(alias)).scalars():
        await db.delete(one)
    provider, row.provider_id, row.base_url = row.provider_id, None, None
    await db.flush()
    await db.execute(delete(Provider).where(Provider.tenant_id == row.tenant_id, Provider.id == provider))


def set_status(db: AsyncSession, row: ServedModel, status: ServingStatus, problem: Json | None = None) -> None:
    row.status, row.problem, row.updated_at = status, problem, now()
    tell(db, row, events.ORCHESTRATOR)


def tell(db: AsyncSession, row: ServedModel, actor: str) -> None:
    told: Json = {
        "served_id": str(row.id),
        "version_id": str(row.version_id),
        "alias": row.alias,
        "arm": row.arm,
        "status": row.status.value,
        "wanted": row.wanted,
        "problem": row.problem,
    }
    events.append(db, row.tenant_id, "model_version.serving", actor=actor, session_id=None, **told)


def _record(db: AsyncSession, principal: Principal, action: str, row: ServedModel, version: ModelVersion) -> None:
    after: Json = {"version": label(version), "arm": row.arm, "alias": row.alias, "engine": row.engine}
    audit.record(db, row.tenant_id, principal.actor, action, f"served_model:{row.id}", None, after)
