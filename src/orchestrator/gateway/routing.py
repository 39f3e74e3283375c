"""What a model's name leads to: formats, endpoints, targets with weights, and the choice among them."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from orchestrator.kit.errors import OrchestratorError

PLATFORM = UUID(int=0)
"""Who owns what belongs to all tenants."""

TRUSTED = "trusted_address"
"""An option that no request sets: an operator named the address, so it may be a private one."""


class ApiFormat(StrEnum):
    """The wire format of a call: OpenAI's chat completions and responses, Anthropic's messages. None is translated."""

    CHAT = "chat"
    RESPONSES = "responses"
    MESSAGES = "messages"


class ProviderKind(StrEnum):
    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    OPENAI_COMPATIBLE = "openai_compatible"
    AZURE_OPENAI = "azure_openai"
    BEDROCK = "bedrock"
    VERTEX = "vertex"


_CLOUDS = frozenset({ProviderKind.AZURE_OPENAI, ProviderKind.BEDROCK, ProviderKind.VERTEX})
"""Which may be asked for a token before a call is sent."""

FORMATS: Mapping[ProviderKind, tuple[ApiFormat, ...]] = {
    ProviderKind.OPENAI: (ApiFormat.CHAT, ApiFormat.RESPONSES),
    ProviderKind.ANTHROPIC: (ApiFormat.MESSAGES,),
    ProviderKind.OPENAI_COMPATIBLE: (ApiFormat.CHAT,),
    ProviderKind.AZURE_OPENAI: (ApiFormat.CHAT, ApiFormat.RESPONSES),
    ProviderKind.BEDROCK: (ApiFormat.CHAT,),
    ProviderKind.VERTEX: (ApiFormat.CHAT,),
}
"""What a provider speaks unless its option `formats` says otherwise."""


OUTPUT_LIMITS: Mapping[ApiFormat, tuple[str, ...]] = {
    ApiFormat.CHAT: ("max_completion_tokens", "max_tokens"),
    ApiFormat.RESPONSES: ("max_output_tokens",),
    ApiFormat.MESSAGES: ("max_tokens",),
}
"""Where a format names the most output tokens, the first first."""


class UnknownModel(OrchestratorError):
    """There is no model called {model} here."""

    status = 422
    code = "unknown_model"
    hint = "Models here: {known}. `orchestrator models list` tells more, `orchestrator models add` adds one."


class ModelUnusable(OrchestratorError):
    """No provider of the model {model} is switched on."""

    status = 409
    code = "model_unusable"
    hint = "Give one of its targets a weight above 0 and enable its provider, or choose another model."


@dataclass(frozen=True)
class OwnPrices:
    """Micro-USD per million tokens. A kind of token that has no price of its own costs what the plain input costs."""

    input: int
    output: int
    cached_input: int | None = None
    cache_write: int | None = None


@dataclass(frozen=True)
class Endpoint:
    """A provider as calls reach it. `base_url` has no slash at its end; a format's path is put behind it."""

    tenant_id: UUID
    provider_id: UUID
    name: str
    kind: ProviderKind
    base_url: str
    formats: tuple[ApiFormat, ...]
    api_key: str | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None

    @property
    def is_guarded(self) -> bool:
        """A tenant named the address, so it may not lead into the network of the orchestrator."""
        return self.tenant_id != PLATFORM and not self.options.get(TRUSTED)

    @property
    def waits_once_reserved(self) -> bool:
        """Whether a call may wait between its reservation and its sending: for its turn, or for a cloud's token."""
        return self.requests_per_minute is not None or self.tokens_per_minute is not None or self.kind in _CLOUDS


@dataclass(frozen=True)
class Route:
    """`prices` is None where the public price list has the last word."""

    alias: str
    format: ApiFormat
    endpoint: Endpoint
    model: str
    context_tokens: int
    output_tokens: int
    prices: OwnPrices | None = None

    def speaks(self, wanted: ApiFormat) -> bool:
        """The alias's own format, or another one that the same provider has for all its models."""
        return wanted in (self.format, *self.endpoint.formats)


@dataclass(frozen=True)
class ModelOffer:
    """A model as sessions see it; with several targets, the limits that all of them keep and the dearest prices."""

    name: str
    format: ApiFormat
    context_tokens: int
    output_tokens: int
    prices: OwnPrices | None = None


@dataclass(frozen=True)
class Target:
    id: UUID
    provider_id: UUID
    model: str
    weight: int
    context_tokens: int
    output_tokens: int
    prices: OwnPrices | None = None


@dataclass(frozen=True)
class Alias:
    """`targets` are those that calls may go to: with a weight, and at a provider that is switched on."""

    name: str
    format: ApiFormat
    targets: tuple[Target, ...]
    id: UUID | None = None
    tenant_id: UUID | None = None
    """Both None for a model of the provider that the settings name."""

    @property
    def offer(self) -> ModelOffer:
        prices = [t.prices for t in self.targets if t.prices]
        return ModelOffer(
            self.name,
            self.format,
            min(t.context_tokens for t in self.targets),
            min(t.output_tokens for t in self.targets),
            max(prices, key=lambda p: (p.output, p.input)) if prices else None,
        )


def choose(alias: str, targets: Sequence[Target], sticky: str) -> Target:
    """Weighted rendezvous hashing: one key always gets one target, the keys are shared out by the weights, and when a
    target comes or goes only the keys move that it gains or loses."""
    if len(targets) == 1:
        return targets[0]
    return max(targets, key=lambda target: (_score(alias, target, sticky), target.id))


def _score(alias: str, target: Target, sticky: str) -> float:
    digest = hashlib.sha256(f"{sticky}\0{alias}\0{target.id}".encode()).digest()
    share = (int.from_bytes(digest[:8]) + 0.5) / 2**64
    return -target.weight / math.log(share)
