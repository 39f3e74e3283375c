"""The provider that the settings name, and the models it offers to sessions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, TieredPrices

SCRIPTED_MODEL = "scripted-model"
_DEFAULT_ANTHROPIC_MODEL = "claude-sonnet-5-5"
_DEFAULT_OPENAI_MODEL = "gpt-5"
_FALLBACK_CONTEXT = 128_000
_FALLBACK_OUTPUT = 16_000


class ApiFormat(StrEnum):
    """The wire format a provider speaks; nothing is translated."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"


class UnknownModel(OrchestratorError):
    """There is no model called {model} here."""

    status = 422
    code = "unknown_model"
    hint = "Models here: {known}. ORCHESTRATOR_PROVIDER_MODEL names another one."


@dataclass(frozen=True)
class Model:
    """Prices in USD per million tokens, as OpenCode's configuration wants them."""

    name: str
    context_tokens: int
    output_tokens: int
    input_price: float = 0.0
    output_price: float = 0.0


@dataclass(frozen=True)
class Provider:
    name: str
    format: ApiFormat
    base_url: str
    default_model: str
    models: tuple[Model, ...]
    api_key: str | None = field(default=None, repr=False)
    scripted: bool = False

    def model(self, name: str | None) -> Model:
        wanted = name or self.default_model
        for model in self.models:
            if model.name == wanted:
                return model
        raise UnknownModel(model=wanted[:100], known=", ".join(m.name for m in self.models[:20]))


def provider_from(settings: Settings) -> Provider:
    if settings.provider_base_url:
        return _own_endpoint(settings, settings.provider_base_url)
    if settings.anthropic_api_key:
        return _known_provider(
            "anthropic",
            ApiFormat.ANTHROPIC,
            "https://api.anthropic.com/v1",
            settings.provider_model or _DEFAULT_ANTHROPIC_MODEL,
            settings.anthropic_api_key.get_secret_value(),
        )
    if settings.openai_api_key:
        return _known_provider(
            "openai",
            ApiFormat.OPENAI,
            "https://api.openai.com/v1",
            settings.provider_model or _DEFAULT_OPENAI_MODEL,
            settings.openai_api_key.get_secret_value(),
        )
    return _scripted(settings)


def _own_endpoint(settings: Settings, base_url: str) -> Provider:
    name = settings.provider_model or "default"
    key = settings.provider_api_key.get_secret_value() if settings.provider_api_key else None
    model = Model(
        name,
        settings.provider_context,
        settings.provider_output_limit,
        settings.provider_input_price or 0.0,
        settings.provider_output_price or 0.0,
    )
    return Provider("provider", ApiFormat.OPENAI, base_url.rstrip("/"), name, (model,), key)


def _scripted(settings: Settings) -> Provider:
    model = Model(SCRIPTED_MODEL, _FALLBACK_CONTEXT, _FALLBACK_OUTPUT)
    return Provider("scripted", ApiFormat.OPENAI, settings.scripted_model_url or "", SCRIPTED_MODEL, (model,), scripted=True)


def _known_provider(name: str, format_: ApiFormat, base_url: str, default_model: str, key: str) -> Provider:
    models = {model.name: model for model in _priced_models(name)}
    models.setdefault(default_model, Model(default_model, _FALLBACK_CONTEXT, _FALLBACK_OUTPUT))
    return Provider(name, format_, base_url, default_model, tuple(models.values()), key)


def _priced_models(provider: str) -> list[Model]:
    from genai_prices.data_snapshot import get_snapshot  # Read only where it is needed: the list is large.

    found = next(p for p in get_snapshot().providers if p.id == provider)
    return [
        Model(m.id, m.context_window, min(_FALLBACK_OUTPUT, m.context_window), *_prices(m))
        for m in found.models
        if m.context_window and not m.deprecated
    ]


def _prices(model: "ModelInfo") -> tuple[float, float]:
    """USD per million input and output tokens; the base tier where a price has tiers."""
    price = model.get_prices(datetime.now(UTC))
    return _base(price.input_mtok), _base(price.output_mtok)


def _base(price: "Decimal | TieredPrices | None") -> float:
    if price is None:
        return 0.0
    return float(price if isinstance(price, Decimal) else price.base)
