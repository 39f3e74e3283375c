"""What people are told of a provider. Of its key no more than a fingerprint."""

from datetime import datetime

from orchestrator.gateway.catalog import formats_of
from orchestrator.gateway.catalog_models import Provider
from orchestrator.gateway.catalog_schemas import ProviderOptions, ProviderRead
from orchestrator.gateway.routing import PLATFORM, TRUSTED, Endpoint
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.sealing import Sealed, Sealer


def provider_read(row: Provider, sealer: Sealer, exhausted_until: datetime | None) -> ProviderRead:
    options = {name: value for name, value in row.options.items() if name != TRUSTED}
    return ProviderRead(
        id=row.id,
        platform=row.tenant_id == PLATFORM,
        name=row.name,
        kind=row.kind,
        base_url=row.base_url,
        formats=list(formats_of(row.kind, row.options.get("formats"))),
        options=ProviderOptions.model_validate(options),
        has_api_key=row.api_key_sealed is not None,
        api_key_fingerprint=_fingerprint(row, sealer),
        requests_per_minute=row.requests_per_minute,
        tokens_per_minute=row.tokens_per_minute,
        enabled=row.enabled,
        exhausted_until=exhausted_until,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _fingerprint(row: Provider, sealer: Sealer) -> str | None:
    if row.api_key_sealed is None:
        return None
    try:
        return sealer.fingerprint(sealer.open(Sealed(row.tenant_id, row.id), row.api_key_sealed))
    except OrchestratorError:
        return None


def settings_provider_read(own: Endpoint, exhausted_until: datetime | None) -> ProviderRead:
    return ProviderRead(
        id=None,
        platform=True,
        name=own.name,
        kind=own.kind,
        base_url=own.base_url,
        formats=list(own.formats),
        options=ProviderOptions.model_validate({}),
        has_api_key=own.api_key is not None,
        api_key_fingerprint=None,
        requests_per_minute=own.requests_per_minute,
        tokens_per_minute=own.tokens_per_minute,
        enabled=True,
        exhausted_until=exhausted_until,
        created_at=None,
        updated_at=None,
    )
