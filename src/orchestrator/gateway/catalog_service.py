"""Providers and names of models as people keep them: a tenant's own, or with the system's role the platform's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.catalog import formats_of
from orchestrator.gateway.catalog_errors import (
    ApiKeyInvalid,
    ApiKeyNeeded,
    BaseUrlNeeded,
    FormatNotOffered,
    ModelNotShared,
    NameTaken,
    PricesNotYours,
    ProviderInUse,
    ProviderUnknown,
)
from orchestrator.gateway.catalog_models import ModelAlias, ModelTarget, Provider, ProviderState
from orchestrator.gateway.catalog_schemas import ModelWrite, ProviderChange, ProviderCreate, ProviderOptions, TargetWrite
from orchestrator.gateway.guard import parse_base_url, refuse_private
from orchestrator.gateway.routing import PLATFORM, TRUSTED, ApiFormat, ProviderKind
from orchestrator.kit.clock import now
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings

_PUBLIC_ADDRESSES = {
    ProviderKind.OPENAI: "https://api.openai.com/v1",
    ProviderKind.ANTHROPIC: "https://api.anthropic.com/v1",
}
_TOLD_AT_MOST = 10


@dataclass(frozen=True)
class Shelf:
    """Whose rows a request keeps. `trusted`: an operator asks, who may name private addresses."""

    db: AsyncSession
    tenant_id: UUID
    trusted: bool
    settings: Settings
    sealer: Sealer

    async def list(self) -> Sequence[Provider]:
        return (await self.db.execute(self._providers().order_by(Provider.name))).scalars().all()

    async def get(self, provider_id: UUID, *, lock: bool = False) -> Provider:
        query = self._providers().where(Provider.id == provider_id)
        row = (await self.db.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
        if row is None:
            raise NotFound
        return row

    async def exhausted(self) -> dict[UUID, datetime]:
        """Until when no call is made, by the provider's id."""
        own = ProviderState.tenant_id == self.tenant_id, ProviderState.exhausted_at.is_not(None)
        query = select(ProviderState.provider_id, ProviderState.reset_at).where(*own, ProviderState.reset_at > now())
        return {provider_id: until for provider_id, until in await self.db.execute(query) if until}

    def _providers(self) -> Select[Provider]:
        return select(Provider).where(Provider.tenant_id == self.tenant_id)

    async def create(self, wanted: ProviderCreate) -> Provider:
        provider_id, moment = new_id(), now()
        row = Provider(
            tenant_id=self.tenant_id,
            id=provider_id,
            name=wanted.name,
            kind=wanted.kind,
            base_url=await self._address(wanted.kind, wanted.base_url),
            api_key_sealed=self._sealed(provider_id, wanted.api_key),
            options=self._options(wanted.options),
            requests_per_minute=wanted.requests_per_minute,
            tokens_per_minute=wanted.tokens_per_minute,
            enabled=wanted.enabled,
            created_at=moment,
            updated_at=moment,
        )
        self.db.add(row)
        await self._flush("provider", wanted.name)
        return row

    async def change(self, provider_id: UUID, wanted: ProviderChange) -> Provider:
        row = await self.get(provider_id, lock=True)
        named = wanted.model_fields_set
        kind, base_url = wanted.kind or row.kind, wanted.base_url or row.base_url
        if (kind, base_url.rstrip("/")) != (row.kind, row.base_url):
            if row.api_key_sealed is not None and "api_key" not in named:
                raise ApiKeyNeeded
            row.kind, row.base_url = kind, await self._address(kind, base_url)
            row.options = self._options(_read_options(row))
        if "api_key" in named:
            row.api_key_sealed = self._sealed(row.id, wanted.api_key)
        if wanted.options is not None:
            row.options = self._options(wanted.options) | {k: v for k, v in row.options.items() if k == TRUSTED}
            await self._check_formats(row)
        for name in ("requests_per_minute", "tokens_per_minute"):
            if name in named:
                setattr(row, name, getattr(wanted, name))
        row.name, row.enabled = wanted.name or row.name, row.enabled if wanted.enabled is None else wanted.enabled
        row.updated_at = now()
        await self._flush("provider", row.name)
        return row

    async def remove(self, provider_id: UUID) -> Provider:
        """Raises ProviderInUse. What other tenants made of a platform's provider is seen by the system's role alone."""
        row = await self.get(provider_id, lock=True)
        users = (
            select(ModelAlias.name)
            .join(ModelTarget, (ModelTarget.tenant_id == ModelAlias.tenant_id) & (ModelTarget.alias_id == ModelAlias.id))
            .where(ModelTarget.provider_tenant_id == row.tenant_id, ModelTarget.provider_id == row.id)
            .distinct()
            .order_by(ModelAlias.name)
        )
        names = (await self.db.execute(users)).scalars().all()
        if names:
            raise ProviderInUse(models=", ".join(names[:_TOLD_AT_MOST]))
        await self.db.delete(row)
        try:
            await self.db.flush()
        except IntegrityError as error:
            raise ProviderInUse(models="one that was made just now") from error
        return row

    async def _address(self, kind: ProviderKind, base_url: str | None) -> str:
        wanted = base_url or _PUBLIC_ADDRESSES.get(kind)
        if wanted is None:
            raise BaseUrlNeeded(kind=kind.value)
        parsed = parse_base_url(wanted)
        if self.tenant_id != PLATFORM and not self.trusted:
            await refuse_private(parsed, self.settings)
        return parsed

    def _options(self, wanted: ProviderOptions) -> dict[str, Any]:
        trusted = {TRUSTED: True} if self.trusted and self.tenant_id != PLATFORM else {}
        return wanted.model_dump(mode="json", exclude_none=True) | trusted

    def _sealed(self, provider_id: UUID, key: SecretStr | None) -> bytes | None:
        if key is None:
            return None
        plain = key.get_secret_value()
        if not plain.isascii() or not plain.strip().isprintable():
            raise ApiKeyInvalid
        return self.sealer.seal(Sealed(self.tenant_id, provider_id), plain.strip())

    async def _check_formats(self, row: Provider) -> None:
        """Names that lead here keep a provider that speaks their format."""
        query = (
            select(ModelAlias.format)
            .join(ModelTarget, (ModelTarget.tenant_id == ModelAlias.tenant_id) & (ModelTarget.alias_id == ModelAlias.id))
            .where(ModelTarget.provider_tenant_id == row.tenant_id, ModelTarget.provider_id == row.id)
        )
        for needed in (await self.db.execute(query)).scalars():
            _speaks(row, needed)

    async def aliases(self) -> Sequence[ModelAlias]:
        query = select(ModelAlias).where(ModelAlias.tenant_id == self.tenant_id).order_by(ModelAlias.name)
        return (await self.db.execute(query)).scalars().all()

    async def alias(self, alias_id: UUID) -> ModelAlias:
        query = select(ModelAlias).where(ModelAlias.tenant_id == self.tenant_id, ModelAlias.id == alias_id)
        row = (await self.db.execute(query.with_for_update())).scalar_one_or_none()
        if row is None:
            raise NotFound
        return row

    async def create_alias(self, wanted: ModelWrite) -> ModelAlias:
        moment = now()
        row = ModelAlias(
            tenant_id=self.tenant_id,
            id=new_id(),
            name=wanted.name,
            format=wanted.format,
            created_at=moment,
            updated_at=moment,
        )
        self.db.add(row)
        await self._flush("model", wanted.name)
        await self._put_targets(row, wanted.targets)
        return row

    async def replace_alias(self, alias_id: UUID, wanted: ModelWrite) -> ModelAlias:
        row = await self.alias(alias_id)
        row.name, row.format, row.updated_at = wanted.name, wanted.format, now()
        await self._flush("model", wanted.name)
        await self._drop_targets(row)
        await self._put_targets(row, wanted.targets)
        return row

    async def remove_alias(self, alias_id: UUID) -> ModelAlias:
        row = await self.alias(alias_id)
        await self._drop_targets(row)
        await self.db.delete(row)
        await self.db.flush()
        return row

    async def targets(self) -> Sequence[tuple[ModelTarget, str]]:
        """Each with the name of its provider."""
        query = (
            select(ModelTarget, Provider.name)
            .join(
                Provider,
                (Provider.tenant_id == ModelTarget.provider_tenant_id) & (Provider.id == ModelTarget.provider_id),
            )
            .where(ModelTarget.tenant_id == self.tenant_id)
            .order_by(ModelTarget.weight.desc(), ModelTarget.model)
        )
        return [(target, name) for target, name in (await self.db.execute(query)).all()]

    async def _drop_targets(self, row: ModelAlias) -> None:
        await self.db.execute(
            delete(ModelTarget).where(ModelTarget.tenant_id == row.tenant_id, ModelTarget.alias_id == row.id)
        )

    async def _put_targets(self, alias: ModelAlias, wanted: Sequence[TargetWrite]) -> None:
        for one in wanted:
            provider = await self._provider_called(one.provider)
            _speaks(provider, alias.format)
            if provider.tenant_id != self.tenant_id:
                await self._check_shared(provider, one)
            self.db.add(
                ModelTarget(
                    tenant_id=self.tenant_id,
                    id=new_id(),
                    alias_id=alias.id,
                    provider_tenant_id=provider.tenant_id,
                    provider_id=provider.id,
                    **one.model_dump(exclude={"provider"}),
                )
            )
        try:
            await self.db.flush()
        except IntegrityError as error:  # The provider was deleted meanwhile.
            raise ProviderUnknown(name=", ".join(one.provider for one in wanted)) from error

    async def _provider_called(self, name: str) -> Provider:
        """The tenant's own before the platform's."""
        query = select(Provider).where(Provider.tenant_id.in_((self.tenant_id, PLATFORM)), Provider.name == name)
        rows = (await self.db.execute(query)).scalars().all()
        if not rows:
            raise ProviderUnknown(name=name)
        return max(rows, key=lambda row: row.tenant_id == self.tenant_id)

    async def _check_shared(self, provider: Provider, wanted: TargetWrite) -> None:
        """The platform pays, so it says which models there are and what they cost."""
        if wanted.model_fields_set & set(_PLATFORMS_OWN):
            raise PricesNotYours(provider=provider.name)
        query = select(ModelTarget.id).where(
            ModelTarget.tenant_id == PLATFORM, ModelTarget.provider_id == provider.id, ModelTarget.model == wanted.model
        )
        if (await self.db.execute(query.limit(1))).scalar_one_or_none() is None:
            raise ModelNotShared(model=wanted.model, provider=provider.name)

    async def _flush(self, what: str, name: str) -> None:
        try:
            await self.db.flush()
        except IntegrityError as error:
            raise NameTaken(what=what, name=name) from error


_PLATFORMS_OWN = (
    "input_price",
    "output_price",
    "cached_input_price",
    "cache_write_price",
    "context_tokens",
    "output_tokens",
)


def _speaks(provider: Provider, wanted: ApiFormat) -> None:
    spoken = formats_of(provider.kind, provider.options.get("formats"))
    if wanted not in spoken:
        raise FormatNotOffered(provider=provider.name, format=wanted.value, formats=", ".join(spoken))


def _read_options(row: Provider) -> ProviderOptions:
    return ProviderOptions.model_validate({k: v for k, v in row.options.items() if k != TRUSTED})
