"""The models a tenant may use and where each leads: its own names first, then the platform's, then the settings'.

Answers come from memory; what is older than a second is read anew, so that a change reaches every process within that.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.catalog_models import ModelAlias, ModelTarget, Provider, ProviderState
from orchestrator.gateway.providers import SETTINGS_PROVIDER, SettingsProvider, provider_from
from orchestrator.gateway.routing import (
    FORMATS,
    PLATFORM,
    Alias,
    ApiFormat,
    Endpoint,
    ModelOffer,
    ModelUnusable,
    ProviderKind,
    Route,
    Target,
    UnknownModel,
    choose,
)
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.remembered import Remembered
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope

_FRESH_SECONDS = 1.0
_NAMES_IN_A_HINT = 20


@dataclass
class _View:
    """What one tenant sees. `exhausted`: providers that make no call until the moment named."""

    aliases: dict[str, Alias]
    providers: dict[UUID, Provider]
    exhausted: dict[UUID, datetime]
    offers: tuple[ModelOffer, ...]
    endpoints: dict[UUID, Endpoint] = field(default_factory=dict[UUID, Endpoint])

    def is_exhausted(self, provider_id: UUID) -> bool:
        until = self.exhausted.get(provider_id)
        return until is not None and until > now()

    def can_call(self, alias: Alias) -> bool:
        return any(not self.is_exhausted(target.provider_id) for target in alias.targets)


@dataclass(frozen=True)
class Listed:
    """A name, what it offers if anything is switched on, and whether a call could be made to it."""

    alias: Alias
    offer: ModelOffer | None
    usable: bool


class Catalog:
    """One a process. Its reads enter the tenant's scope themselves."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.sealer = Sealer(settings)
        self.own = provider_from(settings)
        self._database = database
        self._views = Remembered[UUID, _View](_FRESH_SECONDS)

    @property
    def default_model(self) -> str:
        return self.own.default_model

    async def offers(self, tenant_id: UUID) -> tuple[ModelOffer, ...]:
        """The models that a call can be made to at this moment, by name."""
        return (await self._view(tenant_id)).offers

    async def offer(self, tenant_id: UUID, name: str | None) -> ModelOffer:
        """The model of that name, or the default one. Raises UnknownModel, ModelUnusable."""
        view = await self._view(tenant_id)
        return self._offer(_alias(view, name or self.default_model))

    async def route(self, tenant_id: UUID, alias: str, sticky: str | None) -> Route:
        """Where a call goes; calls with the same `sticky` go to the same target while that one can be used.

        Raises UnknownModel, ModelUnusable, and what hinders opening the provider's key.
        """
        view = await self._view(tenant_id)
        known = _alias(view, alias)
        working = [t for t in known.targets if not view.is_exhausted(t.provider_id)]
        target = choose(alias, working or known.targets, sticky or secrets.token_hex(8))
        endpoint = self._endpoint(view, target.provider_id)
        return Route(alias, known.format, endpoint, target.model, target.context_tokens, target.output_tokens, target.prices)

    async def blocked_models(self, tenant_id: UUID) -> frozenset[str]:
        """Names that lead to exhausted providers alone: nothing is to be started on them."""
        view = await self._view(tenant_id)
        return frozenset(name for name, alias in view.aliases.items() if alias.targets and not view.can_call(alias))

    async def models(self, db: AsyncSession, tenant_id: UUID) -> list[Listed]:
        """Every name there is, as the transaction sees it."""
        view = await self._read_in(db, tenant_id)
        return [
            Listed(alias, self._offer(alias) if alias.targets else None, view.can_call(alias))
            for _, alias in sorted(view.aliases.items())
        ]

    def forget(self, tenant_id: UUID) -> None:
        """After a write: the next look reads anew. What is the platform's is every tenant's."""
        if tenant_id == PLATFORM:
            self._views.clear()
        self._views.forget(tenant_id)

    def prefetch(self, tenant_id: UUID) -> None:
        self._views.prefetch(tenant_id, partial(self._read, tenant_id))

    async def _view(self, tenant_id: UUID) -> _View:
        return await self._views.get(tenant_id, partial(self._read, tenant_id))

    async def _read(self, tenant_id: UUID) -> _View:
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                return await self._read_in(db, tenant_id)

    async def _read_in(self, db: AsyncSession, tenant_id: UUID) -> _View:
        both = (tenant_id, PLATFORM)
        providers = (await db.execute(select(Provider).where(Provider.tenant_id.in_(both)))).scalars().all()
        aliases = (await db.execute(select(ModelAlias).where(ModelAlias.tenant_id.in_(both)))).scalars().all()
        targets = (await db.execute(select(ModelTarget).where(ModelTarget.tenant_id.in_(both)))).scalars().all()
        states = (await db.execute(select(ProviderState).where(ProviderState.tenant_id.in_(both)))).scalars().all()
        usable = {p.id: p for p in providers if p.enabled}
        found = _resolve(aliases, targets, usable, tenant_id, self.own)
        offers = tuple(self._offer(alias) for _, alias in sorted(found.items()) if alias.targets)
        exhausted = {s.provider_id: s.reset_at for s in states if s.exhausted_at and s.reset_at}
        return _View(found, usable, exhausted, offers)

    def _offer(self, alias: Alias) -> ModelOffer:
        offer = alias.offer
        if offer.prices is None and alias.targets[0].provider_id == SETTINGS_PROVIDER:
            listed = self.own.list_prices.get(alias.name)
            return ModelOffer(offer.name, offer.format, offer.context_tokens, offer.output_tokens, listed)
        return offer

    def _endpoint(self, view: _View, provider_id: UUID) -> Endpoint:
        """Its key is opened at the first use, so that a missing master key hinders nobody who does not need it."""
        if provider_id == SETTINGS_PROVIDER:
            return self.own.endpoint
        if provider_id not in view.endpoints:
            view.endpoints[provider_id] = endpoint_of(view.providers[provider_id], self.sealer)
        return view.endpoints[provider_id]


