"""What the API takes and gives about providers and models. A provider's key goes in and never comes out."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from orchestrator.gateway.routing import ApiFormat, ProviderKind

ProviderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
ModelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
Price = Annotated[int | None, Field(ge=0, le=10**12, description="Micro-USD per million tokens.")]
Minute = Annotated[int | None, Field(ge=1, le=10**12)]
MOST_TARGETS = 20


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _example(**body: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [body]})


class ProviderOptions(Strict):
    """What a kind needs besides its address and key; docs/howto/providers.md has each kind."""

    formats: list[ApiFormat] | None = Field(None, min_length=1, description="What it speaks, if not what its kind does.")
    auth: Literal["bearer", "x-api-key"] | None = Field(None, description="The header of the key, for openai_compatible.")
    region: Word | None = Field(None, description="AWS region, for bedrock.")
    access_key_id: Word | None = Field(None, description="AWS access key, whose secret is `api_key`; for bedrock.")
    directory_id: Word | None = Field(None, description="Microsoft Entra tenant, for azure_openai without an API key.")
    client_id: Word | None = Field(None, description="Application, whose client secret is `api_key`; for azure_openai.")


class ProviderCreate(Strict):
    model_config = _example(name="openai", kind="openai", api_key="sk-...", requests_per_minute=500)

    name: ProviderName
    kind: ProviderKind
    base_url: str | None = Field(None, max_length=2_000, description="Unset: the public one of openai and anthropic.")
    api_key: SecretStr | None = Field(None, min_length=1, max_length=20_000, description="Sealed at rest, never shown.")
    options: ProviderOptions = ProviderOptions.model_validate({})
    requests_per_minute: Minute = None
    tokens_per_minute: Minute = None
    enabled: bool = True


class ProviderChange(Strict):
    """What is left out stays as it is; null removes the key or the limit."""

    model_config = _example(enabled=False)

    name: ProviderName | None = None
    kind: ProviderKind | None = None
    base_url: str | None = Field(None, max_length=2_000)
    api_key: SecretStr | None = Field(None, min_length=1, max_length=20_000)
    options: ProviderOptions | None = None
    requests_per_minute: Minute = None
    tokens_per_minute: Minute = None
    enabled: bool | None = None


class ProviderRead(BaseModel):
    id: UUID | None = Field(description="Null for the one that the settings name; it is changed there.")
    platform: bool
    name: str
    kind: ProviderKind
    base_url: str
    formats: list[ApiFormat]
    options: ProviderOptions
    has_api_key: bool
    api_key_fingerprint: str | None = Field(description="Tells keys apart; null without a key or the right master key.")
    requests_per_minute: int | None
    tokens_per_minute: int | None
    enabled: bool
    exhausted_until: datetime | None = Field(description="Its quota is used up: no call is made until then.")
    created_at: datetime | None
    updated_at: datetime | None


class Prices(BaseModel):
    input_price: Price = None
    output_price: Price = None
    cached_input_price: Price = None
    cache_write_price: Price = None


class TargetWrite(Strict, Prices):
    provider: ProviderName = Field(description="Your own provider of that name, else the platform's.")
    model: Word = Field(description="The model's name at the provider.")
    weight: int = Field(1, ge=0, le=1_000_000, description="Its share of the sessions; 0 switches it off.")
    context_tokens: int = Field(128_000, ge=1_000, le=10**9)
    output_tokens: int = Field(16_000, ge=1, le=10**9)

    @model_validator(mode="after")
    def _prices_are_whole(self) -> Self:
        if (self.input_price is None) != (self.output_price is None):
            raise ValueError("input_price and output_price come together")
        if self.input_price is None and (self.cached_input_price is not None or self.cache_write_price is not None):
            raise ValueError("cached_input_price and cache_write_price need an input_price")
        return self


class ModelWrite(Strict):
    model_config = _example(
        name="coder",
        format="chat",
        targets=[
            {"provider": "openai", "model": "gpt-5", "weight": 90},
            {"provider": "own-vllm", "model": "coder-2", "weight": 10, "input_price": 0, "output_price": 0},
        ],
    )

    name: ModelName
    format: ApiFormat = ApiFormat.CHAT
    targets: list[TargetWrite] = Field(min_length=1, max_length=MOST_TARGETS)


class TargetRead(Prices):
    provider: str
    platform: bool
    model: str
    weight: int
    context_tokens: int
    output_tokens: int


class ModelRead(BaseModel):
    """A name that the tenant may use. `targets` are told of names of the asker's own."""

    id: UUID | None = Field(description="Null for a model of the provider that the settings name.")
    name: str
    owner: Literal["tenant", "platform", "settings"]
    format: ApiFormat
    usable: bool = Field(description="A provider of it is switched on, and not out of its quota.")
    default: bool = Field(description="Sessions that name no model use it.")
    context_tokens: int | None
    output_tokens: int | None
    prices: Prices | None = Field(description="Null where the public price list has the last word, or knows none.")
    targets: list[TargetRead] | None
