"""The provider that the settings name. It stays in memory: its key is never in the database."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from orchestrator.gateway.routing import FORMATS, PLATFORM, Alias, ApiFormat, Endpoint, OwnPrices, ProviderKind, Target
from orchestrator.kit.settings import Settings

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, TieredPrices

SETTINGS_PROVIDER = UUID("0190aaaa-0000-7000-8000-5e77196500f0")
SCRIPTED_MODEL = "scripted-model"
_DEFAULT_ANTHROPIC_MODEL = "claude-sonnet-5-5"
_DEFAULT_OPENAI_MODEL = "gpt-5"
_FALLBACK_CONTEXT = 128_000
_FALLBACK_OUTPUT = 16_000
_FREE = OwnPrices(0, 0, 0, 0)


@dataclass(frozen=True)
class SettingsProvider:
    """`list_prices` are of the public list's base tier, for show; a route leaves the price to the list itself."""

    endpoint: Endpoint
    default_model: str
    aliases: tuple[Alias, ...]
    list_prices: dict[str, OwnPrices]
    scripted: bool = False


def provider_from(settings: Settings) -> SettingsProvider:
    if settings.provider_base_url:
        return _own_endpoint(settings, settings.provider_base_url)
    if settings.anthropic_api_key:
        return _known_provider(
            ProviderKind.ANTHROPIC,
            "https://api.anthropic.com/v1",
            settings.provider_model or _DEFAULT_ANTHROPIC_MODEL,
            settings.anthropic_api_key.get_secret_value(),
        )
    if settings.openai_api_key:
        return _known_provider(
            ProviderKind.OPENAI,
            "https://api.openai.com/v1",
            settings.provider_model or _DEFAULT_OPENAI_MODEL,
            settings.openai_api_key.get_secret_value(),
        )
    return _scripted(settings)


def _own_endpoint(settings: Settings, base_url: str) -> SettingsProvider:
    kind, name = ProviderKind.OPENAI_COMPATIBLE, settings.provider_model or "default"
    key = settings.provider_api_key.get_secret_value() if settings.provider_api_key else None
    # People gave it no name, and its address is told to no agent.
    endpoint = Endpoint(PLATFORM, SETTINGS_PROVIDER, "default", kind, base_url.rstrip("/"), FORMATS[kind], key)
    target = _target(name, settings.provider_context, settings.provider_output_limit, _own_prices(settings))
    return SettingsProvider(endpoint, name, (Alias(name, ApiFormat.CHAT, (target,)),), {})


def _own_prices(settings: Settings) -> OwnPrices | None:
    if settings.provider_input_price is None and settings.provider_output_price is None:
        return None
    return OwnPrices(_micro_usd(settings.provider_input_price or 0), _micro_usd(settings.provider_output_price or 0))


def _scripted(settings: Settings) -> SettingsProvider:
    kind, url = ProviderKind.OPENAI_COMPATIBLE, (settings.scripted_model_url or "").rstrip("/")
    endpoint = Endpoint(PLATFORM, SETTINGS_PROVIDER, "scripted", kind, url, FORMATS[kind])
    target = _target(SCRIPTED_MODEL, _FALLBACK_CONTEXT, _FALLBACK_OUTPUT, _FREE)
    return SettingsProvider(endpoint, SCRIPTED_MODEL, (Alias(SCRIPTED_MODEL, ApiFormat.CHAT, (target,)),), {}, scripted=True)


def _known_provider(kind: ProviderKind, base_url: str, default_model: str, key: str) -> SettingsProvider:
    endpoint = Endpoint(PLATFORM, SETTINGS_PROVIDER, kind.value, kind, base_url, FORMATS[kind], key)
    found = _listed_models(kind.value)
    limits = {m.id: m.context_window or _FALLBACK_CONTEXT for m in found}
    limits.setdefault(default_model, _FALLBACK_CONTEXT)
    aliases = tuple(
        Alias(name, FORMATS[kind][0], (_target(name, context, min(_FALLBACK_OUTPUT, context)),))
        for name, context in limits.items()
    )
    return SettingsProvider(endpoint, default_model, aliases, {m.id: list_prices(m) for m in found})


def _target(model: str, context: int, output: int, prices: OwnPrices | None = None) -> Target:
    return Target(uuid5(SETTINGS_PROVIDER, model), SETTINGS_PROVIDER, model, 1, context, output, prices)


def _listed_models(provider: str) -> "list[ModelInfo]":
    from genai_prices.data_snapshot import get_snapshot  # Read only where it is needed: the list is large.

    found = next(p for p in get_snapshot().providers if p.id == provider)
    return [m for m in found.models if m.context_window and not m.deprecated]


def list_prices(model: "ModelInfo") -> OwnPrices:
    """The base tier where a price has tiers."""
    price = model.get_prices(datetime.now(UTC))
    return OwnPrices(_base(price.input_mtok), _base(price.output_mtok))


def _base(price: "Decimal | TieredPrices | None") -> int:
    if price is None:
        return 0
    return _micro_usd(price if isinstance(price, Decimal) else price.base)


def _micro_usd(usd: Decimal | float) -> int:
    return round(usd * 1_000_000)