def endpoint_of(row: Provider, sealer: Sealer) -> Endpoint:
    whose = Sealed(row.tenant_id, row.id)
    return Endpoint(
        tenant_id=row.tenant_id,
        provider_id=row.id,
        name=row.name,
        kind=row.kind,
        base_url=row.base_url,
        formats=formats_of(row.kind, row.options.get("formats")),
        api_key=sealer.open(whose, row.api_key_sealed) if row.api_key_sealed is not None else None,
        options=row.options,
        requests_per_minute=row.requests_per_minute,
        tokens_per_minute=row.tokens_per_minute,
    )


def formats_of(kind: ProviderKind, named: Sequence[str] | None) -> tuple[ApiFormat, ...]:
    return tuple(ApiFormat(one) for one in named) if named else FORMATS[kind]


def _alias(view: _View, name: str) -> Alias:
    alias = view.aliases.get(name)
    if alias is None:
        known = ", ".join(one.name for one in view.offers[:_NAMES_IN_A_HINT])
        raise UnknownModel(model=name[:100], known=known)
    if not alias.targets:
        raise ModelUnusable(model=name)
    return alias


def _resolve(
    aliases: Sequence[ModelAlias],
    targets: Sequence[ModelTarget],
    usable: dict[UUID, Provider],
    tenant_id: UUID,
    own: SettingsProvider,
) -> dict[str, Alias]:
    """A name of the tenant hides the same name of the platform, and that one the settings'."""
    found = {alias.name: alias for alias in own.aliases}
    shared = {(t.provider_id, t.model): t for t in targets if t.tenant_id == PLATFORM}
    for row in sorted(aliases, key=lambda a: a.tenant_id == tenant_id):
        mine = [t for t in targets if t.alias_id == row.id and t.weight > 0 and t.provider_id in usable]
        found[row.name] = Alias(
            row.name, row.format, tuple(one for t in mine if (one := _target(t, shared))), row.id, row.tenant_id
        )
    return found


def _target(row: ModelTarget, shared: Mapping[tuple[UUID, str], ModelTarget]) -> Target | None:
    """At the platform's provider the platform's own target says what there is, what it takes and what it costs."""
    terms = shared.get((row.provider_id, row.model)) if row.provider_tenant_id == PLATFORM else row
    if terms is None:
        return None
    return Target(row.id, row.provider_id, row.model, row.weight, terms.context_tokens, terms.output_tokens, terms.prices)
