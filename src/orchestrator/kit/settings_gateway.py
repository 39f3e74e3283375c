"""Settings of the gateway, and of the provider that the default model is at."""

from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator

from orchestrator.kit.settings_base import EnvironmentSettings, OwnPath


class GatewaySettings(EnvironmentSettings):
    gateway_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Port of the model gateway on loopback; 0 takes a free one at each start.",
    )
    gateway_url: str | None = Field(
        default=None, description="Where runtimes reach the gateway. Unset: the gateway of this process tree."
    )
    gateway_wait_seconds: float = Field(
        default=120, ge=0, description="Longest time that a model call is held while its provider is busy, in seconds."
    )
    gateway_body_bytes: int = Field(
        default=256 * 1024 * 1024,
        ge=64 * 1024 * 1024,
        description="Most bytes of model calls' requests that a gateway process holds at once, of one tenant half of it.",
    )
    gateway_body_seconds: float = Field(
        default=30,
        gt=0,
        description="How long a model call's request may take to arrive, in seconds, and one more for every 64 KiB of it.",
    )
    gateway_drain_seconds: float = Field(
        default=60,
        ge=0,
        description="How long an answer whose caller left is read on, so that it is billed exactly, in seconds.",
    )
    gateway_drains: int = Field(default=32, ge=0, description="Answers that a gateway process reads on at once for nobody.")
    gateway_lease_seconds: float = Field(
        default=60,
        gt=0,
        description="How long budget stays held for a model call whose gateway died, in seconds.",
    )
    provider_reset_seconds: float = Field(
        default=900,
        gt=0,
        description="How long a provider whose quota is used up is left alone when it does not say for how long.",
    )
    ca_file: OwnPath | None = Field(
        default=None,
        description="Certificate authorities that are trusted besides the system's on the way to providers, a PEM file.",
    )
    provider_base_url: str | None = Field(
        default=None,
        description="An OpenAI-compatible endpoint for the default model, such as http://localhost:8000/v1.",
    )
    provider_api_key: SecretStr | None = Field(default=None, description="The key for `ORCHESTRATOR_PROVIDER_BASE_URL`.")
    provider_model: str | None = Field(
        default=None, description="The model's name at the provider; it becomes the default model of every session."
    )
    provider_input_price: float | None = Field(
        default=None, ge=0, description="Price of the provider's model in USD per million input tokens."
    )
    provider_output_price: float | None = Field(
        default=None, ge=0, description="Price of the provider's model in USD per million output tokens."
    )
    provider_context: int = Field(
        default=128_000, ge=1_000, description="Context window of the provider's model, in tokens."
    )
    provider_output_limit: int = Field(
        default=16_000, ge=1, description="Most output tokens of one answer of the provider's model."
    )
    anthropic_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("ANTHROPIC_API_KEY", "anthropic_api_key"),
        description="With it, and no ORCHESTRATOR_PROVIDER_BASE_URL, sessions run on Anthropic's API.",
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"),
        description="With it, and no other provider, sessions run on OpenAI's API.",
    )
    private_providers: bool = Field(
        default=False,
        description="Let an ADMIN of a tenant name providers at loopback, link-local and private addresses.",
    )
    private_mcp_servers: bool = Field(
        default=False,
        description="Let agents of tenants have remote MCP servers at loopback, link-local and private addresses.",
    )
    scripted_model_url: str | None = Field(
        default=None,
        description="Where the scripted model listens that stands in while no provider is set; `orchestrator up` sets it.",
    )
    scripted_scenarios: OwnPath | None = Field(
        default=None, description="A YAML file of scenarios for the scripted model. Unset: those of the demo."
    )

    @field_validator("provider_base_url", mode="after")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address such as http://localhost:8000/v1 is needed")
        _ = parts.port  # Raises when it is no number.
        return url
