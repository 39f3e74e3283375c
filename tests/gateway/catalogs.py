"""Providers and aliases as rows, for tests of what is made of them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.catalog_models import ModelAlias, ModelTarget, Provider, ProviderState
from orchestrator.gateway.routing import PLATFORM, ApiFormat, ProviderKind
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealed


@dataclass
class Shelf:
    """Puts rows there with the rights of the system's role."""

    database: Database
    catalog: Catalog
    made: list[UUID] = field(default_factory=list[UUID])

    async def provider(self, tenant_id: UUID, name: str = "p", key: str | None = None, **changes: Any) -> UUID:
        provider_id = new_id()
        sealed = self.catalog.sealer.seal(Sealed(tenant_id, provider_id), key) if key else None
        wanted: dict[str, Any] = {
            "kind": ProviderKind.OPENAI_COMPATIBLE,
            "base_url": "http://127.0.0.1:9/v1",
            "options": {},
            "enabled": True,
        }
        row = Provider(tenant_id=tenant_id, id=provider_id, name=name, api_key_sealed=sealed, **wanted | changes)
        row.created_at = row.updated_at = now()
        await self._put(row)
        self.catalog.forget(tenant_id)
        return provider_id

    async def alias(
        self,
        tenant_id: UUID,
        name: str,
        *targets: tuple[UUID, int],
        platform_provider: bool = False,
        format_: ApiFormat = ApiFormat.CHAT,
        **changes: Any,
    ) -> UUID:
        """Each target is a provider and a weight; its model is called `<alias>-<number>` there."""
        alias_id = new_id()
        moment = now()
        await self._put(
            ModelAlias(tenant_id=tenant_id, id=alias_id, name=name, format=format_, created_at=moment, updated_at=moment)
        )
        for number, (provider_id, weight) in enumerate(targets):
            wanted: dict[str, Any] = {
                "context_tokens": 8_000 - number,
                "output_tokens": 1_000 + number,
                "model": f"{name}-{number}",
            }
            await self._put(
                ModelTarget(
                    tenant_id=tenant_id,
                    id=new_id(),
                    alias_id=alias_id,
                    provider_tenant_id=PLATFORM if platform_provider else tenant_id,
                    provider_id=provider_id,
                    weight=weight,
                    **wanted | changes,
                )
            )
        self.catalog.forget(tenant_id)
        return alias_id

    async def state(self, tenant_id: UUID, provider_id: UUID, **changes: Any) -> None:
        async with self.database.system_transaction() as db:
            await db.merge(ProviderState(tenant_id=tenant_id, provider_id=provider_id, **changes))
        self.catalog.forget(tenant_id)

    async def _put(self, row: Provider | ModelAlias | ModelTarget) -> None:
        async with self.database.system_transaction() as db:
            db.add(row)
