"""What a version of a listing says of itself, and what whoever installs it consents to."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from orchestrator.agents import capabilities
from orchestrator.agents.definitions import MOST_RULES
from orchestrator.agents.servers import MOST_SERVERS
from orchestrator.marketplace.models import ListingKind

MOST_HOSTS, MOST_SECRETS, MOST_MODELS = 50, 100, 10
_MOST_MICRO_USD = 10**12

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9*:]([a-z0-9.*:_-]*[a-z0-9:])?$", max_length=260)]
SecretName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PermissionAsk(_Frozen):
    permission: Text
    pattern: Text = "*"
    action: Literal["allow", "ask", "deny"]

    def __str__(self) -> str:
        return f"{self.permission} {self.pattern}: {self.action}"


class ServerAsk(_Frozen):
    """An MCP server that it brings: the address or the command, and what is sent or given to it."""

    name: Text
    type: Literal["remote", "local"]
    where: Text = Field(description="The URL, or the command with its arguments.")
    given: dict[Text, Text] = Field(
        default_factory=dict[str, str],
        max_length=50,
        description="Headers, or variables of the environment; `{env:NAME}` is an agent secret of the tenant.",
    )

    def __str__(self) -> str:
        return f"{self.name} at {self.where[:200]}"


class Asks(_Frozen):
    """What it needs of the tenant that installs it."""

    permissions: list[PermissionAsk] = Field(
        default_factory=list[PermissionAsk],
        max_length=MOST_RULES,
        description="Within the tenant's policy, the first that fits; what none fits is as the policy has it.",
    )
    network: list[Host] = Field(default_factory=list[str], max_length=MOST_HOSTS, description="Hosts that it talks to.")
    mcp_servers: list[ServerAsk] = Field(default_factory=list[ServerAsk], max_length=MOST_SERVERS)
    secrets: list[SecretName] = Field(
        default_factory=list[str], max_length=MOST_SECRETS, description="Agent secrets of the tenant that its servers get."
    )
    models: list[Annotated[Text, Field(max_length=200)]] = Field(
        default_factory=list[str], max_length=MOST_MODELS, description="Empty: the tenant's default, or the session's."
    )
    price_micro_usd: int = Field(
        0, ge=0, le=_MOST_MICRO_USD, description="Of one completed session, to its publisher; nothing here charges it."
    )


NOTHING = Asks.model_validate({})


class Manifest(_Frozen):
    kind: ListingKind
    description: Text = Field(max_length=500)
    capabilities: list[str] = Field(default_factory=list[str], max_length=capabilities.MOST)
    asks: Asks
    licence: Text = Field(min_length=1, max_length=200, description="As SPDX writes it, such as Apache-2.0.")
    source: Annotated[Text, Field(max_length=2_000, pattern=r"^https?://[^\s\x00]+$")] | None = Field(
        None, description="Where its source is."
    )

    @field_validator("capabilities")
    @classmethod
    def _checked(cls, wanted: list[str]) -> list[str]:
        return capabilities.checked(wanted)
